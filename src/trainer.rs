//! The loop over training steps: events out, pause and stop in. The only one, natively and in the browser.

use crate::config::{Augmentation, ConfigError, LossWeights};
use crate::data::{Images, Stream, batches, seeded};
use crate::device::{Compute, failure};
use crate::event::{Losses, ModelCard, TrainingEvent};
use crate::image::picture;
use crate::methods::training::{LOSSES, Optimizers, losses};
use crate::methods::{Networks, Training};
use crate::networks::tensors::{floats, read};
use crate::optim::Adam;
use crate::score::Detector;
use crate::weights::{Best, Moments, OptimizerState, Precision, Weights, WeightsError};
use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Shape, Tensor, TensorData, Transaction};
use progress::Progress;
use std::future::Future;
use thiserror::Error;
use validation::{Snapshot, Validation};

mod progress;
mod validation;

/// Training images whose reconstructions are shown after every epoch.
const SAMPLES: usize = 8;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Next step, please.
    Continue,
    /// Stop now and keep the weights as they are.
    Stop,
}

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
    training: Training,
    device: Device,
    steps_per_report: usize,
    /// Steps done.
    step: usize,
    validation: Validation,
}

impl Trainer {
    /// A run from random weights with the card's settings.
    ///
    /// # Errors
    /// Impossible settings.
    pub fn new(card: ModelCard, compute: &Compute) -> Result<Self, TrainError> {
        card.model.validate()?;
        let networks = Networks::init(
            card.method,
            &card.model,
            card.training.seed,
            &compute.device.clone().autodiff(),
        );
        Self::start(card, networks, compute)
    }

    /// A run from the weights of a model, with the settings of `card`, which must describe the same networks.
    ///
    /// # Errors
    /// Impossible settings, or other networks.
    pub fn fine_tune(card: ModelCard, weights: &Weights, compute: &Compute) -> Result<Self, TrainError> {
        let shape = |card: &ModelCard| (card.method, card.model.clone());
        if shape(&card) != shape(&weights.card) {
            return Err(TrainError::Shape {
                found: format!("{:?}", shape(&card)),
                expected: format!("{:?}", shape(&weights.card)),
            });
        }
        let networks = weights.networks(&compute.device.clone().autodiff());
        Self::start(card, networks, compute)
    }

    fn start(mut card: ModelCard, networks: Networks, compute: &Compute) -> Result<Self, TrainError> {
        card.training.validate()?;
        card.epochs_trained = 0;
        card.metrics = None;
        Ok(Self {
            training: Training::new(networks, card.training.clone()),
            card,
            device: compute.device.clone().autodiff(),
            steps_per_report: compute.steps_per_report(),
            step: 0,
            validation: Validation::default(),
        })
    }

    /// Watches the run with normal images that it does not learn from: the epoch that reconstructs them best is the one
    /// that is kept (0 are the weights that the run starts from), and the run ends when it does not get better for as many epochs as the card's patience says.
    pub fn watch(&mut self, validation: Images) {
        self.validation.images = validation;
    }

    /// Goes on from a checkpoint: the weights, the optimisers and the order of the images are as if the run had never
    /// broken off.
    ///
    /// # Errors
    /// The file is a finished model, not a checkpoint.
    pub fn resume(checkpoint: &Weights, compute: &Compute) -> Result<Self, TrainError> {
        let optimizer = checkpoint.optimizer.as_ref().ok_or(WeightsError::NotCheckpoint)?;
        let mut trainer = Self::fine_tune(checkpoint.card.clone(), checkpoint, compute)?;
        trainer.card = checkpoint.card.clone();
        trainer.step = optimizer.steps;
        let device = compute.device.clone().without_autodiff();
        let Optimizers {
            generator,
            discriminator,
        } = &mut trainer.training.optimizers;
        restore(generator, optimizer.steps, &optimizer.generator, &device);
        restore(discriminator, optimizer.steps, &optimizer.discriminator, &device);
        trainer.validation.best = checkpoint.best.as_ref().map(|best| Snapshot {
            epoch: best.epoch,
            loss: best.loss,
            detector: Detector::new(&checkpoint.at_best(best), &device),
        });
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
        let config = self.card.training.clone();
        let plan = self.order(images);
        let mut progress = Progress::new(plan.len(), plan[0].len(), config.epochs, self.step);
        tell(
            observer,
            TrainingEvent::Started {
                epochs: config.epochs,
                first_epoch: self.card.epochs_trained,
                steps_per_epoch: progress.steps_per_epoch,
                images: images.len(),
                batch_size: progress.batch_size,
            },
        )?;
        tell(observer, self.samples(images).await?)?;
        if self.card.epochs_trained == 0 {
            self.judge().await?;
        }
        let mut flow = Flow::Continue;
        while !self.is_done() && flow == Flow::Continue {
            flow = self.epoch(images, &mut progress, observer).await?;
            if flow == Flow::Continue {
                self.card.epochs_trained += 1;
                self.report_epoch(images, &progress, observer).await?;
            }
        }
        let stopped = flow == Flow::Stop;
        tell(
            observer,
            TrainingEvent::Finished {
                epochs: self.card.epochs_trained,
                seconds: progress.started.elapsed().as_secs_f64(),
                stopped,
            },
        )?;
        Ok(stopped)
    }

    /// Does the next step by itself, for whoever wants to look at the run between steps; it never ends, has no checkpoints
    /// and keeps the last weights. Returns its losses.
    ///
    /// # Errors
    /// The images do not fit, the training diverged, or the device failed.
    pub async fn step(&mut self, images: &Images) -> Result<Losses, TrainError> {
        self.check(images)?;
        let epoch = self.order(images);
        let values = self.training.step(self.batch(images, &epoch[self.step % epoch.len()]));
        self.step += 1;
        let losses = self.read_losses(values).await?[0];
        self.reset_if_collapsed(&losses);
        self.card.epochs_trained = self.step / epoch.len();
        Ok(losses)
    }

    /// Weighs the losses differently from the next step on; the optimisers keep their moments.
    ///
    /// # Errors
    /// Impossible weights; the run goes on with those before.
    pub fn set_loss_weights(&mut self, weights: LossWeights) -> Result<(), ConfigError> {
        let mut config = self.card.training.clone();
        config.loss_weights = weights;
        config.validate()?;
        self.training.set_loss_weights(weights);
        self.card.training = config;
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
        let epoch = self.order(images);
        progress.start_epoch();
        let mut unread = Vec::new();
        for (index, batch) in epoch.iter().enumerate() {
            if observer.proceed().await == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let rate = self.card.training.learning_rate_at(progress.share(self.step));
            self.training.set_learning_rate(rate);
            unread.push(self.training.step(self.batch(images, batch)));
            self.step += 1;
            if unread.len() == self.steps_per_report || index + 1 == epoch.len() {
                self.report_steps(std::mem::take(&mut unread), progress, observer)
                    .await?;
            }
        }
        Ok(Flow::Continue)
    }

    /// The images of each step of the epoch under way.
    fn order(&self, images: &Images) -> Vec<Vec<usize>> {
        let config = &self.card.training;
        let epoch = self.card.epochs_trained;
        batches(
            images.len(),
            config.batch_size,
            config.seed,
            epoch,
            config.steps_per_epoch,
        )
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
        let epoch = self.card.epochs_trained + 1;
        let mut last = Losses::default();
        for losses in self.read_losses(Tensor::cat(unread, 0)).await? {
            progress.add(&losses);
            last = losses;
        }
        tell(observer, progress.step_event(epoch, self.step, last))?;
        if self.reset_if_collapsed(&last) {
            tell(observer, TrainingEvent::DiscriminatorReset { epoch, step: self.step })?;
        }
        Ok(())
    }

    /// The losses of one or more steps of the epoch under way, as [`Training::step`] returns them.
    async fn read_losses(&self, values: Tensor<1>) -> Result<Vec<Losses>, TrainError> {
        let values = floats(values.into_data_async().await?);
        if !values.iter().all(|value| value.is_finite()) {
            return Err(TrainError::Diverged(self.card.epochs_trained + 1));
        }
        Ok(values.chunks_exact(LOSSES).map(losses).collect())
    }

    /// The discriminator starts anew if its loss has collapsed; whether it did.
    fn reset_if_collapsed(&mut self, losses: &Losses) -> bool {
        let collapsed = f64::from(losses.discriminator) < self.card.training.reset_discriminator_below;
        if collapsed {
            self.training.reset_discriminator(&self.card.model, self.step);
        }
        collapsed
    }

    async fn report_epoch(
        &mut self,
        images: &Images,
        progress: &Progress,
        observer: &mut impl Observer,
    ) -> Result<(), TrainError> {
        let epoch = self.card.epochs_trained;
        let seconds = progress.epoch_started.elapsed().as_secs_f64();
        let validation = self.judge().await?;
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
    async fn judge(&mut self) -> Result<Option<f32>, TrainError> {
        let epoch = self.card.epochs_trained;
        let loss = self.validation.judge(epoch, self.now()).await?;
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
            inputs: indices.iter().map(|&index| show(images.image(index))).collect(),
            reconstructions: scored.iter().map(|scored| show(&scored.reconstruction)).collect(),
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
        Detector::from_networks(self.card.clone(), &self.training.networks, &self.device)
    }

    /// Everything needed to go on later.
    ///
    /// # Errors
    /// The device failed.
    pub async fn checkpoint(&self) -> Result<Weights, ExecutionError> {
        let optimizers = self.training.optimizers.clone();
        let Some((generator, discriminator)) = optimizers.generator.moments.zip(optimizers.discriminator.moments)
        else {
            return self.now().weights().await;
        };
        let reading = [generator.0, generator.1, discriminator.0, discriminator.1]
            .into_iter()
            .fold(Transaction::default(), Transaction::register);
        let mut data = reading.execute_async().await?.into_iter().map(floats);
        let mut moments = || Moments {
            first: data.next().unwrap_or_default(),
            second: data.next().unwrap_or_default(),
        };
        Ok(Weights {
            card: self.card.clone(),
            tensors: read(&self.training.networks.valid()).await?,
            calibration: Vec::new(),
            normality: None,
            optimizer: Some(OptimizerState {
                steps: self.step,
                generator: moments(),
                discriminator: moments(),
            }),
            best: self.best().await?,
        })
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

fn restore(adam: &mut Adam, steps: usize, moments: &Moments, device: &Device) {
    let flat = |values: &[f32]| {
        let shape = Shape::from([values.len()]);
        Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
    };
    adam.steps = steps;
    adam.moments = Some((flat(&moments.first), flat(&moments.second)));
}
