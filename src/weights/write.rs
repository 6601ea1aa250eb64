//! Writing weights files.

use super::{BANK, CARD_KEY, Header, PLANE, Precision, SCORES, TYPICAL, Weights, WeightsError, best_name, moment_name};
use crate::networks::tensors::HostTensor;
use crate::normality::Normality;
use half::f16;
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::{BTreeMap, HashMap};

impl Weights {
    /// The bytes of a file.
    ///
    /// # Errors
    /// The card cannot be written as JSON.
    pub fn to_bytes(&self, precision: Precision) -> Result<Vec<u8>, WeightsError> {
        let header = Header {
            card: self.card.clone(),
            steps: self.optimizer.as_ref().map(|optimizer| optimizer.steps),
            optimizers: self.optimizer_steps(),
            best: self.best.as_ref().map(|best| (best.epoch, best.loss)),
        };
        // A single key: the order of several would be random, and equal models would not be equal files.
        let metadata = HashMap::from([(CARD_KEY.to_owned(), serde_json::to_string(&header)?)]);
        let tensors = self.stored(precision);
        let views = tensors
            .iter()
            .map(|tensor| {
                let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes)?;
                Ok((tensor.name.as_str(), view))
            })
            .collect::<Result<Vec<_>, SafeTensorError>>()?;
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    fn optimizer_steps(&self) -> BTreeMap<String, usize> {
        let states = self.optimizer.iter().flat_map(|optimizer| &optimizer.by_network);
        states.map(|(network, state)| (network.clone(), state.steps)).collect()
    }

    fn stored(&self, precision: Precision) -> Vec<StoredTensor> {
        let mut tensors: Vec<StoredTensor> = self
            .tensors
            .iter()
            .map(|tensor| StoredTensor::new(tensor, precision))
            .collect();
        if !self.calibration.is_empty() {
            tensors.push(StoredTensor::full(SCORES.to_owned(), &self.calibration));
        }
        if let Some(normality) = &self.normality {
            tensors.push(StoredTensor::new(&bank_of(normality), precision));
            tensors.push(StoredTensor::full(PLANE.to_owned(), &normality.plane));
            tensors.push(StoredTensor::full(TYPICAL.to_owned(), &normality.typical));
        }
        if let Some(optimizer) = &self.optimizer {
            for (network, state) in &optimizer.by_network {
                tensors.push(StoredTensor::full(moment_name(network, "first"), &state.first));
                tensors.push(StoredTensor::full(moment_name(network, "second"), &state.second));
            }
        }
        if let Some(best) = &self.best {
            tensors.extend(best.tensors.iter().map(|tensor| StoredTensor {
                name: best_name(&tensor.name),
                ..StoredTensor::new(tensor, precision)
            }));
        }
        tensors
    }
}

fn bank_of(normality: &Normality) -> HostTensor {
    HostTensor {
        name: BANK.to_owned(),
        shape: vec![
            normality.bank.len() / normality.latent_size.max(1),
            normality.latent_size,
        ],
        values: normality.bank.clone(),
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

    /// A list that is stored in full, whatever the precision.
    fn full(name: String, values: &[f32]) -> Self {
        Self {
            name,
            shape: vec![values.len()],
            dtype: Dtype::F32,
            bytes: full_bytes(values),
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
