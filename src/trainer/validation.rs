//! Watching a run with normal images that it does not learn from, to keep the best of it and to end it in time.

use crate::data::Images;
use crate::score::Detector;
use burn::tensor::ExecutionError;

/// The images, none in a run that is not watched, and the best that it has made of them so far.
#[derive(Debug, Clone, Default)]
pub struct Validation {
    /// Normal images.
    pub images: Images,
    /// The networks with the lowest loss.
    pub best: Option<Snapshot>,
}

/// Networks as they were after an epoch.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Epochs done.
    pub epoch: usize,
    /// Validation loss.
    pub loss: f32,
    /// The networks, for inference.
    pub detector: Detector,
}

impl Validation {
    /// The validation loss after an epoch, see [`Detector::loss`]. Keeps the networks if it is the lowest so far. Nothing in
    /// a run that is not watched.
    ///
    /// # Errors
    /// The device failed.
    pub async fn validate(&mut self, epoch: usize, detector: Detector) -> Result<Option<f32>, ExecutionError> {
        if self.images.is_empty() {
            return Ok(None);
        }
        let loss = detector.loss(&self.images).await?;
        if loss.is_finite() && self.best.as_ref().is_none_or(|best| loss < best.loss) {
            self.best = Some(Snapshot { epoch, loss, detector });
        }
        Ok(Some(loss))
    }

    /// Whether the last `patience` epochs have not got better; a patience of 0 never ends.
    pub fn has_stalled(&self, epoch: usize, patience: usize) -> bool {
        let best = self.best.as_ref().map_or(epoch, |best| best.epoch);
        patience > 0 && epoch >= best.saturating_add(patience)
    }
}
