//! A TIFF file, prepared for the library. That reads samples only of the colours that it knows, so it is told that all
//! are greys; what they mean is applied afterwards.

use std::collections::HashSet;
use std::iter::successors;

const WIDTH: u64 = 256;
const HEIGHT: u64 = 257;
const COMPRESSION: u64 = 259;
const COLOUR: u64 = 262;
const ROWS_PER_STRIP: u64 = 278;
const PREDICTOR: u64 = 317;

/// Packings after which values may stand for differences to the one before: LZW and Deflate.
const WITH_PREDICTOR: [u64; 3] = [5, 8, 32_946];

/// A file in which the library finds greys.
pub(super) struct Prepared {
    pub(super) file: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// What the file had as its kind of colours, if it said.
    pub(super) colour: Option<u64>,
}

/// None if the first directory is not there or has no size.
pub(super) fn prepared(bytes: &[u8]) -> Option<Prepared> {
    const BLACK_IS_ZERO: u64 = 1;
    let directory = Directory::of(bytes)?;
    let number = |tag| directory.place(bytes, tag).and_then(|place| place.read(bytes));
    let (width, height) = (number(WIDTH)?, number(HEIGHT)?);
    let colour = number(COLOUR);
    let mut file = bytes.to_vec();
    let mut set = |tag, value| {
        if let Some(place) = directory.place(bytes, tag) {
            place.write(&mut file, value);
        }
    };
    set(COLOUR, BLACK_IS_ZERO);
    // "All rows" is written as the largest number.
    if let Some(rows) = number(ROWS_PER_STRIP) {
        set(ROWS_PER_STRIP, rows.min(height));
    }
    if !WITH_PREDICTOR.contains(&number(COMPRESSION).unwrap_or(1)) {
        set(PREDICTOR, 1);
    }
    Some(Prepared {
        file,
        width: u32::try_from(width).ok()?,
        height: u32::try_from(height).ok()?,
        colour,
    })
}

/// How many directories a file has, one for each page. They may go in a circle, of which each counts once.
pub(in crate::image) fn pages(bytes: &[u8]) -> usize {
    /// More are not counted.
    const MOST: usize = 1 << 16;
    let mut seen = HashSet::new();
    let directories = successors(Directory::of(bytes), |directory| directory.next(bytes));
    let once = directories.take_while(|directory| seen.insert(directory.start));
    once.take(MOST).count()
}

/// Where a directory is, of a file with offsets of 4 or 8 bytes. EXIF is such a file, with offsets of 4.
pub(in crate::image) struct Directory {
    is_big_endian: bool,
    pub(in crate::image) is_big_file: bool,
    start: usize,
    entries: u64,
}

/// What a directory has for a tag.
pub(in crate::image) struct Entry {
    /// The kind of numbers, as the format counts them.
    pub(in crate::image) kind: u64,
    /// How many there are.
    pub(in crate::image) count: u64,
    /// Where the value stands, or where it says that the values are.
    value: usize,
}

impl Directory {
    /// The first; None if the file does not begin as TIFF does, or has no directory.
    pub(in crate::image) fn of(bytes: &[u8]) -> Option<Self> {
        let (is_big_endian, is_big_file) = match bytes.get(..4)? {
            b"II*\0" => (false, false),
            b"MM\0*" => (true, false),
            b"II+\0" => (false, true),
            b"MM\0+" => (true, true),
            _ => return None,
        };
        let before_first = Self {
            is_big_endian,
            is_big_file,
            start: if is_big_file { 8 } else { 4 },
            entries: 0,
        };
        before_first.next(bytes)
    }

    /// The directory after this one; None if it is the last.
    fn next(&self, bytes: &[u8]) -> Option<Self> {
        let (offset_size, count_size) = if self.is_big_file { (8, 8) } else { (4, 2) };
        let offset = self.number(self.end(self.entries)?, offset_size).read(bytes)?;
        let at = usize::try_from(offset).ok().filter(|&at| at > 0)?;
        Some(Self {
            start: at.checked_add(count_size)?,
            entries: self.number(at, count_size).read(bytes)?,
            ..*self
        })
    }

    /// Where so many entries end.
    fn end(&self, entries: u64) -> Option<usize> {
        let step = if self.is_big_file { 20 } else { 12 };
        usize::try_from(entries)
            .ok()?
            .checked_mul(step)?
            .checked_add(self.start)
    }

    /// The entry of a tag; None if there is none.
    pub(in crate::image) fn entry(&self, bytes: &[u8], tag: u64) -> Option<Entry> {
        let count_size = if self.is_big_file { 8 } else { 4 };
        for index in 0..self.entries {
            let at = self.end(index)?;
            if self.number(at, 2).read(bytes)? == tag {
                return Some(Entry {
                    kind: self.number(at + 2, 2).read(bytes)?,
                    count: self.number(at + 4, count_size).read(bytes)?,
                    value: at + 4 + count_size,
                });
            }
        }
        None
    }

    /// The value of an entry that is a single number of `size` bytes.
    pub(in crate::image) fn value(&self, bytes: &[u8], entry: &Entry, size: usize) -> Option<u64> {
        self.number(entry.value, size).read(bytes)
    }

    /// Where the value of a tag is; None unless it is one whole number.
    fn place(&self, bytes: &[u8], tag: u64) -> Option<Place> {
        let entry = self.entry(bytes, tag)?;
        let size = match entry.kind {
            1 => 1,
            3 => 2,
            4 => 4,
            16 if self.is_big_file => 8,
            _ => return None,
        };
        (entry.count == 1).then(|| self.number(entry.value, size))
    }

    fn number(&self, at: usize, size: usize) -> Place {
        let is_big_endian = self.is_big_endian;
        Place {
            at,
            size,
            is_big_endian,
        }
    }
}

/// A number in a file.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// In bytes.
    size: usize,
    is_big_endian: bool,
}

impl Place {
    fn read(self, bytes: &[u8]) -> Option<u64> {
        let digits = bytes.get(self.at..self.at.checked_add(self.size)?)?.iter();
        let joined = |number, &digit: &u8| number << 8 | u64::from(digit);
        Some(if self.is_big_endian {
            digits.fold(0, joined)
        } else {
            digits.rev().fold(0, joined)
        })
    }

    /// Nothing is written past the end.
    fn write(self, bytes: &mut [u8], value: u64) {
        let Some(digits) = bytes.get_mut(self.at..self.at + self.size) else {
            return;
        };
        digits.copy_from_slice(&value.to_le_bytes()[..self.size]);
        if self.is_big_endian {
            digits.reverse();
        }
    }
}
