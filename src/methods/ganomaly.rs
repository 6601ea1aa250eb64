//! GANomaly: networks, training step and anomaly score (Akcay et al., ACCV 2018).

use crate::config::{LatentDistance, ModelConfig, TrainingConfig};
use crate::data::{Stream, seeded};
use crate::event::Losses;
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{Discriminator, Generator};
use crate::optim::Adam;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// The networks of GANomaly.
#[derive(Module, Debug)]
pub struct Ganomaly {
    /// Encoder, decoder, encoder.
    pub generator: Generator,
    /// Needed for training only.
    pub discriminator: Discriminator,
}

/// A batch with its anomaly scores.
pub struct Scores {
    /// A(x) of Eq. 5, `[batch]`: the distance of z and z', 0 or more; larger is more anomalous.
    pub score: Tensor<1>,
    /// x', `[batch, channels, size, size]` in [-1, 1].
    pub reconstruction: Tensor<4>,
}

impl Ganomaly {
    /// Random weights that depend on the seed alone, not on the device.
    pub fn init(config: &ModelConfig, seed: u64, device: &Device) -> Self {
        let mut rng = seeded(seed, Stream::Weights);
        Self::build(
            config,
            &mut Init {
                device,
                rng: Some(&mut rng),
            },
        )
    }

    /// Networks without meaningful weights, to load some into.
    pub fn blank(config: &ModelConfig, device: &Device) -> Self {
        Self::build(config, &mut Init { device, rng: None })
    }

    fn build(config: &ModelConfig, init: &mut Init) -> Self {
        Self {
            generator: Generator::init(config, init),
            discriminator: Discriminator::init(config, init),
        }
    }

    /// Scores each image by itself. Call on [`Module::valid`] networks: in training mode a score would depend on the
    /// batch.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    pub fn score(&self, image: Tensor<4>, distance: LatentDistance) -> Scores {
        let output = self.generator.forward(image);
        Scores {
            score: loss::latent_distance(output.latent, output.latent_reconstruction, distance),
            reconstruction: output.reconstruction,
        }
    }
}

/// GANomaly in training: networks and optimisers.
#[derive(Debug, Clone)]
pub struct GanomalyTraining {
    /// The networks, on an autodiff device.
    pub networks: Ganomaly,
    /// Optimiser of the generator.
    pub generator_adam: Adam,
    /// Optimiser of the discriminator.
    pub discriminator_adam: Adam,
    config: TrainingConfig,
}

impl GanomalyTraining {
    /// Starts from these networks, which must be on an autodiff device.
    pub fn new(networks: Ganomaly, config: TrainingConfig) -> Self {
        Self {
            networks,
            generator_adam: Adam::new(&config),
            discriminator_adam: Adam::new(&config),
            config,
        }
    }

    /// One step: the generator's update, then the discriminator's, both from the same forward pass as in the authors'
    /// code. Only enqueues work on the device.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on the autodiff device
    /// - output: `[5]`, see [`losses`]
    pub fn step(&mut self, image: Tensor<4>) -> Tensor<1> {
        let Ganomaly {
            generator,
            discriminator,
        } = self.networks.clone();
        let output = generator.forward(image.clone());
        let real = discriminator.forward(image.clone());
        let generated = discriminator.forward(output.reconstruction.clone().detach());
        let discriminator_loss = loss::discriminator(real.logit, generated.logit);

        // The generator's loss passes through the discriminator but does not train it.
        let judged = discriminator.clone().no_grad().forward(output.reconstruction.clone());
        let adversarial = loss::adversarial(real.features.detach(), judged.features);
        let contextual = loss::contextual(image, output.reconstruction);
        let encoder = loss::encoder(output.latent, output.latent_reconstruction, self.config.latent_distance);
        let weights = self.config.loss_weights;
        let generator_loss = adversarial.clone().mul_scalar(weights.adversarial)
            + contextual.clone().mul_scalar(weights.contextual)
            + encoder.clone().mul_scalar(weights.encoder);

        let gradients = generator_loss.backward();
        self.networks.generator = self.generator_adam.step(generator, gradients);
        let gradients = discriminator_loss.backward();
        self.networks.discriminator = self.discriminator_adam.step(discriminator, gradients);

        let losses = [adversarial, contextual, encoder, generator_loss, discriminator_loss];
        Tensor::cat(losses.map(Tensor::inner).to_vec(), 0)
    }

    /// Gives the discriminator new random weights, when its loss has collapsed; its optimiser goes on, as in the
    /// authors' code. `step` makes each reset different and repeatable.
    pub fn reset_discriminator(&mut self, model: &ModelConfig, step: usize) {
        let device = self.networks.discriminator.last.weight.device();
        let mut rng = seeded(self.config.seed, Stream::Reset(step));
        let mut init = Init {
            device: &device,
            rng: Some(&mut rng),
        };
        self.networks.discriminator = Discriminator::init(model, &mut init);
    }
}

/// Names the values that [`GanomalyTraining::step`] returned.
pub fn losses(values: &[f32]) -> Losses {
    let at = |index: usize| values.get(index).copied().unwrap_or(f32::NAN);
    Losses {
        adversarial: at(0),
        contextual: at(1),
        encoder: at(2),
        generator: at(3),
        discriminator: at(4),
    }
}
