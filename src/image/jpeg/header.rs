//! What the headers of a JPEG file say of it, and which files are refused for it.

use super::segments::{END, START_OF_SCAN, Segments};
use crate::image::DecodeError;

/// What to do with a JPEG file that is not read.
pub(super) const ADVICE: &str = "save it again as PNG, or as a usual JPEG";

/// More scans than any encoder writes. Each costs a pass over the whole image, and may be a few bytes long.
const MOST_SCANS: usize = 100;

/// Part 1 of the standard, table B.1: how the values are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::image) enum Coding {
    /// By cosines, in one pass over each colour.
    Sequential,
    /// By cosines, from coarse to fine.
    Progressive,
    /// By differences between pixels.
    Lossless,
}

/// A colour plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::image) struct Component {
    pub(in crate::image) id: u8,
    /// Sampling factors, across and down: this plane's resolution relative to the others'.
    pub(in crate::image) sampling: (u8, u8),
}

/// How the components are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::image) enum Colour {
    Grey,
    Rgb,
    YCbCr,
    /// Four inks, stored inverted.
    Cmyk,
    /// The same, the first three as luma and chroma.
    Ycck,
}

/// What the headers say.
#[derive(Debug)]
pub(in crate::image) struct Header {
    pub(in crate::image) coding: Coding,
    /// Bits of a value.
    pub(in crate::image) bits: u8,
    pub(in crate::image) width: u16,
    pub(in crate::image) height: u16,
    pub(in crate::image) components: Vec<Component>,
    pub(in crate::image) colour: Colour,
    /// Whether a mark of Adobe's says so.
    pub(in crate::image) is_marked: bool,
    /// Whether it brings Huffman tables.
    pub(in crate::image) has_tables: bool,
}

impl Header {
    /// Reads the headers of a file that can be decoded.
    ///
    /// # Errors
    /// They are damaged, the end is missing, or the file is of a kind that cannot be read.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut segments = Segments::of(bytes);
        let (mut frame, mut scan, mut marks) = (None, None, Marks::default());
        for segment in segments.by_ref() {
            let body = segment.body;
            match segment.marker {
                0xc0..=0xcf if !matches!(segment.marker, 0xc4 | 0xc8 | 0xcc) => frame = Some((segment.marker, body)),
                0xc4 => marks.tables = true,
                0xdd => marks.restarts = body != [0, 0],
                0xde => return Err(unread("a hierarchical JPEG")),
                0xe0 => marks.jfif |= body.starts_with(b"JFIF\0"),
                0xee if body.starts_with(b"Adobe") => marks.adobe = body.get(11).copied().or(marks.adobe),
                START_OF_SCAN => {
                    scan = Some(body);
                    break;
                }
                _ => {}
            }
        }
        let (Some((process, frame)), Some(scan)) = (frame, scan) else {
            return Err(DecodeError::damaged("its headers are not complete"));
        };
        let header = Self::of_frame(coding(process)?, frame, marks)
            .ok_or(DecodeError::damaged("its header cannot be understood"))?;
        header.check(scan, marks)?;
        check_scans(segments)?;
        Ok(header)
    }

    /// The fewest bits that the pixels take: one for each block of 8 x 8 values, and for each value of a lossless file.
    pub(super) fn fewest_bits(&self) -> u64 {
        let side = if self.coding == Coding::Lossless { 1 } else { 8 };
        let (across, down) = self.largest();
        let blocks = |length: u16, factor: u8, largest: u8| {
            let values = u64::from(length) * u64::from(factor);
            values.div_ceil(side * u64::from(largest.max(1)))
        };
        let of_plane = |plane: &Component| {
            blocks(self.width, plane.sampling.0, across) * blocks(self.height, plane.sampling.1, down)
        };
        self.components.iter().map(of_plane).sum()
    }

    fn of_frame(coding: Coding, frame: &[u8], marks: Marks) -> Option<Self> {
        let (&[bits, high, low, left, right, count], planes) = frame.split_first_chunk()?;
        let components: Vec<Component> = planes
            .chunks_exact(3)
            .map(|plane| Component {
                id: plane[0],
                sampling: (plane[1] >> 4, plane[1] & 0xf),
            })
            .collect();
        (components.len() == usize::from(count)).then(|| Self {
            coding,
            bits,
            height: u16::from_be_bytes([high, low]),
            width: u16::from_be_bytes([left, right]),
            colour: marks.colour(coding, &components),
            is_marked: marks.adobe.is_some(),
            components,
            has_tables: marks.tables,
        })
    }

    fn check(&self, scan: &[u8], marks: Marks) -> Result<(), DecodeError> {
        let in_one_scan = scan.first().map(|&count| usize::from(count)) == Some(self.components.len());
        if !matches!(self.components.len(), 1 | 3 | 4) {
            return Err(unread("a JPEG whose colours are neither grey, RGB nor CMYK"));
        }
        if self.height == 0 {
            return Err(unread("a JPEG whose height stands after its pixels"));
        }
        match self.coding {
            Coding::Lossless => self.check_lossless(scan, in_one_scan, marks),
            _ if self.bits != 8 => Err(unread(&format!("a JPEG of {} bits a value", self.bits))),
            _ if !self.has_whole_ratios() => Err(unread("a JPEG with colours sampled at an unusual ratio")),
            _ if !self.has_simple_scans(in_one_scan) => Err(unread(
                "a JPEG with colours sampled at an unusual ratio, in scans of their own",
            )),
            _ => Ok(()),
        }
    }

    /// The decoder reads the layouts of medical images; it does not heed restarts or shifts.
    fn check_lossless(&self, scan: &[u8], in_one_scan: bool, marks: Marks) -> Result<(), DecodeError> {
        let is_shifted = scan.last().is_some_and(|last| last & 0xf != 0);
        let is_plain = self.components.len() == 1 || self.components.iter().all(|plane| plane.sampling == (1, 1));
        let is_deep_colour = self.components.len() > 1 && self.bits != 8;
        let is_read = in_one_scan && is_plain && !is_shifted && !marks.restarts && !is_deep_colour;
        is_read.then_some(()).ok_or(unread("a lossless JPEG of a rare layout"))
    }

    /// The largest sampling factors, across and down.
    fn largest(&self) -> (u8, u8) {
        let largest = |of: fn(&Component) -> u8| self.components.iter().map(of).max().unwrap_or(1);
        (largest(|plane| plane.sampling.0), largest(|plane| plane.sampling.1))
    }

    fn has_whole_ratios(&self) -> bool {
        let divides = |factor: u8, largest: u8| factor != 0 && factor <= 4 && largest.is_multiple_of(factor);
        let (across, down) = self.largest();
        self.components
            .iter()
            .all(|plane| divides(plane.sampling.0, across) && divides(plane.sampling.1, down))
    }

    /// The decoder counts the blocks of a plane in a scan of its own wrongly if its factor lies between 1 and the
    /// largest.
    fn has_simple_scans(&self, in_one_scan: bool) -> bool {
        let (across, down) = self.largest();
        let is_simple =
            |plane: &Component| [1, across].contains(&plane.sampling.0) && [1, down].contains(&plane.sampling.1);
        (in_one_scan && self.coding == Coding::Sequential) || self.components.iter().all(is_simple)
    }
}

/// What stands in other segments than the frame's.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    jfif: bool,
    adobe: Option<u8>,
    restarts: bool,
    tables: bool,
}

impl Marks {
    /// As libjpeg-turbo decides it (`default_decompress_parms` in jdapimin.c).
    fn colour(self, coding: Coding, components: &[Component]) -> Colour {
        let ids: Vec<u8> = components.iter().map(|plane| plane.id).collect();
        match (components.len(), self.adobe) {
            (1, _) => Colour::Grey,
            (4, None | Some(0)) => Colour::Cmyk,
            (4, _) => Colour::Ycck,
            _ if self.jfif => Colour::YCbCr,
            (_, Some(0)) => Colour::Rgb,
            (_, Some(_)) => Colour::YCbCr,
            _ if ids == *b"RGB" || coding == Coding::Lossless => Colour::Rgb,
            _ => Colour::YCbCr,
        }
    }
}

fn coding(process: u8) -> Result<Coding, DecodeError> {
    match process {
        0xc0 | 0xc1 => Ok(Coding::Sequential),
        0xc2 => Ok(Coding::Progressive),
        0xc3 => Ok(Coding::Lossless),
        0xc9 | 0xca => Err(unread("a JPEG with arithmetic coding")),
        0xcb => Err(unread("a lossless JPEG with arithmetic coding")),
        _ => Err(unread("a hierarchical JPEG")),
    }
}

/// Without an end marker the file is cut short, and the rest would be filled with grey.
fn check_scans(after_first: Segments) -> Result<(), DecodeError> {
    let (mut scans, mut is_whole) = (1, false);
    for segment in after_first {
        scans += usize::from(segment.marker == START_OF_SCAN);
        is_whole |= segment.marker == END;
    }
    if scans > MOST_SCANS {
        return Err(unread("a JPEG of more than a hundred scans"));
    }
    is_whole.then_some(()).ok_or(DecodeError::damaged("its end is missing"))
}

fn unread(what: &str) -> DecodeError {
    DecodeError::unread(what, ADVICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image of 8 x 8 greys in so many scans, with a restart in each.
    fn file(scans: usize, end: &[u8]) -> Vec<u8> {
        let start: &[u8] = b"\xff\xd8\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0";
        let scan: &[u8] = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\xff\0\xff\xd0\x34";
        [start, &scan.repeat(scans), end].concat()
    }

    #[test]
    fn scans_are_counted_up_to_the_end() {
        const END: &[u8] = b"\xff\xd9";
        assert!(Header::read(&file(1, END)).is_ok());
        assert!(Header::read(&file(MOST_SCANS, END)).is_ok());
        let many = Header::read(&file(MOST_SCANS + 1, END));
        assert!(matches!(many, Err(DecodeError::Unread { .. })));
        // A film after the picture, as telephones write it.
        let after = [END, &b"\xff\xda".repeat(999)].concat();
        assert!(Header::read(&file(1, &after)).is_ok());
    }

    #[test]
    fn without_a_mark_lossless_colours_are_red_green_and_blue() {
        let planes = [0, 1, 2].map(|id| Component { id, sampling: (1, 1) });
        let colour = |coding| Marks::default().colour(coding, &planes);
        assert_eq!(
            [colour(Coding::Lossless), colour(Coding::Sequential)],
            [Colour::Rgb, Colour::YCbCr]
        );
    }

    #[test]
    fn without_its_end_a_file_is_damaged() {
        let whole = file(2, b"\xff\xd9");
        for length in 0..whole.len() {
            assert!(
                matches!(Header::read(&whole[..length]), Err(DecodeError::Damaged(_))),
                "{length}"
            );
        }
    }
}
