//! Scoring images, and learning from normal ones what is to be expected.

use crate::card::ModelCard;
use crate::config::ConfigError;
use crate::conformal;
use crate::data::{FramedImages, Images};
use crate::flow::{Pace, ToTheEnd};
use crate::image::to_bytes;
use crate::methods::{Ganomaly, Networks, Scores, Unfinished};
use crate::networks::tensors::{floats, read_together};
use crate::normality::{Contribution, Evidence, LARGEST_BANK, Normality, Point, ScoreForm};
use crate::trace::{Trace, trace};
use crate::weights::Weights;
use burn::tensor::{Device, ExecutionError, Tensor};
use half::f16;

mod feature_maps;

pub use feature_maps::FeatureMap;

/// Images in one pass over the device when there are many.
pub const BATCH: usize = 64;

/// A model that scores.
#[derive(Debug, Clone)]
pub struct Detector {
    /// What the model is.
    pub card: ModelCard,
    /// Scores of normal images that were not trained on, rising; empty if there are none.
    pub calibration: Vec<f32>,
    /// What normal images are like, for scores beyond the paper's.
    normality: Option<Normality>,
    networks: Networks,
    device: Device,
}

/// What a model says of an image, or of one frame of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Anomaly score A(x); larger is more anomalous. It depends on the image and the model alone. The papers' scores are
    /// 0 or more.
    pub score: f32,
    /// Of an image with several frames, the one with the highest score, which all else here is about; counted from the
    /// image's first.
    pub frame: usize,
    /// What the networks make of the image, 8 bits a value, `[channels, size, size]`, of a method that rebuilds images.
    pub reconstruction: Option<Vec<u8>>,
    /// Its latent vector, of a method that has some: z of GANomaly, f(x) of Skip-GANomaly.
    pub latent: Option<Vec<f32>>,
    /// The latent vector of the reconstruction: z' of GANomaly, f(x') of Skip-GANomaly.
    pub latent_reconstruction: Option<Vec<f32>>,
    /// What a score beyond the paper's is made of.
    point: Option<Point>,
}

impl Detector {
    /// A detector with these weights; with those of a checkpoint, which does not know the normal images, one with the
    /// paper's score. Batch normalisation uses its running statistics.
    ///
    /// # Errors
    /// The card's settings are not possible: not those of a file that was parsed.
    pub fn new(weights: &Weights, device: &Device) -> Result<Self, ConfigError> {
        let device = device.clone().without_autodiff();
        let form = weights
            .normality
            .as_ref()
            .map_or(ScoreForm::Paper, |normality| normality.form);
        Ok(Self {
            card: ModelCard {
                score: form,
                ..weights.card.clone()
            },
            calibration: weights.calibration.clone(),
            normality: weights.normality.clone(),
            networks: weights.networks(&device)?,
            device,
        })
    }

    /// A detector with the current networks of a training run, and the paper's score.
    pub fn from_networks(card: ModelCard, networks: &Networks, device: &Device) -> Self {
        Self {
            card: ModelCard {
                score: ScoreForm::Paper,
                ..card
            },
            calibration: Vec::new(),
            normality: None,
            networks: networks.valid(),
            device: device.clone().without_autodiff(),
        }
    }

    /// Scores the images at these indices in one pass over the device: use at most a few hundred at a time.
    ///
    /// # Errors
    /// The device failed.
    pub async fn score(&self, images: &Images, indices: &[usize]) -> Result<Vec<Scored>, ExecutionError> {
        let scored = self.score_paced(images, indices, &mut ToTheEnd).await?;
        Ok(scored.unwrap_or_default())
    }

    /// The same at a pace, for methods that take long to score; nothing if it was stopped.
    ///
    /// # Errors
    /// The device failed.
    pub async fn score_paced(
        &self,
        images: &Images,
        indices: &[usize],
        pace: &mut dyn Pace,
    ) -> Result<Option<Vec<Scored>>, ExecutionError> {
        self.score_with(images, indices, self.normality.as_ref(), pace).await
    }

    /// Scores images by their frames, some at a time.
    ///
    /// # Errors
    /// The device failed.
    pub async fn score_images(&self, images: &FramedImages) -> Result<Vec<Scored>, ExecutionError> {
        let mut highest: Vec<Option<Scored>> = vec![None; images.len()];
        let owners = (0..images.len()).flat_map(|image| {
            images
                .frames_of(image)
                .enumerate()
                .map(move |(frame, _)| (image, frame))
        });
        let owners: Vec<(usize, usize)> = owners.collect();
        for indices in batches_in_order(images.frames.len()) {
            let scored = self.score(&images.frames, &indices).await?;
            for (scored, index) in scored.into_iter().zip(indices) {
                let (image, frame) = owners[index];
                let is_higher = |known: &Scored| scored.score.total_cmp(&known.score).is_gt();
                if highest[image].as_ref().is_none_or(is_higher) {
                    highest[image] = Some(Scored { frame, ..scored });
                }
            }
        }
        Ok(highest.into_iter().flatten().collect())
    }

    /// The score of each frame.
    ///
    /// # Errors
    /// The device failed.
    pub async fn frame_scores(&self, frames: &Images) -> Result<Vec<f32>, ExecutionError> {
        let normality = self.normality.as_ref();
        self.gather(frames, frames.len(), normality, |scored| Some(scored.score))
            .await
    }

    /// The conformal p-value of a score, see [`conformal::p_value`].
    pub fn p_value(&self, score: f32) -> f64 {
        conformal::p_value(&self.calibration, score)
    }

    /// Learns what normal images are like and what they score, and scores in this form from now on. `known` are images
    /// that the networks were trained on, of which the first [`LARGEST_BANK`] frames are remembered; `held_out` are normal
    /// images that they were not trained on, for the calibration.
    ///
    /// Beyond the paper's score, what a normal image scores is learnt from `fit`, other normal images that the networks
    /// were not trained on. If there are none, it is learnt from those held out, and each of these is scored by what was
    /// learnt from the others: they would seem too normal, and the threshold be too low, if it had been fitted to the
    /// very same images.
    ///
    /// # Errors
    /// The device failed; then the detector scores as before.
    pub async fn calibrate(
        &mut self,
        form: ScoreForm,
        known: &FramedImages,
        fit: &FramedImages,
        held_out: &FramedImages,
    ) -> Result<(), ExecutionError> {
        let mut learnt = Self {
            normality: None,
            ..self.clone()
        };
        learnt.card.score = form;
        let scores = if form.is_paper() {
            learnt.frame_scores(&held_out.frames).await?
        } else {
            let mut normality = learnt.knowing(&known.frames).await?;
            let points = learnt.points(&held_out.frames, &normality).await?;
            let scores = if fit.is_empty() {
                normality.fit(&points)
            } else {
                normality.fit(&learnt.points(&fit.frames, &normality).await?);
                points.into_iter().map(|point| normality.score(point)).collect()
            };
            learnt.normality = Some(normality);
            scores
        };
        learnt.calibrate_by(held_out.highest(&scores));
        *self = learnt;
        Ok(())
    }

    /// Goes by these scores of normal images from now on.
    pub fn calibrate_by(&mut self, mut scores: Vec<f32>) {
        scores.sort_unstable_by(f32::total_cmp);
        self.calibration = scores;
    }

    /// What is to be taken from each of the first `count` images, which are scored some at a time.
    async fn gather<T>(
        &self,
        images: &Images,
        count: usize,
        normality: Option<&Normality>,
        take: impl Fn(Scored) -> Option<T>,
    ) -> Result<Vec<T>, ExecutionError> {
        let mut taken = Vec::with_capacity(count);
        for indices in batches_in_order(count) {
            let scored = self.score_with(images, &indices, normality, &mut ToTheEnd).await?;
            taken.extend(scored.into_iter().flatten().filter_map(&take));
        }
        Ok(taken)
    }

    /// How badly the networks know images: the mean absolute difference of images and their reconstructions, in units of
    /// [-1, 1]; the mean score of a method that rebuilds nothing.
    ///
    /// # Errors
    /// The device failed.
    pub async fn loss(&self, images: &Images) -> Result<f32, ExecutionError> {
        let (mut sum, mut count) = (0.0, 0_usize);
        for indices in batches_in_order(images.len()) {
            let batch = images.batch(&indices, &self.device);
            let scores = self.scores(batch.clone()).await?;
            let mean = match scores.reconstruction {
                Some(reconstruction) => (reconstruction - batch).abs().mean(),
                None => scores.score.mean(),
            };
            let mean = floats(mean.into_data_async().await?);
            sum += mean.first().copied().unwrap_or(f32::NAN) * indices.len() as f32;
            count += indices.len();
        }
        Ok(sum / count as f32)
    }

    /// The scores of a batch, on the device, however long they take.
    async fn scores(&self, batch: Tensor<4>) -> Result<Scores, ExecutionError> {
        match self.networks.score(batch, &mut ToTheEnd).await {
            Ok(scores) => Ok(scores),
            Err(Unfinished::Device(error)) => Err(error),
            Err(Unfinished::Stopped) => Err(ExecutionError::generic("a score was stopped that was not to be")),
        }
    }

    /// What normal images are like, as far as their latent vectors tell.
    async fn knowing(&self, known: &Images) -> Result<Normality, ExecutionError> {
        let count = known.len().min(LARGEST_BANK);
        let latents = self.gather(known, count, None, |scored| scored.latent).await?;
        // As a weights file of half precision stores them, so that a stored model scores alike.
        let bank = latents.into_iter().flatten().map(|value| f16::from_f32(value).to_f32());
        Ok(Normality::new(
            self.card.score,
            bank.collect(),
            self.card.model.latent_size,
        ))
    }

    async fn points(&self, images: &Images, normality: &Normality) -> Result<Vec<Point>, ExecutionError> {
        self.gather(images, images.len(), Some(normality), |scored| scored.point)
            .await
    }

    /// Scores the images at these indices: by what normal images are like if that is known, otherwise as the paper does.
    /// Nothing if the pace said stop.
    async fn score_with(
        &self,
        images: &Images,
        indices: &[usize],
        normality: Option<&Normality>,
        pace: &mut dyn Pace,
    ) -> Result<Option<Vec<Scored>>, ExecutionError> {
        if indices.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let batch = images.batch(indices, &self.device);
        let scores = match self.networks.score(batch.clone(), pace).await {
            Ok(scores) => scores,
            Err(Unfinished::Stopped) => return Ok(None),
            Err(Unfinished::Device(error)) => return Err(error),
        };
        self.read(scores, batch, images, indices, normality).await.map(Some)
    }

    /// Reads from the device what the networks made of a batch, and takes it apart image by image, see
    /// [`score_with`](Self::score_with).
    async fn read(
        &self,
        scores: Scores,
        batch: Tensor<4>,
        images: &Images,
        indices: &[usize],
        normality: Option<&Normality>,
    ) -> Result<Vec<Scored>, ExecutionError> {
        let needs_features = normality.is_some_and(|normality| normality.form.needs_features());
        let reconstruction = scores.reconstruction.clone().filter(|_| needs_features);
        let distance = reconstruction.and_then(|reconstruction| self.networks.feature_distance(batch, reconstruction));
        let flat = |tensor: Option<Tensor<4>>| tensor.map(|tensor| tensor.flatten(0, 3));
        let parts = vec![
            Some(scores.score),
            distance,
            flat(scores.latent),
            flat(scores.latent_reconstruction),
            flat(scores.reconstruction),
        ];
        let mut parts = read_together(parts).await?.into_iter();
        let mut next = || ByImage::new(parts.next().flatten(), indices.len());
        let (scores, distances, latents, again, reconstructions) = (next(), next(), next(), next(), next());
        let value = |values: &ByImage, place: usize| values.of(place).and_then(|values| values.first().copied());
        let scored = indices.iter().enumerate().map(|(place, &index)| {
            let evidence = Evidence {
                image: &images.bytes(index),
                size: images.size,
                reconstruction: reconstructions.of(place).unwrap_or_default(),
                latent: latents.of(place).unwrap_or_default(),
                feature_distance: value(&distances, place).unwrap_or(0.0),
            };
            let point = normality.map(|normality| (normality.point(&evidence), normality));
            Scored {
                score: match &point {
                    Some((point, normality)) => normality.score(*point),
                    None => value(&scores, place).unwrap_or(f32::NAN),
                },
                frame: 0,
                reconstruction: reconstructions.of(place).map(to_bytes),
                latent: latents.of(place).map(<[f32]>::to_vec),
                latent_reconstruction: again.of(place).map(<[f32]>::to_vec),
                point: point.map(|(point, _)| point),
            }
        });
        Ok(scored.collect())
    }

    /// What each term adds to a score beyond the paper's, see [`Normality::contributions`]; nothing to the paper's.
    pub fn contributions(&self, scored: &Scored) -> Vec<Contribution> {
        let known = self.normality.as_ref().zip(scored.point);
        known.map_or_else(Vec::new, |(normality, point)| normality.contributions(point))
    }

    /// Every layer of GANomaly's generator at work on one image; nothing for other methods.
    ///
    /// # Errors
    /// The device failed.
    pub async fn trace(&self, images: &Images, index: usize) -> Result<Option<Trace>, ExecutionError> {
        match self.networks.of::<Ganomaly>() {
            Some(networks) => trace(networks, images.batch(&[index], &self.device)).await.map(Some),
            None => Ok(None),
        }
    }

    /// The nearest of the frames that the model knows, see [`Normality::neighbours`]; none with the papers' scores.
    pub fn neighbours(&self, latent: &[f32], count: usize) -> Vec<(usize, f32)> {
        self.normality
            .as_ref()
            .map_or_else(Vec::new, |normality| normality.neighbours(latent, count))
    }

    /// The features f(x) of the images at these indices, flat, one vector an image: use at most a few hundred at a time.
    /// Nothing for a method that has no features.
    ///
    /// # Errors
    /// The device failed.
    pub async fn features(&self, images: &Images, indices: &[usize]) -> Result<Vec<Vec<f32>>, ExecutionError> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let Some(features) = self.networks.features(images.batch(indices, &self.device)) else {
            return Ok(Vec::new());
        };
        let values = floats(features.into_data_async().await?);
        let length = values.len() / indices.len();
        Ok(values.chunks_exact(length).map(<[f32]>::to_vec).collect())
    }

    /// The score above which an image is flagged, see [`conformal::threshold`].
    pub fn threshold(&self, false_alarms: f64) -> Option<f32> {
        conformal::threshold(&self.calibration, false_alarms)
    }

    /// The model as a weights file holds it.
    ///
    /// # Errors
    /// The device failed.
    pub async fn weights(&self) -> Result<Weights, ExecutionError> {
        Ok(Weights {
            card: self.card.clone(),
            tensors: self.networks.read().await?,
            calibration: self.calibration.clone(),
            normality: self.normality.clone(),
            optimizer: None,
            best: None,
        })
    }
}

/// Values of a batch, as many for each image.
struct ByImage {
    values: Option<Vec<f32>>,
    length: usize,
}

impl ByImage {
    fn new(values: Option<Vec<f32>>, images: usize) -> Self {
        let length = values.as_ref().map_or(0, Vec::len) / images;
        Self { values, length }
    }

    /// The values of one image, if there are any.
    fn of(&self, place: usize) -> Option<&[f32]> {
        let start = place * self.length;
        self.values.as_deref()?.get(start..start + self.length)
    }
}

/// All indices, so many at a time as a device takes well.
fn batches_in_order(count: usize) -> impl Iterator<Item = Vec<usize>> {
    let starts = (0..count).step_by(BATCH);
    starts.map(move |start| (start..count.min(start + BATCH)).collect())
}
