//! Methods that learn from all images at once: their progress for the run's observer, and the observer's wish to stop.

use super::progress::Progress;
use super::{Observer, TrainError, Trainer, tell};
use crate::data::Images;
use crate::flow::{Flow, Pace, Work};
use crate::methods::{MethodId, Unfinished};

/// Steps that the progress is told in.
const STEPS: usize = 100;

/// One epoch, as far as the observer can tell.
pub fn progress(method: MethodId, images: &Images) -> Progress {
    Progress::new(method, [1, STEPS], images.len() / STEPS, 0)
}

impl Trainer {
    /// Lets the method learn, and tells of it as of an epoch.
    pub(super) async fn fit(
        &mut self,
        images: &Images,
        progress: &mut Progress,
        observer: &mut impl Observer,
    ) -> Result<Flow, TrainError> {
        progress.start_epoch();
        let (seed, device) = (self.card.training.seed, self.device.clone());
        let ended = Ok(());
        let mut pace = Fitting {
            progress,
            observer,
            ended,
        };
        let fitted = self
            .networks
            .fit((images, &self.owners, &self.guests), seed, &device, &mut pace)
            .await;
        pace.ended?;
        match fitted {
            Ok(left_out) => self.left_out = left_out,
            Err(Unfinished::Stopped) => return Ok(Flow::Stop),
            Err(Unfinished::Device(error)) => return Err(error.into()),
        }
        self.card.epochs_trained = 1;
        self.card.training.epochs = 1;
        self.card.settings = self.networks.settings();
        self.report_epoch(images, progress, observer).await?;
        Ok(Flow::Continue)
    }
}

/// Passes on progress, and whether to go on.
struct Fitting<'a, O> {
    progress: &'a Progress,
    observer: &'a mut O,
    /// An observer that cannot go on ends the work.
    ended: Result<(), TrainError>,
}

impl<O: Observer> Pace for Fitting<'_, O> {
    fn proceed(&mut self, done: f64) -> Work<'_, Flow> {
        let step = (done * STEPS as f64) as usize;
        self.ended = tell(self.observer, self.progress.step_event(1, step, self.progress.mean()));
        Box::pin(async move {
            match self.ended {
                Ok(()) => self.observer.proceed().await,
                Err(_) => Flow::Stop,
            }
        })
    }
}
