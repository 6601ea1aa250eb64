//! Scoring images and taking a threshold from normal ones.

use crate::data::Images;
use crate::event::ModelCard;
use crate::image::to_bytes;
use crate::methods::Networks;
use crate::networks::tensors::{floats, read};
use crate::weights::Weights;
use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Transaction};

/// A model that scores.
#[derive(Debug, Clone)]
pub struct Detector {
    /// What the model is.
    pub card: ModelCard,
    /// Scores of normal images that were not trained on, rising; empty if there are none.
    pub calibration: Vec<f32>,
    networks: Networks,
    device: Device,
}

/// An image's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Anomaly score A(x), 0 or more; larger is more anomalous. It depends on the image and the model alone.
    pub score: f32,
    /// What the generator makes of the image, 8 bits a value, `[channels, size, size]`.
    pub reconstruction: Vec<u8>,
}

impl Detector {
    /// A detector with these weights. Batch normalisation uses its running statistics.
    pub fn new(weights: &Weights, device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        Self {
            card: weights.card.clone(),
            calibration: weights.calibration.clone(),
            networks: weights.networks(&device),
            device,
        }
    }

    /// A detector with the current networks of a training run.
    pub fn from_networks(card: ModelCard, networks: &Networks, device: &Device) -> Self {
        Self {
            card,
            calibration: Vec::new(),
            networks: networks.valid(),
            device: device.clone().without_autodiff(),
        }
    }

    /// Scores the images at these indices in one pass over the device: use at most a few hundred at a time.
    ///
    /// # Errors
    /// The device failed.
    pub async fn score(&self, images: &Images, indices: &[usize]) -> Result<Vec<Scored>, ExecutionError> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let batch = images.batch(indices, &self.device);
        let output = self.networks.score(batch, &self.card.training);
        let reading = Transaction::default()
            .register(output.score)
            .register(output.reconstruction);
        let mut data = reading.execute_async().await?.into_iter().map(floats);
        let scores = data.next().unwrap_or_default();
        let reconstructions = to_bytes(&data.next().unwrap_or_default());
        let scored = scores
            .into_iter()
            .zip(reconstructions.chunks_exact(images.image_bytes()));
        Ok(scored
            .map(|(score, reconstruction)| Scored {
                score,
                reconstruction: reconstruction.to_vec(),
            })
            .collect())
    }

    /// The discriminator's features f(x) of the images at these indices, flat: use at most a few hundred at a time.
    ///
    /// # Errors
    /// The device failed.
    pub async fn features(&self, images: &Images, indices: &[usize]) -> Result<Vec<Vec<f32>>, ExecutionError> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let features = self.networks.features(images.batch(indices, &self.device));
        let [_, length] = features.dims();
        let values = floats(features.into_data_async().await?);
        Ok(values.chunks_exact(length).map(<[f32]>::to_vec).collect())
    }

    /// Remembers the scores of normal images that were not trained on.
    pub fn calibrate(&mut self, mut scores: Vec<f32>) {
        scores.sort_unstable_by(f32::total_cmp);
        self.calibration = scores;
    }

    /// The threshold for a share of false alarms, see [`threshold`].
    pub fn threshold(&self, false_alarms: f64) -> Option<f32> {
        threshold(&self.calibration, false_alarms)
    }

    /// The model as a weights file holds it.
    ///
    /// # Errors
    /// The device failed.
    pub async fn weights(&self) -> Result<Weights, ExecutionError> {
        Ok(Weights {
            card: self.card.clone(),
            tensors: read(&self.networks).await?,
            calibration: self.calibration.clone(),
            optimizer: None,
        })
    }
}

/// The smallest of these rising scores above which at most the share `false_alarms` (0 to 1) of them lies; images that
/// score more than it are called anomalies. Nothing without scores.
pub fn threshold(rising_scores: &[f32], false_alarms: f64) -> Option<f32> {
    let count = rising_scores.len();
    let above = (false_alarms.clamp(0.0, 1.0) * count as f64).floor() as usize;
    rising_scores
        .get(count.checked_sub(1 + above.min(count.saturating_sub(1)))?)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::threshold;

    #[test]
    fn at_most_the_allowed_share_lies_above_the_threshold() {
        let scores: Vec<f32> = (1..=100_u8).map(f32::from).collect();
        assert_eq!(threshold(&scores, 0.05), Some(95.0));
        assert_eq!(threshold(&scores, 0.0), Some(100.0));
        assert_eq!(threshold(&scores, 1.0), Some(1.0));
        assert_eq!(threshold(&scores[..4], 0.05), Some(4.0));
        assert_eq!(threshold(&[], 0.05), None);
    }
}
