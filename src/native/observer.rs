//! Watches a training run on the command line: log, checkpoints, progress bar, Ctrl-C.

use super::console::{Console, sentence};
use super::files::write_atomically;
use super::interrupt::Interrupt;
use super::run_folder::{Log, RunFolder};
use crate::event::{Losses, TrainingEvent};
use crate::trainer::{Flow, Observer, ObserverError};
use anyhow::Result;
use indicatif::ProgressBar;
use std::time::Duration;

const TEMPLATE: &str = "{prefix} [{bar:24}] {percent}% {msg}";

/// Listens to a run.
#[derive(Debug)]
pub struct RunObserver {
    folder: RunFolder,
    /// The command that goes on with the run.
    resume_command: String,
    log: Log,
    interrupt: Interrupt,
    bar: TrainingBar,
    /// Epochs that the stored checkpoint has; 0 if there is none.
    epochs_kept: usize,
    /// Whether the user stopped the run.
    pub stopped: bool,
}

impl RunObserver {
    /// Listens to the run of a folder.
    ///
    /// # Errors
    /// The log cannot be opened.
    pub fn new(folder: &RunFolder, resume_command: String, interrupt: &Interrupt, console: Console) -> Result<Self> {
        Ok(Self {
            folder: folder.clone(),
            resume_command,
            log: folder.open_log()?,
            interrupt: interrupt.clone(),
            bar: TrainingBar::new(console),
            epochs_kept: 0,
            stopped: false,
        })
    }

    /// What is kept of a run that ended early, and how to go on.
    pub fn what_is_kept(&self) -> String {
        let command = &self.resume_command;
        if self.epochs_kept == 0 {
            return format!("No epoch was finished, so there is no checkpoint. Start again with\n  {command}");
        }
        let (epoch, path) = (self.epochs_kept, self.folder.checkpoint());
        format!(
            "The checkpoint after epoch {epoch} is kept in {}. Go on with\n  {command}",
            path.display()
        )
    }

    /// Takes the progress bar away.
    pub fn clear(&self) {
        self.bar.clear();
    }

    fn store(&mut self, event: TrainingEvent) -> Result<()> {
        self.log.add(&event)?;
        self.bar.show(&event);
        match event {
            TrainingEvent::Started { first_epoch, .. } => self.epochs_kept = first_epoch,
            TrainingEvent::Checkpoint { epoch, bytes } => {
                write_atomically(&self.folder.checkpoint(), &bytes)?;
                self.epochs_kept = epoch;
            }
            TrainingEvent::Finished { stopped, .. } => self.stopped = stopped,
            _ => {}
        }
        Ok(())
    }
}

/// Shows a training run: a progress bar and a line for each epoch.
#[derive(Debug)]
pub struct TrainingBar {
    console: Console,
    bar: ProgressBar,
    epochs: usize,
}

impl TrainingBar {
    /// Nothing is shown until the run begins.
    pub fn new(console: Console) -> Self {
        Self {
            console,
            bar: ProgressBar::hidden(),
            epochs: 0,
        }
    }

    /// Takes the progress bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Shows what happens.
    pub fn show(&mut self, event: &TrainingEvent) {
        match event {
            TrainingEvent::Started {
                epochs,
                first_epoch,
                steps_per_epoch,
                images,
                batch_size,
            } => {
                self.epochs = *epochs;
                let left = epochs.saturating_sub(*first_epoch);
                self.console.note(format_args!(
                    "Training on {images} images, {left} epoch(s) of {steps_per_epoch} steps of {batch_size} images"
                ));
                self.bar = self.console.bar(epochs * steps_per_epoch, TEMPLATE);
                self.bar.set_position((first_epoch * steps_per_epoch) as u64);
            }
            TrainingEvent::Step {
                epoch,
                step,
                losses,
                images_per_second,
                seconds_left,
                ..
            } => {
                self.bar.set_position(*step as u64);
                self.bar.set_prefix(format!("epoch {epoch}/{}", self.epochs));
                let left = Duration::from_secs(*seconds_left as u64);
                self.bar.set_message(format!(
                    "{}, {images_per_second:.0} images/s, {} left",
                    brief(losses),
                    indicatif::HumanDuration(left)
                ));
            }
            TrainingEvent::DiscriminatorReset { epoch, step } => self.tell(&format!(
                "Epoch {epoch}, step {step}: the discriminator's loss collapsed; it starts anew"
            )),
            TrainingEvent::Epoch {
                epoch,
                losses,
                seconds,
                validation,
                ..
            } => {
                let validation = validation.map_or(String::new(), |loss| format!(", validation {loss:.4}"));
                self.tell(&format!(
                    "Epoch {epoch}/{}: {}{validation}, {seconds:.1} s",
                    self.epochs,
                    full(losses)
                ));
            }
            TrainingEvent::Finished { .. } => self.clear(),
            TrainingEvent::Samples { .. } | TrainingEvent::Checkpoint { .. } => {}
        }
    }

    fn tell(&self, text: &str) {
        self.bar.suspend(|| self.console.note(text));
    }
}

impl Observer for RunObserver {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.store(event).map_err(|error| sentence(&error).into())
    }

    async fn proceed(&mut self) -> Flow {
        if self.interrupt.asked() {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }
}

fn brief(losses: &Losses) -> String {
    format!("G {:.3} D {:.3}", losses.generator, losses.discriminator)
}

fn full(losses: &Losses) -> String {
    format!(
        "adversarial {:.4}, contextual {:.4}, encoder {:.4}, generator {:.4}, discriminator {:.4}",
        losses.adversarial, losses.contextual, losses.encoder, losses.generator, losses.discriminator
    )
}
