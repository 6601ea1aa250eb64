//! Watches the training of one cell: keeps a checkpoint after every epoch, and judges it to show what choosing the best
//! epoch by the test set would claim.

use super::Context;
use crate::data::{Images, Stream, shuffled};
use crate::event::TrainingEvent;
use crate::native::datasets::TestImages;
use crate::native::files::{read_bounded, write_atomically};
use crate::native::models::read_weights;
use crate::native::models::scoring::judge;
use crate::native::terminal::{Console, sentence};
use crate::score::Detector;
use crate::trainer::{Flow, Observer, ObserverError};
use crate::weights::Weights;
use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Most epochs that are judged: more take as long as the training where epochs are short.
const MOST_JUDGED: usize = 25;

/// Most test images of a kind, normal or anomalous, that an epoch before the last is judged by.
const MOST_IMAGES: usize = 5000;

/// Longest progress file that is read, in bytes.
const LARGEST_PROGRESS: usize = 1 << 20;

/// What is known of a cell beside its checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// AUC on some of the test images after each judged epoch before the last, with the number of the epoch.
    pub judged: Vec<(usize, f64)>,
    /// Seconds that each epoch took.
    pub seconds: Vec<f64>,
}

/// Where an unfinished cell is kept.
#[derive(Debug, Clone)]
pub struct Unfinished {
    checkpoint: PathBuf,
    progress: PathBuf,
}

impl Unfinished {
    /// The files of a cell in a folder of results.
    pub fn new(folder: &Path, cell: &str) -> Self {
        let folder = folder.join("unfinished");
        Self {
            checkpoint: folder.join(format!("{cell}.safetensors")),
            progress: folder.join(format!("{cell}.json")),
        }
    }

    /// The checkpoint and what is known of its epochs, if there is one.
    ///
    /// # Errors
    /// A file is damaged.
    pub fn load(&self) -> Result<Option<(Weights, History)>> {
        if !self.checkpoint.exists() {
            return Ok(None);
        }
        let (checkpoint, _) = read_weights(&self.checkpoint)?;
        let json = read_bounded(&self.progress, LARGEST_PROGRESS)?;
        let mut progress: History =
            serde_json::from_slice(&json).with_context(|| format!("{} is damaged", self.progress.display()))?;
        // The run may have been killed between the two files: what is known of later epochs is not of this checkpoint.
        let epochs = checkpoint.card.epochs_trained;
        progress.seconds.truncate(epochs);
        progress.judged.retain(|&(epoch, _)| epoch <= epochs);
        Ok(Some((checkpoint, progress)))
    }

    fn store(&self, checkpoint: &[u8], progress: &History) -> Result<()> {
        write_atomically(&self.progress, &serde_json::to_vec(progress)?)?;
        write_atomically(&self.checkpoint, checkpoint)
    }

    /// Deletes the files once the cell's result is written.
    pub fn remove(&self) {
        for path in [&self.checkpoint, &self.progress] {
            // What cannot be deleted is only in the way of nobody.
            let _ = fs::remove_file(path);
        }
    }
}

/// Listens to the training of a cell.
pub struct CellObserver<'a> {
    /// What is known so far.
    pub history: History,
    unfinished: &'a Unfinished,
    test: TestImages,
    context: &'a Context<'a>,
    bar: &'a ProgressBar,
    epochs: usize,
}

impl<'a> CellObserver<'a> {
    /// Listens to a cell that is tested on these images.
    pub fn new(
        history: History,
        unfinished: &'a Unfinished,
        test: &TestImages,
        seed: u64,
        context: &'a Context,
        bar: &'a ProgressBar,
    ) -> Self {
        let some = |images: &Images| {
            let mut chosen = shuffled(images.len(), seed, Stream::Split);
            chosen.truncate(MOST_IMAGES);
            images.select(&chosen)
        };
        Self {
            history,
            unfinished,
            test: TestImages {
                normal: some(&test.normal),
                anomalous: some(&test.anomalous),
            },
            context,
            bar,
            epochs: 1,
        }
    }

    fn hear(&mut self, event: TrainingEvent) -> Result<()> {
        match event {
            TrainingEvent::Started { epochs, .. } => self.epochs = epochs,
            TrainingEvent::Step { step, steps, .. } => {
                self.bar.set_length(steps as u64);
                self.bar.set_position(step as u64);
            }
            TrainingEvent::Epoch { seconds, .. } => self.history.seconds.push(seconds),
            TrainingEvent::Checkpoint { epoch, bytes } => {
                if epoch < self.epochs && epoch.is_multiple_of(self.epochs.div_ceil(MOST_JUDGED)) {
                    let detector = Detector::new(&Weights::parse(&bytes)?, &self.context.compute.device)?;
                    let judged = judge(&detector, &self.test, Console::silent())?;
                    self.history.judged.push((epoch, judged.metrics.auc));
                }
                self.unfinished.store(&bytes, &self.history)?;
            }
            TrainingEvent::NetworkReset { .. } | TrainingEvent::Samples { .. } | TrainingEvent::Finished { .. } => {}
        }
        Ok(())
    }
}

impl Observer for CellObserver<'_> {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.hear(event).map_err(|error| sentence(&error).into())
    }

    async fn proceed(&mut self) -> Flow {
        self.context.interrupt.flow()
    }
}
