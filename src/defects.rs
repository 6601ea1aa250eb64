//! Defects that are made: drawn into normal images, to find out what a detector sees before anybody has a bad image.
//!
//! Each kind is one way in which parts go wrong, as simple as it can be: a line, a spot, a stain, a piece at the wrong place
//! (the cut and pasted patches of Li et al., "CutPaste", CVPR 2021), a part that is missing, a part that is blurred.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// By how much clear and faint defects change the image's values, in shares of the range that the image uses.
const CLEAR: f32 = 0.35;
const FAINT: f32 = 0.12;

/// An image that uses a smaller share of all values is taken to use this one: a defect in it must not vanish.
const SMALLEST_RANGE: f32 = 0.4;

/// Width of a scratch in shares of its length, and the least in pixels.
const SCRATCH_WIDTH: f32 = 0.075;
const THINNEST: f32 = 1.2;

/// Share of the values, at either end, that do not count to the range of an image.
const OUTLIERS: f64 = 0.02;

/// A kind of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Defect {
    /// A thin line, clearly lighter or darker.
    Scratch,
    /// The same, hardly lighter or darker.
    FaintScratch,
    /// A round spot with a clear edge.
    Spot,
    /// A spot that is hardly lighter or darker, without an edge.
    Stain,
    /// A piece of the same image at the wrong place.
    Misplaced,
    /// A square that has the colour of what surrounds it.
    Missing,
    /// A round part that is out of focus.
    Blurred,
}

impl Defect {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Scratch,
        Self::FaintScratch,
        Self::Spot,
        Self::Stain,
        Self::Misplaced,
        Self::Missing,
        Self::Blurred,
    ];

    /// What several of it are called, in a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Scratch => "clear scratches",
            Self::FaintScratch => "faint scratches",
            Self::Spot => "clear spots",
            Self::Stain => "faint stains",
            Self::Misplaced => "pieces at the wrong place",
            Self::Missing => "missing parts",
            Self::Blurred => "blurred parts",
        }
    }

    /// Draws it somewhere into an image, `[channels, size, size]`, as long or as wide as a share of the image's side (0 to 1).
    pub fn draw(self, image: &mut [u16], size: usize, share: f64, rng: &mut impl Rng) {
        let mut canvas = Canvas::new(image, size);
        let length = (share as f32 * size as f32).max(2.0);
        match self {
            Self::Scratch => canvas.line(length, CLEAR, rng),
            Self::FaintScratch => canvas.line(length, FAINT, rng),
            Self::Spot => {
                let radius = length / 2.0;
                canvas.disc(length, CLEAR, rng, |distance| (radius + 0.5 - distance).clamp(0.0, 1.0));
            }
            Self::Stain => {
                let radius = length / 2.0;
                canvas.disc(length, FAINT, rng, |distance| {
                    (1.0 - (distance / radius).powi(2)).max(0.0)
                });
            }
            Self::Misplaced => canvas.misplace(length, rng),
            Self::Missing => canvas.fill(length, rng),
            Self::Blurred => canvas.blur(length, rng),
        }
    }
}

/// An image that is drawn into.
struct Canvas<'a> {
    pixels: &'a mut [u16],
    size: usize,
    /// The range of values that the image uses.
    range: f32,
}

impl<'a> Canvas<'a> {
    fn new(pixels: &'a mut [u16], size: usize) -> Self {
        let mut rising = pixels.to_vec();
        rising.sort_unstable();
        let last = rising.len().saturating_sub(1) as f64;
        let at = |share: f64| rising.get((last * share) as usize).copied().map_or(0.0, f32::from);
        let range = at(1.0 - OUTLIERS) - at(OUTLIERS);
        let range = range.max(SMALLEST_RANGE * f32::from(u16::MAX));
        Self { pixels, size, range }
    }

    /// The upper left corner of a square of this side that lies within the image, as far as there is room.
    fn corner(&self, side: f32, rng: &mut impl Rng) -> [f32; 2] {
        let room = (self.size as f32 - side).max(0.0);
        [(); 2].map(|()| room * rng.random::<f32>())
    }

    fn line(&mut self, length: f32, contrast: f32, rng: &mut impl Rng) {
        let [left, top] = self.corner(length, rng);
        let angle = std::f32::consts::PI * rng.random::<f32>();
        let (half, middle) = (length / 2.0, [left + length / 2.0, top + length / 2.0]);
        let along = [angle.cos(), angle.sin()];
        let width = (SCRATCH_WIDTH * length).max(THINNEST);
        let sign = self.sign(middle);
        self.change(sign * contrast, |x, y| {
            let (dx, dy) = (x - middle[0], y - middle[1]);
            let place = (dx * along[0] + dy * along[1]).clamp(-half, half);
            let distance = (dx - place * along[0]).hypot(dy - place * along[1]);
            (width / 2.0 + 0.5 - distance).clamp(0.0, 1.0)
        });
    }

    /// A round change; `weight` tells how much of it there is at a distance from the middle.
    fn disc(&mut self, length: f32, contrast: f32, rng: &mut impl Rng, weight: impl Fn(f32) -> f32) {
        let [left, top] = self.corner(length, rng);
        let middle = [left + length / 2.0, top + length / 2.0];
        let sign = self.sign(middle);
        self.change(sign * contrast, |x, y| weight((x - middle[0]).hypot(y - middle[1])));
    }

    /// Whether what is drawn there should be lighter (1) or darker (-1): whichever has more room.
    fn sign(&self, [x, y]: [f32; 2]) -> f32 {
        let place = |at: f32| (at as usize).min(self.size - 1);
        let value = f32::from(self.pixels[place(y) * self.size + place(x)]);
        if 2.0 * value < f32::from(u16::MAX) { 1.0 } else { -1.0 }
    }

    /// Adds so much of the range to each pixel as its weight says.
    fn change(&mut self, contrast: f32, weight: impl Fn(f32, f32) -> f32) {
        let plane = self.size * self.size;
        for place in 0..plane {
            let (x, y) = ((place % self.size) as f32 + 0.5, (place / self.size) as f32 + 0.5);
            let change = contrast * self.range * weight(x, y);
            if change != 0.0 {
                for value in self.pixels[place..].iter_mut().step_by(plane) {
                    *value = (f32::from(*value) + change).round().clamp(0.0, f32::from(u16::MAX)) as u16;
                }
            }
        }
    }

    /// A copy of another piece of the image.
    fn misplace(&mut self, length: f32, rng: &mut impl Rng) {
        let before = self.pixels.to_vec();
        let side = self.whole(length);
        let [from, to] = [(); 2].map(|()| self.corner(length, rng).map(|at| at as usize));
        let size = self.size;
        self.replace(to, side, |plane, x, y| {
            before[plane + (from[1] + y - to[1]) * size + from[0] + x - to[0]]
        });
    }

    /// The mean of a square's rim in its place.
    fn fill(&mut self, length: f32, rng: &mut impl Rng) {
        let side = self.whole(length);
        let [left, top] = self.corner(length, rng).map(|at| at as usize);
        let plane = self.size * self.size;
        let rim = |start: usize| {
            let inside = (0..side * side).map(|place| (place % side, place / side));
            let on_rim = inside.filter(|&(x, y)| x == 0 || y == 0 || x + 1 == side || y + 1 == side);
            let values: Vec<u64> = on_rim
                .map(|(x, y)| u64::from(self.pixels[start + (top + y) * self.size + left + x]))
                .collect();
            (values.iter().sum::<u64>() / values.len() as u64) as u16
        };
        let means: Vec<u16> = (0..self.pixels.len()).step_by(plane).map(rim).collect();
        self.replace([left, top], side, |start, _, _| means[start / plane]);
    }

    /// Means over what surrounds each pixel of a disc.
    fn blur(&mut self, length: f32, rng: &mut impl Rng) {
        let before = self.pixels.to_vec();
        let (side, size) = (self.whole(length), self.size);
        let [left, top] = self.corner(length, rng).map(|at| at as usize);
        let reach = (side / 8).max(1);
        let radius = side as f32 / 2.0;
        let around = |at: usize| at.saturating_sub(reach)..(at + reach + 1).min(size);
        self.replace([left, top], side, |start, x, y| {
            let [dx, dy] = [(x, left), (y, top)].map(|(at, corner)| (at - corner) as f32 + 0.5 - radius);
            if dx.hypot(dy) > radius {
                return before[start + y * size + x];
            }
            let (rows, columns) = (around(y), around(x));
            let count = (rows.len() * columns.len()) as u64;
            let row = |y: usize| {
                before[start + y * size..][columns.clone()]
                    .iter()
                    .copied()
                    .map(u64::from)
                    .sum::<u64>()
            };
            (rows.map(row).sum::<u64>() / count) as u16
        });
    }

    /// A side in whole pixels, no longer than the image.
    fn whole(&self, length: f32) -> usize {
        (length.round() as usize).clamp(1, self.size)
    }

    /// Replaces the pixels of a square: `value` gets the first index of a colour's plane, column and row.
    fn replace(&mut self, [left, top]: [usize; 2], side: usize, value: impl Fn(usize, usize, usize) -> u16) {
        let (plane, size) = (self.size * self.size, self.size);
        for start in (0..self.pixels.len()).step_by(plane) {
            for y in top..(top + side).min(size) {
                for x in left..(left + side).min(size) {
                    self.pixels[start + y * size + x] = value(start, x, y);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Stream, seeded};

    const SIZE: usize = 64;

    /// Stripes in two colours, with a little of everything.
    fn image() -> Vec<u16> {
        let value =
            |place: usize| 20_000 + (place % 7) * 1000 + (place / SIZE % 5) * 2000 + place / (SIZE * SIZE) * 9000;
        (0..2 * SIZE * SIZE).map(|place| value(place) as u16).collect()
    }

    #[test]
    fn a_defect_changes_a_part_as_large_as_was_asked_for() {
        for defect in Defect::ALL {
            for (seed, share) in [0.01, 0.1, 0.3, 1.0].into_iter().enumerate() {
                let (mut changed, mut again) = (image(), image());
                defect.draw(&mut changed, SIZE, share, &mut seeded(seed as u64, Stream::Split));
                defect.draw(&mut again, SIZE, share, &mut seeded(seed as u64, Stream::Split));
                assert_eq!(changed, again, "the same seed draws the same");
                let before = image();
                let places: Vec<usize> = (0..SIZE * SIZE)
                    .filter(|&place| changed[place] != before[place])
                    .collect();
                let columns = places.iter().map(|place| place % SIZE);
                let width = columns.clone().max().unwrap_or(0) + 1 - columns.min().unwrap_or(0);
                assert!(
                    width as f64 <= share.max(2.0 / 64.0) * 64.0 + 3.0,
                    "{defect:?} {share}: {width} wide"
                );
                // A piece may land where it came from; most do not.
                assert!(!places.is_empty() || defect == Defect::Misplaced, "{defect:?} {share}");
            }
        }
    }

    #[test]
    fn what_is_faint_changes_less_and_what_is_dark_gets_lighter() {
        let largest = |defect: Defect| {
            let mut changed = image();
            defect.draw(&mut changed, SIZE, 0.3, &mut seeded(3, Stream::Split));
            let changes = changed
                .iter()
                .zip(image())
                .map(|(after, before)| i32::from(*after) - i32::from(before));
            let (darker, lighter) = (changes.clone().min().unwrap(), changes.max().unwrap());
            assert!(darker == 0 || lighter == 0);
            darker.abs().max(lighter)
        };
        assert!(largest(Defect::Scratch) > 2 * largest(Defect::FaintScratch));
        assert!(largest(Defect::Spot) > 2 * largest(Defect::Stain));
        let mut black = vec![0; SIZE * SIZE];
        Defect::Stain.draw(&mut black, SIZE, 0.5, &mut seeded(1, Stream::Split));
        assert!(black.iter().any(|&value| value > 500), "also where all is the same");
    }
}
