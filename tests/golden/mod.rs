//! Golden numbers from PyTorch, see README.md beside this file.
#![allow(dead_code, reason = "each test program uses a part")]

use burn::tensor::{Device, Shape, Tensor, TensorData};
use ganomaly::card::{DataCard, ModelCard};
use ganomaly::config::{LatentDistance, ModelConfig, TrainingConfig};
use ganomaly::methods::{self, MethodId};
use ganomaly::networks::tensors::HostTensor;
use ganomaly::weights::Weights;
use safetensors::SafeTensors;

/// The numbers of one configuration.
pub struct Golden {
    file: SafeTensors<'static>,
    name: &'static str,
    pub method: MethodId,
    pub model: ModelConfig,
}

macro_rules! open {
    ($name:literal, $method:ident, $shape:expr) => {
        Golden::open(
            $name,
            include_bytes!(concat!($name, ".safetensors")),
            MethodId::of::<methods::$method>(),
            $shape,
        )
    };
}

impl Golden {
    /// GANomaly on grey 32x32 images, a batch of 4.
    pub fn grey32() -> Self {
        open!("grey32", Ganomaly, [32, 1, 10, 4])
    }

    /// GANomaly on colour 64x64 images, a batch of 2.
    pub fn colour64() -> Self {
        open!("colour64", Ganomaly, [64, 3, 6, 2])
    }

    /// GANomaly on two channels of 16x16, a batch of 3.
    pub fn two16() -> Self {
        open!("two16", Ganomaly, [16, 2, 5, 2])
    }

    /// Skip-GANomaly on grey 32x32 images, a batch of 4.
    pub fn skip_grey32() -> Self {
        open!("skip_grey32", SkipGanomaly, [32, 1, 10, 2])
    }

    /// Skip-GANomaly on colour 64x64 images, a batch of 2.
    pub fn skip_colour64() -> Self {
        open!("skip_colour64", SkipGanomaly, [64, 3, 6, 1])
    }

    /// Skip-GANomaly on two channels of 48x48, whose U-Net ends at 3x3; a batch of 3.
    pub fn skip_two48() -> Self {
        open!("skip_two48", SkipGanomaly, [48, 2, 5, 1])
    }

    /// All configurations of both methods.
    pub fn all() -> [Self; 6] {
        [
            Self::grey32(),
            Self::colour64(),
            Self::two16(),
            Self::skip_grey32(),
            Self::skip_colour64(),
            Self::skip_two48(),
        ]
    }

    fn open(
        name: &'static str,
        bytes: &'static [u8],
        method: MethodId,
        [size, channels, latent_size, features]: [usize; 4],
    ) -> Self {
        Self {
            file: SafeTensors::deserialize(bytes).expect("golden file"),
            name,
            method,
            model: ModelConfig {
                size,
                channels,
                latent_size,
                features,
            },
        }
    }

    /// The card of the networks that the numbers are of, with the method's default settings.
    pub fn card(&self) -> ModelCard {
        let data = DataCard {
            dataset: "golden".to_owned(),
            ..DataCard::default()
        };
        ModelCard {
            software: "PyTorch".to_owned(),
            ..ModelCard::new(self.method, self.model.clone(), TrainingConfig::default(), data)
        }
    }

    /// Fails unless `found` is the golden tensor of this name, see [`assert_close`].
    pub fn check(&self, name: &str, found: &[f32], tolerance: f32) {
        assert_close(&format!("{} {name}", self.name), found, &self.values(name), tolerance);
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
        self.weights_with(self.card())
    }

    /// The initial weights, for latent vectors that are compared in this way.
    pub fn weights_by(&self, distance: LatentDistance) -> Weights {
        let mut card = self.card();
        card.settings.set("latentDistance", &distance.to_string()).unwrap();
        self.weights_with(card)
    }

    fn weights_with(&self, card: ModelCard) -> Weights {
        Weights {
            card,
            tensors: self.named("weights"),
            calibration: Vec::new(),
            normality: None,
            optimizer: None,
            best: None,
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
