//! Files that are nearly right.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::ops::Range;

/// Longest file that is made, in bytes.
const LONGEST: usize = 64 << 10;

/// Longest part that is moved, as a power of two.
const LONGEST_PART: u32 = 8;

/// Numbers at which something begins or ends.
const NUMBERS: [u64; 24] = [
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    15,
    16,
    31,
    64,
    127,
    128,
    255,
    256,
    1000,
    16_384,
    0x7fff,
    0xffff,
    0x10000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    u64::MAX,
];

/// Makes files of others.
pub struct Mutator(ChaCha8Rng);

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of the files, changed in a few places; every other one is repaired. Of one of JSON most times a value is
    /// changed: otherwise few would be JSON still.
    pub fn file(&mut self, pool: &[Vec<u8>], words: &[&[u8]], repair: fn(&mut Vec<u8>)) -> Vec<u8> {
        let mut file = pool[self.below(pool.len())].clone();
        if self.below(4) > 0
            && let Ok(mut json) = serde_json::from_slice(&file)
        {
            self.change_value(&mut json, words);
            return json.to_string().into_bytes();
        }
        loop {
            let other = &pool[self.below(pool.len())];
            self.change(&mut file, other, words);
            if self.0.random() {
                break;
            }
        }
        file.truncate(LONGEST);
        if self.0.random() {
            repair(&mut file);
        }
        file
    }

    fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    fn change(&mut self, file: &mut Vec<u8>, other: &[u8], words: &[&[u8]]) {
        let at = self.below(file.len());
        match self.below(10) {
            0 => self.byte(file, at, |byte, random| byte ^ 1 << (random % 8)),
            1 => self.byte(file, at, |_, random| random),
            2 => self.byte(file, at, |byte, random| byte.wrapping_add(random % 17).wrapping_sub(8)),
            3 => {
                let number = self.number();
                overwrite(file, at, &number);
            }
            4 if !words.is_empty() => {
                let word = words[self.below(words.len())];
                if self.0.random() {
                    overwrite(file, at, word);
                } else {
                    insert(file, at, word);
                }
            }
            5 => {
                let part = self.part(file.len());
                file.drain(part);
            }
            6 => {
                let part = file[self.part(file.len())].to_vec();
                insert(file, at, &part);
            }
            7 => {
                let part = &other[self.part(other.len())];
                if self.0.random() {
                    overwrite(file, at, part);
                } else {
                    insert(file, at, part);
                }
            }
            8 if !words.is_empty() => {
                let word = words[self.below(words.len())];
                let value = value_after(file, at);
                file.splice(value, word.iter().copied());
            }
            // To cut off the end, or to go on as another file does.
            _ => {
                file.truncate(at);
                if self.0.random() {
                    file.extend(&other[self.below(other.len())..]);
                }
            }
        }
    }

    /// Another value, of those that the format's words make or of the same file, or one less.
    fn change_value(&mut self, json: &mut Value, words: &[&[u8]]) {
        let other = self.place_in(&mut json.clone()).clone();
        let place = self.place_in(json);
        match (self.below(4), &mut *place) {
            (0, Value::Object(members)) => {
                let name = members.keys().nth(self.below(members.len())).cloned();
                members.remove(&name.unwrap_or_default());
            }
            (0, Value::Array(values)) => values.truncate(self.below(values.len())),
            (1, Value::Array(values)) => values.push(other),
            (0 | 1, _) => *place = other,
            (2, Value::Number(number)) => {
                let scaled = number.as_f64().unwrap_or_default() * [-1.0, 0.5, 2.0, 1e9][self.below(4)];
                *place = scaled.into();
            }
            _ if words.is_empty() => {}
            _ => {
                let word = words[self.below(words.len())];
                *place = serde_json::from_slice(word).unwrap_or_else(|_| String::from_utf8_lossy(word).into());
            }
        }
    }

    /// Somewhere within a value, at any depth.
    fn place_in<'a>(&mut self, json: &'a mut Value) -> &'a mut Value {
        let count = match json {
            Value::Object(members) => members.len(),
            Value::Array(values) => values.len(),
            _ => 0,
        };
        if count == 0 || self.below(6) == 0 {
            return json;
        }
        let place = self.below(count);
        let inner = match json {
            Value::Object(members) => members.values_mut().nth(place),
            Value::Array(values) => values.get_mut(place),
            _ => None,
        };
        self.place_in(inner.expect("it is one of them"))
    }

    fn byte(&mut self, file: &mut [u8], at: usize, change: fn(u8, u8) -> u8) {
        let random = self.0.random();
        if let Some(byte) = file.get_mut(at) {
            *byte = change(*byte, random);
        }
    }

    /// A number of 1, 2, 4 or 8 bytes in either order, or in digits.
    fn number(&mut self) -> Vec<u8> {
        let number = NUMBERS[self.below(NUMBERS.len())];
        let length = 1 << self.below(4);
        match self.below(3) {
            0 => number.to_le_bytes()[..length].to_vec(),
            1 => number.to_be_bytes()[8 - length..].to_vec(),
            _ => number.to_string().into_bytes(),
        }
    }

    fn part(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length);
        let longest = 1 << self.0.random_range(0..=LONGEST_PART);
        start..length.min(start + self.below(longest) + 1)
    }
}

/// Where a value of JSON is: after a colon, up to a comma or bracket.
fn value_after(file: &[u8], at: usize) -> Range<usize> {
    let find = |from: usize, ends: &[u8]| {
        let place = file[from..].iter().position(|byte| ends.contains(byte));
        place.map_or(file.len(), |place| from + place)
    };
    let start = (find(at, b":") + 1).min(file.len());
    start..find(start, b",}]")
}

fn overwrite(file: &mut [u8], at: usize, bytes: &[u8]) {
    let place = file.get_mut(at..).unwrap_or_default();
    let length = bytes.len().min(place.len());
    place[..length].copy_from_slice(&bytes[..length]);
}

fn insert(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    file.splice(at..at, bytes.iter().copied());
}
