//! Watches a training run on the command line: log, checkpoints, progress bar, Ctrl-C.

use crate::event::TrainingEvent;
use crate::native::commands::train::run_folder::{Log, RunFolder};
use crate::native::files::write_atomically;
use crate::native::terminal::{Console, Interrupt, TrainingBar, sentence};
use crate::trainer::{Flow, Observer, ObserverError};
use anyhow::Result;

/// Listens to a run.
#[derive(Debug)]
pub struct RunObserver {
    folder: RunFolder,
    /// The command that goes on with the run.
    resume_command: String,
    log: Log,
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
            bar: TrainingBar::new(console, interrupt),
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

impl Observer for RunObserver {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.store(event).map_err(|error| sentence(&error).into())
    }

    async fn proceed(&mut self) -> Flow {
        self.bar.proceed().await
    }
}
