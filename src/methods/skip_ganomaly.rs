//! Skip-GANomaly (Akcay et al., IJCNN 2019): a U-Net rebuilds the image, and the discriminator's features of image and
//! reconstruction are compared.
//!
//! ```text
//! ganomaly train --dataset cifar10 --anomaly bird --method skip-ganomaly --out runs/bird
//! ```

use super::{Gives, Losses, Method, Objective, ResetLimit, Scores, Settings, Step, Unfinished};
use crate::config::{ConfigError, LatentDistance, LossWeights, ModelConfig, check_number};
use crate::flow::Pace;
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{FeatureDiscriminator, UNet};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// The networks of Skip-GANomaly (paper, section III).
#[derive(Module, Debug)]
pub struct SkipGanomaly {
    /// G: image to reconstruction.
    pub generator: UNet,
    /// D. Needed for scoring too: it compares the features of image and reconstruction.
    pub discriminator: FeatureDiscriminator,
}

/// Settings of Skip-GANomaly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SkipGanomalySettings {
    /// Weights of the generator's losses (Eq. 4): 1, 40, 1 in the paper, 1, 50, 1 in the authors' code.
    pub loss_weights: LossWeights,
    /// Distance of the features f(x) and f(x'), in the latent loss and in the score.
    pub latent_distance: LatentDistance,
    /// Share of the reconstruction error in the score, 0 to 1 (Eq. 5: lambda); the authors' code has 0.9.
    pub score_lambda: f64,
    /// When the discriminator starts anew.
    pub reset_discriminator_below: ResetLimit,
}

impl Default for SkipGanomalySettings {
    fn default() -> Self {
        Self {
            loss_weights: LossWeights {
                contextual: 40.0,
                ..LossWeights::default()
            },
            latent_distance: LatentDistance::default(),
            score_lambda: 0.9,
            reset_discriminator_below: ResetLimit::default(),
        }
    }
}

impl Settings for SkipGanomalySettings {
    fn validate(&self) -> Result<(), ConfigError> {
        self.loss_weights.validate()?;
        let lambda = self.score_lambda;
        let is_share = (0.0..=1.0).contains(&lambda);
        check_number("the lambda of the score", lambda, is_share, "choose from 0 to 1")?;
        self.reset_discriminator_below.validate()
    }
}

impl SkipGanomaly {
    /// What a training step minimises (Eq. 1 to 4). The authors' code adds the latent loss to the discriminator's as
    /// well; the paper, and this, does not.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on an autodiff device
    pub fn objective(&self, image: Tensor<4>, settings: &SkipGanomalySettings) -> Objective {
        let reconstruction = self.generator.forward(image.clone());
        let real = self.discriminator.forward(image.clone());
        let generated = self.discriminator.forward(reconstruction.clone().detach());
        // The generator's loss passes through the discriminator but does not train it.
        let judged = self.discriminator.clone().no_grad().forward(reconstruction.clone());
        let adversarial = loss::non_saturating(judged.logit);
        let contextual = loss::contextual(image, reconstruction);
        let latent = loss::latent(real.features.detach(), judged.features, settings.latent_distance);
        let discriminator = loss::discriminator(real.logit, generated.logit);
        Objective::new([adversarial, contextual, latent], discriminator, settings.loss_weights)
    }
}

impl Method for SkipGanomaly {
    const ID: &'static str = "skip-ganomaly";
    const NAME: &'static str = "Skip-GANomaly";
    const ABOUT: &'static str = "Skip-GANomaly (Akcay et al., 2019): a U-Net";
    const LOSSES: &'static [&'static str] = Objective::LOSSES;
    const GIVES: Gives = Gives::ALL;
    /// Section IV-B.
    const PAPER_EPOCHS: Option<usize> = Some(15);
    const IS_HEAVY: bool = true;
    type Settings = SkipGanomalySettings;

    fn init(model: &ModelConfig, _settings: &SkipGanomalySettings, init: &mut Init) -> Self {
        Self {
            generator: UNet::init(model, init),
            discriminator: FeatureDiscriminator::init(model, init),
        }
    }

    fn step(&mut self, image: Tensor<4>, step: &mut Step<'_, SkipGanomalySettings>) -> Vec<Tensor<1>> {
        let objective = self.objective(image, step.settings);
        objective.minimise(&mut self.generator, &mut self.discriminator, step)
    }

    /// A(x) = lambda R(x) + (1 - lambda) L(x), Eq. 5: R the reconstruction error, the mean of squares as in the
    /// authors' code, L the distance of the features.
    async fn score(&self, image: Tensor<4>, settings: &SkipGanomalySettings, _pace: &mut dyn Pace) -> Result<Scores, Unfinished> {
        let reconstruction = self.generator.forward(image.clone());
        let [real, generated] =
            [&image, &reconstruction].map(|image| self.discriminator.forward(image.clone()).features);
        let error = loss::distance(image, reconstruction.clone(), LatentDistance::Squared);
        let latent = loss::distance(real.clone(), generated.clone(), settings.latent_distance);
        let lambda = settings.score_lambda;
        let score = error.mul_scalar(lambda) + latent.mul_scalar(1.0 - lambda);
        Ok(Scores {
            reconstruction: Some(reconstruction),
            latent: Some(real),
            latent_reconstruction: Some(generated),
            ..score.into()
        })
    }

    fn score_in_words(settings: &SkipGanomalySettings) -> String {
        let (lambda, differences) = (settings.score_lambda, settings.latent_distance);
        format!("lambda {lambda}, mean of {differences} differences of features")
    }

    fn features(&self, image: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.discriminator.forward(image).features)
    }

    fn feature_levels(&self, image: Tensor<4>) -> Vec<Tensor<4>> {
        self.discriminator.features.features.levels(image)
    }

    fn rescue(
        &mut self,
        losses: &Losses,
        model: &ModelConfig,
        settings: &SkipGanomalySettings,
        init: &mut Init,
    ) -> Option<&'static str> {
        let limit = settings.reset_discriminator_below;
        limit.rescue(&mut self.discriminator, losses, || FeatureDiscriminator::init(model, init))
    }
}
