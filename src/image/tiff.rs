//! TIFF as Pillow reads it, by libtiff: grey, palettes, RGB, CMYK and JPEG of up to 16 bits a value; of several pages the
//! first.

mod chunks;
mod directory;
mod header;
mod pixels;

pub(super) use directory::{Directory, pages};

use super::{DecodeError, check_size};
use ::tiff::TiffError;
use ::tiff::decoder::{Decoder, Limits};
use header::Header;
use image::DynamicImage;
use image::metadata::Orientation;
use std::io::{Cursor, ErrorKind};

/// What to do with a TIFF file that is not read.
const ADVICE: &str = "save it again as PNG";

/// A reader of a file that has been prepared for it.
type Reader = Decoder<Cursor<Vec<u8>>>;

/// Decodes the first page of a TIFF file, upright.
///
/// # Errors
/// The file is too large, damaged, or of a kind that cannot be read.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, DecodeError> {
    let raw = directory::prepared(bytes).ok_or_else(|| DecodeError::damaged("its directory cannot be understood"))?;
    check_size(raw.width, raw.height, 1)?;
    let colour = raw
        .colour
        .ok_or_else(|| unread("a TIFF that does not say what its colours are"))?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = super::LARGEST_DECODED as usize;
    let mut reader = Reader::new(Cursor::new(raw.file))
        .map_err(sentence)?
        .with_limits(limits);
    let header = Header::read(&mut reader, colour)?;
    check_size(header.width, header.height, header.pixel_bytes())?;
    let samples = chunks::samples(&mut reader, &header)?;
    let mut image =
        pixels::image(&header, &samples).ok_or_else(|| DecodeError::damaged("its size contradicts itself"))?;
    let orientation = u8::try_from(header.orientation).ok().and_then(Orientation::from_exif);
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// The library's own words are for developers.
fn sentence(error: TiffError) -> DecodeError {
    match error {
        TiffError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::damaged("it ends before its pixels do")
        }
        // Old writers packed LZW in another way.
        TiffError::IoError(_) => unread("a TIFF whose pixels are packed in a rare way, or damaged"),
        TiffError::LimitsExceeded | TiffError::IntSizeError => unread("a TIFF with parts of an unusual size"),
        TiffError::UnsupportedError(_) => unread("a TIFF of a rare kind"),
        // Stricter than libtiff: what breaks a rule need not be damaged.
        _ => unread("a TIFF that breaks the rules of its format"),
    }
}

fn unread(what: &str) -> DecodeError {
    DecodeError::unread(what, ADVICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Greys of 2 x 1 pixels, with one more tag.
    fn file(tag: u16, value: u16) -> Vec<u8> {
        let tags = [
            (256, 2),
            (257, 1),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 122),
            (277, 1),
            (278, 1),
            (279, 2),
        ];
        let mut file = b"II*\0\x08\0\0\0\x09\0".to_vec();
        for (name, usual) in tags {
            file.extend(u16::to_le_bytes(name));
            file.extend([3, 0, 1, 0, 0, 0]);
            file.extend(u16::to_le_bytes(if name == tag { value } else { usual }));
            file.extend([0, 0]);
        }
        file.extend([0, 0, 0, 0, 7, 200]);
        file
    }

    #[test]
    fn greys_are_read_and_white_may_be_zero() {
        let greys = |file: &[u8]| decode(file).unwrap().into_luma8().into_raw();
        assert_eq!(greys(&file(0, 0)), [7, 200]);
        assert_eq!(greys(&file(262, 0)), [248, 55]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let said = |tag, value| decode(&file(tag, value)).unwrap_err().to_string();
        assert!(said(258, 32).contains("a TIFF of 32 bits a value"));
        assert!(said(259, 3).contains("packed as fax machines do"));
        assert!(said(259, 6).contains("JPEG of the old kind"));
        assert!(said(262, 8).contains("colours are of a rare kind"));
        assert!(said(273, 123).contains("it ends before its pixels do"));
    }

    #[test]
    fn a_size_that_is_only_claimed_is_refused_before_allocating() {
        assert!(matches!(decode(&file(256, u16::MAX)), Err(DecodeError::TooLarge)));
    }
}
