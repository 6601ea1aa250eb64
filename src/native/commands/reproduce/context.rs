//! What all cells of a run share.

use super::grid::Overrides;
use super::tables::Setup;
use crate::device::Compute;
use crate::native::datasets::Labelled;
use crate::native::terminal::Interrupt;
use std::path::Path;

/// What all cells of a run share.
pub struct Context<'a> {
    /// The table.
    pub setup: &'a Setup,
    /// Settings that differ from the table's.
    pub overrides: &'a Overrides,
    /// The data set.
    pub images: &'a Labelled,
    /// What to compute on.
    pub compute: &'a Compute,
    /// Folder of results.
    pub folder: &'a Path,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
}
