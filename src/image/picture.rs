//! Pixels as pictures to show.

use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// An 8-bit picture to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Red, green, blue, alpha of each pixel, row by row.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub rgba: Vec<u8>,
}

/// A picture of `[channels, size, size]` pixels.
pub fn picture(pixels: &[u8], channels: usize, size: usize) -> Picture {
    let plane = size * size;
    let rgba = (0..plane)
        .flat_map(|position| {
            // With 1 channel, or any number but 3, the first channel is shown as grey.
            let channel = |index: usize| pixels[if channels == 3 { index * plane } else { 0 } + position];
            [channel(0), channel(1), channel(2), 255]
        })
        .collect();
    Picture {
        width: size,
        height: size,
        rgba,
    }
}

/// The 8-bit pixels of network values in [-1, 1].
pub fn to_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .map(|value| ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8)
        .collect()
}

/// Colours of the difference picture from no difference to the full one. They rise from dark to light, so that they can
/// be read without colour vision.
const DIFFERENCE_COLOURS: [[f32; 3]; 5] = [
    [0.0, 0.0, 4.0],
    [87.0, 16.0, 110.0],
    [188.0, 55.0, 84.0],
    [249.0, 142.0, 9.0],
    [252.0, 255.0, 164.0],
];

/// A picture of where two images differ: the mean absolute difference over the channels, black for none, light yellow
/// for the full range.
pub fn difference_picture(image: &[u8], other: &[u8], channels: usize, size: usize) -> Picture {
    let differences = difference_map(image, other, channels);
    Picture {
        width: size,
        height: size,
        rgba: differences.into_iter().flat_map(heat_colour).collect(),
    }
}

/// The mean absolute difference over the channels, 0 to 1, of each pixel of two images `[channels, size, size]`.
pub fn difference_map(image: &[u8], other: &[u8], channels: usize) -> Vec<f32> {
    let plane = image.len() / channels.max(1);
    let difference = |place: usize| {
        let all = (0..channels).map(|channel| channel * plane + place);
        let sum: u32 = all.map(|index| u32::from(image[index].abs_diff(other[index]))).sum();
        sum as f32 / (255 * channels) as f32
    };
    (0..plane).map(difference).collect()
}

/// The colour of a difference in [0, 1]; opaque.
pub fn heat_colour(difference: f32) -> [u8; 4] {
    let last = DIFFERENCE_COLOURS.len() - 1;
    let position = difference.clamp(0.0, 1.0) * last as f32;
    let lower = (position as usize).min(last - 1);
    let share = position - lower as f32;
    let mix = |index: usize| {
        let (from, to) = (DIFFERENCE_COLOURS[lower][index], DIFFERENCE_COLOURS[lower + 1][index]);
        (from + (to - from) * share).round() as u8
    };
    [mix(0), mix(1), mix(2), 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_show_values_and_differences() {
        assert_eq!(to_bytes(&[-1.0, 0.0, 1.0, 3.0, f32::NAN]), [0, 128, 255, 255, 0]);
        let grey = picture(&[7; 4], 1, 2);
        assert_eq!(grey.rgba[..4], [7, 7, 7, 255]);
        let difference = difference_picture(&[0, 255, 9, 9], &[0, 0, 9, 9], 1, 2);
        assert_eq!(difference.rgba[..8], [0, 0, 4, 255, 252, 255, 164, 255]);
    }
}
