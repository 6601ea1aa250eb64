//! What happens during a training run, as the log, JSON output and TypeScript have it.

use crate::methods::Losses;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// An 8-bit picture to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Red, green, blue, alpha of each pixel, row by row.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub rgba: Vec<u8>,
}

/// What happens during a training run, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Tsify)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TrainingEvent {
    /// The run begins, or goes on from a checkpoint after `first_epoch` whole epochs.
    Started {
        /// Epochs in all.
        epochs: usize,
        /// Epochs done before.
        first_epoch: usize,
        /// Steps of an epoch.
        steps_per_epoch: usize,
        /// Training images.
        images: usize,
        /// Images a step.
        batch_size: usize,
        /// Names of the losses that will be told, in the method's order.
        #[tsify(type = "string[]")]
        losses: &'static [&'static str],
    },
    /// Some steps are done.
    Step {
        /// Current epoch, from 1.
        epoch: usize,
        /// Steps done of the whole run.
        step: usize,
        /// Steps of the whole run.
        steps: usize,
        /// Losses of the last step.
        #[tsify(type = "Record<string, number>")]
        losses: Losses,
        /// Training speed since the start.
        images_per_second: f64,
        /// Time left at this speed, in seconds.
        seconds_left: f64,
    },
    /// The training of a network collapsed, and the method gave it new weights.
    NetworkReset {
        /// Its name.
        network: &'static str,
        /// Current epoch, from 1.
        epoch: usize,
        /// Steps done of the whole run.
        step: usize,
    },
    /// An epoch is done.
    Epoch {
        /// Epochs done.
        epoch: usize,
        /// Mean losses of the epoch.
        #[tsify(type = "Record<string, number>")]
        losses: Losses,
        /// Seconds it took.
        seconds: f64,
        /// Mean absolute reconstruction error of the validation images, if the run is watched with some.
        #[serde(skip_serializing_if = "Option::is_none")]
        validation: Option<f32>,
        /// The epoch with the lowest of these errors so far, which is the one that is kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        best_epoch: Option<usize>,
    },
    /// A few images and what the networks make of them: validation images, if the run is watched with some, otherwise
    /// training images. A method that does not rebuild images has no reconstructions.
    Samples {
        /// Epochs done.
        epoch: usize,
        /// The images.
        inputs: Vec<Picture>,
        /// Their reconstructions.
        reconstructions: Vec<Picture>,
    },
    /// Enough to go on from here if the run breaks off.
    Checkpoint {
        /// Epochs done.
        epoch: usize,
        /// A checkpoint file, see [`crate::weights`].
        #[serde(with = "serde_bytes")]
        #[tsify(type = "Uint8Array")]
        bytes: Vec<u8>,
    },
    /// The run is over.
    Finished {
        /// Epochs done.
        epochs: usize,
        /// Seconds it took.
        seconds: f64,
        /// Whether it was stopped before its last epoch.
        stopped: bool,
    },
}
