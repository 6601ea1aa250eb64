//! Messages and progress bars, on the standard error stream; results go to the standard output stream.

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Display;
use std::io::{self, Write};

/// What the user wants to hear.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    quiet: bool,
    verbose: bool,
}

impl Console {
    /// `quiet` leaves warnings and results, `verbose` adds details.
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose }
    }

    /// Warnings and results alone, for work whose progress is shown by somebody else.
    pub fn silent() -> Self {
        Self::new(true, false)
    }

    /// Whether the user wants no progress.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// What happens, unless the user wants quiet.
    pub fn note(self, text: impl Display) {
        if !self.quiet {
            self.warn(text);
        }
    }

    /// What only the curious want to know.
    pub fn detail(self, text: impl Display) {
        if self.verbose {
            self.warn(text);
        }
    }

    /// What everybody must know.
    pub fn warn(self, text: impl Display) {
        // A closed error stream leaves nowhere to complain to.
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// A result.
    ///
    /// # Errors
    /// The standard output stream is closed or full.
    pub fn print(self, text: impl Display) -> Result<()> {
        writeln!(io::stdout(), "{text}").context("cannot write to the standard output")
    }

    /// A progress bar; nothing is shown when quiet or when the error stream is not a terminal.
    pub fn bar(self, length: usize, template: &str) -> ProgressBar {
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(length as u64).with_style(style.progress_chars("=> "))
    }

    /// A progress bar that counts images.
    pub fn image_bar(self, length: usize, what: &'static str) -> ProgressBar {
        self.bar(length, "{prefix} [{bar:30}] {pos}/{len} images, {eta} left")
            .with_prefix(what)
    }
}

/// Whether an error is only that nobody reads the output any more.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// An error and its causes as one sentence. Causes that a message has told already are not told twice.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_every_cause_once() {
        let cause = anyhow::anyhow!("no space left").context("cannot write a.txt (no space left)");
        assert_eq!(sentence(&cause), "cannot write a.txt (no space left)");
        let cause = anyhow::anyhow!("no space left").context("cannot write a.txt");
        assert_eq!(sentence(&cause), "cannot write a.txt: no space left");
    }
}
