//! The data elements of a DICOM file (part 5, chapter 7; part 10, chapter 7): little endian, with or without the kind of
//! value (VR). What is in sequences is passed over.

use super::packing::{self, Packing};
use super::unread;
use crate::image::DecodeError;
use std::collections::BTreeMap;

/// Group and element.
pub(super) type Tag = (u16, u16);

const PIXELS: Tag = (0x7fe0, 0x0010);
const ITEM: Tag = (0xfffe, 0xe000);
const ITEM_END: Tag = (0xfffe, 0xe00d);
const SEQUENCE_END: Tag = (0xfffe, 0xe0dd);

/// The length of what ends with a mark of its own.
const UNDEFINED: u32 = u32::MAX;

/// Sequences within sequences that are followed.
const DEEPEST: usize = 16;

/// Length of a preamble, and of that with four letters.
const PREAMBLE: usize = 128;
const START: usize = PREAMBLE + 4;

/// Whether a file is DICOM: by its four letters, or, where they were left out with the preamble before them, by its first
/// two elements. They are of the groups about the file (2) or of the picture (8), rising, and the first is short.
pub(in crate::image) fn is_dicom(bytes: &[u8]) -> bool {
    has_preamble(bytes) || begins_with_elements(bytes).unwrap_or(false)
}

fn has_preamble(bytes: &[u8]) -> bool {
    bytes.get(PREAMBLE..START) == Some(b"DICM")
}

fn begins_with_elements(bytes: &[u8]) -> Option<bool> {
    const LONGEST: u32 = 64;
    let mut elements = Elements {
        rest: bytes,
        has_kinds: true,
    };
    elements.has_kinds = elements.begins_with_kind();
    let first = elements.element()?;
    if !matches!(first.tag.0, 2 | 8) || first.length > LONGEST || (first.tag.0 == 2 && !elements.has_kinds) {
        return Some(false);
    }
    elements.take(first.length)?;
    let is_alike = elements.begins_with_kind() == elements.has_kinds;
    let second = elements.element()?;
    Some(is_alike && matches!(second.tag.0, 2 | 8) && second.tag > first.tag)
}

/// What a file says of its picture.
pub(super) struct Dataset<'a> {
    pub(super) packing: Packing,
    /// Elements that stand in no sequence, of the groups that matter; a sequence has no bytes here.
    values: BTreeMap<Tag, &'a [u8]>,
    pub(super) pixels: Option<Pixels<'a>>,
}

/// The bytes of all frames.
pub(super) enum Pixels<'a> {
    /// One after the other.
    Plain(&'a [u8]),
    /// In fragments, after a table of where each frame begins.
    Packed { table: &'a [u8], fragments: Vec<&'a [u8]> },
}

impl<'a> Dataset<'a> {
    /// # Errors
    /// An element points past the end of the file or stands where none may be, or the file is stored in a way that cannot
    /// be read.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let broken = || DecodeError::damaged("its data elements cannot be followed");
        if !is_dicom(bytes) {
            return Err(broken());
        }
        let has_preamble = has_preamble(bytes);
        let start = if has_preamble { START } else { 0 };
        let mut elements = Elements {
            rest: bytes.get(start..).ok_or_else(broken)?,
            has_kinds: true,
        };
        let says_packing = has_preamble || elements.is_about_file();
        let mut found = Self {
            packing: if says_packing {
                packing::of(&elements.transfer_syntax().ok_or_else(broken)?)?
            } else {
                Packing::None
            },
            values: BTreeMap::new(),
            pixels: None,
        };
        elements.has_kinds = elements.begins_with_kind();
        found.read_picture(&mut elements).ok_or_else(broken)?;
        match found.pixels {
            Some(Pixels::Packed { .. }) if !says_packing => {
                Err(unread("a DICOM file that does not say how it is packed"))
            }
            _ => Ok(found),
        }
    }

    fn read_picture(&mut self, elements: &mut Elements<'a>) -> Option<()> {
        while !elements.rest.is_empty() {
            let element = elements.element()?;
            if element.tag == PIXELS {
                self.pixels = Some(elements.pixels(&element)?);
                return Some(());
            }
            let value = elements.value(&element, DEEPEST)?;
            if matches!(element.tag.0, 0x0028 | 0x7fe0) {
                self.values.insert(element.tag, value);
            }
        }
        Some(())
    }

    pub(super) fn has(&self, tag: Tag) -> bool {
        self.values.contains_key(&tag)
    }

    /// A whole number of two bytes.
    pub(super) fn number(&self, tag: Tag) -> Option<u16> {
        let two = *self.values.get(&tag)?.first_chunk()?;
        Some(u16::from_le_bytes(two))
    }

    /// The first of the numbers that are written in decimal digits.
    pub(super) fn decimal(&self, tag: Tag) -> Option<f64> {
        let text = self.text(tag);
        let number: f64 = text.split('\\').next()?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    pub(super) fn text(&self, tag: Tag) -> String {
        trimmed(self.values.get(&tag).copied().unwrap_or_default())
    }
}

/// Texts are filled up to an even length.
fn trimmed(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.trim_matches(['\0', ' ']).to_owned()
}

/// The head of an element.
struct Element {
    tag: Tag,
    length: u32,
    is_of_unknown_kind: bool,
}

/// What is still to be read.
struct Elements<'a> {
    rest: &'a [u8],
    /// Whether elements say what kind their value is ("explicit VR").
    has_kinds: bool,
}

impl<'a> Elements<'a> {
    fn take(&mut self, length: u32) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.first_chunk().map(|&two| u16::from_le_bytes(two))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|&four| u32::from_le_bytes(four))
    }

    fn element(&mut self) -> Option<Element> {
        let tag = (self.u16()?, self.u16()?);
        // Items have no kind.
        let kind = if self.has_kinds && tag.0 != ITEM.0 {
            self.take(2)?
        } else {
            b""
        };
        let length = match kind {
            b"" => self.u32()?,
            b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR" | b"UT" | b"UV" => {
                self.take(2)?;
                self.u32()?
            }
            _ => self.u16()?.into(),
        };
        Some(Element {
            tag,
            length,
            is_of_unknown_kind: kind == b"UN",
        })
    }

    /// Whether two letters follow the first tag, where a length has other bytes. Not all files keep to what they say of it.
    fn begins_with_kind(&self) -> bool {
        let kind = self.rest.get(4..6).unwrap_or_default();
        !kind.is_empty() && kind.iter().all(u8::is_ascii_uppercase)
    }

    /// Whether the next element is one about the file itself.
    fn is_about_file(&self) -> bool {
        self.rest.starts_with(&[2, 0])
    }

    /// How all that follows is stored, from the elements about the file itself.
    fn transfer_syntax(&mut self) -> Option<String> {
        const TRANSFER_SYNTAX: Tag = (0x0002, 0x0010);
        let mut found = None;
        while self.is_about_file() {
            let element = self.element()?;
            let value = self.take(element.length)?;
            if element.tag == TRANSFER_SYNTAX {
                found = Some(trimmed(value));
            }
        }
        found
    }

    /// The bytes of a value, or none of those of a sequence without a length.
    fn value(&mut self, element: &Element, depth: usize) -> Option<&'a [u8]> {
        if element.length != UNDEFINED {
            return self.take(element.length);
        }
        // What is of an unknown kind is stored without kinds.
        let had_kinds = self.has_kinds;
        self.has_kinds &= !element.is_of_unknown_kind;
        self.skip_items(depth.checked_sub(1)?)?;
        self.has_kinds = had_kinds;
        Some(&[])
    }

    fn skip_items(&mut self, depth: usize) -> Option<()> {
        loop {
            let item = self.element()?;
            match item.tag {
                SEQUENCE_END => return Some(()),
                ITEM if item.length == UNDEFINED => self.skip_item(depth)?,
                ITEM => {
                    self.take(item.length)?;
                }
                _ => return None,
            }
        }
    }

    fn skip_item(&mut self, depth: usize) -> Option<()> {
        loop {
            let element = self.element()?;
            if element.tag == ITEM_END {
                return Some(());
            }
            self.value(&element, depth)?;
        }
    }

    fn pixels(&mut self, element: &Element) -> Option<Pixels<'a>> {
        if element.length != UNDEFINED {
            return self.take(element.length).map(Pixels::Plain);
        }
        let table = self.element().filter(|item| item.tag == ITEM)?;
        let table = self.take(table.length)?;
        let mut fragments = Vec::new();
        loop {
            let item = self.element()?;
            match item.tag {
                ITEM => fragments.push(self.take(item.length)?),
                SEQUENCE_END => return Some(Pixels::Packed { table, fragments }),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &[u8] = b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0";
    const ROWS: &[u8] = b"\x28\0\x10\0US\x02\0\x07\0";

    fn file(elements: &[&[u8]]) -> Vec<u8> {
        [&[0; 128][..], b"DICM", META, &elements.concat()].concat()
    }

    /// A sequence without lengths, of so many within each other.
    fn sequences(depth: usize) -> Vec<u8> {
        let start = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff";
        let end = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0";
        [start.repeat(depth), ROWS.to_vec(), end.repeat(depth)].concat()
    }

    #[test]
    fn sequences_are_passed_over() {
        for depth in [1, DEEPEST] {
            let file = file(&[&sequences(depth), b"\x28\0\x11\0US\x02\0\x09\0"]);
            let found = Dataset::read(&file).unwrap();
            assert_eq!(
                (found.number((0x28, 0x10)), found.number((0x28, 0x11))),
                (None, Some(9))
            );
        }
        assert!(Dataset::read(&file(&[&sequences(DEEPEST + 1)])).is_err());
        assert!(Dataset::read(&file(&[&sequences(100_000)])).is_err());
    }

    #[test]
    fn without_a_preamble_the_first_two_elements_tell_it() {
        const KIND: &[u8] = b"\x08\0\x08\0CS\x08\0ORIGINAL";
        const MODALITY: &[u8] = b"\x08\0\x60\0CS\x02\0DX";
        const UNNAMED: &[u8] = b"\x08\0\x08\0\x08\0\0\0ORIGINAL\x08\0\x60\0\x02\0\0\0DX";
        const UNNAMED_ROWS: &[u8] = b"\x28\0\x10\0\x02\0\0\0\x07\0";
        for file in [
            [META, KIND, MODALITY, ROWS].concat(),
            [KIND, MODALITY, ROWS].concat(),
            [UNNAMED, UNNAMED_ROWS].concat(),
        ] {
            assert!(is_dicom(&file));
            assert_eq!(Dataset::read(&file).unwrap().number((0x28, 0x10)), Some(7));
            assert!(!is_dicom(&file[..12]));
        }
        for other in [
            [MODALITY, KIND].concat(),
            [KIND, ROWS].concat(),
            [KIND, &UNNAMED[16..]].concat(),
            b"\x08\0\x08\0\xff\xff\0\0".repeat(9),
            b"\x02\0\0\0\x04\0\0\0abcd\x02\0\x01\0".repeat(9),
            vec![8; 200],
        ] {
            assert!(!is_dicom(&other), "{other:?}");
        }
        let packed = b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0";
        let refused = Dataset::read(&[KIND, MODALITY, packed].concat())
            .err()
            .unwrap()
            .to_string();
        assert!(refused.contains("does not say how it is packed"), "{refused}");
    }

    #[test]
    fn elements_past_the_end_are_refused() {
        let whole = file(&[ROWS]);
        assert_eq!(Dataset::read(&whole).unwrap().number((0x28, 0x10)), Some(7));
        let before_rows = whole.len() - ROWS.len();
        for length in (0..whole.len()).filter(|&length| length != before_rows) {
            assert!(Dataset::read(&whole[..length]).is_err(), "{length}");
        }
    }
}
