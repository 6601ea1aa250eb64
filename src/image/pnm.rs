//! PBM, PGM and PPM (P1 to P6, see netpbm.sourceforge.net/doc), whose largest value becomes white, as in Pillow.

use super::{DecodeError, check_size};
use image::{DynamicImage, ImageBuffer};
use std::iter::from_fn;

/// Values as the file has them; None for what is no value.
type Values<'a> = Box<dyn Iterator<Item = Option<u16>> + 'a>;

/// Decodes a file that begins with P1 to P6.
///
/// # Errors
/// The file is too large, cut short or damaged.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, DecodeError> {
    let kind = bytes[1];
    let mut header = Text(&bytes[2..]);
    let mut number = || header.number().filter(|&number| number > 0);
    let (Some(width), Some(height)) = (number(), number()) else {
        return Err(DecodeError::damaged("its size cannot be read"));
    };
    let largest = if matches!(kind, b'1' | b'4') { Some(1) } else { number() };
    let Some(largest) = largest.and_then(|largest| u16::try_from(largest).ok()) else {
        return Err(DecodeError::damaged("its largest value is not between 1 and 65,535"));
    };
    let channels = if matches!(kind, b'3' | b'6') { 3 } else { 1 };
    let is_deep = largest > 255 && channels == 1;
    check_size(width, height, if is_deep { 2 } else { channels })?;

    let count = width as usize * height as usize * channels as usize;
    let values = values(kind, largest, width as usize, header.0).take(count);
    let scaled = |range: u16| values.map(move |value| value.map(|value| to_range(value, largest, range)));
    let image = if is_deep {
        let pixels: Option<Vec<u16>> = scaled(u16::MAX).collect();
        pixels
            .and_then(|pixels| ImageBuffer::from_raw(width, height, pixels))
            .map(DynamicImage::ImageLuma16)
    } else {
        let pixels: Option<Vec<u8>> = scaled(255).map(|value| value.map(|value| value as u8)).collect();
        pixels.and_then(|pixels| match channels {
            1 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
            _ => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        })
    };
    image.ok_or(DecodeError::damaged(
        "it has fewer pixels than it says, or numbers that are too large",
    ))
}

/// The values after the header, of which there may be more than there are pixels.
fn values(kind: u8, largest: u16, width: usize, rest: &[u8]) -> Values<'_> {
    // One white space ends the header.
    let raster = rest.get(1..).unwrap_or_default();
    let mut text = Text(rest);
    match kind {
        b'1' => Box::new(from_fn(move || text.bit())),
        b'2' | b'3' => Box::new(from_fn(move || text.value(largest))),
        b'4' => Box::new(raster.chunks(width.div_ceil(8)).flat_map(move |row| bits(row, width))),
        _ if largest > 255 => Box::new(raster.as_chunks().0.iter().map(|&pair| Some(u16::from_be_bytes(pair)))),
        _ => Box::new(raster.iter().map(|&byte| Some(byte.into()))),
    }
}

/// A row of a bitmap, 1 for white; in the file 0 is.
fn bits(row: &[u8], width: usize) -> impl Iterator<Item = Option<u16>> {
    (0..width).map(|x| row.get(x / 8).map(|byte| u16::from(byte >> (7 - x % 8) & 1 == 0)))
}

/// As Pillow rounds it.
fn to_range(value: u16, largest: u16, range: u16) -> u16 {
    let (value, largest, range) = (f64::from(value), f64::from(largest), f64::from(range));
    (value / largest * range).round_ties_even().min(range) as u16
}

/// Numbers in decimal digits, with white space and comments between them.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn skip_space(&mut self) {
        loop {
            self.0 = self.0.trim_ascii_start();
            // A vertical tab is white space too.
            match self.0 {
                [0x0b, rest @ ..] => self.0 = rest,
                [b'#', rest @ ..] => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    self.0 = &rest[end.unwrap_or(rest.len())..];
                }
                _ => return,
            }
        }
    }

    fn number(&mut self) -> Option<u32> {
        self.skip_space();
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        str::from_utf8(digits).ok()?.parse().ok()
    }

    /// The next value; the inner None is one that is too large or no number.
    fn value(&mut self, largest: u16) -> Option<Option<u16>> {
        self.skip_space();
        let is_over = self.0.is_empty();
        let value = self.number().and_then(|value| u16::try_from(value).ok());
        (!is_over).then(|| value.filter(|&value| value <= largest))
    }

    /// The next digit of a bitmap: they need no space between them.
    fn bit(&mut self) -> Option<Option<u16>> {
        self.skip_space();
        let (&digit, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match digit {
            b'0' => Some(1),
            b'1' => Some(0),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greys(file: &[u8]) -> Option<Vec<u8>> {
        decode(file).ok().map(|image| image.into_luma8().into_raw())
    }

    #[test]
    fn all_six_kinds_are_read() {
        assert_eq!(greys(b"P1 # bits\n3 1\n01\n0"), Some(vec![255, 0, 255]));
        assert_eq!(greys(b"P4\n3 1\n\x40"), Some(vec![255, 0, 255]));
        assert_eq!(greys(b"P2\n2 1 # wide\n10\n0 10"), Some(vec![0, 255]));
        assert_eq!(greys(b"P5 2 1 255\n\x07\x08rest"), Some(vec![7, 8]));
        let deep = decode(b"P5 2 1 1023\n\x03\xff\0\0").unwrap();
        assert_eq!(deep.as_luma16().unwrap().as_raw(), &[65_535, 0]);
        assert_eq!(
            decode(b"P3 1 1 5 1 2 3").unwrap().into_rgb8().into_raw(),
            [51, 102, 153]
        );
        assert_eq!(
            decode(b"P6 1 1 511 \x01\xff\0\0\x01\0").unwrap().into_rgb8().into_raw(),
            [255, 0, 128]
        );
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for file in [
            &b"P2 2 1 255 7"[..],
            b"P2 1 1 255 256",
            b"P2 1 1 255 x",
            b"P1 1 1 2",
            b"P5 2 1 255\n\x07",
            b"P4 9 1 \0",
            b"P5 0 1 255 \0",
            b"P5 1 1 65536 \0\0",
            b"P5 1",
        ] {
            assert!(matches!(decode(file), Err(DecodeError::Damaged(_))), "{file:?}");
        }
        assert!(matches!(
            decode(b"P5 4000000000 4000000000 255\n"),
            Err(DecodeError::TooLarge)
        ));
    }
}
