//! A method in training: networks, optimisers and the step that moves them.

use super::{Networks, Objective};
use crate::config::{LossWeights, ModelConfig, TrainingConfig};
use crate::data::{Stream, seeded};
use crate::event::Losses;
use crate::networks::init::Init;
use crate::networks::{Discriminator, FeatureDiscriminator};
use crate::optim::Adam;
use burn::module::Module;
use burn::tensor::Tensor;

/// Values that [`Training::step`] returns, see [`losses`].
pub const LOSSES: usize = 5;

/// Networks and optimisers.
#[derive(Debug, Clone)]
pub struct Training {
    /// The networks, on an autodiff device.
    pub networks: Networks,
    /// The two optimisers.
    pub optimizers: Optimizers,
    config: TrainingConfig,
}

/// One optimiser a player.
#[derive(Debug, Clone)]
pub struct Optimizers {
    /// Of the generator.
    pub generator: Adam,
    /// Of the discriminator.
    pub discriminator: Adam,
}

impl Training {
    /// Starts from these networks, which must be on an autodiff device.
    pub fn new(networks: Networks, config: TrainingConfig) -> Self {
        Self {
            networks,
            optimizers: Optimizers {
                generator: Adam::new(&config),
                discriminator: Adam::new(&config),
            },
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
        let optimizers = &mut self.optimizers;
        match &mut self.networks {
            Networks::Ganomaly(networks) => {
                let objective = networks.objective(image, &self.config);
                optimizers.update(&mut networks.generator, &mut networks.discriminator, objective)
            }
            Networks::SkipGanomaly(networks) => {
                let objective = networks.objective(image, &self.config);
                optimizers.update(&mut networks.generator, &mut networks.discriminator, objective)
            }
        }
    }

    /// Sets the learning rate of the next step.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.optimizers.generator.learning_rate = rate;
        self.optimizers.discriminator.learning_rate = rate;
    }

    /// Sets the weights of the generator's losses for the next step.
    pub fn set_loss_weights(&mut self, weights: LossWeights) {
        self.config.loss_weights = weights;
    }

    /// Gives the discriminator new random weights, when its loss has collapsed; its optimiser goes on, as in the
    /// authors' code. `step` makes each reset different and repeatable.
    pub fn reset_discriminator(&mut self, model: &ModelConfig, step: usize) {
        let mut rng = seeded(self.config.seed, Stream::Reset(step));
        let rng = Some(&mut rng);
        match &mut self.networks {
            Networks::Ganomaly(networks) => {
                let device = &networks.discriminator.last.weight.device();
                networks.discriminator = Discriminator::init(model, &mut Init { device, rng });
            }
            Networks::SkipGanomaly(networks) => {
                let device = &networks.discriminator.classifier.weight.device();
                networks.discriminator = FeatureDiscriminator::init(model, &mut Init { device, rng });
            }
        }
    }
}

impl Optimizers {
    /// Moves both players along the gradients of their losses; returns the losses.
    fn update<G: Module, D: Module>(
        &mut self,
        generator: &mut G,
        discriminator: &mut D,
        objective: Objective,
    ) -> Tensor<1> {
        let gradients = objective.generator.backward();
        *generator = self.generator.step(generator.clone(), gradients);
        let gradients = objective.discriminator.backward();
        *discriminator = self.discriminator.step(discriminator.clone(), gradients);

        let Objective {
            adversarial,
            contextual,
            encoder,
            generator,
            discriminator,
        } = objective;
        let losses: [_; LOSSES] = [adversarial, contextual, encoder, generator, discriminator];
        Tensor::cat(losses.map(Tensor::inner).to_vec(), 0)
    }
}

/// Names the values that [`Training::step`] returned.
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
