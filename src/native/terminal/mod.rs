//! What the user sees and says while a command runs: messages, progress bars, Ctrl-C.

mod console;
mod interrupt;
mod progress;

pub use console::{Console, is_closed_pipe, sentence};
pub use interrupt::{Interrupt, Stopped};
pub use progress::TrainingBar;

/// How a command ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Something was done, but not what was asked for; the user was told.
    Failed,
    /// The user stopped it.
    Interrupted,
}
