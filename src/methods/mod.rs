//! The methods, one file each: settings, networks, training step and anomaly score, beside the paper that they are from.
//!
//! A method implements [`Method`] and has one line in the registry below. From there it is known to the command line, the
//! tables, the weights files and the browser, by its [`MethodId`]; nothing else names it. What computes with a method
//! whose type is not known does so through [`Networks`].

mod id;
mod losses;
mod model;
mod objective;
mod settings;

pub use id::{Definition, MethodId};
pub use losses::Losses;
pub use model::{Model, Networks};
pub use objective::{Objective, ResetLimit};
pub use settings::{MethodSettings, NoSettings, Settings};

use crate::config::{ConfigError, ModelConfig};
use crate::data::Images;
use crate::flow::{Flow, Pace};
use crate::networks::init::Init;
use crate::optim::Optimizers;
use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Gradients, Shape, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::future::Future;

/// Declares the methods' files and lists them in [`MethodId::ALL`]. The first one is the default.
macro_rules! registry {
    ($($file:ident::$method:ident),+ $(,)?) => {
        $(
            pub mod $file;
            pub use $file::$method;
        )+
        const REGISTRY: &[MethodId] = &[$(MethodId::of::<$method>()),+];
    };
}

registry! {
    ganomaly::Ganomaly,
    skip_ganomaly::SkipGanomaly,
    autoencoder::Autoencoder,
    pca::Pca,
    nearest_normals::NearestNormals,
    patchcore::PatchCore,
}

/// A method of anomaly detection: a module of named networks that learns from normal samples and scores others.
///
/// Samples are images, `[batch, channels, size, size]` in [-1, 1]; a row of n numbers is `[batch, n, 1, 1]`.
pub trait Method: Module + 'static {
    /// Its name in files and on the command line.
    const ID: &'static str;
    /// Its name for people.
    const NAME: &'static str;
    /// Its paper and its idea in half a sentence, for the command line's help.
    const ABOUT: &'static str;
    /// Names of the losses that [`Method::step`] returns, in its order: unweighted terms first, then what is minimised.
    const LOSSES: &'static [&'static str];
    /// What it makes of a sample beside the score.
    const GIVES: Gives;
    /// Passes over the training images in its paper, if they are not those of GANomaly's on the same data.
    const PAPER_EPOCHS: Option<usize> = None;
    /// Whether its steps take so long that tables of the quick budget need narrower networks.
    const IS_HEAVY: bool = false;
    /// Its own settings; those that all methods have are in [`TrainingConfig`](crate::config::TrainingConfig).
    type Settings: Settings;

    /// Networks of this shape, with the weights that `init` gives.
    fn init(model: &ModelConfig, settings: &Self::Settings, init: &mut Init) -> Self;

    /// Whether it learns from all samples at once, by [`Method::fit`], in place of steps.
    const LEARNS_AT_ONCE: bool = false;
    /// Whether [`Method::fit`] tells what each sample, and each guest, would score if its image were unknown. Then no images
    /// need to be held back for the thresholds.
    const LEAVES_OUT: bool = false;
    /// Whether one of its networks is called `front_end`, and is to be that of a [`FrontEnd`](crate::weights::FrontEnd).
    const FRONT_END: bool = false;
    /// Side of the images as it sees them, if nothing is said.
    const SIZE: usize = 32;

    /// One training step on a batch of normal samples: moves the networks along the gradients of their losses, and returns
    /// the losses, each a tensor of one element. Only enqueues work on the device. Batch normalisation goes by the batch and
    /// notes its statistics in every pass, `no_grad()` or not, as in PyTorch; [`freeze`](Module::freeze)d it does neither.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1], on an autodiff device
    fn step(&mut self, _batch: Tensor<4>, _step: &mut Step<'_, Self::Settings>) -> Vec<Tensor<1>> {
        Vec::new()
    }

    /// Learns from all normal samples at once. Calls `pace` again and again, and ends early if that says stop. A method that
    /// [leaves out](Self::LEAVES_OUT) returns the score of each sample, and after them of each guest, by what was learnt of
    /// the other images; the others return nothing.
    ///
    /// # Errors
    /// It was stopped, and knows no more than before; or the device failed.
    fn fit(
        &mut self,
        _fit: Fit<'_, Self::Settings>,
        _pace: &mut dyn Pace,
    ) -> impl Future<Output = Result<Vec<f32>, Unfinished>> {
        std::future::ready(Ok(Vec::new()))
    }

    /// Scores each sample by itself. `self` is in inference mode (see [`Module::valid`]), so that a score does not depend on
    /// the batch. A score that takes long calls `pace` again and again, and ends early if that says stop.
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    ///
    /// # Errors
    /// It was stopped, or the device failed.
    fn score(
        &self,
        batch: Tensor<4>,
        settings: &Self::Settings,
        pace: &mut dyn Pace,
    ) -> impl Future<Output = Result<Scores, Unfinished>>;

    /// What the score is, in words that follow "the paper's".
    fn score_in_words(settings: &Self::Settings) -> String;

    /// Checks the shape of the samples and of the networks. Methods that take something other than square images have a
    /// rule of their own.
    ///
    /// # Errors
    /// The first value that is not possible.
    fn check(model: &ModelConfig) -> Result<(), ConfigError> {
        model.validate()
    }

    /// The features that samples can be compared by, if the method has a network for that: a discriminator's f(x).
    ///
    /// # Shapes
    /// - input: `[batch, channels, size, size]` in [-1, 1]
    /// - output: `[batch, channels, side, side]`
    fn features(&self, _batch: Tensor<4>) -> Option<Tensor<4>> {
        None
    }

    /// The feature maps of every level of that network, for heatmaps; none without one.
    ///
    /// # Shapes
    /// - output: of each level `[batch, channels, side, side]`
    fn feature_levels(&self, _batch: Tensor<4>) -> Vec<Tensor<4>> {
        Vec::new()
    }

    /// Mends a network whose training has collapsed, as the losses of the last step tell; returns its name. `init` gives
    /// new weights, others for each step.
    fn rescue(
        &mut self,
        _losses: &Losses,
        _model: &ModelConfig,
        _settings: &Self::Settings,
        _init: &mut Init,
    ) -> Option<&'static str> {
        None
    }
}

/// What a method that learns at once is given.
pub struct Fit<'a, S> {
    /// Normal samples.
    pub samples: &'a Images,
    /// The image of each sample, for samples that are parts of images; empty if each is a whole one.
    pub owners: &'a [usize],
    /// Samples that are not learnt from.
    pub guests: &'a Guests,
    /// The method's settings; what they promise and the samples do not allow is changed.
    pub settings: &'a mut S,
    /// Seed of all that is drawn.
    pub seed: u64,
    /// Where the networks are.
    pub device: &'a Device,
}

impl<S> Fit<'_, S> {
    /// The image of a sample, or of a guest if it is counted on from the samples.
    pub fn image_of(&self, sample: usize) -> usize {
        match sample.checked_sub(self.samples.len()) {
            Some(guest) => self.guests.hosts[guest],
            None => self.owners.get(sample).copied().unwrap_or(sample),
        }
    }
}

/// Samples that are only scored while a method learns, each as if the image that it was made of were unknown.
#[derive(Debug, Clone, Default)]
pub struct Guests {
    /// The samples.
    pub samples: Images,
    /// The image that each was made of: one of the owners of those that are learnt from.
    pub hosts: Vec<usize>,
}

/// Why something long came to no end.
#[derive(Debug)]
pub enum Unfinished {
    /// It was to stop.
    Stopped,
    /// The device failed.
    Device(ExecutionError),
}

impl From<ExecutionError> for Unfinished {
    fn from(error: ExecutionError) -> Self {
        Self::Device(error)
    }
}

/// Goes on, or ends something long if it is to stop.
///
/// # Errors
/// It is to stop.
pub async fn proceed(pace: &mut dyn Pace, done: f64) -> Result<(), Unfinished> {
    match pace.proceed(done).await {
        Flow::Continue => Ok(()),
        Flow::Stop => Err(Unfinished::Stopped),
    }
}

/// What a training step is given beside its batch.
pub struct Step<'a, S> {
    /// The method's settings.
    pub settings: &'a S,
    /// One optimiser a network, by the network's name.
    pub optimizers: &'a mut Optimizers,
    /// Share of the run's steps that are done, 0 to 1: trainings in phases go by it.
    pub done: f64,
    /// Random numbers of this step; a run that is resumed draws the same ones.
    pub rng: &'a mut ChaCha8Rng,
}

impl<S> Step<'_, S> {
    /// Moves a network along the gradients of a loss that all of its parameters take part in.
    pub fn minimise<N: Module>(&mut self, network: &mut N, name: &'static str, loss: &Tensor<1>) {
        self.update(network, name, &mut loss.backward());
    }

    /// Values ~ N(0, 1), the same on every device: what a GAN makes samples of, for example `[batch, nz, 1, 1]`.
    pub fn normal<const D: usize>(&mut self, shape: [usize; D], device: &Device) -> Tensor<D> {
        let values = StandardNormal.sample_iter(&mut *self.rng).take(shape.iter().product());
        let values: Vec<f32> = values.collect();
        Tensor::from_data(TensorData::new(values, Shape::from(shape)), device)
    }

    /// Moves one of several networks along its part of a loss's gradients.
    pub fn update<N: Module>(&mut self, network: &mut N, name: &'static str, gradients: &mut Gradients) {
        let optimizer = self.optimizers.named(name);
        *network = optimizer.step(network.clone(), gradients);
    }
}

/// What a method makes of a sample beside its score: decides which pictures, explanations and scores beyond the paper's
/// there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gives {
    /// A reconstruction, see [`Scores::reconstruction`].
    pub reconstruction: bool,
    /// A latent vector, see [`Scores::latent`].
    pub latent: bool,
    /// Features, see [`Method::features`].
    pub features: bool,
}

impl Gives {
    /// Nothing.
    pub const NOTHING: Self = Self {
        reconstruction: false,
        latent: false,
        features: false,
    };
    /// Everything.
    pub const ALL: Self = Self {
        reconstruction: true,
        latent: true,
        features: true,
    };
}

/// A batch with its anomaly scores, on the device.
#[derive(Debug, Clone)]
pub struct Scores {
    /// A(x), `[batch]`; larger is more anomalous.
    pub score: Tensor<1>,
    /// x', `[batch, channels, size, size]` in [-1, 1], of a method that rebuilds its samples.
    pub reconstruction: Option<Tensor<4>>,
    /// The latent vectors of the samples, `[batch, nz, 1, 1]`, of a method that has some: z of GANomaly, f(x) of
    /// Skip-GANomaly.
    pub latent: Option<Tensor<4>>,
    /// The same of the reconstructions: z' of GANomaly, f(x') of Skip-GANomaly.
    pub latent_reconstruction: Option<Tensor<4>>,
    /// How odd each place of the samples is, `[batch, rows, columns]` in units of the score, of a method that scores place by
    /// place.
    pub places: Option<Tensor<3>>,
}

impl From<Tensor<1>> for Scores {
    /// Scores and nothing else.
    fn from(score: Tensor<1>) -> Self {
        Self {
            score,
            reconstruction: None,
            latent: None,
            latent_reconstruction: None,
            places: None,
        }
    }
}
