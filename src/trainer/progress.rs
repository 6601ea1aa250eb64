//! Time and losses of a run.

use crate::event::TrainingEvent;
use crate::methods::{Losses, MethodId};
use web_time::Instant;

/// Time and losses of a run.
pub struct Progress {
    method: MethodId,
    epochs: usize,
    steps_per_epoch: usize,
    batch_size: usize,
    /// When the run began.
    pub started: Instant,
    /// When the epoch began.
    pub epoch_started: Instant,
    first_step: usize,
    sum: Losses,
    count: usize,
}

impl Progress {
    /// A run of so many epochs of so many steps, with `batch_size` images each, that begins after `first_step` steps.
    pub fn new(method: MethodId, [epochs, steps_per_epoch]: [usize; 2], batch_size: usize, first_step: usize) -> Self {
        Self {
            method,
            epochs,
            steps_per_epoch,
            batch_size,
            first_step,
            started: Instant::now(),
            epoch_started: Instant::now(),
            sum: nothing(method),
            count: 0,
        }
    }

    /// Steps of the run.
    fn steps(&self) -> usize {
        self.epochs * self.steps_per_epoch
    }

    /// Share of the run's steps that are done.
    pub fn share(&self, step: usize) -> f64 {
        step as f64 / self.steps().max(1) as f64
    }

    /// Forgets the losses of the epoch before.
    pub fn start_epoch(&mut self) {
        self.epoch_started = Instant::now();
        self.sum = nothing(self.method);
        self.count = 0;
    }

    /// Counts the losses of a step.
    pub fn add(&mut self, losses: &Losses) {
        self.sum.add(losses);
        self.count += 1;
    }

    /// Mean losses of the epoch so far.
    pub fn mean(&self) -> Losses {
        self.sum.over(self.count)
    }

    /// What is told when the run begins after `first_epoch` epochs.
    pub fn started_event(&self, images: usize, first_epoch: usize) -> TrainingEvent {
        TrainingEvent::Started {
            epochs: self.epochs,
            first_epoch,
            steps_per_epoch: self.steps_per_epoch,
            images,
            batch_size: self.batch_size,
            losses: self.method.losses,
        }
    }

    /// What is told after a step.
    pub fn step_event(&self, epoch: usize, step: usize, losses: Losses) -> TrainingEvent {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-9);
        let done = (step - self.first_step) as f64;
        TrainingEvent::Step {
            epoch,
            step,
            steps: self.steps(),
            losses,
            images_per_second: done * self.batch_size as f64 / seconds,
            seconds_left: self.steps().saturating_sub(step) as f64 * seconds / done.max(1.0),
        }
    }
}

fn nothing(method: MethodId) -> Losses {
    Losses::new(method.losses, vec![0.0; method.losses.len()])
}
