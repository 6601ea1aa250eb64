//! The networks of any method, with its settings, behind one type.

use super::{Fit, Losses, Method, MethodId, MethodSettings, Scores, Step, Unfinished};
use crate::card::ModelCard;
use crate::config::{ConfigError, LatentDistance, ModelConfig};
use crate::data::{Images, Stream, seeded};
use crate::flow::{Pace, Work};
use crate::loss;
use crate::networks::init::Init;
use crate::networks::tensors::{self, HostTensor};
use crate::optim::Optimizers;
use burn::tensor::{Device, ExecutionError, Tensor};
use std::any::Any;
use std::fmt;

/// The networks of a model, ready to be trained or to score.
#[derive(Debug)]
pub struct Networks(Box<dyn Erased>);

impl Networks {
    /// Networks with random weights that depend on the seed alone, not on the device.
    ///
    /// # Errors
    /// The card's shape or settings are not possible.
    pub fn init(card: &ModelCard, device: &Device) -> Result<Self, ConfigError> {
        let mut rng = seeded(card.training.seed, Stream::Weights);
        let rng = Some(&mut rng);
        card.method
            .build(&card.model, &card.settings, &mut Init { device, rng })
    }

    /// Networks without meaningful weights, to load some into. They take memory only when they are first used.
    ///
    /// # Errors
    /// The card's shape or settings are not possible.
    pub fn blank(card: &ModelCard, device: &Device) -> Result<Self, ConfigError> {
        card.method
            .build(&card.model, &card.settings, &mut Init { device, rng: None })
    }

    pub(super) fn build<M: Method>(
        model: &ModelConfig,
        settings: &MethodSettings,
        init: &mut Init,
    ) -> Result<Self, ConfigError> {
        M::check(model)?;
        let settings: M::Settings = settings.read()?;
        Ok(Self(Box::new(Typed {
            networks: M::init(model, &settings, init),
            model: model.clone(),
            settings,
        })))
    }

    /// The networks as those of a method, if they are.
    pub fn of<M: Method>(&self) -> Option<&M> {
        let typed: Option<&Typed<M>> = self.0.any().downcast_ref();
        typed.map(|typed| &typed.networks)
    }

    /// The method.
    pub fn method(&self) -> MethodId {
        self.0.method()
    }

    /// The networks in inference mode, see [`Module::valid`].
    #[must_use]
    pub fn valid(&self) -> Self {
        Self(self.0.valid())
    }

    /// One training step, see [`Method::step`]; `done` is the share of the run's steps that are done, 0 to 1.
    ///
    /// # Shapes
    /// - output: one value for each of the method's losses
    pub fn step(&mut self, batch: Tensor<4>, optimizers: &mut Optimizers, done: f64) -> Tensor<1> {
        let losses = self.0.step(batch, optimizers, done);
        Tensor::cat(losses.into_iter().map(Tensor::inner).collect(), 0)
    }

    /// Learns from all normal samples at once, see [`Method::fit`]; a seed for what is drawn.
    ///
    /// # Errors
    /// It was stopped, or the device failed.
    pub async fn fit(
        &mut self,
        samples: &Images,
        seed: u64,
        device: &Device,
        pace: &mut dyn Pace,
    ) -> Result<(), Unfinished> {
        self.0.fit(samples, seed, device, pace).await
    }

    /// The settings.
    pub fn settings(&self) -> MethodSettings {
        self.0.settings()
    }

    /// Changes the settings from the next step on.
    ///
    /// # Errors
    /// A setting is not possible; the networks go on with those before.
    pub fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError> {
        self.0.set(settings)
    }

    /// Mends a network whose training has collapsed, see [`Method::rescue`].
    pub fn rescue(&mut self, losses: &Losses, init: &mut Init) -> Option<&'static str> {
        self.0.rescue(losses, init)
    }

    /// Scores each sample by itself, see [`Method::score`]. Call it on [`Networks::valid`] networks: in training mode a
    /// score would depend on the batch.
    ///
    /// # Errors
    /// It was stopped, or the device failed.
    pub async fn score(&self, batch: Tensor<4>, pace: &mut dyn Pace) -> Result<Scores, Unfinished> {
        self.0.score(batch, pace).await
    }

    /// The features of samples, see [`Method::features`].
    pub fn features(&self, batch: Tensor<4>) -> Option<Tensor<4>> {
        self.0.features(batch)
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

    /// The feature maps of every level, see [`Method::feature_levels`].
    pub fn feature_levels(&self, batch: Tensor<4>) -> Vec<Tensor<4>> {
        self.0.feature_levels(batch)
    }

    /// Name and shape of every tensor, see [`tensors::shapes`].
    pub fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.0.shapes()
    }

    /// Number of trainable values.
    pub fn parameters(&self) -> usize {
        self.0.parameters()
    }

    /// Reads every tensor, see [`tensors::read`].
    ///
    /// # Errors
    /// The device failed.
    pub async fn read(&self) -> Result<Vec<HostTensor>, ExecutionError> {
        self.0.read().await
    }

    /// Replaces every tensor by what `values` gives for its name and number of elements.
    #[must_use]
    pub fn replaced(self, mut values: impl FnMut(&str, usize) -> Vec<f32>) -> Self {
        Self(self.0.replaced(&mut values))
    }
}

impl Clone for Networks {
    fn clone(&self) -> Self {
        Self(self.0.cloned())
    }
}

/// What [`Networks`] does, without the method's type.
trait Erased: fmt::Debug + Send {
    fn any(&self) -> &dyn Any;
    fn cloned(&self) -> Box<dyn Erased>;
    fn method(&self) -> MethodId;
    fn valid(&self) -> Box<dyn Erased>;
    fn step(&mut self, batch: Tensor<4>, optimizers: &mut Optimizers, done: f64) -> Vec<Tensor<1>>;
    fn fit<'a>(
        &'a mut self,
        samples: &'a Images,
        seed: u64,
        device: &'a Device,
        pace: &'a mut dyn Pace,
    ) -> Work<'a, Result<(), Unfinished>>;
    fn settings(&self) -> MethodSettings;
    fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError>;
    fn rescue(&mut self, losses: &Losses, init: &mut Init) -> Option<&'static str>;
    fn score<'a>(&'a self, batch: Tensor<4>, pace: &'a mut dyn Pace) -> Work<'a, Result<Scores, Unfinished>>;
    fn features(&self, batch: Tensor<4>) -> Option<Tensor<4>>;
    fn feature_levels(&self, batch: Tensor<4>) -> Vec<Tensor<4>>;
    fn shapes(&self) -> Vec<(String, Vec<usize>)>;
    fn parameters(&self) -> usize;
    fn read(&self) -> Work<'_, Result<Vec<HostTensor>, ExecutionError>>;
    fn replaced(self: Box<Self>, values: &mut dyn FnMut(&str, usize) -> Vec<f32>) -> Box<dyn Erased>;
}

#[derive(Debug, Clone)]
struct Typed<M: Method> {
    networks: M,
    model: ModelConfig,
    settings: M::Settings,
}

impl<M: Method> Erased for Typed<M> {
    fn any(&self) -> &dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }

    fn method(&self) -> MethodId {
        MethodId::of::<M>()
    }

    fn valid(&self) -> Box<dyn Erased> {
        Box::new(Self {
            networks: self.networks.valid(),
            model: self.model.clone(),
            settings: self.settings.clone(),
        })
    }

    fn step(&mut self, batch: Tensor<4>, optimizers: &mut Optimizers, done: f64) -> Vec<Tensor<1>> {
        let settings = &self.settings;
        let mut step = Step {
            settings,
            optimizers,
            done,
        };
        self.networks.step(batch, &mut step)
    }

    fn fit<'a>(
        &'a mut self,
        samples: &'a Images,
        seed: u64,
        device: &'a Device,
        pace: &'a mut dyn Pace,
    ) -> Work<'a, Result<(), Unfinished>> {
        let fit = Fit {
            samples,
            settings: &mut self.settings,
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

    fn replaced(self: Box<Self>, values: &mut dyn FnMut(&str, usize) -> Vec<f32>) -> Box<dyn Erased> {
        Box::new(Self {
            networks: tensors::replace(self.networks, values),
            ..*self
        })
    }
}
