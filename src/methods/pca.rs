//! PCA: how badly the first principal components of the normal images show an image. A control: a GAN that is not better
//! has shown nothing.
//!
//! ```text
//! ganomaly train --dataset mnist --anomaly 2 --method pca-32 --out runs/pca-2
//! ```

use super::{Fit, Gives, Method, NoSettings, Scores, Unfinished, proceed};
use crate::config::{LatentDistance, ModelConfig};
use crate::data::Images;
use crate::flow::Pace;
use crate::loss;
use crate::networks::init::Init;
use crate::networks::tensors::fixed;
use burn::module::{Module, Param};
use burn::tensor::{Device, ExecutionError, Shape, Tensor, TensorData};
use nalgebra::DMatrix;
use principal::principal;

pub mod principal;

/// Components that show an image.
const COMPONENTS: usize = 32;

/// Images that are multiplied at once: 2,048 colour images of 32x32 are 25 MB.
const BATCH: usize = 2048;

/// Mean and principal components of normal images, in units of [-1, 1].
#[derive(Module, Debug)]
pub struct Pca {
    /// Mean of each pixel, `[pixels]`.
    pub mean: Param<Tensor<1>>,
    /// The components, `[32, pixels]`; those that the images do not have are 0.
    pub components: Param<Tensor<2>>,
}

impl Method for Pca {
    const ID: &'static str = "pca-32";
    const NAME: &'static str = "PCA, 32 components";
    const ABOUT: &'static str = "PCA: what 32 principal components cannot show; a control";
    const LOSSES: &'static [&'static str] = &[];
    const GIVES: Gives = Gives {
        reconstruction: true,
        ..Gives::NOTHING
    };
    const LEARNS_AT_ONCE: bool = true;
    type Settings = NoSettings;

    fn init(model: &ModelConfig, _settings: &NoSettings, init: &mut Init) -> Self {
        let pixels = model.channels * model.size * model.size;
        Self {
            mean: init.zeros([pixels]),
            components: init.zeros([COMPONENTS, pixels]),
        }
    }

    async fn fit(&mut self, fit: Fit<'_, NoSettings>, pace: &mut dyn Pace) -> Result<Vec<f32>, Unfinished> {
        let samples = fit.samples;
        let mean = mean(samples);
        let covariance = covariance(samples, &mean, pace).await?;
        // Differences from the mean have one dimension less than there are images.
        let count = COMPONENTS.min(samples.len().saturating_sub(1));
        let (_, vectors) = principal(&covariance, count, pace).await?;
        // Column by column, as the matrix lies in memory: each column is a component.
        let mut components: Vec<f32> = vectors.iter().map(|&value| value as f32).collect();
        components.resize(COMPONENTS * mean.len(), 0.0);
        let components = TensorData::new(components, Shape::from([COMPONENTS, mean.len()]));
        self.mean = fixed(Tensor::from_data(TensorData::from(mean.as_slice()), fit.device));
        self.components = fixed(Tensor::from_data(components, fit.device));
        Ok(Vec::new())
    }

    /// Mean squared difference of an image's pixels in [-1, 1] and what the components make of them.
    async fn score(&self, image: Tensor<4>, _: &NoSettings, _: &mut dyn Pace) -> Result<Scores, Unfinished> {
        let (mean, components) = (self.mean.val().unsqueeze(), self.components.val());
        let centred = image.clone().flatten::<2>(1, 3) - mean.clone();
        let weights = centred.matmul(components.clone().transpose());
        let reconstruction = (weights.matmul(components) + mean).reshape(image.dims());
        let score = loss::distance(image, reconstruction.clone(), LatentDistance::Squared);
        Ok(Scores {
            reconstruction: Some(reconstruction),
            ..score.into()
        })
    }

    fn score_in_words(_: &NoSettings) -> String {
        "mean of squared differences of the pixels".to_owned()
    }
}

fn mean(images: &Images) -> Vec<f32> {
    let mut sums = vec![0_u64; images.values()];
    for index in 0..images.len() {
        for (sum, &value) in sums.iter_mut().zip(images.image(index)) {
            *sum += u64::from(value);
        }
    }
    let count = images.len().max(1) as f64;
    sums.into_iter()
        .map(|sum| (sum as f64 / count / (f64::from(u16::MAX) / 2.0) - 1.0) as f32)
        .collect()
}

/// Sums of the products of every two pixels' differences from their means, `[pixels, pixels]`. Each batch is multiplied
/// in single precision on the CPU, the batches are added in double precision.
async fn covariance(images: &Images, mean: &[f32], pace: &mut dyn Pace) -> Result<DMatrix<f64>, Unfinished> {
    let mean = Tensor::<1>::from_data(TensorData::from(mean), &Device::flex());
    let [pixels] = mean.dims();
    let mut sums = DMatrix::zeros(pixels, pixels);
    for start in (0..images.len()).step_by(BATCH) {
        proceed(pace, start as f64 / images.len() as f64).await?;
        let indices: Vec<usize> = (start..images.len().min(start + BATCH)).collect();
        let batch = images.batch(&indices, &Device::flex()).flatten::<2>(1, 3);
        let centred = batch - mean.clone().unsqueeze();
        let product = values(centred.clone().transpose().matmul(centred)).await?;
        for (sum, product) in sums.iter_mut().zip(product) {
            *sum += f64::from(product);
        }
    }
    Ok(sums)
}

/// The values of a matrix, row by row.
async fn values(matrix: Tensor<2>) -> Result<Vec<f32>, ExecutionError> {
    let data = matrix.into_data_async().await?;
    // Large ones: taken as they are, not value by value.
    data.try_into_vec()
        .map_err(|error| ExecutionError::generic(format!("a matrix product cannot be read: {error:?}")))
}
