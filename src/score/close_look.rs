//! What a detector makes of a few frames, in every detail that an explanation needs.

use super::{Detector, Seen, batches_in_order};
use crate::data::Images;
use crate::image::to_bytes;
use crate::networks::tensors::floats;
use crate::normality::Contribution;
use burn::tensor::{ExecutionError, Tensor};

/// What the networks make of a frame, in detail.
#[derive(Debug, Clone)]
pub struct CloseLook {
    /// Its score.
    pub score: f32,
    /// What each term adds, see [`Normality::contributions`](crate::normality::Normality::contributions).
    pub contributions: Vec<Contribution>,
    /// What the generator makes of it, 8 bits a value.
    pub reconstruction: Vec<u8>,
    /// Its latent vector.
    pub latent: Vec<f32>,
    /// Where the discriminator finds other features in the reconstruction, level by level.
    pub feature_differences: Vec<FeatureMap>,
}

/// A square map of how much features differ, in shares of their mean.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    /// Values in a row and rows.
    pub side: usize,
    /// The values, row by row.
    pub values: Vec<f32>,
}

impl Detector {
    /// What the networks make of frames, for an explanation.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look_closely(&self, frames: &Images) -> Result<Vec<CloseLook>, ExecutionError> {
        let mut looks = Vec::with_capacity(frames.len());
        for indices in batches_in_order(frames.len()) {
            let batch = frames.batch(&indices, &self.device);
            let output = self.forward(batch.clone());
            let generated = self.networks.feature_levels(output.reconstruction.clone());
            let levels = self.networks.feature_levels(batch).into_iter().zip(generated);
            let levels: Vec<Tensor<3>> = levels
                .map(|(real, generated)| relative_difference(real, generated))
                .collect();
            let sides: Vec<usize> = levels.iter().map(|level| level.dims()[1]).collect();
            let reading = levels
                .into_iter()
                .fold(output.reading(), |reading, level| reading.register(level));
            let mut data = reading.execute_async().await?.into_iter().map(floats);
            let seen = self.seen(&mut data, frames.image_bytes());
            let levels: Vec<(usize, Vec<f32>)> = sides.into_iter().zip(data).collect();
            for (place, (seen, index)) in seen.into_iter().zip(indices).enumerate() {
                let maps = levels.iter().map(|(side, values)| FeatureMap {
                    side: *side,
                    values: values[place * side * side..(place + 1) * side * side].to_vec(),
                });
                looks.push(self.close_look(seen, frames, index, maps.collect()));
            }
        }
        Ok(looks)
    }

    fn close_look(&self, seen: Seen, frames: &Images, index: usize, feature_differences: Vec<FeatureMap>) -> CloseLook {
        let (score, contributions) = match &self.normality {
            Some(normality) => {
                let point = normality.point(&seen.evidence(frames, index));
                (normality.score(point), normality.contributions(point))
            }
            None => (seen.score, Vec::new()),
        };
        CloseLook {
            score,
            contributions,
            reconstruction: to_bytes(&seen.reconstruction),
            latent: seen.latent,
            feature_differences,
        }
    }
}

/// Mean absolute difference over the channels, over the mean of the image's own features: `[batch, side, side]`.
fn relative_difference(real: Tensor<4>, generated: Tensor<4>) -> Tensor<3> {
    let [batch, _, side, _] = real.dims();
    let scale = real
        .clone()
        .abs()
        .flatten::<2>(1, 3)
        .mean_dim(1)
        .add_scalar(1e-6)
        .reshape([batch, 1, 1, 1]);
    (real - generated)
        .abs()
        .mean_dim(1)
        .div(scale)
        .reshape([batch, side, side])
}
