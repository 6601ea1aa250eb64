//! What the tags of a TIFF file say of its pixels, and which files are refused for it.

use super::{Reader, sentence, unread};
use crate::image::DecodeError;
use ::tiff::tags::Tag;

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
}

impl Colour {
    /// Samples of a pixel, without those that are added to the colours.
    pub(super) fn samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Cmyk => 4,
        }
    }
}

#[derive(Debug)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub(super) bits: u8,
    /// Samples of a pixel.
    pub(super) samples: usize,
    pub(super) colour: Colour,
    /// Whether the sample after the colours is an opacity by which they have been multiplied.
    pub(super) is_premultiplied: bool,
    /// Whether each sample has strips or tiles of its own.
    pub(super) is_planar: bool,
    /// Packed by CCITT group 4, which has only black and white.
    pub(super) is_fax: bool,
    pub(super) is_jpeg: bool,
    /// All reds, greens and blues of a palette.
    pub(super) palette: Vec<u16>,
    /// The value of EXIF's tag; 0 if there is none.
    pub(super) orientation: u16,
}

impl Header {
    /// `colour` is the number that the file has for it.
    ///
    /// # Errors
    /// The file is of a kind that cannot be read, or damaged.
    pub(super) fn read(reader: &mut Reader, colour: u64) -> Result<Self, DecodeError> {
        const FAX: u16 = 4;
        const JPEG: u16 = 7;
        const PLANAR: u16 = 2;
        const PREMULTIPLIED: u16 = 1;
        let (width, height) = reader.dimensions().map_err(sentence)?;
        let bits = all(reader, Tag::BitsPerSample)?.first().copied().unwrap_or(1);
        check_values(&all(reader, Tag::SampleFormat)?, bits)?;
        let compression = one(reader, Tag::Compression, 1)?;
        check_compression(compression)?;
        let header = Self {
            width,
            height,
            bits: bits as u8,
            samples: one(reader, Tag::SamplesPerPixel, 1)?.into(),
            colour: known_colour(colour)?,
            is_premultiplied: all(reader, Tag::ExtraSamples)?.first() == Some(&PREMULTIPLIED),
            is_planar: one(reader, Tag::PlanarConfiguration, 1)? == PLANAR,
            is_fax: compression == FAX,
            is_jpeg: compression == JPEG,
            palette: all(reader, Tag::ColorMap)?,
            orientation: one(reader, Tag::Orientation, 0).unwrap_or(0),
        };
        if one(reader, Tag::FillOrder, 1)? == 2 && !header.is_jpeg {
            return Err(unread("a TIFF whose bits are in reverse order"));
        }
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), DecodeError> {
        let has_colours = self.samples >= self.colour.samples();
        let is_bitmap = self.bits < 8;
        let is_known = match self.colour {
            Colour::Palette => self.bits <= 8 && self.palette.len() == 3 << self.bits,
            // Other packings have a layout of their own for these.
            Colour::YCbCr => self.is_jpeg,
            _ => true,
        };
        let fits = !(is_bitmap && self.samples > 1 || self.is_jpeg && self.bits != 8 || self.is_fax && self.bits != 1);
        (has_colours && is_known && fits)
            .then_some(())
            .ok_or_else(|| unread("a TIFF whose colours are of a rare kind"))
    }

    /// Memory for a pixel's samples, in bytes.
    pub(super) fn pixel_bytes(&self) -> u64 {
        self.samples as u64 * if self.bits > 8 { 2 } else { 1 }
    }
}

fn check_values(formats: &[u16], bits: u16) -> Result<(), DecodeError> {
    match formats.first() {
        None | Some(1) if matches!(bits, 1 | 2 | 4 | 8 | 16) => Ok(()),
        None | Some(1) => Err(unread(&format!("a TIFF of {bits} bits a value"))),
        Some(2) => Err(unread("a TIFF of values with a sign")),
        Some(3) => Err(unread("a TIFF of floating-point values")),
        Some(_) => Err(unread("a TIFF of values of a rare kind")),
    }
}

/// The numbers are those of libtiff's `tiff.h`.
fn check_compression(compression: u16) -> Result<(), DecodeError> {
    let packed = match compression {
        1 | 4 | 5 | 7 | 8 | 32_773 | 32_946 => return Ok(()),
        2 | 3 | 32_771 => "a TIFF packed as fax machines do (CCITT group 3)",
        6 => "a TIFF with JPEG of the old kind",
        33_003 | 33_004 | 33_005 | 34_712 => "a TIFF packed by JPEG 2000",
        34_925 => "a TIFF packed by LZMA",
        50_000 => "a TIFF packed by Zstandard",
        50_001 => "a TIFF packed by WebP",
        _ => "a TIFF packed in a rare way",
    };
    Err(unread(packed))
}

fn known_colour(number: u64) -> Result<Colour, DecodeError> {
    match number {
        0 => Ok(Colour::WhiteIsZero),
        1 => Ok(Colour::BlackIsZero),
        2 => Ok(Colour::Rgb),
        3 => Ok(Colour::Palette),
        5 => Ok(Colour::Cmyk),
        6 => Ok(Colour::YCbCr),
        _ => Err(unread("a TIFF whose colours are of a rare kind")),
    }
}

/// The numbers of a tag; none if the file has not got it.
fn all(reader: &mut Reader, tag: Tag) -> Result<Vec<u16>, DecodeError> {
    let found = reader.find_tag_unsigned_vec(tag).map_err(sentence)?;
    Ok(found.unwrap_or_default())
}

fn one(reader: &mut Reader, tag: Tag, usual: u16) -> Result<u16, DecodeError> {
    Ok(all(reader, tag)?.first().copied().unwrap_or(usual))
}
