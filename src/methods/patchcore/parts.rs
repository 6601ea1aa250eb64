//! The parts of descriptions, one for each map that the front end gives: they are to count alike.

use half::f16;

/// A mean distance below which parts count as if they had this one: what is the same everywhere says nothing.
const SMALLEST: f64 = 1e-3;

/// Scales each part of descriptions, of so many numbers each, to a mean distance of 1 from its mean; returns what each
/// number was multiplied by.
pub fn even_out(descriptions: &mut [f32], parts: &[usize]) -> Vec<f32> {
    let channels: usize = parts.iter().sum();
    let count = (descriptions.len() / channels).max(1) as f64;
    let mut mean = vec![0.0; channels];
    for description in descriptions.chunks_exact(channels) {
        for (sum, &value) in mean.iter_mut().zip(description) {
            *sum += f64::from(value) / count;
        }
    }
    let mut scale = Vec::with_capacity(channels);
    for &length in parts {
        let part = scale.len()..scale.len() + length;
        let distance = |description: &[f32]| {
            let differences = description[part.clone()].iter().zip(&mean[part.clone()]);
            let squares = differences.map(|(&value, mean)| (f64::from(value) - mean).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let sum: f64 = descriptions.chunks_exact(channels).map(distance).sum();
        scale.resize(part.end, rounded((1.0 / (sum / count).max(SMALLEST)) as f32));
    }
    for description in descriptions.chunks_exact_mut(channels) {
        for (value, factor) in description.iter_mut().zip(&scale) {
            *value *= factor;
        }
    }
    scale
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
        let mut descriptions: Vec<f32> = values.collect();
        let scale = even_out(&mut descriptions, &[1, 2, 1]);
        assert_eq!((scale[0], scale[1], scale[2]), (4.0, rounded(0.05), rounded(0.05)));
        assert!(scale[3].is_finite());
        assert_eq!(descriptions[4..6], [2.0, 40.0 * rounded(0.05)]);
        assert_eq!(even_out(&mut [], &[2]).len(), 2);
    }
}
