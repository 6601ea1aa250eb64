//! The networks of any method, with its settings, behind one type.

use super::{Fit, Guests, Losses, Method, MethodId, MethodSettings, Scores, Step, Unfinished};
use crate::config::{ConfigError, LatentDistance, ModelConfig};
use crate::data::Images;
use crate::flow::{Pace, Work};
use crate::loss;
use crate::networks::init::Init;
use crate::networks::tensors::{self, HostTensor};
use crate::optim::Optimizers;
use burn::tensor::{Device, ExecutionError, Tensor};
use rand_chacha::ChaCha8Rng;
use std::any::Any;
use std::fmt;

/// The networks of a model, ready to be trained or to score, whatever their method.
pub type Networks = Box<dyn Model>;

/// What can be done with networks without the method's type; each function is that of [`Method`] with the same name, if
/// nothing else is said.
pub trait Model: Any + fmt::Debug + Send {
    /// The method.
    fn method(&self) -> MethodId;
    /// The same networks once more.
    fn cloned(&self) -> Networks;
    /// The networks in inference mode, see [`burn::module::Module::valid`]: those to score with.
    fn valid(&self) -> Networks;
    /// One training step when `done` of the run's steps are done, 0 to 1; `rng` is for what it draws. Returns a value for
    /// each of the method's losses.
    fn step(&mut self, batch: Tensor<4>, optimizers: &mut Optimizers, done: f64, rng: &mut ChaCha8Rng) -> Tensor<1>;
    /// Learns from all samples at once; of which images they are, who is only scored meanwhile, and a seed for what is drawn.
    fn fit<'a>(
        &'a mut self,
        samples: (&'a Images, &'a [usize], &'a Guests),
        seed: u64,
        device: &'a Device,
        pace: &'a mut dyn Pace,
    ) -> Work<'a, Result<Vec<f32>, Unfinished>>;
    /// The method's settings.
    fn settings(&self) -> MethodSettings;
    /// Changes the settings from the next step on.
    ///
    /// # Errors
    /// A setting is not possible; the networks go on with those before.
    fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError>;
    /// Mends a network whose training has collapsed.
    fn rescue(&mut self, losses: &Losses, init: &mut Init) -> Option<&'static str>;
    /// Scores each sample by itself.
    fn score<'a>(&'a self, batch: Tensor<4>, pace: &'a mut dyn Pace) -> Work<'a, Result<Scores, Unfinished>>;
    /// The features of samples.
    fn features(&self, batch: Tensor<4>) -> Option<Tensor<4>>;
    /// The feature maps of every level.
    fn feature_levels(&self, batch: Tensor<4>) -> Vec<Tensor<4>>;
    /// Name and shape of every tensor, see [`tensors::shapes`].
    fn shapes(&self) -> Vec<(String, Vec<usize>)>;
    /// Number of trainable values.
    fn parameters(&self) -> usize;
    /// Reads every tensor, see [`tensors::read`].
    fn read(&self) -> Work<'_, Result<Vec<HostTensor>, ExecutionError>>;
    /// Replaces those tensors for which `values` gives something, see [`tensors::replace`].
    fn replaced(self: Box<Self>, values: &mut dyn FnMut(&str, usize) -> Option<Vec<f32>>) -> Networks;
}

impl dyn Model {
    /// The networks as those of a method, if they are.
    pub fn of<M: Method>(&self) -> Option<&M> {
        let typed: Option<&Typed<M>> = (self as &dyn Any).downcast_ref();
        typed.map(|typed| &typed.networks)
    }

    /// Mean squared distance of the features of image and reconstruction, for each image; nothing if the method has none.
    ///
    /// # Shapes
    /// - both: `[batch, channels, size, size]` in [-1, 1]
    /// - output: `[batch]`
    pub fn feature_distance(&self, image: Tensor<4>, reconstruction: Tensor<4>) -> Option<Tensor<1>> {
        let (real, generated) = (self.features(image)?, self.features(reconstruction)?);
        Some(loss::distance(real, generated, LatentDistance::Squared))
    }
}

impl Clone for Networks {
    fn clone(&self) -> Self {
        self.cloned()
    }
}

/// Networks of a method with the settings that `init` gives their first weights for.
pub(super) fn build<M: Method>(
    model: &ModelConfig,
    settings: &MethodSettings,
    init: &mut Init,
) -> Result<Networks, ConfigError> {
    M::check(model)?;
    let settings: M::Settings = settings.read()?;
    Ok(Box::new(Typed {
        networks: M::init(model, &settings, init),
        model: model.clone(),
        settings,
    }))
}

#[derive(Debug, Clone)]
struct Typed<M: Method> {
    networks: M,
    model: ModelConfig,
    settings: M::Settings,
}

impl<M: Method> Model for Typed<M> {
    fn method(&self) -> MethodId {
        MethodId::of::<M>()
    }

    fn cloned(&self) -> Networks {
        Box::new(self.clone())
    }

    fn valid(&self) -> Networks {
        Box::new(Self {
            networks: self.networks.valid(),
            model: self.model.clone(),
            settings: self.settings.clone(),
        })
    }

    fn step(&mut self, batch: Tensor<4>, optimizers: &mut Optimizers, done: f64, rng: &mut ChaCha8Rng) -> Tensor<1> {
        let settings = &self.settings;
        let mut step = Step {
            settings,
            optimizers,
            done,
            rng,
        };
        let losses = self.networks.step(batch, &mut step);
        assert_eq!(
            losses.len(),
            M::LOSSES.len(),
            "{} returns other losses than it names",
            M::ID
        );
        Tensor::cat(losses.into_iter().map(Tensor::inner).collect(), 0)
    }

    fn fit<'a>(
        &'a mut self,
        (samples, owners, guests): (&'a Images, &'a [usize], &'a Guests),
        seed: u64,
        device: &'a Device,
        pace: &'a mut dyn Pace,
    ) -> Work<'a, Result<Vec<f32>, Unfinished>> {
        let settings = &mut self.settings;
        let fit = Fit {
            samples,
            owners,
            guests,
            settings,
            seed,
            device,
        };
        Box::pin(self.networks.fit(fit, pace))
    }

    fn settings(&self) -> MethodSettings {
        MethodSettings::of(&self.settings)
    }

    fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError> {
        self.settings = settings.read()?;
        Ok(())
    }

    fn rescue(&mut self, losses: &Losses, init: &mut Init) -> Option<&'static str> {
        self.networks.rescue(losses, &self.model, &self.settings, init)
    }

    fn score<'a>(&'a self, batch: Tensor<4>, pace: &'a mut dyn Pace) -> Work<'a, Result<Scores, Unfinished>> {
        Box::pin(self.networks.score(batch, &self.settings, pace))
    }

    fn features(&self, batch: Tensor<4>) -> Option<Tensor<4>> {
        self.networks.features(batch)
    }

    fn feature_levels(&self, batch: Tensor<4>) -> Vec<Tensor<4>> {
        self.networks.feature_levels(batch)
    }

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        tensors::shapes(&self.networks)
    }

    fn parameters(&self) -> usize {
        tensors::parameters(&self.networks)
    }

    fn read(&self) -> Work<'_, Result<Vec<HostTensor>, ExecutionError>> {
        Box::pin(tensors::read(&self.networks))
    }

    fn replaced(self: Box<Self>, values: &mut dyn FnMut(&str, usize) -> Option<Vec<f32>>) -> Networks {
        Box::new(Self {
            networks: tensors::replace(self.networks, values),
            ..*self
        })
    }
}
