//! Controls: what simple methods reach on the same images. A GAN that is not better than they are has shown nothing.

pub mod nearest;
pub mod pca;
pub mod principal;

use crate::data::{Images, Stream, shuffled};
use crate::device::failure;
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Result, anyhow, ensure};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use std::time::Instant;

/// Images that are multiplied at once: 2,048 colour images of 32x32 are 25 MB.
const BATCH: usize = 2048;

/// A simple method that stands beside the GANs in every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// How badly the first 32 principal components of the training images show an image, see [`pca`].
    Pca,
    /// How far an image is from the training images most like it, see [`nearest`].
    NearestNormals,
}

/// What a control makes of the test images.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// One score a test image, larger for more anomalous ones.
    pub scores: Vec<f32>,
    /// Seconds to learn from the training images.
    pub training_seconds: f64,
    /// Seconds to score all test images.
    pub scoring_seconds: f64,
}

impl Control {
    /// All controls, in the order of the tables.
    pub const ALL: [Self; 2] = [Self::Pca, Self::NearestNormals];

    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pca => "pca-32",
            Self::NearestNormals => "nearest-normals",
        }
    }

    /// Learns from normal images and scores test images. Of more than `most_training` training images the nearest
    /// normals take a seeded choice; PCA takes them all. `None` if the user stopped it.
    ///
    /// # Errors
    /// There are no training images, or the test images have another shape.
    pub fn run(
        self,
        training: &Images,
        test: &Images,
        most_training: Option<(usize, u64)>,
        console: Console,
        interrupt: &Interrupt,
    ) -> Result<Option<Scored>> {
        ensure!(!training.is_empty(), "there are no training images to learn from");
        ensure!(
            training.image_bytes() == test.image_bytes(),
            "training and test images differ in size or colours"
        );
        let began = Instant::now();
        let (scores, training_seconds) = match self {
            Self::Pca => {
                let Some(pca) = pca::Pca::fit(training, pca::COMPONENTS, console, interrupt)? else {
                    return Ok(None);
                };
                let seconds = began.elapsed().as_secs_f64();
                (pca.score(test, console, interrupt)?, seconds)
            }
            Self::NearestNormals => {
                let chosen = choice(training.len(), most_training).map(|indices| training.select(&indices));
                let seconds = began.elapsed().as_secs_f64();
                let scores = nearest::score(chosen.as_ref().unwrap_or(training), test, console, interrupt)?;
                (scores, seconds)
            }
        };
        Ok(scores.map(|scores| Scored {
            scores,
            training_seconds,
            scoring_seconds: began.elapsed().as_secs_f64() - training_seconds,
        }))
    }
}

/// A seeded choice of `count` images, in their order, if there are more than that.
fn choice(count: usize, most: Option<(usize, u64)>) -> Option<Vec<usize>> {
    let (most, seed) = most.filter(|&(most, _)| most < count)?;
    let mut indices = shuffled(count, seed, Stream::Split);
    indices.truncate(most);
    indices.sort_unstable();
    Some(indices)
}

/// The images from `start` on, at most a batch of them, one a row: `[images, channels * size * size]`, grey levels from
/// 0 to 255 less those of `mean`.
fn rows(images: &Images, start: usize, mean: &[f32]) -> Tensor<2> {
    let end = (start + BATCH).min(images.len());
    let values: Vec<f32> = (start..end)
        .flat_map(|index| images.image(index).iter().zip(mean))
        .map(|(&byte, mean)| f32::from(byte) - mean)
        .collect();
    matrix(values, [end - start, images.image_bytes()])
}

fn matrix(values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, Shape::from(shape)), &Device::flex())
}

/// The values of a matrix, row by row.
fn values(matrix: Tensor<2>) -> Result<Vec<f32>> {
    let data = pollster::block_on(matrix.into_data_async()).map_err(|error| anyhow!(failure(&error)))?;
    // Large ones: taken as they are, not value by value.
    data.try_into_vec()
        .map_err(|error| anyhow!("a matrix product cannot be read: {error:?}"))
}

/// Starts of the batches of `count` images.
fn batches(count: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(BATCH)
}
