//! DICOM pictures (dicom.nema.org, parts 3, 5 and 10): grey and colour of up to 16 bits a value, of several frames the
//! first. Values become grey levels by the file's rescaling and window; overlays are not drawn.

mod dataset;
mod grey;
mod header;
mod packing;
mod pixels;
mod rle;

use super::colours::from_ycbcr;
use super::{DecodeError, check_size};
use dataset::Dataset;
pub(super) use dataset::is_dicom;
use header::{Colour, Header};
use image::{DynamicImage, RgbImage};
use pixels::Stored;

/// What to do with a DICOM file that is not read.
const ADVICE: &str = "export its picture as PNG";

/// Decodes the first picture of a DICOM file.
///
/// # Errors
/// The file is too large, damaged, or of a kind that cannot be read.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, DecodeError> {
    let file = Dataset::read(bytes)?;
    let header = Header::read(&file)?;
    let (width, height) = (u32::from(header.columns), u32::from(header.rows));
    check_size(width, height, if header.samples == 1 { 2 } else { 3 })?;
    let image = match pixels::stored(&file, &header)? {
        Stored::Grey(values) => grey::image(&header, values),
        Stored::Colour(mut values, colour) => {
            if colour == Colour::YCbCr {
                values
                    .as_chunks_mut()
                    .0
                    .iter_mut()
                    .for_each(|pixel| *pixel = from_ycbcr(*pixel));
            }
            RgbImage::from_raw(width, height, values).map(DynamicImage::from)
        }
    };
    image.ok_or_else(|| DecodeError::damaged("its size contradicts itself"))
}

/// How many frames a DICOM file has; 0 if it cannot be read.
pub(super) fn frames(bytes: &[u8]) -> usize {
    let header = Dataset::read(bytes).and_then(|file| Header::read(&file));
    header.map_or(0, |header| header.frames as usize)
}

fn unread(what: &str) -> DecodeError {
    DecodeError::unread(what, ADVICE)
}
