//! Watches learning: a progress bar, Ctrl-C.

use crate::event::TrainingEvent;
use crate::native::terminal::{Console, Interrupt, TrainingBar};
use crate::trainer::{Flow, Observer, ObserverError};

/// Shows how far it is, and lets the user stop it.
pub struct LearningObserver<'a> {
    bar: TrainingBar,
    interrupt: &'a Interrupt,
}

impl<'a> LearningObserver<'a> {
    /// Listens to Ctrl-C.
    pub fn new(interrupt: &'a Interrupt, console: Console) -> Self {
        Self {
            bar: TrainingBar::new(console),
            interrupt,
        }
    }
}

impl Observer for LearningObserver<'_> {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.bar.show(&event);
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        self.interrupt.flow()
    }
}
