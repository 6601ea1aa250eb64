//! Which way up an image is: EXIF's tag, else that of XMP, as Pillow's `exif_transpose` has it.

use super::format::Format;
use super::metadata::Metadata;
use super::tiff::Directory;
use image::metadata::Orientation;

/// How a file says that it is to be turned; not at all if it says nothing that can be understood.
pub(super) fn of(bytes: &[u8], format: Format) -> Orientation {
    let Metadata { exif, xmp } = Metadata::of(bytes, format);
    from_exif(&exif)
        .or_else(|| from_xmp(&xmp))
        .and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?))
        .unwrap_or(Orientation::NoTransforms)
}

/// The value of the tag in the first directory. Some writers put the name of EXIF before the data, even twice.
fn from_exif(exif: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"Exif\0\0";
    const ORIENTATION: u64 = 0x112;
    let once = exif.strip_prefix(NAME).unwrap_or(exif);
    let tiff = once.strip_prefix(NAME).unwrap_or(once);
    let directory = Directory::of(tiff).filter(|directory| !directory.is_big_file)?;
    let entry = directory.entry(tiff, ORIENTATION)?;
    let size = match (entry.kind, entry.count) {
        // Short and long numbers, with or without a sign.
        (3 | 8, 1) => 2,
        (4 | 9, 1) => 4,
        _ => return Some(0),
    };
    u32::try_from(directory.value(tiff, &entry, size)?).ok()
}

/// The digit after the attribute or element.
fn from_xmp(xmp: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(xmp);
    let mut values = text.split("tiff:Orientation").skip(1);
    values.find_map(|after| {
        let value = after.strip_prefix("=\"").or_else(|| after.strip_prefix('>'))?;
        value.chars().next()?.to_digit(10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: &[u8] = b"MM\0*\0\0\0\x08\0\x02\0\x01\0\x03\0\0\0\x01\0\x09\0\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
    const LONG: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x08\0\0\0";

    #[test]
    fn exif_has_many_spellings() {
        assert_eq!(from_exif(SHORT), Some(6));
        assert_eq!(from_exif(LONG), Some(8));
        for names in 1..=2 {
            assert_eq!(from_exif(&[&b"Exif\0\0".repeat(names), SHORT].concat()), Some(6));
        }
        for length in 0..SHORT.len() - 4 {
            assert_eq!(from_exif(&SHORT[..length]), None, "{length}");
        }
        assert_eq!(from_exif(b"II*\0\xff\xff\xff\xff"), None);
    }

    #[test]
    fn xmp_is_an_attribute_or_an_element() {
        assert_eq!(from_xmp(b"<x tiff:Orientation=\"6\"/>"), Some(6));
        assert_eq!(
            from_xmp(b"tiff:Orientation, <tiff:Orientation>3</tiff:Orientation>"),
            Some(3)
        );
        assert_eq!(from_xmp(b"<x tiff:Orientation='6'/>"), None);
    }
}
