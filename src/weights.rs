//! Weights files: safetensors with the model's card in the metadata.
//!
//! A file holds the networks' tensors by name (`generator.encoder.last.weight`, ...), optionally the scores of the
//! normal images set aside for the threshold (`calibration.scores`), what normal images are like (`normality.bank`,
//! `normality.plane`), and in a checkpoint the optimisers' moments (`optimizer.generator.first_moment`, ...) and, if the run
//! is watched with validation images, the networks of its best epoch (`best.generator.encoder.last.weight`, ...). The
//! metadata key `ganomaly` has the [`ModelCard`] as JSON. Every other safetensors reader opens these files too.

use crate::config::{ConfigError, Method};
use crate::event::ModelCard;
use crate::methods::Networks;
use crate::networks::tensors::{HostTensor, replace, shapes};
use crate::normality::{LARGEST_BANK, Normality};
use burn::tensor::Device;
use half::f16;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use thiserror::Error;

/// Largest file that is looked into, in bytes.
pub const LARGEST_FILE: usize = 256 << 20;

/// Largest header, in bytes: a card and a few hundred tensor names take far less.
const LARGEST_HEADER: u64 = 1 << 20;

/// Most scores of calibration images.
const MOST_SCORES: usize = 100_000;

const CARD_KEY: &str = "ganomaly";
const SCORES: &str = "calibration.scores";
const BANK: &str = "normality.bank";
const PLANE: &str = "normality.plane";
const TYPICAL: &str = "normality.typical";

/// Number format of a file's weights. Moments and scores are always stored in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    Full,
    /// 16 bits: half the download.
    Half,
}

/// Moments of one network's optimiser, flat.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// Of the gradients.
    pub first: Vec<f32>,
    /// Of their squares.
    pub second: Vec<f32>,
}

/// What a checkpoint has beyond a model's weights. The random state is the seed in the card and the number of epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerState {
    /// Steps taken.
    pub steps: usize,
    /// Of the generator's optimiser.
    pub generator: Moments,
    /// Of the discriminator's optimiser.
    pub discriminator: Moments,
}

/// The networks of the epoch with the lowest validation loss, in the checkpoint of a run that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Epochs done.
    pub epoch: usize,
    /// Validation loss.
    pub loss: f32,
    /// The networks' tensors, in the order of [`shapes`].
    pub tensors: Vec<HostTensor>,
}

/// The text in a file's metadata.
#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(flatten)]
    card: ModelCard,
    /// Steps taken, in a checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    /// The best epoch and its validation loss, in the checkpoint of a run that is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best: Option<(usize, f32)>,
}

/// A weights file on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What the model is.
    pub card: ModelCard,
    /// The networks' tensors, in the order of [`shapes`].
    pub tensors: Vec<HostTensor>,
    /// Scores of normal images that were not trained on, rising; empty if there are none.
    pub calibration: Vec<f32>,
    /// What normal images are like, for scores beyond the paper's.
    pub normality: Option<Normality>,
    /// Present in a checkpoint.
    pub optimizer: Option<OptimizerState>,
    /// Present in the checkpoint of a run that is watched.
    pub best: Option<Best>,
}

/// A file that is not a usable weights file.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// Longer than anything this program writes.
    #[error("the weights file has {0} bytes; at most {LARGEST_FILE} can be loaded")]
    TooLarge(usize),
    /// The header's length is impossible.
    #[error("this is not a weights file, or it is damaged: its header claims {0} bytes")]
    Header(u64),
    /// Not safetensors, or cut short.
    #[error("this is not a weights file, or it is cut short ({0}): download or save it again")]
    Format(#[from] SafeTensorError),
    /// Safetensors of some other program.
    #[error("this safetensors file is not a model of this program: it has no card under the metadata key `{CARD_KEY}`")]
    NoCard,
    /// A card that cannot be read.
    #[error("the model's card cannot be read ({0}): the file may come from a later version of this program")]
    Card(#[from] serde_json::Error),
    /// A method that this version does not know.
    #[error("the model is of the method `{0}`, which this version does not know: use a later version")]
    Method(String),
    /// A card with impossible settings.
    #[error("the model's card is wrong: {0}")]
    Config(#[from] ConfigError),
    /// The tensors do not add up to the card's networks.
    #[error("the file holds {found} weights, but its card describes a model of {expected}")]
    Count {
        /// By the card.
        expected: usize,
        /// In the file.
        found: usize,
    },
    /// A tensor is not there.
    #[error("the tensor `{0}` is missing: the file is of another model or damaged")]
    Missing(String),
    /// A tensor that does not belong there.
    #[error("the tensor `{0}` does not belong to this model")]
    Unexpected(String),
    /// A tensor of another shape or number format.
    #[error("the tensor `{name}` is {found}, not {expected}: the file is of another model")]
    Shape {
        /// Its name.
        name: String,
        /// In the file.
        found: String,
        /// By the card.
        expected: String,
    },
    /// A value that is not a number.
    #[error("the tensor `{0}` has values that are not finite numbers: the file is damaged or its training diverged")]
    NotFinite(String),
    /// A model file where a checkpoint is needed.
    #[error(
        "this file is a finished model, not a checkpoint: a run cannot go on from it, but can be fine-tuned from it"
    )]
    NotCheckpoint,
}

impl Weights {
    /// Reads a file. Its length, header, names, shapes and number formats are checked before memory is taken for the
    /// weights, and then every value.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        check_lengths(bytes)?;
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let file = SafeTensors::deserialize(bytes)?;
        let texts = metadata.metadata().as_ref().ok_or(WeightsError::NoCard)?;
        let header = texts.get(CARD_KEY).ok_or(WeightsError::NoCard)?;
        check_method(header)?;
        let Header { card, steps, best } = serde_json::from_str(header)?;
        card.model.validate()?;
        card.training.validate()?;
        card.framing.validate()?;
        let mut reader = Reader {
            tensors: file.tensors().into_iter().collect(),
        };
        let expected = reader.check_model(&card)?;
        let weights = Self {
            tensors: expected
                .iter()
                .map(|(name, shape)| reader.take(name, shape))
                .collect::<Result<_, _>>()?,
            calibration: reader.take_scores()?,
            // A checkpoint has not learnt yet what normal images score: its run does so at its end.
            normality: match steps {
                Some(_) => None,
                None => reader.take_normality(&card)?,
            },
            optimizer: steps.map(|steps| reader.take_optimizer(steps, &expected)).transpose()?,
            best: best.map(|best| reader.take_best(best, &expected)).transpose()?,
            card,
        };
        match reader.tensors.into_keys().next() {
            Some(name) => Err(WeightsError::Unexpected(name)),
            None => Ok(weights),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// The card cannot be written as JSON.
    pub fn to_bytes(&self, precision: Precision) -> Result<Vec<u8>, WeightsError> {
        let header = Header {
            card: self.card.clone(),
            steps: self.optimizer.as_ref().map(|optimizer| optimizer.steps),
            best: self.best.as_ref().map(|best| (best.epoch, best.loss)),
        };
        // A single key: the order of several would be random, and equal models would not be equal files.
        let metadata = HashMap::from([(CARD_KEY.to_owned(), serde_json::to_string(&header)?)]);
        let mut tensors: Vec<StoredTensor> = self
            .tensors
            .iter()
            .map(|tensor| StoredTensor::new(tensor, precision))
            .collect();
        let full = |name: String, values: &[f32]| StoredTensor {
            name,
            shape: vec![values.len()],
            dtype: Dtype::F32,
            bytes: full_bytes(values),
        };
        if !self.calibration.is_empty() {
            tensors.push(full(SCORES.to_owned(), &self.calibration));
        }
        if let Some(normality) = &self.normality {
            let bank = HostTensor {
                name: BANK.to_owned(),
                shape: vec![
                    normality.bank.len() / normality.latent_size.max(1),
                    normality.latent_size,
                ],
                values: normality.bank.clone(),
            };
            tensors.push(StoredTensor::new(&bank, precision));
            tensors.push(full(PLANE.to_owned(), &normality.plane));
            tensors.push(full(TYPICAL.to_owned(), &normality.typical));
        }
        if let Some(optimizer) = &self.optimizer {
            for (network, moments) in [
                ("generator", &optimizer.generator),
                ("discriminator", &optimizer.discriminator),
            ] {
                tensors.push(full(moment_name(network, "first"), &moments.first));
                tensors.push(full(moment_name(network, "second"), &moments.second));
            }
        }
        if let Some(best) = &self.best {
            tensors.extend(best.tensors.iter().map(|tensor| StoredTensor {
                name: best_name(&tensor.name),
                ..StoredTensor::new(tensor, precision)
            }));
        }
        let views = tensors
            .iter()
            .map(|tensor| {
                let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes)?;
                Ok((tensor.name.as_str(), view))
            })
            .collect::<Result<Vec<_>, SafeTensorError>>()?;
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    /// The model of a checkpoint's best epoch.
    pub fn at_best(&self, best: &Best) -> Self {
        Self {
            card: ModelCard {
                epochs_trained: best.epoch,
                ..self.card.clone()
            },
            tensors: best.tensors.clone(),
            calibration: Vec::new(),
            normality: None,
            optimizer: None,
            best: None,
        }
    }

    /// Puts the weights into networks on a device.
    pub fn networks(&self, device: &Device) -> Networks {
        let values: HashMap<&str, &[f32]> = self
            .tensors
            .iter()
            .map(|tensor| (tensor.name.as_str(), tensor.values.as_slice()))
            .collect();
        let blank = Networks::blank(self.card.method, &self.card.model, device);
        replace(blank, |name, count| {
            // `parse` and `read` both give every tensor of the card's networks.
            values
                .get(name)
                .map_or_else(|| vec![0.0; count], |values| values.to_vec())
        })
    }
}

fn check_lengths(bytes: &[u8]) -> Result<(), WeightsError> {
    if bytes.len() > LARGEST_FILE {
        return Err(WeightsError::TooLarge(bytes.len()));
    }
    let header = bytes.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
    if header == 0 || header > LARGEST_HEADER {
        return Err(WeightsError::Header(header));
    }
    Ok(())
}

/// A method of a later version gets a sentence of its own.
fn check_method(header: &str) -> Result<(), WeightsError> {
    #[derive(Deserialize)]
    struct Named {
        method: String,
    }
    let Named { method } = serde_json::from_str(header)?;
    Method::of_id(&method).map(|_| ()).ok_or(WeightsError::Method(method))
}

fn moment_name(network: &str, moment: &str) -> String {
    format!("optimizer.{network}.{moment}_moment")
}

fn best_name(tensor: &str) -> String {
    format!("best.{tensor}")
}

/// Trainable values of a network, by the prefix of its tensors' names.
fn trainable(expected: &[(String, Vec<usize>)], network: &str) -> usize {
    expected
        .iter()
        .filter(|(name, _)| name.starts_with(network) && is_trainable(name))
        .map(|(_, shape)| shape.iter().product::<usize>())
        .sum()
}

fn is_trainable(name: &str) -> bool {
    !name.contains(".running_")
}

/// Whether a tensor of a file is none of the networks'.
fn beside_networks(name: &str) -> bool {
    name.starts_with("optimizer.") || name.starts_with("best.") || [SCORES, BANK, PLANE, TYPICAL].contains(&name)
}

/// Takes tensors out of a file one by one; what is left does not belong there.
struct Reader<'a> {
    tensors: HashMap<String, TensorView<'a>>,
}

impl Reader<'_> {
    /// Names and shapes of the card's networks, once the file is known to hold as many weights.
    fn check_model(&self, card: &ModelCard) -> Result<Vec<(String, Vec<usize>)>, WeightsError> {
        let expected = card.model.parameters(card.method);
        let found = self
            .tensors
            .iter()
            .filter(|(name, _)| is_trainable(name) && !beside_networks(name))
            .filter(|(_, view)| matches!(view.dtype(), Dtype::F32 | Dtype::F16))
            .map(|(_, view)| view.shape().iter().product::<usize>())
            .sum();
        if expected != found {
            return Err(WeightsError::Count { expected, found });
        }
        Ok(shapes(&Networks::blank(card.method, &card.model, &Device::flex())))
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<HostTensor, WeightsError> {
        let view = self
            .tensors
            .remove(name)
            .ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        let wrong = || WeightsError::Shape {
            name: name.to_owned(),
            found: format!("{:?} {:?}", view.dtype(), view.shape()),
            expected: format!("F32 or F16 {shape:?}"),
        };
        if view.shape() != shape {
            return Err(wrong());
        }
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => view
                .data()
                .as_chunks::<4>()
                .0
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect(),
            Dtype::F16 => view
                .data()
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
                .collect(),
            _ => return Err(wrong()),
        };
        if !values.iter().all(|value| value.is_finite()) {
            return Err(WeightsError::NotFinite(name.to_owned()));
        }
        Ok(HostTensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values,
        })
    }

    fn take_scores(&mut self) -> Result<Vec<f32>, WeightsError> {
        let Some(view) = self.tensors.get(SCORES) else {
            return Ok(Vec::new());
        };
        let count = view.shape().first().copied().unwrap_or(0).min(MOST_SCORES);
        let mut scores = self.take(SCORES, &[count])?.values;
        scores.sort_unstable_by(f32::total_cmp);
        Ok(scores)
    }

    fn take_normality(&mut self, card: &ModelCard) -> Result<Option<Normality>, WeightsError> {
        if card.score.is_paper() {
            return Ok(None);
        }
        let latent_size = card.model.latent_size;
        let count = self.tensors.get(BANK).and_then(|view| view.shape().first().copied());
        let count = count.unwrap_or(0).clamp(1, LARGEST_BANK);
        let bank = self.take(BANK, &[count, latent_size])?.values;
        let mut normality = Normality::new(card.score, bank, latent_size);
        let plane = self.take(PLANE, &[normality.plane.len()])?.values;
        normality.plane.copy_from_slice(&plane);
        // Models of the first versions do not say: their terms are then told as they are.
        if self.tensors.contains_key(TYPICAL) {
            let typical = self.take(TYPICAL, &[normality.typical.len()])?.values;
            normality.typical.copy_from_slice(&typical);
        }
        Ok(Some(normality))
    }

    fn take_best(
        &mut self,
        (epoch, loss): (usize, f32),
        expected: &[(String, Vec<usize>)],
    ) -> Result<Best, WeightsError> {
        let take = |(name, shape): &(String, Vec<usize>)| {
            let tensor = self.take(&best_name(name), shape)?;
            Ok(HostTensor {
                name: name.clone(),
                ..tensor
            })
        };
        let tensors = expected.iter().map(take).collect::<Result<_, WeightsError>>()?;
        Ok(Best { epoch, loss, tensors })
    }

    fn take_optimizer(
        &mut self,
        steps: usize,
        expected: &[(String, Vec<usize>)],
    ) -> Result<OptimizerState, WeightsError> {
        let mut moments = |network: &str| {
            let shape = [trainable(expected, network)];
            Ok::<_, WeightsError>(Moments {
                first: self.take(&moment_name(network, "first"), &shape)?.values,
                second: self.take(&moment_name(network, "second"), &shape)?.values,
            })
        };
        Ok(OptimizerState {
            steps,
            generator: moments("generator")?,
            discriminator: moments("discriminator")?,
        })
    }
}

/// A tensor in the number format of the file.
struct StoredTensor {
    name: String,
    shape: Vec<usize>,
    dtype: Dtype,
    bytes: Vec<u8>,
}

impl StoredTensor {
    fn new(tensor: &HostTensor, precision: Precision) -> Self {
        let (dtype, bytes) = match precision {
            Precision::Full => (Dtype::F32, full_bytes(&tensor.values)),
            Precision::Half => (Dtype::F16, half_bytes(&tensor.values)),
        };
        Self {
            name: tensor.name.clone(),
            shape: tensor.shape.clone(),
            dtype,
            bytes,
        }
    }
}

fn full_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn half_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|&value| f16::from_f32(value).to_le_bytes())
        .collect()
}
