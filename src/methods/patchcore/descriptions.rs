//! What the front end says of places: vectors of numbers, on the host.

use crate::data::{Stream, shuffled};
use half::f16;

/// A mean distance below which parts count as if they had this one: what is the same everywhere says nothing.
const SMALLEST: f64 = 1e-3;

/// Descriptions of all places of some samples.
#[derive(Debug, Clone)]
pub struct Descriptions {
    /// Numbers of a description.
    channels: usize,
    /// Places of one sample.
    places: usize,
    /// `[samples, places, channels]`.
    values: Vec<f32>,
}

impl Descriptions {
    /// Of samples with so many places each.
    pub fn new(values: Vec<f32>, places: usize, channels: usize) -> Self {
        Self {
            channels,
            places,
            values,
        }
    }

    /// All places of a sample, `[places, channels]`.
    ///
    /// # Panics
    /// There is no such sample.
    pub fn sample(&self, sample: usize) -> &[f32] {
        let length = self.places * self.channels;
        &self.values[sample * length..(sample + 1) * length]
    }

    /// Scales each part of the descriptions, of so many numbers each, to a mean distance of 1 from its mean, so that all parts
    /// count alike; returns what each number was multiplied by.
    pub fn even_out(&mut self, parts: &[usize]) -> Vec<f32> {
        let count = (self.values.len() / self.channels).max(1) as f64;
        let mut mean = vec![0.0; self.channels];
        for place in self.values.chunks_exact(self.channels) {
            for (sum, &value) in mean.iter_mut().zip(place) {
                *sum += f64::from(value) / count;
            }
        }
        let mut scale = Vec::with_capacity(self.channels);
        for &length in parts {
            let part = scale.len()..scale.len() + length;
            let distance = |place: &[f32]| {
                let differences = place[part.clone()].iter().zip(&mean[part.clone()]);
                differences.map(|(&value, mean)| (f64::from(value) - mean).powi(2)).sum::<f64>().sqrt()
            };
            let sum: f64 = self.values.chunks_exact(self.channels).map(distance).sum();
            let factor = rounded((1.0 / (sum / count).max(SMALLEST)) as f32);
            scale.resize(part.end, factor);
        }
        for place in self.values.chunks_exact_mut(self.channels) {
            for (value, factor) in place.iter_mut().zip(&scale) {
                *value *= factor;
            }
        }
        scale
    }

    /// At most so many descriptions, a seeded choice of all, one after the other; and the sample that each is of.
    pub fn some(&self, most: usize, seed: u64) -> (Vec<f32>, Vec<usize>) {
        let all: Vec<&[f32]> = self.values.chunks_exact(self.channels).collect();
        let mut chosen = shuffled(all.len(), seed, Stream::Split);
        chosen.truncate(most);
        let values = chosen.iter().flat_map(|&place| all[place]).copied();
        (values.collect(), chosen.iter().map(|place| place / self.places).collect())
    }
}

/// A number as a weights file of half precision stores it: a stored model is to score as it did before.
pub fn rounded(value: f32) -> f32 {
    f16::from_f32(value).to_f32()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_count_alike() {
        let values = (0..60_u8).flat_map(|place| [0.5 * f32::from(place % 2), 40.0 * f32::from(place % 2), 30.0, 7.0]);
        let mut seen = Descriptions::new(values.collect(), 6, 4);
        let scale = seen.even_out(&[1, 2, 1]);
        assert_eq!((scale[0], scale[1], scale[2]), (4.0, rounded(0.05), rounded(0.05)));
        assert!(scale[3].is_finite());
        assert_eq!(seen.sample(0)[4..6], [2.0, 40.0 * rounded(0.05)]);
    }

    #[test]
    fn descriptions_keep_their_samples() {
        let values: Vec<f32> = (0..60).flat_map(|place| [place as f32, -1.0]).collect();
        let seen = Descriptions::new(values, 6, 2);
        assert_eq!(seen.sample(3)[..4], [18.0, -1.0, 19.0, -1.0]);
        let (chosen, samples) = seen.some(10, 1);
        assert_eq!((chosen.len(), samples.len()), (20, 10));
        for (description, sample) in chosen.chunks_exact(2).zip(samples) {
            assert_eq!(description[0] as usize / 6, sample);
        }
        assert_eq!(seen.some(99, 1).1.len(), 60);
        assert_ne!(seen.some(10, 1), seen.some(10, 2));
    }
}
