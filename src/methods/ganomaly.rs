//! GANomaly (Akcay et al., ACCV 2018): encoder, decoder and second encoder; an anomaly is an image whose latent vector
//! changes when the image is rebuilt.
//!
//! ```text
//! ganomaly train --dataset mnist --anomaly 2 --out runs/mnist-2
//! ```

use super::{Gives, Losses, Method, Objective, ResetLimit, Scores, Settings, Step, Unfinished};
use crate::config::{ConfigError, LatentDistance, LossWeights, ModelConfig};
use crate::flow::Pace;
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{Discriminator, Generator};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// The networks of GANomaly (paper, section 3.1 and Fig. 2).
#[derive(Module, Debug)]
pub struct Ganomaly {
    /// G: encoder, decoder, encoder.
    pub generator: Generator,
    /// D. Needed for training, and for scores beyond the paper's.
    pub discriminator: Discriminator,
}

/// Settings of GANomaly; the defaults are those of the authors' code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GanomalySettings {
    /// Weights of the generator's losses (Eq. 4).
    pub loss_weights: LossWeights,
    /// Distance of z and z', in the encoder loss and in the score.
    pub latent_distance: LatentDistance,
    /// When the discriminator starts anew.
    pub reset_discriminator_below: ResetLimit,
}

impl Settings for GanomalySettings {
    fn validate(&self) -> Result<(), ConfigError> {
        self.loss_weights.validate()?;
        self.reset_discriminator_below.validate()
    }
}

impl Ganomaly {
    /// What a training step minimises (Eq. 1 to 4). Both losses are of the same forward pass, as in the authors' code.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on an autodiff device
    pub fn objective(&self, image: Tensor<4>, settings: &GanomalySettings) -> Objective {
        let output = self.generator.forward(image.clone());
        let real = self.discriminator.forward(image.clone());
        let generated = self.discriminator.forward(output.reconstruction.clone().detach());
        // The generator's loss passes through the discriminator but does not train it.
        let frozen = self.discriminator.clone().no_grad();
        let judged = frozen.forward(output.reconstruction.clone());
        let adversarial = loss::feature_matching(real.features.detach(), judged.features);
        let contextual = loss::contextual(image, output.reconstruction);
        let encoder = loss::latent(output.latent, output.latent_reconstruction, settings.latent_distance);
        let discriminator = loss::discriminator(real.logit, generated.logit);
        Objective::new([adversarial, contextual, encoder], discriminator, settings.loss_weights)
    }
}

impl Method for Ganomaly {
    const ID: &'static str = "ganomaly";
    const NAME: &'static str = "GANomaly";
    const ABOUT: &'static str = "GANomaly (Akcay et al., 2018): encoder, decoder, encoder";
    const LOSSES: &'static [&'static str] = Objective::LOSSES;
    const GIVES: Gives = Gives::ALL;
    type Settings = GanomalySettings;

    fn init(model: &ModelConfig, _settings: &GanomalySettings, init: &mut Init) -> Self {
        Self {
            generator: Generator::init(model, init),
            discriminator: Discriminator::init(model, init),
        }
    }

    fn step(&mut self, image: Tensor<4>, step: &mut Step<'_, GanomalySettings>) -> Vec<Tensor<1>> {
        let objective = self.objective(image, step.settings);
        objective.minimise(&mut self.generator, &mut self.discriminator, step)
    }

    /// A(x) of Eq. 5: the distance of z and z'.
    async fn score(&self, image: Tensor<4>, settings: &GanomalySettings, _pace: &mut dyn Pace) -> Result<Scores, Unfinished> {
        let output = self.generator.forward(image);
        let (latent, again) = (output.latent, output.latent_reconstruction);
        let score = loss::distance(latent.clone(), again.clone(), settings.latent_distance);
        Ok(Scores {
            reconstruction: Some(output.reconstruction),
            latent: Some(latent),
            latent_reconstruction: Some(again),
            ..score.into()
        })
    }

    fn score_in_words(settings: &GanomalySettings) -> String {
        format!("mean of {} differences of z and z'", settings.latent_distance)
    }

    fn features(&self, image: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.discriminator.forward(image).features)
    }

    fn feature_levels(&self, image: Tensor<4>) -> Vec<Tensor<4>> {
        self.discriminator.features.levels(image)
    }

    fn rescue(
        &mut self,
        losses: &Losses,
        model: &ModelConfig,
        settings: &GanomalySettings,
        init: &mut Init,
    ) -> Option<&'static str> {
        let limit = settings.reset_discriminator_below;
        limit.rescue(&mut self.discriminator, losses, || Discriminator::init(model, init))
    }
}
