//! Which part of an image is looked at, and whether in one piece or tile by tile.

use crate::config::{ConfigError, check_number, check_range};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Most tiles along the shorter side.
const MOST_TILES: usize = 16;

/// Most tiles of one image; a long image gets larger tiles instead of more.
const MOST_FRAMES: u64 = 1024;

/// Pixels of an image that a side of a tile shows, about, where the number of tiles follows from the images' size. A detector
/// that sees 224 pixels a side then still sees what is 4 pixels wide and 40 long.
const TILE_SIDE: f64 = 400.0;

/// Tiles of one image at most where their number follows from the images' size: each takes as long as a small image.
const MOST_SUITED: usize = 24;

/// From this ratio of the sides on an image is rather looked at in squares than pressed into one.
const LONG: f64 = 2.0;

/// A rectangle in an image, in shares of the image's width and height: 0 is left or top, 1 is right or bottom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width, more than 0.
    pub width: f64,
    /// Height, more than 0.
    pub height: f64,
}

impl Region {
    /// The whole image.
    pub const WHOLE: Self = Self {
        left: 0.0,
        top: 0.0,
        width: 1.0,
        height: 1.0,
    };
}

/// How an image is looked at: which part of it, and in how many pieces.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct Framing {
    /// The part that is looked at.
    pub region: Region,
    /// Square tiles along the region's shorter side, 1 to 16; they overlap by a quarter. With 1 the whole region is
    /// scaled to a square.
    pub tiles: usize,
    /// Whether one tile is a square, too: a long region is then looked at in squares along it and keeps its proportions.
    #[serde(skip_serializing_if = "is_false")]
    #[tsify(optional)]
    pub squares: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Default for Framing {
    fn default() -> Self {
        Self {
            region: Region::WHOLE,
            tiles: 1,
            squares: false,
        }
    }
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Left edge.
    pub left: u32,
    /// Upper edge.
    pub top: u32,
    /// Width, 1 or more.
    pub width: u32,
    /// Height, 1 or more.
    pub height: u32,
}

impl Frame {
    /// The same rectangle in shares of an image of this width and height.
    pub fn region(&self, width: u32, height: u32) -> Region {
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        Region {
            left: share(self.left, width),
            top: share(self.top, height),
            width: share(self.width, width),
            height: share(self.height, height),
        }
    }
}

impl Framing {
    /// How images of this width and height are best looked at: in their own proportions, and large ones in so many tiles that
    /// small defects can still be seen.
    pub fn suited(region: Region, width: u32, height: u32) -> Self {
        let (_, across) = pixels(region.left, region.width, width);
        let (_, down) = pixels(region.top, region.height, height);
        let (shorter, longer) = (f64::from(across.min(down)), f64::from(across.max(down)));
        let squares = longer >= LONG * shorter;
        let most = (shorter / TILE_SIDE).round().clamp(1.0, MOST_TILES as f64) as usize;
        let framing = |tiles| Self { region, tiles, squares };
        let is_bearable = |tiles: &usize| framing(*tiles).frames(width, height).len() <= MOST_SUITED;
        // A strip that is longer still is pressed into one square all the same.
        let whole = Self {
            region,
            ..Self::default()
        };
        (1..=most).rev().find(is_bearable).map_or(whole, framing)
    }

    /// Whether images are looked at whole and in one piece.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_range("the number of tiles", self.tiles, 1, MOST_TILES)?;
        let region = &self.region;
        for (name, start, length) in [
            ("the region's left edge", region.left, region.width),
            ("the region's upper edge", region.top, region.height),
        ] {
            let inside = start >= 0.0 && length > 0.0 && start + length <= 1.0 + 1e-6;
            let rule = "the region must lie inside the image, in shares of its width and height from 0 to 1";
            check_number(name, start, inside, rule)?;
        }
        Ok(())
    }

    /// The frames of an image of this width and height, row by row: at least one, all inside the image.
    pub fn frames(&self, width: u32, height: u32) -> Vec<Frame> {
        let (left, across) = pixels(self.region.left, self.region.width, width);
        let (top, down) = pixels(self.region.top, self.region.height, height);
        let (mut width, mut height) = (across, down);
        if self.tiles > 1 || self.squares {
            let mut side = across.min(down).div_ceil(self.tiles as u32).max(1);
            while u64::from(places(across, side)) * u64::from(places(down, side)) > MOST_FRAMES {
                side += side.div_ceil(8);
            }
            (width, height) = (side.min(across), side.min(down));
        }
        let rows = starts(down, height);
        rows.flat_map(|y| starts(across, width).map(move |x| (x, y)))
            .map(|(x, y)| Frame {
                left: left + x,
                top: top + y,
                width,
                height,
            })
            .collect()
    }
}

/// First pixel and number of pixels of a part of a length, which is given in shares of the length.
fn pixels(start: f64, share: f64, length: u32) -> (u32, u32) {
    let first = ((start * f64::from(length)).round() as u32).min(length.saturating_sub(1));
    let count = (share * f64::from(length)).round() as u32;
    (first, count.clamp(1, (length - first).max(1)))
}

/// How many tiles of this side cover a length, overlapping by a quarter or a little more.
fn places(length: u32, side: u32) -> u32 {
    let step = (side - side / 4).max(1);
    1 + length.saturating_sub(side).div_ceil(step)
}

/// First pixels of these tiles, spread evenly from end to end.
fn starts(length: u32, side: u32) -> impl Iterator<Item = u32> {
    let gaps = places(length, side).saturating_sub(1);
    let room = u64::from(length.saturating_sub(side));
    (0..=gaps).map(move |place| (room * u64::from(place) / u64::from(gaps.max(1))) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiled(tiles: usize) -> Framing {
        Framing {
            tiles,
            ..Framing::default()
        }
    }

    #[test]
    fn tiles_suit_the_size_of_the_images() {
        let suited = |width, height| {
            let framing = Framing::suited(Region::WHOLE, width, height);
            let frames = framing.frames(width, height);
            (
                framing.tiles,
                framing.squares,
                frames.len(),
                frames[0].width,
                frames[0].height,
            )
        };
        assert_eq!(suited(96, 96), (1, false, 1, 96, 96));
        assert_eq!(suited(200, 146), (1, false, 1, 200, 146));
        assert_eq!(suited(640, 480), (1, false, 1, 640, 480));
        assert_eq!(suited(1600, 1200), (3, false, 20, 400, 400));
        assert_eq!(
            suited(4000, 3000),
            (3, false, 20, 1000, 1000),
            "no more tiles than one can wait for"
        );
        assert_eq!(suited(300, 100), (1, true, 4, 100, 100));
        assert_eq!(suited(1, 5000), (1, false, 1, 1, 5000), "too long for squares");
        let part = Region {
            width: 0.25,
            height: 0.25,
            ..Region::WHOLE
        };
        assert_eq!(Framing::suited(part, 1600, 1200).tiles, 1);
    }

    #[test]
    fn every_pixel_is_looked_at_and_none_outside() {
        for (width, height, tiles) in [
            (100, 60, 3),
            (64, 64, 2),
            (7, 300, 16),
            (1, 1, 4),
            (16_384, 16, 16),
            (640, 480, 1),
        ] {
            let frames = tiled(tiles).frames(width, height);
            assert!(!frames.is_empty() && frames.len() <= MOST_FRAMES as usize);
            let mut seen = vec![false; (width * height) as usize];
            for frame in &frames {
                assert!(
                    frame.left + frame.width <= width && frame.top + frame.height <= height,
                    "{frame:?}"
                );
                for y in frame.top..frame.top + frame.height {
                    let row = (y * width) as usize;
                    seen[row + frame.left as usize..row + (frame.left + frame.width) as usize].fill(true);
                }
            }
            assert!(seen.into_iter().all(|seen| seen), "{width}x{height} in {tiles}");
        }
        assert_eq!(tiled(4).frames(100, 100).len(), 25);
    }

    #[test]
    fn a_region_is_a_share_of_the_image() {
        let framing = Framing {
            region: Region {
                left: 0.5,
                top: 0.25,
                width: 0.5,
                height: 0.5,
            },
            ..Framing::default()
        };
        let [frame] = framing.frames(40, 80)[..] else {
            panic!("one frame")
        };
        assert_eq!((frame.left, frame.top, frame.width, frame.height), (20, 20, 20, 40));
        assert_eq!(frame.region(40, 80), framing.region);
        framing.validate().unwrap();
    }

    #[test]
    fn impossible_framings_are_refused() {
        assert!(tiled(0).validate().is_err() && tiled(17).validate().is_err());
        for (left, width) in [
            (-0.1, 0.5),
            (0.6, 0.5),
            (0.5, 0.0),
            (f64::NAN, 0.5),
            (0.0, f64::INFINITY),
        ] {
            let region = Region {
                left,
                width,
                ..Region::WHOLE
            };
            assert!(
                Framing {
                    region,
                    ..Framing::default()
                }
                .validate()
                .is_err(),
                "{left} {width}"
            );
        }
    }
}
