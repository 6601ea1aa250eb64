//! What a training step of GANomaly and of Skip-GANomaly minimises (Eq. 1 to 4 of both papers).

use super::{Losses, Step};
use crate::config::{ConfigError, LossWeights, check_number};
use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// The losses of one step, each a tensor of one element.
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
    /// Names of the losses in the order of [`Objective::minimise`].
    pub const LOSSES: &'static [&'static str] = &["adversarial", "contextual", "encoder", "generator", "discriminator"];

    /// The generator's loss is the weighted sum of its three terms (Eq. 4 of both papers).
    pub fn new(terms: [Tensor<1>; 3], discriminator: Tensor<1>, weights: LossWeights) -> Self {
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

    /// Moves the generator, then the discriminator, both along gradients of the same forward pass as in the authors' code.
    pub fn minimise<G: Module, D: Module, S>(
        self,
        generator: &mut G,
        discriminator: &mut D,
        step: &mut Step<'_, S>,
    ) -> Vec<Tensor<1>> {
        step.minimise(generator, "generator", &self.generator);
        step.minimise(discriminator, "discriminator", &self.discriminator);
        let terms = [self.adversarial, self.contextual, self.encoder];
        [terms.to_vec(), vec![self.generator, self.discriminator]].concat()
    }
}

/// The discriminator starts anew when its loss falls below this; 0 never. Its optimiser goes on, as in the authors' code.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResetLimit(pub f64);

impl Default for ResetLimit {
    /// That of the authors' code.
    fn default() -> Self {
        Self(1e-5)
    }
}

impl ResetLimit {
    /// Checks that it is not negative.
    ///
    /// # Errors
    /// It is.
    pub fn validate(self) -> Result<(), ConfigError> {
        let name = "the reset limit of the discriminator";
        check_number(name, self.0, self.0 >= 0.0, "choose 0 or more")
    }

    /// Gives the discriminator new weights if its loss has fallen below the limit; then returns its name.
    pub fn rescue<D>(self, discriminator: &mut D, losses: &Losses, fresh: impl FnOnce() -> D) -> Option<&'static str> {
        let has_collapsed = f64::from(losses.get("discriminator")) < self.0;
        has_collapsed.then(|| {
            *discriminator = fresh();
            "discriminator"
        })
    }
}
