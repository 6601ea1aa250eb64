//! Scoring images, and learning from normal ones what is to be expected.

use crate::conformal;
use crate::data::{FramedImages, Images};
use crate::event::ModelCard;
use crate::image::to_bytes;
use crate::methods::Networks;
use crate::networks::tensors::{floats, read};
use crate::normality::{Evidence, LARGEST_BANK, Normality, Point, ScoreForm};
use crate::weights::Weights;
use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};
use half::f16;

mod close_look;

pub use close_look::{CloseLook, FeatureMap};

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

/// An image's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Anomaly score A(x); larger is more anomalous. It depends on the image and the model alone. The papers' scores are
    /// 0 or more.
    pub score: f32,
    /// What the generator makes of the image, 8 bits a value, `[channels, size, size]`.
    pub reconstruction: Vec<u8>,
}

/// An image's result, of all its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredImage {
    /// The highest score of its frames.
    pub score: f32,
    /// The frame that has it, counted from the image's first.
    pub frame: usize,
    /// What the generator makes of that frame, 8 bits a value, `[channels, size, size]`.
    pub reconstruction: Vec<u8>,
}

impl Detector {
    /// A detector with these weights; with those of a checkpoint, which does not know the normal images, one with the
    /// paper's score. Batch normalisation uses its running statistics.
    pub fn new(weights: &Weights, device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        let form = weights
            .normality
            .as_ref()
            .map_or(ScoreForm::Paper, |normality| normality.form);
        Self {
            card: ModelCard {
                score: form,
                ..weights.card.clone()
            },
            calibration: weights.calibration.clone(),
            normality: weights.normality.clone(),
            networks: weights.networks(&device),
            device,
        }
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
        let seen = self.look(images, indices).await?;
        let scored = seen.iter().zip(indices).map(|(seen, &index)| Scored {
            score: match &self.normality {
                Some(normality) => normality.score(normality.point(&seen.evidence(images, index))),
                None => seen.score,
            },
            reconstruction: to_bytes(&seen.reconstruction),
        });
        Ok(scored.collect())
    }

    /// Scores images by their frames, some at a time.
    ///
    /// # Errors
    /// The device failed.
    pub async fn score_images(&self, images: &FramedImages) -> Result<Vec<ScoredImage>, ExecutionError> {
        let mut highest: Vec<Option<ScoredImage>> = vec![None; images.len()];
        let owners = (0..images.len()).flat_map(|image| {
            images
                .frames_of(image)
                .enumerate()
                .map(move |(frame, _)| (image, frame))
        });
        let owners: Vec<(usize, usize)> = owners.collect();
        for indices in batches_in_order(images.frames.len()) {
            let scored = self.score(&images.frames, &indices).await?;
            for (Scored { score, reconstruction }, index) in scored.into_iter().zip(indices) {
                let (image, frame) = owners[index];
                let is_higher = |known: &ScoredImage| score.total_cmp(&known.score).is_gt();
                if highest[image].as_ref().is_none_or(is_higher) {
                    highest[image] = Some(ScoredImage {
                        score,
                        frame,
                        reconstruction,
                    });
                }
            }
        }
        Ok(highest.into_iter().flatten().collect())
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
            learnt.paper_scores(&held_out.frames).await?
        } else {
            let mut normality = learnt.knowing(&known.frames).await?;
            let points = learnt.points(&normality, &held_out.frames).await?;
            let scores = if fit.is_empty() {
                normality.fit(&points)
            } else {
                normality.fit(&learnt.points(&normality, &fit.frames).await?);
                points.into_iter().map(|point| normality.score(point)).collect()
            };
            learnt.normality = Some(normality);
            scores
        };
        learnt.calibration = held_out.highest(&scores);
        learnt.calibration.sort_unstable_by(f32::total_cmp);
        *self = learnt;
        Ok(())
    }

    async fn paper_scores(&self, images: &Images) -> Result<Vec<f32>, ExecutionError> {
        let mut scores = Vec::with_capacity(images.len());
        for indices in batches_in_order(images.len()) {
            scores.extend(self.look(images, &indices).await?.iter().map(|seen| seen.score));
        }
        Ok(scores)
    }

    /// Mean absolute difference of images and their reconstructions, in units of [-1, 1].
    ///
    /// # Errors
    /// The device failed.
    pub async fn reconstruction_error(&self, images: &Images) -> Result<f32, ExecutionError> {
        let (mut sum, mut count) = (0.0, 0_usize);
        for indices in batches_in_order(images.len()) {
            let batch = images.batch(&indices, &self.device);
            let output = self.networks.score(batch.clone(), &self.card.training);
            let mean = (output.reconstruction - batch).abs().mean();
            let mean = floats(mean.into_data_async().await?);
            sum += mean.first().copied().unwrap_or(f32::NAN) * indices.len() as f32;
            count += indices.len();
        }
        Ok(sum / count as f32)
    }

    /// What normal images are like, as far as their latent vectors tell.
    async fn knowing(&self, known: &Images) -> Result<Normality, ExecutionError> {
        let mut bank = Vec::new();
        for indices in batches_in_order(known.len().min(LARGEST_BANK)) {
            for seen in self.look(known, &indices).await? {
                // As a weights file of half precision stores them, so that a stored model scores alike.
                bank.extend(seen.latent.into_iter().map(|value| f16::from_f32(value).to_f32()));
            }
        }
        Ok(Normality::new(self.card.score, bank, self.card.model.latent_size))
    }

    async fn points(&self, normality: &Normality, images: &Images) -> Result<Vec<Point>, ExecutionError> {
        let mut points = Vec::with_capacity(images.len());
        for indices in batches_in_order(images.len()) {
            let seen = self.look(images, &indices).await?;
            let evidence = seen
                .iter()
                .zip(indices)
                .map(|(seen, index)| seen.evidence(images, index));
            points.extend(evidence.map(|evidence| normality.point(&evidence)));
        }
        Ok(points)
    }

    /// What the networks make of the images at these indices.
    async fn look(&self, images: &Images, indices: &[usize]) -> Result<Vec<Seen>, ExecutionError> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let output = self.forward(images.batch(indices, &self.device));
        let mut data = output.reading().execute_async().await?.into_iter().map(floats);
        Ok(self.seen(&mut data, images.image_bytes()))
    }

    fn forward(&self, batch: Tensor<4>) -> Output {
        let output = self.networks.score(batch.clone(), &self.card.training);
        let feature_distance = if self.card.score.needs_features() {
            self.networks.feature_distance(batch, output.reconstruction.clone())
        } else {
            output.score.zeros_like()
        };
        Output {
            score: output.score,
            feature_distance,
            latent: output.latent,
            reconstruction: output.reconstruction,
        }
    }

    /// Takes what [`Output::reading`] reads apart, image by image.
    fn seen(&self, data: &mut impl Iterator<Item = Vec<f32>>, image_bytes: usize) -> Vec<Seen> {
        let mut next = || data.next().unwrap_or_default();
        let (scores, feature_distances, latents, reconstructions) = (next(), next(), next(), next());
        let seen = scores
            .into_iter()
            .zip(feature_distances)
            .zip(latents.chunks_exact(self.card.model.latent_size))
            .zip(reconstructions.chunks_exact(image_bytes));
        seen.map(|(((score, feature_distance), latent), reconstruction)| Seen {
            score,
            feature_distance,
            latent: latent.to_vec(),
            reconstruction: reconstruction.to_vec(),
        })
        .collect()
    }

    /// The nearest of the frames that the model knows, see [`Normality::neighbours`]; none with the papers' scores.
    pub fn neighbours(&self, latent: &[f32], count: usize) -> Vec<(usize, f32)> {
        self.normality
            .as_ref()
            .map_or_else(Vec::new, |normality| normality.neighbours(latent, count))
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
            tensors: read(&self.networks).await?,
            calibration: self.calibration.clone(),
            normality: self.normality.clone(),
            optimizer: None,
            best: None,
        })
    }
}

/// What the networks make of a batch, on the device.
struct Output {
    score: Tensor<1>,
    feature_distance: Tensor<1>,
    latent: Tensor<4>,
    reconstruction: Tensor<4>,
}

impl Output {
    fn reading(self) -> Transaction {
        Transaction::default()
            .register(self.score)
            .register(self.feature_distance)
            .register(self.latent)
            .register(self.reconstruction)
    }
}

/// What the networks make of one image.
struct Seen {
    /// The paper's score.
    score: f32,
    feature_distance: f32,
    latent: Vec<f32>,
    reconstruction: Vec<f32>,
}

impl Seen {
    fn evidence<'a>(&'a self, images: &'a Images, index: usize) -> Evidence<'a> {
        Evidence {
            image: images.image(index),
            size: images.size,
            reconstruction: &self.reconstruction,
            latent: &self.latent,
            feature_distance: self.feature_distance,
        }
    }
}

/// All indices, so many at a time as a device takes well.
fn batches_in_order(count: usize) -> impl Iterator<Item = Vec<usize>> {
    let starts = (0..count).step_by(BATCH);
    starts.map(move |start| (start..count.min(start + BATCH)).collect())
}
