//! What a file is, by its first bytes: a format that is read, or one that is told by its name, with what to do.

use super::DecodeError;
use super::dicom::is_dicom;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    WebP,
    Gif,
    Bmp,
    Pnm,
    Tiff,
    Dicom,
}

impl Format {
    /// # Errors
    /// The file is of another format, or of none that is known.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, DecodeError> {
        let at = |place: usize, expected: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(expected));
        match bytes {
            _ if at(0, b"\x89PNG\r\n\x1a\n") => Ok(Self::Png),
            // JPEG-LS begins as JPEG does.
            [0xff, 0xd8, 0xff, marker, ..] if *marker != 0xf7 => Ok(Self::Jpeg),
            _ if at(0, b"RIFF") && at(8, b"WEBP") => Ok(Self::WebP),
            _ if at(0, b"GIF87a") || at(0, b"GIF89a") => Ok(Self::Gif),
            [b'B', b'M', ..] if bytes.get(14..18).is_some_and(is_bmp_header) => Ok(Self::Bmp),
            [b'P', b'1'..=b'6', b'\t'..=b'\r' | b' ', ..] => Ok(Self::Pnm),
            // The preamble of a DICOM file may be the start of a TIFF file.
            _ if is_dicom(bytes) => Ok(Self::Dicom),
            [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => Ok(Self::Tiff),
            _ => Err(unread(bytes)),
        }
    }

    /// Its name in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Pnm => "PNM",
            Self::Tiff => "TIFF",
            Self::Dicom => "DICOM",
        }
    }
}

/// Whether four bytes are the size of a header that BMP files have. Two letters alone may begin any text.
fn is_bmp_header(size: &[u8]) -> bool {
    matches!(size, [12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])
}

const AS_PNG: &str = "save it as PNG";
const AS_PNG_OR_JPEG: &str = "save it as PNG or JPEG";
const EXPORT: &str = "export its picture as PNG";
const PAGES: &str = "export the page as PNG";
const UNPACK: &str = "unpack it, and take the images in it";

/// Formats that are known and not read: where in the file which bytes are, what it is, and what to do.
const UNREAD: [(usize, &[u8], &str, &str); 35] = [
    (4, b"ftypavif", "an AVIF image", AS_PNG_OR_JPEG),
    (4, b"ftypavis", "an AVIF image", AS_PNG_OR_JPEG),
    (4, b"ftyphei", "a HEIC image", AS_PNG_OR_JPEG),
    (4, b"ftyphev", "a HEIC image", AS_PNG_OR_JPEG),
    (4, b"ftypmif1", "a HEIC or AVIF image", AS_PNG_OR_JPEG),
    (4, b"ftypmsf1", "a HEIC or AVIF image", AS_PNG_OR_JPEG),
    (4, b"jP  \r\n\x87\n", "a JPEG 2000 image", AS_PNG),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 image", AS_PNG),
    (0, b"\xff\xd8\xff\xf7", "a JPEG-LS image", AS_PNG),
    (4, b"JXL \r\n\x87\n", "a JPEG XL image", AS_PNG),
    (0, b"\xff\x0a", "a JPEG XL image", AS_PNG),
    (0, b"8BPS", "a Photoshop document", EXPORT),
    (0, b"%PDF-", "a PDF document", PAGES),
    (0, b"%!PS", "a PostScript document", PAGES),
    (0, b"\0\0\x01\0", "an icon", AS_PNG),
    (0, b"\0\0\x02\0", "a cursor", AS_PNG),
    (0, b"v/1\x01", "an OpenEXR image", AS_PNG),
    (0, b"#?RADIANCE", "a Radiance image", AS_PNG),
    (0, b"qoif", "a QOI image", AS_PNG),
    (0, b"DDS ", "a DDS texture", AS_PNG),
    (0, b"P7\n", "a PAM image", AS_PNG),
    (0, b"PF\n", "a PFM image", AS_PNG),
    (0, b"Pf\n", "a PFM image", AS_PNG),
    (0, b"BA\x28\0\0\0", "an OS/2 array of bitmaps", AS_PNG),
    // The first elements of files without a preamble.
    (0, b"\0\x08\0\0UL", "a DICOM file in big-endian order", EXPORT),
    (0, b"\0\x08\0\x05CS", "a DICOM file in big-endian order", EXPORT),
    (0, b"\0\x08\0\x08CS", "a DICOM file in big-endian order", EXPORT),
    (0, b"PK\x03\x04", "a zip archive", UNPACK),
    (0, b"\x1f\x8b", "a gzipped file or archive", UNPACK),
    (257, b"ustar", "a tar archive", UNPACK),
    (0, b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (0, b"BZh", "a bzip2 archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (0, b"Rar!", "a RAR archive", UNPACK),
];

fn unread(bytes: &[u8]) -> DecodeError {
    let known = UNREAD
        .iter()
        .find(|(at, magic, ..)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    match known {
        Some(&(_, _, what, advice)) => DecodeError::unread(what, advice),
        None if is_svg(bytes) => DecodeError::unread("an SVG drawing", AS_PNG),
        None => DecodeError::Format,
    }
}

/// Its first element is an svg; declarations and comments may go before.
fn is_svg(bytes: &[u8]) -> bool {
    const HEAD: usize = 512;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let start = head.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<svg")
        || (["<?xml", "<!--", "<!doctype"]
            .iter()
            .any(|before| start.starts_with(before))
            && head.contains("<svg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_are_not_read_are_named() {
        for &(at, magic, what, advice) in &UNREAD {
            let mut file = vec![1; at];
            file.extend(magic);
            let said = Format::of(&file).unwrap_err().to_string();
            assert_eq!(said, format!("this is {what}, which cannot be read: {advice}"));
        }
        for svg in [&b"<svg>"[..], b"\xef\xbb\xbf <?xml version='1.0'?><!-- x --><SVG >"] {
            assert!(matches!(Format::of(svg), Err(DecodeError::Unread { .. })));
        }
    }

    #[test]
    fn texts_are_no_images() {
        for text in [&b"BMW and other makers of cars"[..], b"P1", b"<html><svg>", b"\xff\xd8"] {
            assert!(matches!(Format::of(text), Err(DecodeError::Format)));
        }
    }
}
