//! Pictures that show where an image is odd, to lay over it: they are transparent where it is not odd.

use crate::framing::Region;
use crate::image::Picture;
use crate::image::heat_colour;

/// Longest side of a heatmap in pixels.
const LONGEST_SIDE: f64 = 256.0;

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

    /// The picture. The lightest colour, which is opaque, stands for `full` or for the largest value, whichever is
    /// more.
    pub fn picture(&self, full: f32) -> Picture {
        let largest = self.values.iter().copied().fold(full, f32::max);
        let colour = |&value: &f32| {
            let share = (value / largest).clamp(0.0, 1.0);
            let [red, green, blue, _] = heat_colour(share);
            [red, green, blue, (255.0 * share.sqrt()).round() as u8]
        };
        Picture {
            width: self.width,
            height: self.height,
            rgba: self.values.iter().flat_map(colour).collect(),
        }
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
