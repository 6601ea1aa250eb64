//! Reading weights files.

use super::{
    BANK, Best, CARD_KEY, Header, LARGEST_FILE, OptimizerState, PLANE, SCORES, TYPICAL, Weights, WeightsError,
    best_name, moment_name,
};
use crate::card::{ModelCard, upgrade};
use crate::methods::MethodId;
use crate::networks::tensors::{HostTensor, is_trainable};
use crate::normality::{LARGEST_BANK, Normality};
use crate::optim::AdamState;
use burn::tensor::Device;
use half::f16;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Largest header, in bytes: a card and a few hundred tensor names take far less.
const LARGEST_HEADER: u64 = 1 << 20;

/// The optimisers of checkpoints that do not name them.
const EARLIER_OPTIMIZERS: [&str; 2] = ["generator", "discriminator"];

/// Most scores of calibration images.
const MOST_SCORES: usize = 100_000;

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
        let Header {
            card,
            steps,
            optimizers,
            best,
        } = read_header(header)?;
        let mut reader = Reader::of(&file);
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
            optimizer: steps
                .map(|steps| reader.take_optimizer(steps, optimizers, &expected))
                .transpose()?,
            best: best.map(|best| reader.take_best(best, &expected)).transpose()?,
            card,
        };
        reader.must_be_empty()?;
        Ok(weights)
    }
}

pub(super) fn check_lengths(bytes: &[u8]) -> Result<(), WeightsError> {
    if bytes.len() > LARGEST_FILE {
        return Err(WeightsError::TooLarge(bytes.len()));
    }
    let header = bytes.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
    if header == 0 || header > LARGEST_HEADER {
        return Err(WeightsError::Header(header));
    }
    Ok(())
}

/// The header of a file of any version, with all settings of the card's method.
fn read_header(text: &str) -> Result<Header, WeightsError> {
    let mut header = serde_json::from_str(text)?;
    upgrade(&mut header);
    let mut header: Header = serde_json::from_value(header)?;
    let card = &mut header.card;
    card.settings = card.method.checked(&card.model, &card.settings)?;
    card.training.validate()?;
    card.framing.validate()?;
    card.value_range.map_or(Ok(()), |range| range.validate())?;
    Ok(header)
}

/// A method of a later version gets a sentence of its own.
fn check_method(header: &str) -> Result<(), WeightsError> {
    #[derive(Deserialize)]
    struct Named {
        method: String,
    }
    let Named { method } = serde_json::from_str(header)?;
    MethodId::named(&method).map(|_| ()).ok_or(WeightsError::Method(method))
}

/// Takes tensors out of a file one by one; what is left does not belong there.
pub(super) struct Reader<'a> {
    tensors: HashMap<String, TensorView<'a>>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(file: &SafeTensors<'a>) -> Self {
        Self {
            tensors: file.tensors().into_iter().collect(),
        }
    }

    pub(super) fn must_be_empty(self) -> Result<(), WeightsError> {
        match self.tensors.into_keys().next() {
            Some(name) => Err(WeightsError::Unexpected(name)),
            None => Ok(()),
        }
    }

    /// Names and shapes of the card's networks, once the file is known to hold as many weights.
    fn check_model(&self, card: &ModelCard) -> Result<Vec<(String, Vec<usize>)>, WeightsError> {
        let networks = card.blank_networks(&Device::flex())?;
        let expected = networks.parameters();
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
        Ok(networks.shapes())
    }

    pub(super) fn take(&mut self, name: &str, shape: &[usize]) -> Result<HostTensor, WeightsError> {
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
            Dtype::F32 => numbers(view.data(), f32::from_le_bytes),
            Dtype::F16 => numbers(view.data(), |bytes| f16::from_le_bytes(bytes).to_f32()),
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

    /// `optimizers` has the steps of each optimiser; checkpoints of the first versions do not say, see [`Header`].
    fn take_optimizer(
        &mut self,
        steps: usize,
        mut optimizers: BTreeMap<String, usize>,
        expected: &[(String, Vec<usize>)],
    ) -> Result<OptimizerState, WeightsError> {
        if optimizers.is_empty() {
            optimizers = EARLIER_OPTIMIZERS.map(|network| (network.to_owned(), steps)).into();
        }
        let mut by_network = BTreeMap::new();
        for (network, steps) in optimizers {
            let shape = [trainable(expected, &network)];
            let mut moment = |which| Ok::<_, WeightsError>(self.take(&moment_name(&network, which), &shape)?.values);
            let state = AdamState {
                steps,
                first: moment("first")?,
                second: moment("second")?,
            };
            by_network.insert(network, state);
        }
        Ok(OptimizerState { steps, by_network })
    }
}

/// The numbers of a tensor, each of so many bytes.
fn numbers<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&bytes| number(bytes)).collect()
}

/// Trainable values of a network, by the first part of its tensors' names.
fn trainable(expected: &[(String, Vec<usize>)], network: &str) -> usize {
    expected
        .iter()
        .filter(|(name, _)| name.split('.').next() == Some(network) && is_trainable(name))
        .map(|(_, shape)| shape.iter().product::<usize>())
        .sum()
}

/// Whether a tensor of a file is none of the networks'.
fn beside_networks(name: &str) -> bool {
    name.starts_with("optimizer.") || name.starts_with("best.") || [SCORES, BANK, PLANE, TYPICAL].contains(&name)
}
