//! JPEG as Pillow reads it, by libjpeg-turbo: the same layouts, or a refusal by name, and the same colours.

mod header;
mod segments;

pub(super) use header::{Colour, Header};
pub(super) use segments::{START_OF_SCAN, Segments};

use super::colours::{from_inverted_inks, from_ycbcr};
use super::{DecodeError, check_size};
use header::Coding;
use image::{DynamicImage, GrayImage, ImageBuffer, RgbImage};
use jpeg_decoder::{ColorTransform, Decoder, Error};
use segments::Segment;
use std::borrow::Cow;

/// Decodes a JPEG file; the image stays as it is stored.
///
/// # Errors
/// The file is too large, damaged, or of a kind that cannot be read.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, DecodeError> {
    let (header, stored) = stored(bytes)?;
    pixels(&header, stored).ok_or_else(|| DecodeError::damaged("its size contradicts itself"))
}

/// The components as they are stored, pixel by pixel; of more than 8 bits in the order of this machine's numbers.
///
/// # Errors
/// As [`decode`].
pub(super) fn stored(bytes: &[u8]) -> Result<(Header, Vec<u8>), DecodeError> {
    let header = Header::read(bytes)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let value_bytes = if header.bits == 8 { 1 } else { 2 };
    check_size(width, height, header.components.len() as u64 * value_bytes)?;
    // The decoder would go on with zeros, which takes long if the header claims a large image.
    if header.fewest_bits() > 8 * bytes.len() as u64 {
        return Err(DecodeError::damaged("it ends before its pixels do"));
    }
    let bytes = repaired(bytes, header.coding);
    let bytes = if header.has_tables {
        bytes
    } else {
        with_usual_tables(&bytes).into()
    };
    let mut decoder = Decoder::new(&*bytes);
    decoder.set_color_transform(match header.components.len() {
        1 => ColorTransform::Grayscale,
        3 => ColorTransform::RGB,
        _ => ColorTransform::CMYK,
    });
    let mut stored = decoder.decode().map_err(sentence)?;
    // The decoder inverts four components.
    if header.components.len() == 4 && header.coding != Coding::Lossless {
        stored.iter_mut().for_each(|value| *value = 255 - *value);
    }
    Ok((header, stored))
}

/// Films of JPEG pictures leave out the usual Huffman tables. libjpeg has them ready; the decoder takes them for a picture
/// that is marked as one of a film.
fn with_usual_tables(bytes: &[u8]) -> Vec<u8> {
    const FILM: &[u8] = b"\xff\xd8\xff\xe0\0\x07AVI1\0";
    [FILM, &bytes[2..]].concat()
}

/// The same file without what libjpeg passes over and the decoder refuses: tables for another coding, the height once more,
/// restarts before the pixels, a mark of Adobe's with an unknown number, more tables than a baseline file may have, and in
/// a sequential file the parts of a progressive one.
fn repaired(bytes: &[u8], coding: Coding) -> Cow<'_, [u8]> {
    const COMMENT: u8 = 0xfe;
    const BASELINE: u8 = 0xc0;
    const EXTENDED: u8 = 0xc1;
    const WHOLE: [u8; 3] = [0, 63, 0];
    let mut file = Cow::from(bytes);
    let (mut baseline, mut is_before_pixels) = (None, true);
    for Segment { marker, body, place } in Segments::of(bytes) {
        let start = place + 3;
        match marker {
            BASELINE => baseline = Some(place),
            0xcc | 0xdc => file.to_mut()[place] = COMMENT,
            0xd0..=0xd7 if is_before_pixels => file.to_mut()[place - 1..=place].fill(0),
            0xee if body.starts_with(b"Adobe") && body.get(11).is_some_and(|&number| number > 2) => {
                file.to_mut()[start + 11] = 1;
            }
            START_OF_SCAN => {
                is_before_pixels = false;
                let Some((planes, parts)) = body.split_last_chunk().filter(|_| coding == Coding::Sequential) else {
                    continue;
                };
                if *parts != WHOLE {
                    file.to_mut()[start + planes.len()..][..WHOLE.len()].copy_from_slice(&WHOLE);
                }
                let has_many_tables = planes.iter().skip(2).step_by(2).any(|tables| tables & 0xee != 0);
                if let Some(place) = baseline.filter(|_| has_many_tables) {
                    file.to_mut()[place] = EXTENDED;
                }
            }
            _ => {}
        }
    }
    file
}

fn pixels(header: &Header, mut stored: Vec<u8>) -> Option<DynamicImage> {
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let rgb = |pixels: Vec<u8>| RgbImage::from_raw(width, height, pixels).map(DynamicImage::from);
    match header.colour {
        Colour::Grey if header.bits != 8 => {
            let deep = deep(&stored, header.bits);
            ImageBuffer::from_raw(width, height, deep).map(DynamicImage::ImageLuma16)
        }
        Colour::Grey => GrayImage::from_raw(width, height, stored).map(DynamicImage::from),
        Colour::Rgb => rgb(stored),
        Colour::YCbCr => {
            for pixel in stored.as_chunks_mut().0 {
                *pixel = from_ycbcr(*pixel);
            }
            rgb(stored)
        }
        Colour::Cmyk | Colour::Ycck => {
            let to_rgb = |&inks: &[u8; 4]| from_inks(inks, header.colour);
            rgb(stored.as_chunks().0.iter().flat_map(to_rgb).collect())
        }
    }
}

/// Values of some bits, two bytes each, brought to the range of 16 bits.
fn deep(stored: &[u8], bits: u8) -> Vec<u16> {
    let largest = (1_u32 << bits) - 1;
    let widened = |&value: &[u8; 2]| {
        let value = u32::from(u16::from_ne_bytes(value)).min(largest);
        ((value * u32::from(u16::MAX) + largest / 2) / largest) as u16
    };
    stored.as_chunks().0.iter().map(widened).collect()
}

/// Four inks as they are stored, inverted, the first three perhaps as luma and chroma.
fn from_inks([first, second, third, black]: [u8; 4], colour: Colour) -> [u8; 3] {
    let inks = [first, second, third];
    let [cyan, magenta, yellow] = if colour == Colour::Ycck {
        from_ycbcr(inks).map(|value| 255 - value)
    } else {
        inks
    };
    from_inverted_inks([cyan, magenta, yellow, black])
}

fn sentence(error: Error) -> DecodeError {
    match error {
        Error::Unsupported(_) => DecodeError::unread("a JPEG of a rare kind", header::ADVICE),
        Error::Io(_) => DecodeError::damaged("it ends before its pixels do"),
        // Stricter than libjpeg: what breaks a rule need not be damaged.
        _ => DecodeError::unread(
            "a JPEG that breaks the rules of its format",
            "open it in an image program and save it again",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_pillows() {
        assert_eq!(from_inks([200, 100, 50, 255], Colour::Cmyk), [200, 100, 50]);
        assert_eq!(from_inks([255, 128, 128, 255], Colour::Ycck), [0, 0, 0]);
    }

    #[test]
    fn a_size_that_is_only_claimed_is_refused_before_allocating() {
        let claimed = b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\0\x08\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\xff\xd9";
        assert!(matches!(decode(claimed), Err(DecodeError::TooLarge)));
    }

    #[test]
    fn a_file_too_short_for_its_pixels_is_refused_before_decoding() {
        let mut file = b"\xff\xd8\xff\xc2\0\x0b\x08\x40\0\x40\0\x01\x01\x11\0".to_vec();
        file.extend(b"\xff\xc4\0\x14\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        file.extend(b"\xff\xda\0\x08\x01\x01\0\0\0\0\0".repeat(99));
        file.extend(b"\xff\xd9");
        let error = decode(&file).unwrap_err().to_string();
        assert!(error.contains("ends before its pixels do"), "{error}");
    }

    #[test]
    fn values_of_few_bits_fill_the_range_of_sixteen() {
        let stored: Vec<u8> = [0_u16, 512, 1023]
            .iter()
            .flat_map(|value| value.to_ne_bytes())
            .collect();
        assert_eq!(deep(&stored, 10), [0, 32_800, 65_535]);
    }
}
