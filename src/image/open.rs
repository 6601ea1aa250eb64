//! From the bytes of a file to an upright image.

use super::format::Format;
use super::metadata::png_chunks;
use super::{DecodeError, LARGEST_DECODED, LARGEST_SIDE, bmp, dicom, jpeg, orientation, pnm, tiff};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::{Cursor, ErrorKind};

/// Decodes an image file as Pillow does, with all its bits, and turns it as its EXIF or XMP data say. An animation gives
/// its first frame.
///
/// # Errors
/// The file is empty, not an image, of a kind that cannot be read, too large, or damaged.
pub fn open(bytes: &[u8]) -> Result<DynamicImage, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let format = Format::of(bytes)?;
    let mut image = match format {
        Format::Jpeg => jpeg::decode(bytes),
        Format::Pnm => pnm::decode(bytes),
        Format::Tiff => tiff::decode(bytes),
        Format::Dicom => dicom::decode(bytes),
        Format::Png if !has_whole_colours(bytes) => Err(breaks_rules(format)),
        Format::Png => decode(bytes, format, ImageFormat::Png),
        Format::WebP if !has_all_chunks(bytes) => Err(DecodeError::damaged("its end is missing")),
        Format::WebP => decode(bytes, format, ImageFormat::WebP),
        Format::Gif => decode(bytes, format, ImageFormat::Gif),
        Format::Bmp => decode(&bmp::repaired(bytes)?, format, ImageFormat::Bmp),
    }?;
    image.apply_orientation(orientation::of(bytes, format));
    Ok(image)
}

/// Whether a PNG's palette has three bytes for each of at most 256 colours; the decoder panics at another.
fn has_whole_colours(bytes: &[u8]) -> bool {
    let is_whole = |palette: &[u8]| palette.len().is_multiple_of(3) && palette.len() <= 3 * 256;
    png_chunks(bytes).all(|(name, body)| name != b"PLTE" || is_whole(body))
}

/// Whether a WebP file is as long as its header says; the decoder would read what is there.
fn has_all_chunks(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(<[u8]>::first_chunk);
    length.is_some_and(|&length| u64::from(u32::from_le_bytes(length)) + 8 <= bytes.len() as u64)
}

/// Decodes by the `image` crate.
fn decode(bytes: &[u8], format: Format, by: ImageFormat) -> Result<DynamicImage, DecodeError> {
    let sentence = |error| sentence(error, format);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), by);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(LARGEST_DECODED);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(sentence)?;
    if decoder.dimensions().0 == 0 || decoder.dimensions().1 == 0 {
        return Err(DecodeError::damaged("it has no pixels"));
    }
    // Checked before the decoder allocates what the file's header claims.
    if decoder.total_bytes() > LARGEST_DECODED {
        return Err(DecodeError::TooLarge);
    }
    DynamicImage::from_decoder(decoder).map_err(sentence)
}

/// The decoders' own words are for their developers.
fn sentence(error: ImageError, format: Format) -> DecodeError {
    match error {
        ImageError::Unsupported(_) => {
            DecodeError::unread(format!("a {} of a rare kind", format.name()), "save it again as PNG")
        }
        ImageError::Limits(_) => DecodeError::TooLarge,
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::damaged("it ends before its pixels do")
        }
        // Only PNG has checksums.
        _ if format == Format::Png => DecodeError::damaged("its PNG data cannot be understood"),
        _ => breaks_rules(format),
    }
}

/// Stricter than Pillow: what breaks a rule need not be damaged.
fn breaks_rules(format: Format) -> DecodeError {
    DecodeError::unread(
        format!("a {} that breaks the rules of its format", format.name()),
        "open it in an image program and save it again",
    )
}
