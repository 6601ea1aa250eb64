//! The progress of a training run.

use super::console::Console;
use super::interrupt::Interrupt;
use crate::event::TrainingEvent;
use crate::methods::Losses;
use crate::trainer::{Flow, Observer, ObserverError};
use indicatif::ProgressBar;
use std::time::Duration;

const TEMPLATE: &str = "{prefix} [{bar:24}] {percent}% {msg}";

/// Shows a training run, which the user may stop: a progress bar and a line for each epoch.
#[derive(Debug)]
pub struct TrainingBar {
    console: Console,
    interrupt: Interrupt,
    bar: ProgressBar,
    epochs: usize,
}

impl TrainingBar {
    /// Nothing is shown until the run begins.
    pub fn new(console: Console, interrupt: &Interrupt) -> Self {
        Self {
            console,
            interrupt: interrupt.clone(),
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
                ..
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
                let losses = in_words(losses, 3);
                self.bar.set_message(format!(
                    "{}, {images_per_second:.0} images/s, {} left",
                    losses[losses.len().saturating_sub(BRIEF)..].join(" "),
                    indicatif::HumanDuration(left)
                ));
            }
            TrainingEvent::NetworkReset { network, epoch, step } => self.tell(&format!(
                "Epoch {epoch}, step {step}: the {network}'s loss collapsed; it starts anew"
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
                    in_words(losses, 4).join(", ")
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

impl Observer for TrainingBar {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.show(&event);
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        self.interrupt.flow()
    }
}

/// Losses that a progress bar has room for: the last ones are those that are minimised.
const BRIEF: usize = 2;

fn in_words(losses: &Losses, digits: usize) -> Vec<String> {
    let losses = losses.iter();
    losses.map(|(name, value)| format!("{name} {value:.digits$}")).collect()
}
