//! Scoring images, and learning from normal ones what is to be expected.

use crate::conformal;
use crate::data::{FramedImages, Images};
use crate::event::ModelCard;
use crate::image::to_bytes;
use crate::methods::Networks;
use crate::networks::tensors::{floats, read};
use crate::normality::{Contribution, Evidence, LARGEST_BANK, Normality, Point, ScoreForm, relative_error};
use crate::weights::Weights;
use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};
use half::f16;

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
    /// The scores and reconstructions of all its frames.
    pub frames: Vec<Scored>,
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
        let mut scored = Vec::with_capacity(images.frames.len());
        for indices in batches_in_order(images.frames.len()) {
            scored.extend(self.score(&images.frames, &indices).await?);
        }
        let mut scored = scored.into_iter();
        let results = (0..images.len()).map(|image| {
            let frames: Vec<Scored> = scored.by_ref().take(images.frames_of(image).len()).collect();
            let highest = frames
                .iter()
                .enumerate()
                .max_by(|(_, one), (_, other)| one.score.total_cmp(&other.score));
            let (frame, score) = highest.map_or((0, f32::NAN), |(frame, scored)| (frame, scored.score));
            ScoredImage { score, frame, frames }
        });
        Ok(results.collect())
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

    /// How well the generator rebuilds images that it may never have seen: their mean [`relative_error`].
    ///
    /// # Errors
    /// The device failed.
    pub async fn unfamiliarity(&self, images: &Images) -> Result<f64, ExecutionError> {
        let mut sum = 0.0;
        for indices in batches_in_order(images.len()) {
            let seen = self.look(images, &indices).await?;
            let errors = seen.iter().zip(indices);
            sum += errors
                .map(|(seen, index)| relative_error(images.image(index), &seen.reconstruction))
                .sum::<f64>();
        }
        Ok(sum / images.len().max(1) as f64)
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
        let batch = images.batch(indices, &self.device);
        let output = self.networks.score(batch.clone(), &self.card.training);
        let feature_distance = if self.card.score.needs_features() {
            self.networks.feature_distance(batch, output.reconstruction.clone())
        } else {
            output.score.zeros_like()
        };
        let reading = Transaction::default()
            .register(output.score)
            .register(feature_distance)
            .register(output.latent)
            .register(output.reconstruction);
        let mut data = reading.execute_async().await?.into_iter().map(floats);
        let mut next = || data.next().unwrap_or_default();
        let (scores, feature_distances, latents, reconstructions) = (next(), next(), next(), next());
        let latents = latents.chunks_exact(self.card.model.latent_size);
        let reconstructions = reconstructions.chunks_exact(images.image_bytes());
        let seen = scores
            .into_iter()
            .zip(feature_distances)
            .zip(latents)
            .zip(reconstructions);
        Ok(seen
            .map(|(((score, feature_distance), latent), reconstruction)| Seen {
                score,
                feature_distance,
                latent: latent.to_vec(),
                reconstruction: reconstruction.to_vec(),
            })
            .collect())
    }

    /// What the networks make of frames, for an explanation.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look_closely(&self, frames: &Images) -> Result<Vec<CloseLook>, ExecutionError> {
        let mut looks = Vec::with_capacity(frames.len());
        for indices in batches_in_order(frames.len()) {
            let seen = self.look(frames, &indices).await?;
            let batch = frames.batch(&indices, &self.device);
            let generated = self.networks.score(batch.clone(), &self.card.training).reconstruction;
            let mut levels = Vec::new();
            let pairs = self
                .networks
                .feature_levels(batch)
                .into_iter()
                .zip(self.networks.feature_levels(generated));
            for (real, generated) in pairs {
                levels.push(relative_difference(real, generated).await?);
            }
            for (place, (seen, index)) in seen.into_iter().zip(indices).enumerate() {
                let point = self
                    .normality
                    .as_ref()
                    .map(|normality| normality.point(&seen.evidence(frames, index)));
                looks.push(CloseLook {
                    score: self
                        .normality
                        .as_ref()
                        .zip(point)
                        .map_or(seen.score, |(normality, point)| normality.score(point)),
                    contributions: self
                        .normality
                        .as_ref()
                        .zip(point)
                        .map_or_else(Vec::new, |(normality, point)| normality.contributions(point)),
                    reconstruction: to_bytes(&seen.reconstruction),
                    latent: seen.latent,
                    feature_differences: levels.iter().map(|level| level.image(place)).collect(),
                });
            }
        }
        Ok(looks)
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

/// What the networks make of a frame, in detail.
#[derive(Debug, Clone)]
pub struct CloseLook {
    /// Its score.
    pub score: f32,
    /// What each term adds, see [`Normality::contributions`].
    pub contributions: Vec<Contribution>,
    /// What the generator makes of it, 8 bits a value.
    pub reconstruction: Vec<u8>,
    /// Its latent vector.
    pub latent: Vec<f32>,
    /// Where the discriminator finds other features in the reconstruction, level by level.
    pub feature_differences: Vec<FeatureMap>,
}

/// Square maps of how much features differ, in shares of their mean.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    /// Values in a row and rows.
    pub side: usize,
    /// The values, map by map.
    pub values: Vec<f32>,
}

impl FeatureMap {
    fn image(&self, index: usize) -> Self {
        let area = self.side * self.side;
        Self {
            side: self.side,
            values: self.values[index * area..(index + 1) * area].to_vec(),
        }
    }
}

/// Mean absolute difference over the channels, over the mean of the image's own features.
async fn relative_difference(real: Tensor<4>, generated: Tensor<4>) -> Result<FeatureMap, ExecutionError> {
    let [batch, _, side, _] = real.dims();
    let scale = real
        .clone()
        .abs()
        .flatten::<2>(1, 3)
        .mean_dim(1)
        .add_scalar(1e-6)
        .reshape([batch, 1, 1, 1]);
    let difference = (real - generated).abs().mean_dim(1).div(scale);
    Ok(FeatureMap {
        side,
        values: floats(difference.into_data_async().await?),
    })
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
