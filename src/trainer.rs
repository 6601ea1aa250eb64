//! The loop over training steps: events out, pause and stop in. The only one, natively and in the browser.

use crate::card::ModelCard;
use crate::config::{Augmentation, ConfigError};
use crate::data::{Images, Stream, batches, seeded};
use crate::device::{Compute, failure};
use crate::event::TrainingEvent;
pub use crate::flow::Flow;
use crate::image::picture;
use crate::methods::{Guests, Losses, MethodId, MethodSettings, Networks};
use crate::networks::init::Init;
use crate::networks::tensors::floats;
use crate::optim::Optimizers;
use crate::score::Detector;
use crate::weights::{Best, FrontEnd, OptimizerState, Precision, Weights, WeightsError};
use burn::tensor::{Device, ExecutionError, Tensor};
use progress::Progress;
use std::future::Future;
use thiserror::Error;
use validation::{Snapshot, Validation};

mod fitting;
mod progress;
mod validation;

/// Training images whose reconstructions are shown after every epoch.
const SAMPLES: usize = 8;

/// Listens to a run and steers it.
pub trait Observer {
    /// Hears what happens.
    ///
    /// # Errors
    /// What the run cannot go on without failed, for example storing a checkpoint.
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError>;

    /// Called between steps: the place to let others work, to wait while the run is paused, and to stop it.
    fn proceed(&mut self) -> impl Future<Output = Flow>;
}

/// Why an [`Observer`] cannot go on.
pub type ObserverError = Box<dyn std::error::Error + Send + Sync>;

/// A run that ended before its time.
#[derive(Debug, Error)]
pub enum TrainError {
    /// Impossible settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Too few images.
    #[error("too few images to train on ({0}): at least 2 are needed, better 100 or more")]
    TooFewImages(usize),
    /// Images of another shape.
    #[error("the images are {found}, but the model takes {expected}")]
    Shape {
        /// Of the images.
        found: String,
        /// Of the model.
        expected: String,
    },
    /// Weights of other networks than those that are to be trained.
    #[error("the weights are of {found}, but the run is of {expected}")]
    Networks {
        /// What the weights are of.
        found: String,
        /// What is to be trained.
        expected: String,
    },
    /// A method that sees images through a front end is to do without.
    #[error(
        "{0} sees images through a network that was trained on photographs, and its file is not there: start from a \
         model of this method, or use another method"
    )]
    NoFrontEnd(MethodId),
    /// A method without steps is to do one.
    #[error("{0} learns from all images at once: there are no steps to watch")]
    NoSteps(MethodId),
    /// The losses grew beyond all numbers.
    #[error("the training diverged in epoch {0}: a loss is not a finite number; try a smaller learning rate")]
    Diverged(usize),
    /// The device failed.
    #[error("{}", failure(.0))]
    Device(#[from] ExecutionError),
    /// A checkpoint cannot be made or read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The observer cannot go on.
    #[error("{0}")]
    Observer(#[source] ObserverError),
}

/// A training run.
#[derive(Debug)]
pub struct Trainer {
    /// What becomes of the run; `epochs_trained` counts.
    card: ModelCard,
    networks: Networks,
    optimizers: Optimizers,
    device: Device,
    steps_per_report: usize,
    /// Steps done.
    step: usize,
    /// The epoch whose order of images is at hand, and that order: the images of each of its steps.
    order: Option<(usize, Vec<Vec<usize>>)>,
    validation: Validation,
    /// The image of each training frame, if images have several.
    owners: Vec<usize>,
    /// What is only to be scored meanwhile.
    guests: Guests,
    /// What each of them scores by what was learnt of other images, see [`Trainer::left_out`].
    left_out: Vec<f32>,
}

impl Trainer {
    /// A run from random weights with the card's settings.
    ///
    /// # Errors
    /// Impossible settings.
    pub fn new(card: ModelCard, compute: &Compute) -> Result<Self, TrainError> {
        let networks = card.random_networks(&compute.device.clone().autodiff())?;
        Self::start(card, networks, compute)
    }

    /// A run from the weights of a model, with the settings of `card`, which must describe the same networks.
    ///
    /// # Errors
    /// Impossible settings, or other networks.
    pub fn fine_tune(card: ModelCard, weights: &Weights, compute: &Compute) -> Result<Self, TrainError> {
        if card.shape() != weights.card.shape() {
            let shape = |card: &ModelCard| format!("{} of {}", card.method, card.model);
            return Err(TrainError::Networks {
                found: shape(&weights.card),
                expected: shape(&card),
            });
        }
        let mut networks = weights.networks(&compute.device.clone().autodiff())?;
        networks.set(&card.settings)?;
        Self::start(card, networks, compute)
    }

    fn start(mut card: ModelCard, networks: Networks, compute: &Compute) -> Result<Self, TrainError> {
        card.training.validate()?;
        card.epochs_trained = 0;
        card.metrics = None;
        Ok(Self {
            networks,
            optimizers: Optimizers::new(&card.training),
            card,
            device: compute.device.clone().autodiff(),
            steps_per_report: compute.steps_per_report(),
            step: 0,
            order: None,
            validation: Validation::default(),
            owners: Vec::new(),
            guests: Guests::default(),
            left_out: Vec::new(),
        })
    }

    /// Puts a front end into networks that see images through one.
    #[must_use]
    pub fn with_front_end(mut self, front_end: &FrontEnd) -> Self {
        self.networks = front_end.put_into(self.networks);
        self
    }

    /// Says of which image each training frame is, for methods that leave out whole images. Otherwise each is an image.
    pub fn group(&mut self, owners: Vec<usize>) {
        self.owners = owners;
    }

    /// Says what else is to be scored as if its image were unknown, by methods that leave out whole images.
    pub fn invite(&mut self, guests: Guests) {
        self.guests = guests;
    }

    /// After a run of a method that [leaves out](crate::methods::Method::LEAVES_OUT): what each training frame, and after
    /// them each guest, scores by what was learnt of other images.
    pub fn left_out(&self) -> &[f32] {
        &self.left_out
    }

    /// Watches the run with normal images that it does not learn from: the epoch that reconstructs them best is the one
    /// that is kept (0 are the weights that the run starts from), and the run ends when it does not get better for as many
    /// epochs as the card's patience says.
    pub fn watch(&mut self, validation: Images) {
        self.validation.images = validation;
    }

    /// Goes on from a checkpoint: the weights, the optimisers and the order of the images are as if the run had never
    /// broken off. A method that learns at once begins anew.
    ///
    /// # Errors
    /// The file is a finished model, not a checkpoint.
    pub fn resume(checkpoint: &Weights, compute: &Compute) -> Result<Self, TrainError> {
        if checkpoint.card.method.learns_at_once {
            return Self::fine_tune(checkpoint.card.clone(), checkpoint, compute);
        }
        let optimizer = checkpoint.optimizer.as_ref().ok_or(WeightsError::NotCheckpoint)?;
        let mut trainer = Self::fine_tune(checkpoint.card.clone(), checkpoint, compute)?;
        trainer.card = checkpoint.card.clone();
        trainer.step = optimizer.steps;
        let device = compute.device.clone().without_autodiff();
        for (network, state) in &optimizer.by_network {
            trainer.optimizers.named(network).restore(state, &device);
        }
        if let Some(best) = &checkpoint.best {
            trainer.validation.best = Some(Snapshot {
                epoch: best.epoch,
                loss: best.loss,
                detector: Detector::new(&checkpoint.at_best(best), &device)?,
            });
        }
        Ok(trainer)
    }

    /// What the run has made so far.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Trains until the last epoch, until the validation images say that it is enough, or until the observer stops it.
    /// Sample reconstructions come at the start and after each epoch, which also ends with its mean losses and a
    /// checkpoint. Returns whether it was stopped.
    ///
    /// # Errors
    /// The images do not fit, the training diverged, the device failed or the observer did.
    pub async fn run(&mut self, images: &Images, observer: &mut impl Observer) -> Result<bool, TrainError> {
        self.check(images)?;
        let mut progress = self.progress(images);
        tell(observer, progress.started_event(images.len(), self.card.epochs_trained))?;
        let flow = if self.card.method.learns_at_once {
            self.fit(images, &mut progress, observer).await?
        } else {
            self.epochs(images, &mut progress, observer).await?
        };
        let (epochs, stopped) = (self.card.epochs_trained, flow == Flow::Stop);
        let seconds = progress.started.elapsed().as_secs_f64();
        let finished = TrainingEvent::Finished {
            epochs,
            seconds,
            stopped,
        };
        tell(observer, finished)?;
        Ok(stopped)
    }

    /// The progress of a run that goes on from here.
    fn progress(&mut self, images: &Images) -> Progress {
        let (method, step) = (self.card.method, self.step);
        if method.learns_at_once {
            return fitting::progress(method, images);
        }
        let epochs = self.card.training.epochs;
        let plan = self.order(images);
        Progress::new(method, [epochs, plan.len()], plan[0].len(), step)
    }

    /// Epochs until the run is done or stopped.
    async fn epochs(
        &mut self,
        images: &Images,
        progress: &mut Progress,
        observer: &mut impl Observer,
    ) -> Result<Flow, TrainError> {
        tell(observer, self.samples(images).await?)?;
        if self.card.epochs_trained == 0 {
            self.validate().await?;
        }
        while !self.is_done() {
            if self.epoch(images, progress, observer).await? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            self.card.epochs_trained += 1;
            self.report_epoch(images, progress, observer).await?;
        }
        Ok(Flow::Continue)
    }

    /// Does the next step by itself, for whoever wants to look at the run between steps; it never ends, has no checkpoints
    /// and keeps the last weights. Returns its losses.
    ///
    /// # Errors
    /// The method has no steps, the images do not fit, the training diverged, or the device failed.
    pub async fn step(&mut self, images: &Images) -> Result<Losses, TrainError> {
        self.check(images)?;
        if self.card.method.learns_at_once {
            return Err(TrainError::NoSteps(self.card.method));
        }
        let step = self.step;
        let epoch = self.order(images);
        let (steps, indices) = (epoch.len(), epoch[step % epoch.len()].clone());
        let values = self.enqueue(images, &indices, 0.0);
        let losses = Losses::new(self.card.method.losses, self.finite(values).await?);
        self.rescue(&losses);
        self.card.epochs_trained = self.step / steps;
        Ok(losses)
    }

    /// Changes settings of the method, for example the weights of its losses, from the next step on; the optimisers keep
    /// their moments.
    ///
    /// # Errors
    /// Impossible settings; the run goes on with those before.
    pub fn set(&mut self, settings: &MethodSettings) -> Result<(), ConfigError> {
        let wanted = self.card.settings.clone().with(settings);
        let settings = self.card.method.checked(&self.card.model, &wanted)?;
        self.networks.set(&settings)?;
        self.card.settings = settings;
        Ok(())
    }

    fn is_done(&self) -> bool {
        let (done, config) = (self.card.epochs_trained, &self.card.training);
        done >= config.epochs || self.validation.has_stalled(done, config.patience)
    }

    fn check(&self, images: &Images) -> Result<(), TrainError> {
        let model = &self.card.model;
        if images.len() < 2 {
            return Err(TrainError::TooFewImages(images.len()));
        }
        if (images.channels, images.size) != (model.channels, model.size) {
            let shape = |channels, size| format!("{channels} channels of {size}x{size} pixels");
            return Err(TrainError::Shape {
                found: shape(images.channels, images.size),
                expected: shape(model.channels, model.size),
            });
        }
        Ok(())
    }

    /// The steps of one epoch.
    async fn epoch(
        &mut self,
        images: &Images,
        progress: &mut Progress,
        observer: &mut impl Observer,
    ) -> Result<Flow, TrainError> {
        let epoch = self.order(images).to_vec();
        progress.start_epoch();
        let mut unread = Vec::new();
        for (index, batch) in epoch.iter().enumerate() {
            if observer.proceed().await == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let done = progress.share(self.step);
            self.optimizers
                .set_learning_rate(self.card.training.learning_rate_at(done));
            unread.push(self.enqueue(images, batch, done));
            if unread.len() == self.steps_per_report || index + 1 == epoch.len() {
                self.report_steps(std::mem::take(&mut unread), progress, observer)
                    .await?;
            }
        }
        Ok(Flow::Continue)
    }

    /// One step on the images at these indices, when `done` of the run's steps are done, 0 to 1; its losses, on the device.
    fn enqueue(&mut self, images: &Images, indices: &[usize], done: f64) -> Tensor<1> {
        let batch = self.batch(images, indices);
        let mut rng = seeded(self.card.training.seed, Stream::Noise(self.step));
        let losses = self.networks.step(batch, &mut self.optimizers, done, &mut rng);
        self.step += 1;
        losses
    }

    /// The images of each step of the epoch under way.
    fn order(&mut self, images: &Images) -> &[Vec<usize>] {
        let epoch = self.card.epochs_trained;
        let config = &self.card.training;
        let fresh = || {
            let (size, steps) = (config.batch_size, config.steps_per_epoch);
            (epoch, batches(images.len(), size, config.seed, epoch, steps))
        };
        let known = self.order.take().filter(|(known, _)| *known == epoch);
        &self.order.insert(known.unwrap_or_else(fresh)).1
    }

    /// The images of the next step, varied if the settings say so.
    fn batch(&self, images: &Images, indices: &[usize]) -> Tensor<4> {
        let config = &self.card.training;
        match config.augmentation {
            Augmentation::None => images.batch(indices, &self.device),
            Augmentation::FlipsAndShifts => {
                let mut rng = seeded(config.seed, Stream::Augmentation(self.step));
                let varied = images.select(indices).flipped_and_shifted(&mut rng);
                let all: Vec<usize> = (0..varied.len()).collect();
                varied.batch(&all, &self.device)
            }
        }
    }

    /// Reads the losses of some steps from the device and tells of the last.
    async fn report_steps(
        &mut self,
        unread: Vec<Tensor<1>>,
        progress: &mut Progress,
        observer: &mut impl Observer,
    ) -> Result<(), TrainError> {
        let (epoch, step) = (self.card.epochs_trained + 1, self.step);
        let names = self.card.method.losses;
        let values = self.finite(Tensor::cat(unread, 0)).await?;
        let steps = values.chunks_exact(names.len());
        let losses: Vec<Losses> = steps.map(|values| Losses::new(names, values.to_vec())).collect();
        for losses in &losses {
            progress.add(losses);
        }
        let Some(last) = losses.last() else {
            return Ok(());
        };
        tell(observer, progress.step_event(epoch, step, last.clone()))?;
        match self.rescue(last) {
            Some(network) => tell(observer, TrainingEvent::NetworkReset { network, epoch, step }),
            None => Ok(()),
        }
    }

    /// The values of losses, read from the device.
    async fn finite(&self, losses: Tensor<1>) -> Result<Vec<f32>, TrainError> {
        let values = floats(losses.into_data_async().await?);
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(TrainError::Diverged(self.card.epochs_trained + 1))
        }
    }

    /// Mends a network whose training has collapsed; its name. The step makes each rescue different and repeatable.
    fn rescue(&mut self, losses: &Losses) -> Option<&'static str> {
        let mut rng = seeded(self.card.training.seed, Stream::Reset(self.step));
        let (device, rng) = (&self.device, Some(&mut rng));
        self.networks.rescue(losses, &mut Init { device, rng })
    }

    async fn report_epoch(
        &mut self,
        images: &Images,
        progress: &Progress,
        observer: &mut impl Observer,
    ) -> Result<(), TrainError> {
        let epoch = self.card.epochs_trained;
        let seconds = progress.epoch_started.elapsed().as_secs_f64();
        let validation = self.validate().await?;
        let mean = TrainingEvent::Epoch {
            epoch,
            losses: progress.mean(),
            seconds,
            validation,
            best_epoch: self.validation.best.as_ref().map(|best| best.epoch),
        };
        tell(observer, mean)?;
        tell(observer, self.samples(images).await?)?;
        let bytes = self.checkpoint().await?.to_bytes(Precision::Full)?;
        tell(observer, TrainingEvent::Checkpoint { epoch, bytes })
    }

    /// The validation loss of a run that is watched.
    async fn validate(&mut self) -> Result<Option<f32>, TrainError> {
        let epoch = self.card.epochs_trained;
        let loss = self.validation.validate(epoch, self.now()).await?;
        if loss.is_some_and(|loss| !loss.is_finite()) {
            return Err(TrainError::Diverged(epoch));
        }
        Ok(loss)
    }

    /// Of images that are not learnt from, if there are some: those tell more.
    async fn samples(&self, training: &Images) -> Result<TrainingEvent, TrainError> {
        let watched = &self.validation.images;
        let images = if watched.is_empty() { training } else { watched };
        let indices: Vec<usize> = (0..images.len().min(SAMPLES)).collect();
        let scored = self.now().score(images, &indices).await?;
        let show = |pixels: &[u8]| picture(pixels, images.channels, images.size);
        Ok(TrainingEvent::Samples {
            epoch: self.card.epochs_trained,
            inputs: indices.iter().map(|&index| show(&images.bytes(index))).collect(),
            reconstructions: scored
                .iter()
                .filter_map(|scored| scored.reconstruction.as_deref().map(show))
                .collect(),
        })
    }

    /// What the run has made: a detector without a threshold, with the best weights of a run that was watched, otherwise
    /// with the last.
    pub fn detector(&self) -> Detector {
        match &self.validation.best {
            Some(best) => best.detector.clone(),
            None => self.now(),
        }
    }

    /// A detector with the weights as they are now.
    pub fn now(&self) -> Detector {
        Detector::from_networks(self.card.clone(), &self.networks, &self.device)
    }

    /// Everything needed to go on later.
    ///
    /// # Errors
    /// The device failed.
    pub async fn checkpoint(&self) -> Result<Weights, ExecutionError> {
        let mut weights = self.now().weights().await?;
        if self.step > 0 {
            weights.card = self.card.clone();
            weights.optimizer = Some(OptimizerState {
                steps: self.step,
                by_network: self.optimizers.states().await?,
            });
            weights.best = self.best().await?;
        }
        Ok(weights)
    }

    async fn best(&self) -> Result<Option<Best>, ExecutionError> {
        let Some(best) = &self.validation.best else {
            return Ok(None);
        };
        Ok(Some(Best {
            epoch: best.epoch,
            loss: best.loss,
            tensors: best.detector.weights().await?.tensors,
        }))
    }
}

/// An observer that cannot go on ends the run.
fn tell(observer: &mut impl Observer, event: TrainingEvent) -> Result<(), TrainError> {
    observer.event(event).map_err(TrainError::Observer)
}
