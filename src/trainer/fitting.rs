//! The pace of a method that learns at once: its progress for the run's observer, and the observer's wish to stop.

use super::progress::Progress;
use super::{Observer, TrainError, tell};
use crate::flow::{Flow, Pace, Work};
use crate::methods::{Losses, MethodId};

/// Passes on progress, and whether to go on.
pub struct Fitting<'a, O> {
    progress: &'a Progress,
    method: MethodId,
    observer: &'a mut O,
    /// An observer that cannot go on ends the work.
    pub ended: Result<(), TrainError>,
}

impl<'a, O: Observer> Fitting<'a, O> {
    /// The pace of work whose progress is told in the steps of one epoch.
    pub fn new(progress: &'a Progress, method: MethodId, observer: &'a mut O) -> Self {
        Self {
            progress,
            method,
            observer,
            ended: Ok(()),
        }
    }
}

impl<O: Observer> Pace for Fitting<'_, O> {
    fn proceed(&mut self, done: f64) -> Work<'_, Flow> {
        let step = (done * self.progress.steps_per_epoch as f64) as usize;
        let losses = Losses::new(self.method.losses, Vec::new());
        let event = self.progress.step_event(1, step, losses);
        self.ended = tell(self.observer, event);
        Box::pin(async move {
            match self.ended {
                Ok(()) => self.observer.proceed().await,
                Err(_) => Flow::Stop,
            }
        })
    }
}
