//! Which way up an image is: EXIF's tag, else that of XMP, as Pillow's `exif_transpose` has it.

use super::format::Format;
use super::metadata::Metadata;
use image::metadata::Orientation;

/// How a file says that it is to be turned; not at all if it says nothing that can be understood.
pub(super) fn of(bytes: &[u8], format: Format) -> Orientation {
    let Metadata { exif, xmp } = Metadata::of(bytes, format);
    from_exif(&exif)
        .or_else(|| from_xmp(&xmp))
        .and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?))
        .unwrap_or(Orientation::NoTransforms)
}

/// Numbers in the byte order of a TIFF file, which EXIF is.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let is_big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Self { bytes, is_big_endian })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let two = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_big_endian {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let four = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_big_endian {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    }
}

/// The value of the tag in the first directory. Some writers put the name of EXIF before the data, even twice.
fn from_exif(exif: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"Exif\0\0";
    const ORIENTATION: u16 = 0x112;
    const ENTRY: usize = 12;
    let once = exif.strip_prefix(NAME).unwrap_or(exif);
    let tiff = Tiff::new(once.strip_prefix(NAME).unwrap_or(once))?;
    let directory = tiff.u32(4)? as usize;
    let entries = usize::from(tiff.u16(directory)?);
    let start = directory + 2;
    let entry = (start..start + ENTRY * entries)
        .step_by(ENTRY)
        .find(|&entry| tiff.u16(entry) == Some(ORIENTATION))?;
    match (tiff.u16(entry + 2)?, tiff.u32(entry + 4)?) {
        // Short and long numbers, with or without a sign.
        (3 | 8, 1) => tiff.u16(entry + 8).map(u32::from),
        (4 | 9, 1) => tiff.u32(entry + 8),
        _ => Some(0),
    }
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
