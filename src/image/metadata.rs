//! Where image files keep EXIF and XMP. The pixels are not looked at.

use super::format::Format;
use super::jpeg::{START_OF_SCAN, Segments};
use fdeflate::decompress_to_vec_bounded;

/// Most text that is unpacked, in bytes; Pillow's limit.
const LARGEST_TEXT: usize = 1 << 20;

/// The marker of JPEG segments with EXIF or XMP.
const APP1: u8 = 0xe1;

/// EXIF and XMP of an image file; empty if it has none.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) exif: Vec<u8>,
    pub(super) xmp: Vec<u8>,
}

impl Metadata {
    pub(super) fn of(bytes: &[u8], format: Format) -> Self {
        match format {
            Format::Jpeg => Self::of_jpeg(bytes),
            Format::Png => Self::of_png(bytes),
            Format::WebP => Self::of_webp(bytes),
            // Of TIFF the decoder knows it; the others have none.
            Format::Gif | Format::Bmp | Format::Pnm | Format::Tiff | Format::Dicom => Self::default(),
        }
    }

    /// EXIF may be spread over several segments.
    fn of_jpeg(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        let before_pixels = Segments::of(bytes).take_while(|segment| segment.marker != START_OF_SCAN);
        for segment in before_pixels.filter(|segment| segment.marker == APP1) {
            if let Some(exif) = segment.body.strip_prefix(b"Exif\0\0") {
                found.exif.extend(exif);
            } else if let Some(xmp) = segment.body.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                found.xmp = xmp.to_vec();
            }
        }
        found
    }

    /// EXIF is a chunk before or after the pixels, or, as ImageMagick writes it, a text of hexadecimal digits. Of several
    /// texts the last one counts, and it alone is unpacked: a file may have thousands.
    fn of_png(bytes: &[u8]) -> Self {
        const PROFILE: &[u8] = b"Raw profile type exif\0";
        const XMP: &[u8] = b"XML:com.adobe.xmp\0";
        let mut found = Self::default();
        let (mut profile, mut xmp) = (None, None);
        for (name, body) in png_chunks(bytes) {
            match name {
                b"eXIf" => found.exif = body.to_vec(),
                b"zTXt" | b"tEXt" => profile = body.strip_prefix(PROFILE).map(|text| (name, text)).or(profile),
                b"iTXt" => xmp = body.strip_prefix(XMP).map(|text| (name, text)).or(xmp),
                _ => {}
            }
        }
        let text = |chunk: Option<(_, _)>| chunk.and_then(|(name, text)| png_text(name, text));
        if found.exif.is_empty() {
            found.exif = text(profile).map(|text| hexadecimal(&text)).unwrap_or_default();
        }
        found.xmp = text(xmp).unwrap_or_default();
        found
    }

    /// The chunks count if the header announces them.
    fn of_webp(bytes: &[u8]) -> Self {
        const EXIF: u8 = 8;
        const XMP: u8 = 4;
        let Some([b'V', b'P', b'8', b'X', _, _, _, _, flags, ..]) = bytes.get(12..) else {
            return Self::default();
        };
        let chunk = |flag: u8, name: &[u8; 4]| {
            let mut chunks = webp_chunks(bytes).filter(|_| flags & flag != 0);
            let found = chunks.find(|(found, _)| *found == name);
            found.map(|(_, body)| body.to_vec()).unwrap_or_default()
        };
        Self {
            exif: chunk(EXIF, b"EXIF"),
            xmp: chunk(XMP, b"XMP "),
        }
    }
}

/// Names and contents, as far as they are whole.
pub(super) fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk()?;
        let (name, after) = after.split_first_chunk()?;
        let length = u32::from_be_bytes(*length) as usize;
        let body = after.get(..length)?;
        // A checksum follows.
        rest = after.get(length.checked_add(4)?..)?;
        Some((name, body))
    })
}

pub(super) fn webp_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(12..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk()?;
        let (length, after) = after.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let body = after.get(..length)?;
        // Chunks begin at even places.
        rest = after.get(length.checked_add(length % 2)?..).unwrap_or_default();
        Some((name, body))
    })
}

/// The text of a chunk, after its keyword.
fn png_text(chunk: &[u8; 4], text: &[u8]) -> Option<Vec<u8>> {
    match (chunk, text) {
        (b"tEXt", text) => Some(text.to_vec()),
        (b"zTXt", [0, packed @ ..]) => unpacked(packed),
        // Before the text are its language and its keyword in it.
        (b"iTXt", [packed, 0, after @ ..]) => {
            let text = after.splitn(3, |&byte| byte == 0).nth(2)?;
            if *packed == 0 {
                Some(text.to_vec())
            } else {
                unpacked(text)
            }
        }
        _ => None,
    }
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    decompress_to_vec_bounded(packed, LARGEST_TEXT).ok()
}

/// The bytes of a profile: a line break, its kind and its length come before the digits.
fn hexadecimal(text: &[u8]) -> Vec<u8> {
    let digits = text.splitn(4, |&byte| byte == b'\n').nth(3).unwrap_or_default();
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|&digit| (digit as char).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits.as_chunks().0.iter().map(|[high, low]| high << 4 | low).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG file of these chunks, without checksums.
    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let chunk = |(name, body): &(&[u8; 4], &[u8])| {
            let length = (body.len() as u32).to_be_bytes();
            [&length[..], &name[..], body, &[0; 4]].concat()
        };
        let start = b"\x89PNG\r\n\x1a\n".to_vec();
        std::iter::once(start)
            .chain(chunks.iter().map(chunk))
            .collect::<Vec<_>>()
            .concat()
    }

    #[test]
    fn of_several_texts_the_last_alone_is_unpacked() {
        let plain = (b"tEXt", &b"Raw profile type exif\0\nexif\n       2\n4d4D\n"[..]);
        let damaged = (b"zTXt", &b"Raw profile type exif\0\0this is not packed"[..]);
        let comment = (b"tEXt", &b"Comment\0none"[..]);
        assert_eq!(Metadata::of_png(&png(&[damaged, plain, comment])).exif, b"MM");
        assert_eq!(Metadata::of_png(&png(&[plain, damaged])).exif, b"");
    }
}
