//! Progress of many cells at once: a bar for each that is computed, and one line for each that is done.

use crate::native::terminal::Console;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// The bars of a run.
#[derive(Debug, Clone)]
pub struct Board {
    bars: MultiProgress,
    total: ProgressBar,
    console: Console,
}

/// The bar of a cell.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Board {
    /// A board for so many cells.
    pub fn new(cells: usize, console: Console) -> Self {
        let bars = MultiProgress::new();
        if console.is_quiet() {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let total = bars.add(ProgressBar::new(cells as u64));
        total.set_style(style("cells [{bar:30}] {pos}/{len}, {elapsed} so far"));
        total.enable_steady_tick(Duration::from_secs(1));
        Self { bars, total, console }
    }

    /// A bar for a cell that is begun.
    pub fn begin(&self, cell: &str) -> Bar {
        let bar = self.bars.insert_before(&self.total, ProgressBar::new(1));
        bar.set_style(style("{prefix} [{bar:24}] {percent}%, {eta} left"));
        bar.set_prefix(cell.to_owned());
        Bar(bar)
    }

    /// Says what came of a cell.
    pub fn say(&self, text: &str) {
        self.bars.suspend(|| self.console.note(text));
    }

    /// One more is done.
    pub fn end(&self) {
        self.total.inc(1);
    }

    /// Takes the bars away.
    pub fn clear(&self) {
        self.total.finish_and_clear();
    }
}

impl Bar {
    /// So many steps of so many are done.
    pub fn set(&self, done: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
