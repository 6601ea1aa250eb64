//! What a DICOM file says of its picture (part 3, C.7.6.3), and which files are refused for it.

use super::dataset::{Dataset, Tag};
use super::packing::Packing;
use super::unread;
use crate::image::DecodeError;

const SAMPLES: Tag = (0x0028, 0x0002);
const PHOTOMETRIC_INTERPRETATION: Tag = (0x0028, 0x0004);
const PLANAR_CONFIGURATION: Tag = (0x0028, 0x0006);
const FRAMES: Tag = (0x0028, 0x0008);
const ROWS: Tag = (0x0028, 0x0010);
const COLUMNS: Tag = (0x0028, 0x0011);
const BITS_ALLOCATED: Tag = (0x0028, 0x0100);
const BITS_STORED: Tag = (0x0028, 0x0101);
const HIGH_BIT: Tag = (0x0028, 0x0102);
const PIXEL_REPRESENTATION: Tag = (0x0028, 0x0103);
const PADDING: Tag = (0x0028, 0x0120);
const PADDING_LIMIT: Tag = (0x0028, 0x0121);
const WINDOW_CENTRE: Tag = (0x0028, 0x1050);
const WINDOW_WIDTH: Tag = (0x0028, 0x1051);
const INTERCEPT: Tag = (0x0028, 0x1052);
const SLOPE: Tag = (0x0028, 0x1053);
const WINDOW_FUNCTION: Tag = (0x0028, 0x1056);
const MODALITY_TABLE: Tag = (0x0028, 0x3000);
const WINDOW_TABLE: Tag = (0x0028, 0x3010);
const FLOATS: Tag = (0x7fe0, 0x0008);
const DOUBLES: Tag = (0x7fe0, 0x0009);

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// MONOCHROME1 is inverted.
    Grey {
        is_inverted: bool,
    },
    Rgb,
    YCbCr,
}

/// How values become grey levels (part 3, C.11.2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) centre: f64,
    pub(super) width: f64,
    pub(super) shape: Shape,
}

/// The names of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Linear,
    LinearExact,
    Sigmoid,
}

#[derive(Debug)]
pub(super) struct Header {
    pub(super) rows: u16,
    pub(super) columns: u16,
    /// Of a pixel: 1 or 3.
    pub(super) samples: u16,
    pub(super) colour: Colour,
    /// Whether all reds come before all greens.
    pub(super) is_planar: bool,
    pub(super) frames: u32,
    /// Bits that a value takes: 8 or 16.
    pub(super) allocated: u16,
    /// Bits of it that count, and the highest of them.
    pub(super) bits: u16,
    pub(super) high_bit: u16,
    pub(super) is_signed: bool,
    pub(super) slope: f64,
    pub(super) intercept: f64,
    pub(super) window: Option<Window>,
    /// Values that mean that there is no picture, from one to the other, as they are stored.
    pub(super) padding: Option<(u16, u16)>,
}

impl Header {
    /// # Errors
    /// The file has no picture, contradicts itself, or is of a kind that cannot be read.
    pub(super) fn read(file: &Dataset) -> Result<Self, DecodeError> {
        check_kind(file)?;
        let needed = |tag| {
            file.number(tag)
                .ok_or_else(|| DecodeError::damaged("it does not say what its pixels are"))
        };
        let allocated = needed(BITS_ALLOCATED)?;
        let bits = file.number(BITS_STORED).unwrap_or(allocated);
        let header = Self {
            rows: needed(ROWS)?,
            columns: needed(COLUMNS)?,
            samples: file.number(SAMPLES).unwrap_or(1),
            colour: colour(&file.text(PHOTOMETRIC_INTERPRETATION), file.packing)?,
            is_planar: file.number(PLANAR_CONFIGURATION) == Some(1),
            frames: file.decimal(FRAMES).unwrap_or(1.0) as u32,
            allocated,
            bits,
            high_bit: file.number(HIGH_BIT).unwrap_or(bits.saturating_sub(1)),
            is_signed: file.number(PIXEL_REPRESENTATION) == Some(1),
            slope: file.decimal(SLOPE).unwrap_or(1.0),
            intercept: file.decimal(INTERCEPT).unwrap_or(0.0),
            window: window(file)?,
            padding: padding(file),
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), DecodeError> {
        let is_grey = matches!(self.colour, Colour::Grey { .. });
        if !matches!(self.allocated, 8 | 16) {
            return Err(unread(&format!("a DICOM file of {} bits a value", self.allocated)));
        }
        if self.samples != if is_grey { 1 } else { 3 } || (!is_grey && (self.allocated, self.bits) != (8, 8)) {
            return Err(unread("a DICOM file whose colours are of a rare kind"));
        }
        let has_bits = self.bits >= 1 && self.high_bit < self.allocated && self.bits <= self.high_bit + 1;
        let has_pixels = self.rows > 0 && self.columns > 0;
        (has_bits && has_pixels)
            .then_some(())
            .ok_or_else(|| DecodeError::damaged("its size or its bits contradict themselves"))
    }
}

fn check_kind(file: &Dataset) -> Result<(), DecodeError> {
    if file.has(FLOATS) || file.has(DOUBLES) {
        return Err(unread("a DICOM file of floating-point values"));
    }
    if file.pixels.is_none() {
        return Err(unread("a DICOM file without a picture"));
    }
    if file.has(MODALITY_TABLE) {
        return Err(unread("a DICOM file whose values go through a table (modality LUT)"));
    }
    Ok(())
}

fn colour(name: &str, packing: Packing) -> Result<Colour, DecodeError> {
    match name {
        "MONOCHROME1" => Ok(Colour::Grey { is_inverted: true }),
        "MONOCHROME2" => Ok(Colour::Grey { is_inverted: false }),
        "RGB" => Ok(Colour::Rgb),
        "YBR_FULL" => Ok(Colour::YCbCr),
        "YBR_FULL_422" if packing == Packing::Jpeg => Ok(Colour::YCbCr),
        "PALETTE COLOR" => Err(unread("a DICOM file with a palette")),
        _ => Err(unread("a DICOM file whose colours are of a rare kind")),
    }
}

/// The first of the file's windows. One without a width is none.
fn window(file: &Dataset) -> Result<Option<Window>, DecodeError> {
    let shape = match file.text(WINDOW_FUNCTION).as_str() {
        "" | "LINEAR" => Shape::Linear,
        "LINEAR_EXACT" => Shape::LinearExact,
        "SIGMOID" => Shape::Sigmoid,
        _ => return Err(unread("a DICOM file with a window of a rare kind")),
    };
    let found = file.decimal(WINDOW_CENTRE).zip(file.decimal(WINDOW_WIDTH));
    let found = found.filter(|&(_, width)| {
        if shape == Shape::Linear {
            width >= 1.0
        } else {
            width > 0.0
        }
    });
    if found.is_none() && file.has(WINDOW_TABLE) {
        return Err(unread("a DICOM file whose values go through a table (VOI LUT)"));
    }
    Ok(found.map(|(centre, width)| Window { centre, width, shape }))
}

fn padding(file: &Dataset) -> Option<(u16, u16)> {
    let value = file.number(PADDING)?;
    Some((value, file.number(PADDING_LIMIT).unwrap_or(value)))
}
