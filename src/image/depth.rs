//! More than 8 bits a value: which values of such an image are black and white to the networks.
//!
//! A detector of 12 bits in a file of 16 fills a sixteenth of what the file can hold. Taken as it is, everything would be
//! nearly black. So the range is learnt from the normal images and kept in the model's card.

use crate::config::{ConfigError, check_number};
use serde::{Deserialize, Serialize};
use std::fmt;
use tsify::Tsify;

/// Values of 16 bits for each of 8: 255 becomes 65535.
const STEP: u16 = 257;

/// A learnt range is wider than the values seen by one in so many at either end: anomalies are darker or brighter.
const MARGIN: u16 = 4;

/// One value in so many, at either end, does not count: sensors have dead and hot pixels.
const OUTLIERS: usize = 1000;

/// An image that fills less than this share of a model's range has probably another depth.
const NARROW: u32 = 16;

/// Which values of images with more than 8 bits a value are black and white to the networks. What lies outside counts as
/// black or white. Images of 8 bits always have their whole range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ValueRange {
    /// What is black, as the file has it: 12 bits go from 0 to 4095.
    pub low: u16,
    /// What is white; more than `low`.
    pub high: u16,
}

impl ValueRange {
    /// All that a file of 16 bits can hold.
    pub const FULL: Self = Self { low: 0, high: u16::MAX };

    /// Checks that white is above black.
    ///
    /// # Errors
    /// It is not.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let (high, rule) = (f64::from(self.high), "it must be more than the value of black");
        check_number("the value of white", high, self.low < self.high, rule)
    }

    /// The range for images that use these: from the darkest to the brightest, and a quarter more at either end. None if
    /// there are none.
    pub fn around(used: impl IntoIterator<Item = Self>) -> Option<Self> {
        let Self { low, high } = used.into_iter().reduce(|one, other| Self {
            low: one.low.min(other.low),
            high: one.high.max(other.high),
        })?;
        let margin = ((high - low) / MARGIN).max(1);
        Some(Self {
            low: low.saturating_sub(margin),
            high: high.saturating_add(margin),
        })
    }

    /// What these values use, but for outliers.
    pub(super) fn used_by(values: &[u16]) -> Self {
        let mut values = values.to_vec();
        let Some(last) = values.len().checked_sub(1) else {
            return Self { low: 0, high: 0 };
        };
        // A large image is not sorted whole.
        let mut ranked = |rank: usize| *values.select_nth_unstable(rank).1;
        let ignored = (last + 1) / OUTLIERS;
        Self {
            low: ranked(ignored),
            high: ranked(last - ignored),
        }
    }

    /// Where a value lies between black, 0, and white, 65535.
    fn level(self, value: u16) -> u16 {
        let width = u32::from(self.high - self.low).max(1);
        let above = u32::from(value.clamp(self.low, self.high) - self.low);
        ((above * u32::from(u16::MAX) + width / 2) / width) as u16
    }
}

impl fmt::Display for ValueRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} to {}", self.low, self.high)
    }
}

/// Pixels of an image or of several of its frames, each `[channels, size, size]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// From 0, black, to 65535, white; of an image with more than 8 bits a value, until its values are
    /// [spread](Self::spread), as in the file.
    pub values: Vec<u16>,
    /// The values that an image with more than 8 bits a value uses, but for a few outliers; None once they are spread, and
    /// of other images.
    pub used: Option<ValueRange>,
}

impl Pixels {
    /// Of an image with more than 8 bits a value.
    pub fn deep(values: Vec<u16>) -> Self {
        Self {
            used: Some(ValueRange::used_by(&values)),
            values,
        }
    }

    /// Spreads the values of an image with more than 8 bits over black to white, by the range of the model that is to see
    /// it. A model that knows no range takes all that 16 bits can hold. Other images stay as they are.
    pub fn spread(&mut self, range: Option<ValueRange>) {
        if self.used.take().is_some() {
            spread(&mut self.values, range);
        }
    }

    /// What is to be said of a verdict on these pixels by a model with this range, if anything; before they are spread.
    pub fn remark(&self, range: Option<ValueRange>) -> Option<String> {
        let known = range.unwrap_or(ValueRange::FULL);
        let Some(used) = self.used else {
            return range.map(|_| {
                "it has 8 bits a value, and the normal images have more: bring images of one kind".to_owned()
            });
        };
        let width = |range: ValueRange| u32::from(range.high) - u32::from(range.low);
        let is_outside = used.low < known.low || used.high > known.high;
        let advice = match range {
            Some(_) => "learn from images of this kind too, or set the range",
            None => "learn from images of this kind",
        };
        if is_outside {
            Some(format!(
                "its values, {used}, go beyond {known}, which the model knows: {advice}"
            ))
        } else if width(used) < width(known) / NARROW {
            Some(format!(
                "its values, {used}, fill little of {known}, which the model takes as black and white: {advice}"
            ))
        } else {
            None
        }
    }
}

impl From<Vec<u8>> for Pixels {
    /// Of an image with 8 bits a value.
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            values: bytes.into_iter().map(from_byte).collect(),
            used: None,
        }
    }
}

/// See [`Pixels::spread`].
pub fn spread(values: &mut [u16], range: Option<ValueRange>) {
    let range = range.unwrap_or(ValueRange::FULL);
    for value in values {
        *value = range.level(*value);
    }
}

/// 8 bits as 16.
pub fn from_byte(byte: u8) -> u16 {
    u16::from(byte) * STEP
}

/// 16 bits rounded to 8.
pub fn to_byte(value: u16) -> u8 {
    ((u32::from(value) + u32::from(STEP / 2)) / u32::from(STEP)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept() {
        assert!((0..=255).all(|byte| to_byte(from_byte(byte)) == byte));
        assert_eq!((from_byte(0), from_byte(255)), (0, u16::MAX));
        assert_eq!((to_byte(128), to_byte(129)), (0, 1));
    }

    #[test]
    fn a_range_is_learnt_without_outliers() {
        let mut values: Vec<u16> = (0..2000).map(|value| 500 + value % 1000).collect();
        (values[7], values[1500]) = (0, u16::MAX);
        let image = Pixels::deep(values);
        assert_eq!(image.used, Some(ValueRange { low: 500, high: 1499 }));
        let darker = ValueRange { low: 100, high: 200 };
        let range = ValueRange::around([image.used.unwrap(), darker]).unwrap();
        assert_eq!(range, ValueRange { low: 0, high: 1848 });
        assert_eq!(ValueRange::around([]), None);
        let flat = ValueRange::around([ValueRange { low: 0, high: 0 }]).unwrap();
        flat.validate().unwrap();
    }

    #[test]
    fn values_are_spread_once() {
        let range = Some(ValueRange { low: 1000, high: 5095 });
        let mut deep = Pixels::deep(vec![0, 1000, 3048, 5095, 9000]);
        deep.spread(range);
        assert_eq!(deep.values, [0, 0, 32776, u16::MAX, u16::MAX]);
        deep.spread(range);
        assert_eq!(deep.values[2], 32776);
        let mut flat = Pixels::from(vec![0, 7, 255]);
        flat.spread(range);
        assert_eq!(flat.values, [0, 7 * 257, u16::MAX]);
    }

    #[test]
    fn another_depth_is_remarked_upon() {
        let range = Some(ValueRange { low: 0, high: 4095 });
        let of = |low, high| Pixels::deep(vec![low, high]);
        assert_eq!(of(100, 4000).remark(range), None);
        assert!(of(100, 5000).remark(range).unwrap().contains("go beyond 0 to 4095"));
        assert!(of(0, 200).remark(range).unwrap().contains("fill little"));
        assert!(of(0, 4000).remark(None).unwrap().contains("fill little of 0 to 65535"));
        assert_eq!(of(0, 65000).remark(None), None);
        assert!(Pixels::from(vec![1]).remark(range).unwrap().contains("8 bits"));
        assert_eq!(Pixels::from(vec![1]).remark(None), None);
    }
}
