//! Where in an image a method's features find it odd, for heatmaps.

use super::{Detector, Scored, batches_in_order};
use crate::data::Images;
use crate::networks::tensors::{floats, read_together};
use burn::tensor::{ExecutionError, Tensor};

/// A square map of how odd the features of a frame are: how much those of its reconstruction differ, in shares of their
/// mean; of a method that scores place by place, the scores of the places.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    /// Values in a row and rows.
    pub side: usize,
    /// The values, row by row.
    pub values: Vec<f32>,
}

impl Detector {
    /// Scores frames, each with the differences of its features level by level, or with a map of its places; none of a
    /// method that has neither.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look_closely(&self, frames: &Images) -> Result<Vec<(Scored, Vec<FeatureMap>)>, ExecutionError> {
        let mut looks = Vec::with_capacity(frames.len());
        for indices in batches_in_order(frames.len()) {
            let batch = frames.batch(&indices, &self.device);
            let scores = self.scores(batch.clone()).await?;
            let maps = match &scores.places {
                Some(places) => maps_of_places(places.clone()).await?,
                None => self.feature_maps(&batch, scores.reconstruction.clone()).await?,
            };
            let scored = self
                .read(scores, batch, frames, &indices, self.normality.as_ref())
                .await?;
            looks.extend(scored.into_iter().zip(maps));
        }
        Ok(looks)
    }

    /// The maps of each frame of a batch.
    async fn feature_maps(
        &self,
        batch: &Tensor<4>,
        reconstruction: Option<Tensor<4>>,
    ) -> Result<Vec<Vec<FeatureMap>>, ExecutionError> {
        let [count, ..] = batch.dims();
        let levels = reconstruction.map_or_else(Vec::new, |reconstruction| {
            let [real, generated] = [batch.clone(), reconstruction].map(|images| self.networks.feature_levels(images));
            let pairs = real.into_iter().zip(generated);
            pairs
                .map(|(real, generated)| relative_difference(real, generated))
                .collect()
        });
        let sides: Vec<usize> = levels.iter().map(|level: &Tensor<3>| level.dims()[1]).collect();
        let flat = levels.into_iter().map(|level| Some(level.flatten(0, 2)));
        let values = read_together(flat.collect()).await?;
        let of_frame = |place: usize| {
            let levels = sides.iter().zip(&values);
            let maps = levels.filter_map(|(&side, values)| {
                let values = values.as_ref()?.get(place * side * side..(place + 1) * side * side)?;
                Some(FeatureMap {
                    side,
                    values: values.to_vec(),
                })
            });
            maps.collect()
        };
        Ok((0..count).map(of_frame).collect())
    }
}

/// A map for each frame of a batch, of a method that scores place by place.
async fn maps_of_places(places: Tensor<3>) -> Result<Vec<Vec<FeatureMap>>, ExecutionError> {
    let [_, side, _] = places.dims();
    let values = floats(places.into_data_async().await?);
    let map = |values: &[f32]| FeatureMap {
        side,
        values: values.to_vec(),
    };
    Ok(values
        .chunks_exact(side * side)
        .map(|values| vec![map(values)])
        .collect())
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
