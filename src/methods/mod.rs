//! The methods of the papers. Each is its networks, what a training step minimises, and an anomaly score; what they
//! share is here and in [`training`].

pub mod ganomaly;
pub mod skip_ganomaly;
pub mod training;

pub use ganomaly::Ganomaly;
pub use skip_ganomaly::SkipGanomaly;
pub use training::Training;

use crate::config::{LatentDistance, Method, ModelConfig, TrainingConfig};
use crate::data::{Stream, seeded};
use crate::loss;
use crate::networks::encoder::Pyramid;
use crate::networks::init::Init;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// The networks of a model.
#[derive(Module, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there are one or two of them, and modules cannot be boxed"
)]
pub enum Networks {
    /// Of GANomaly.
    Ganomaly(Ganomaly),
    /// Of Skip-GANomaly.
    SkipGanomaly(SkipGanomaly),
}

/// A batch with its anomaly scores.
pub struct Scores {
    /// A(x), `[batch]`, 0 or more; larger is more anomalous.
    pub score: Tensor<1>,
    /// x', `[batch, channels, size, size]` in [-1, 1].
    pub reconstruction: Tensor<4>,
    /// `[batch, nz, 1, 1]`: z of GANomaly, f(x) of Skip-GANomaly.
    pub latent: Tensor<4>,
    /// The same of the reconstruction: z' of GANomaly, f(x') of Skip-GANomaly.
    pub latent_reconstruction: Tensor<4>,
}

/// What one training step minimises: each a tensor of one element.
pub struct Objective {
    /// L_adv, unweighted.
    pub adversarial: Tensor<1>,
    /// L_con, unweighted.
    pub contextual: Tensor<1>,
    /// L_enc of GANomaly, L_lat of Skip-GANomaly, unweighted.
    pub encoder: Tensor<1>,
    /// The weighted sum of the three, which the generator minimises.
    pub generator: Tensor<1>,
    /// What the discriminator minimises.
    pub discriminator: Tensor<1>,
}

impl Objective {
    /// The generator's loss is the weighted sum of its three terms (Eq. 4 of both papers).
    fn new(terms: [Tensor<1>; 3], discriminator: Tensor<1>, config: &TrainingConfig) -> Self {
        let weights = config.loss_weights;
        let [adversarial, contextual, encoder] = terms;
        let generator = adversarial.clone().mul_scalar(weights.adversarial)
            + contextual.clone().mul_scalar(weights.contextual)
            + encoder.clone().mul_scalar(weights.encoder);
        Self {
            adversarial,
            contextual,
            encoder,
            generator,
            discriminator,
        }
    }
}

impl Networks {
    /// Random weights that depend on the seed alone, not on the device.
    pub fn init(method: Method, config: &ModelConfig, seed: u64, device: &Device) -> Self {
        let mut rng = seeded(seed, Stream::Weights);
        let rng = Some(&mut rng);
        Self::build(method, config, &mut Init { device, rng })
    }

    /// Networks without meaningful weights, to load some into.
    pub fn blank(method: Method, config: &ModelConfig, device: &Device) -> Self {
        Self::build(method, config, &mut Init { device, rng: None })
    }

    fn build(method: Method, config: &ModelConfig, init: &mut Init) -> Self {
        match method {
            Method::Ganomaly => Self::Ganomaly(Ganomaly::init(config, init)),
            Method::SkipGanomaly => Self::SkipGanomaly(SkipGanomaly::init(config, init)),
        }
    }

    /// Scores each image by itself. Call on [`Module::valid`] networks: in training mode a score would depend on the
    /// batch.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn score(&self, image: Tensor<4>, config: &TrainingConfig) -> Scores {
        match self {
            Self::Ganomaly(networks) => networks.score(image, config.latent_distance),
            Self::SkipGanomaly(networks) => networks.score(image, config),
        }
    }

    /// f(x), the discriminator's features.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    /// - output: `[batch, features]`
    pub fn features(&self, image: Tensor<4>) -> Tensor<2> {
        self.feature_maps(image).flatten(1, 3)
    }

    /// Mean squared distance of the discriminator's features of image and reconstruction, for each image.
    ///
    /// # Shapes
    /// - both: `[batch, channels, size, size]` in [-1, 1]
    /// - output: `[batch]`
    pub fn feature_distance(&self, image: Tensor<4>, reconstruction: Tensor<4>) -> Tensor<1> {
        let [real, generated] = [image, reconstruction].map(|image| self.feature_maps(image));
        loss::distance(real, generated, LatentDistance::Squared)
    }

    /// The discriminator's maps of every level, see [`Pyramid::levels`].
    pub fn feature_levels(&self, image: Tensor<4>) -> Vec<Tensor<4>> {
        let pyramid: &Pyramid = match self {
            Self::Ganomaly(networks) => &networks.discriminator.features,
            Self::SkipGanomaly(networks) => &networks.discriminator.features.features,
        };
        pyramid.levels(image)
    }

    fn feature_maps(&self, image: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ganomaly(networks) => networks.discriminator.forward(image).features,
            Self::SkipGanomaly(networks) => networks.discriminator.forward(image).features,
        }
    }
}
