//! Ctrl-C: the first one asks for a clean stop, the second one ends the program at once.

use crate::flow::{Flow, Pace, Work};
use anyhow::{Context, Result};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a program that the user stopped, as shells expect it.
const EXIT_CODE: i32 = 130;

/// The user has stopped what was going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;

/// Whether the user wants to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens to Ctrl-C and to requests to terminate. `message` is shown at the first.
    ///
    /// # Errors
    /// The system does not let the program listen, or it listens already.
    pub fn listen(message: &'static str) -> Result<Self> {
        let interrupt = Self::default();
        let asked = interrupt.clone();
        ctrlc::set_handler(move || {
            if asked.0.swap(true, Ordering::SeqCst) {
                std::process::exit(EXIT_CODE);
            }
            // A closed error stream leaves nowhere to write to.
            let _ = writeln!(std::io::stderr(), "\n{message} Press Ctrl-C again to end at once.");
        })
        .context("cannot listen to Ctrl-C")?;
        Ok(interrupt)
    }

    /// Whether the user has asked to stop.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Goes on only if the user has not asked to stop.
    ///
    /// # Errors
    /// The user has.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.asked() { Err(Stopped) } else { Ok(()) }
    }

    /// Whether a training run goes on.
    pub fn flow(&self) -> Flow {
        if self.asked() { Flow::Stop } else { Flow::Continue }
    }

    /// Asks to stop, as Ctrl-C does.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Pace for Interrupt {
    fn proceed(&mut self, _done: f64) -> Work<'_, Flow> {
        Box::pin(std::future::ready(self.flow()))
    }
}
