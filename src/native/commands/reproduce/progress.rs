//! Progress of many cells at once: a bar for each that is computed, and one line for each that is done.

use crate::native::terminal::Console;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use std::time::Duration;

/// The bars of a run.
#[derive(Debug, Clone)]
pub struct Board {
    bars: MultiProgress,
    total: ProgressBar,
    console: Console,
}

impl Board {
    /// A board for so many cells.
    pub fn new(cells: usize, console: Console) -> Self {
        let bars = MultiProgress::new();
        if console.is_quiet() {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let total = bars.add(console.bar(cells, "cells [{bar:30}] {pos}/{len}, {elapsed} so far"));
        total.enable_steady_tick(Duration::from_secs(1));
        Self { bars, total, console }
    }

    /// A bar for a cell that is begun; it is taken away when it is dropped.
    pub fn begin(&self, cell: &str) -> ProgressBar {
        let bar = self.console.bar(1, "{prefix} [{bar:24}] {percent}%, {eta} left");
        self.bars.insert_before(&self.total, bar.with_prefix(cell.to_owned()))
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
