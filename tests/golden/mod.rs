//! Golden numbers from PyTorch, see README.md beside this file.
#![allow(dead_code, reason = "each test program uses a part")]

use burn::tensor::{Device, Shape, Tensor, TensorData};
use ganomaly::config::{Method, ModelConfig, TrainingConfig};
use ganomaly::event::{DataCard, ModelCard};
use ganomaly::networks::tensors::HostTensor;
use ganomaly::weights::Weights;
use safetensors::SafeTensors;

/// The numbers of one configuration.
pub struct Golden {
    file: SafeTensors<'static>,
    pub model: ModelConfig,
}

impl Golden {
    /// Grey 32x32 images, a batch of 4.
    pub fn grey32() -> Self {
        Self::open(include_bytes!("grey32.safetensors"), [32, 1, 10, 4])
    }

    /// Colour 64x64 images, a batch of 2.
    pub fn colour64() -> Self {
        Self::open(include_bytes!("colour64.safetensors"), [64, 3, 6, 2])
    }

    /// Two channels of 16x16, a batch of 3.
    pub fn two16() -> Self {
        Self::open(include_bytes!("two16.safetensors"), [16, 2, 5, 2])
    }

    fn open(bytes: &'static [u8], [size, channels, latent_size, features]: [usize; 4]) -> Self {
        Self {
            file: SafeTensors::deserialize(bytes).expect("golden file"),
            model: ModelConfig {
                size,
                channels,
                latent_size,
                features,
            },
        }
    }

    pub fn values(&self, name: &str) -> Vec<f32> {
        let view = self
            .file
            .tensor(name)
            .unwrap_or_else(|_| panic!("no golden tensor {name}"));
        let (numbers, _) = view.data().as_chunks::<4>();
        numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    /// All tensors under a prefix, without it.
    pub fn named(&self, prefix: &str) -> Vec<HostTensor> {
        let mut tensors: Vec<HostTensor> = self
            .file
            .names()
            .into_iter()
            .filter_map(|name| {
                let rest = name.strip_prefix(prefix)?.strip_prefix('.')?;
                Some(HostTensor {
                    name: rest.to_owned(),
                    shape: self.file.tensor(name).ok()?.shape().to_vec(),
                    values: self.values(name),
                })
            })
            .collect();
        tensors.sort_by(|left, right| left.name.cmp(&right.name));
        tensors
    }

    pub fn input(&self, device: &Device) -> Tensor<4> {
        let shape = self.file.tensor("input").expect("input").shape().to_vec();
        Tensor::from_data(TensorData::new(self.values("input"), Shape::from(shape)), device)
    }

    /// The initial weights.
    pub fn weights(&self) -> Weights {
        Weights {
            card: ModelCard {
                name: "golden".to_owned(),
                method: Method::Ganomaly,
                model: self.model.clone(),
                training: TrainingConfig::default(),
                data: DataCard::default(),
                epochs_trained: 0,
                metrics: None,
                fine_tuned_from: None,
                software: "PyTorch".to_owned(),
            },
            tensors: self.named("weights"),
            calibration: Vec::new(),
            optimizer: None,
        }
    }
}

/// Fails unless every value is within `tolerance`, relative to the largest golden value or 1, whichever is larger.
pub fn assert_close(what: &str, found: &[f32], golden: &[f32], tolerance: f32) {
    assert_eq!(found.len(), golden.len(), "{what}: another number of values");
    let scale = golden.iter().fold(1.0_f32, |largest, value| largest.max(value.abs()));
    for (index, (found, golden)) in found.iter().zip(golden).enumerate() {
        let error = (found - golden).abs() / scale;
        assert!(
            error <= tolerance,
            "{what}[{index}]: {found} is not PyTorch's {golden} (off by {error:e})"
        );
    }
}
