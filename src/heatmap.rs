//! Pictures that show where an image is odd, to lay over it: they are transparent where it is not odd.

use crate::framing::Region;
use crate::image::Picture;
use crate::image::heat_colour;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Longest side of a heatmap in pixels.
const LONGEST_SIDE: f64 = 256.0;

/// Spots that are told of.
const MOST_SPOTS: usize = 5;

/// Spots of a smaller share of the image are nothing but the rim of a place that is hardly odd.
const SMALLEST_SPOT: f64 = 1e-3;

/// A part of an image that is odd by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Spot {
    /// The rectangle around it, in shares of the image.
    pub region: Region,
    /// Its oddest place, in units of the image's score.
    pub score: f32,
}

/// How odd each place of an image is, 0 or more.
#[derive(Debug, Clone)]
pub struct Heatmap {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Heatmap {
    /// An empty heatmap with the proportions of an image.
    pub fn new(image_width: u32, image_height: u32) -> Self {
        let (width, height) = (f64::from(image_width.max(1)), f64::from(image_height.max(1)));
        let scale = LONGEST_SIDE / width.max(height);
        let [width, height] = [width, height].map(|side| ((side * scale).round() as usize).max(1));
        Self {
            width,
            height,
            values: vec![0.0; width * height],
        }
    }

    /// Lays a square map of `side` x `side` values over a part of the image, scaled bilinearly. Where maps overlap, the
    /// larger value is kept.
    pub fn add(&mut self, part: Region, map: &[f32], side: usize) {
        let (width, height) = (self.width as f64, self.height as f64);
        let range = |start: f64, share: f64, length: f64| {
            let first = (start * length).floor() as usize;
            first..(((start + share) * length).ceil() as usize).min(length as usize)
        };
        for y in range(part.top, part.height, height) {
            let row = (y as f64 + 0.5) / height - part.top;
            for x in range(part.left, part.width, width) {
                let column = (x as f64 + 0.5) / width - part.left;
                let value = sample(map, side, column / part.width, row / part.height);
                let place = &mut self.values[y * self.width + x];
                *place = place.max(value);
            }
        }
    }

    /// The picture on one scale for all images: the lightest colour, which is opaque, stands for `full` and more.
    pub fn picture_up_to(&self, full: f32) -> Picture {
        let colour = |&value: &f32| {
            let share = (value / full).clamp(0.0, 1.0);
            let [red, green, blue, _] = heat_colour(share);
            [red, green, blue, (255.0 * share.sqrt()).round() as u8]
        };
        Picture {
            width: self.width,
            height: self.height,
            rgba: self.values.iter().flat_map(colour).collect(),
        }
    }

    /// Parts of more than `limit` that hang together, the oddest first.
    pub fn spots(&self, limit: f32) -> Vec<Spot> {
        let mut is_left: Vec<bool> = self.values.iter().map(|&value| value > limit).collect();
        let mut spots = Vec::new();
        while let Some(first) = is_left.iter().position(|&is_left| is_left) {
            spots.push(self.spot(first, &mut is_left));
        }
        spots.retain(|spot: &Spot| spot.region.width * spot.region.height >= SMALLEST_SPOT);
        spots.sort_by(|one: &Spot, other| other.score.total_cmp(&one.score));
        spots.truncate(MOST_SPOTS);
        spots
    }

    /// The spot that a place is in, whose places are then no longer left.
    fn spot(&self, first: usize, is_left: &mut [bool]) -> Spot {
        let (mut left, mut right, mut top, mut bottom) = (self.width, 0, self.height, 0);
        let mut score = self.values[first];
        let mut ahead = vec![first];
        is_left[first] = false;
        while let Some(place) = ahead.pop() {
            let (x, y) = (place % self.width, place / self.width);
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            score = score.max(self.values[place]);
            let beside = [
                (x > 0).then(|| place - 1),
                (x + 1 < self.width).then(|| place + 1),
                (y > 0).then(|| place - self.width),
                (y + 1 < self.height).then(|| place + self.width),
            ];
            for place in beside.into_iter().flatten() {
                if std::mem::take(&mut is_left[place]) {
                    ahead.push(place);
                }
            }
        }
        let share =
            |start: usize, length: usize, whole: usize| (start as f64 / whole as f64, length as f64 / whole as f64);
        let (left, width) = share(left, right + 1 - left, self.width);
        let (top, height) = share(top, bottom + 1 - top, self.height);
        Spot {
            region: Region {
                left,
                top,
                width,
                height,
            },
            score,
        }
    }

    /// The picture. The lightest colour, which is opaque, stands for `full` or for the largest value, whichever is
    /// more.
    pub fn picture(&self, full: f32) -> Picture {
        self.picture_up_to(self.values.iter().copied().fold(full, f32::max))
    }
}

/// The value of a square map at a place given in shares of its sides, interpolated bilinearly.
fn sample(map: &[f32], side: usize, x: f64, y: f64) -> f32 {
    let place = |share: f64| {
        let position = (share * side as f64 - 0.5).clamp(0.0, (side - 1) as f64);
        let first = (position as usize).min(side.saturating_sub(2));
        (first, (first + 1).min(side - 1), (position - first as f64) as f32)
    };
    let ((left, right, across), (upper, lower, down)) = (place(x), place(y));
    let mix = |one: f32, other: f32, share: f32| one + (other - one) * share;
    let row = |row: usize| mix(map[row * side + left], map[row * side + right], across);
    mix(row(upper), row(lower), down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_are_what_hangs_together() {
        let mut heatmap = Heatmap::new(256, 256);
        let mut map = vec![0.0; 64];
        (map[9], map[10], map[54]) = (3.0, 4.0, 9.0);
        heatmap.add(Region::WHOLE, &map, 8);
        let [first, second] = heatmap.spots(1.0)[..] else {
            panic!("two spots")
        };
        assert!(first.score > 8.0 && second.score < 5.0);
        let (region, middle) = (second.region, second.region.left + second.region.width / 2.0);
        assert!(
            region.width > 1.5 * region.height && (middle - 2.0 / 8.0).abs() < 0.02,
            "{region:?}"
        );
        assert!(heatmap.spots(10.0).is_empty());
        let picture = heatmap.picture_up_to(18.0);
        let alpha = picture.rgba[3..].iter().step_by(4).max();
        assert!(alpha < Some(&255), "half of the scale");
    }

    #[test]
    fn parts_are_laid_where_they_belong() {
        let mut heatmap = Heatmap::new(400, 200);
        assert_eq!((heatmap.width, heatmap.height), (256, 128));
        let right_half = Region {
            left: 0.5,
            width: 0.5,
            ..Region::WHOLE
        };
        heatmap.add(right_half, &[1.0, 1.0, 3.0, 3.0], 2);
        heatmap.add(Region::WHOLE, &[0.5], 1);
        let at = |x: usize, y: usize| heatmap.values[y * 256 + x];
        assert_eq!((at(10, 10), at(200, 2), at(200, 125)), (0.5, 1.0, 3.0));
        assert!((at(200, 64) - 2.0).abs() < 0.1);
        let picture = heatmap.picture(1.0);
        let alpha = |x: usize, y: usize| picture.rgba[4 * (y * 256 + x) + 3];
        assert!(alpha(200, 125) == 255 && alpha(10, 10) < alpha(200, 2));
        assert_eq!(Heatmap::new(5, 5).picture(1.0).rgba[3], 0);
    }
}
