//! Control: how badly the first principal components of the training images show an image.

use super::principal::principal;
use super::{batches, matrix, rows, values};
use crate::data::Images;
use crate::native::terminal::{Console, Interrupt};
use anyhow::Result;
use nalgebra::DMatrix;

/// Components of the control in the tables.
pub const COMPONENTS: usize = 32;

/// Half the range of grey levels: what turns them into values in [-1, 1].
const HALF_RANGE: f32 = 127.5;

/// Mean and principal components of training images.
#[derive(Debug, Clone)]
pub struct Pca {
    /// Mean grey level of each pixel, 0 to 255.
    mean: Vec<f32>,
    /// The components, one a row.
    components: Vec<f32>,
    count: usize,
}

impl Pca {
    /// The first `count` principal components of the images; fewer if the images have fewer. `None` if the user
    /// stopped it.
    ///
    /// # Errors
    /// The matrix products failed.
    pub fn fit(training: &Images, count: usize, console: Console, interrupt: &Interrupt) -> Result<Option<Self>> {
        // Differences from the mean have one dimension less than there are images.
        let count = count.min(training.len().saturating_sub(1));
        let mean = mean(training);
        let Some(covariance) = covariance(training, &mean, console, interrupt)? else {
            return Ok(None);
        };
        Ok(principal(&covariance, count, interrupt).map(|(_, vectors)| Self {
            mean,
            // Column by column, as the matrix lies in memory: each column is a component.
            components: vectors.iter().map(|&value| value as f32).collect(),
            count: vectors.ncols(),
        }))
    }

    /// Mean squared difference of each image's pixels in [-1, 1] and what the components make of them. `None` if the
    /// user stopped it.
    ///
    /// # Errors
    /// The matrix products failed.
    pub fn score(&self, images: &Images, console: Console, interrupt: &Interrupt) -> Result<Option<Vec<f32>>> {
        let bar = console.image_bar(images.len(), "PCA: scoring");
        let pixels = self.mean.len();
        let components = matrix(self.components.clone(), [self.count, pixels]);
        let mut scores = Vec::with_capacity(images.len());
        for start in batches(images.len()) {
            if interrupt.asked() {
                return Ok(None);
            }
            let centred = rows(images, start, &self.mean);
            let residual = if self.count == 0 {
                centred
            } else {
                let weights = centred.clone().matmul(components.clone().transpose());
                centred - weights.matmul(components.clone())
            };
            let squares = residual.div_scalar(HALF_RANGE).square().mean_dim(1);
            scores.extend(values(squares)?);
            bar.set_position(scores.len() as u64);
        }
        bar.finish_and_clear();
        Ok(Some(scores))
    }
}

fn mean(images: &Images) -> Vec<f32> {
    let mut sums = vec![0_u64; images.image_bytes()];
    for index in 0..images.len() {
        for (sum, &byte) in sums.iter_mut().zip(images.image(index)) {
            *sum += u64::from(byte);
        }
    }
    let count = images.len().max(1) as f64;
    sums.into_iter().map(|sum| (sum as f64 / count) as f32).collect()
}

/// Sums of the products of every two pixels' differences from their means, `[pixels, pixels]`. Each batch is multiplied
/// in single precision, the batches are added in double precision.
fn covariance(images: &Images, mean: &[f32], console: Console, interrupt: &Interrupt) -> Result<Option<DMatrix<f64>>> {
    let bar = console.image_bar(images.len(), "PCA: learning");
    let mut sums = DMatrix::zeros(mean.len(), mean.len());
    for start in batches(images.len()) {
        if interrupt.asked() {
            return Ok(None);
        }
        let centred = rows(images, start, mean);
        let product = values(centred.clone().transpose().matmul(centred))?;
        for (sum, product) in sums.iter_mut().zip(product) {
            *sum += f64::from(product);
        }
        bar.inc((images.len() - start).min(super::BATCH) as u64);
    }
    bar.finish_and_clear();
    Ok(Some(sums))
}
