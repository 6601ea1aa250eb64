//! What all cells of a run share.

use super::tables::Setup;
use crate::device::Compute;
use crate::native::datasets::Labelled;
use crate::native::terminal::Interrupt;

/// What all cells of a run share.
pub struct Context<'a> {
    /// The table.
    pub setup: &'a Setup<'a>,
    /// The data set.
    pub images: &'a Labelled,
    /// What to compute on.
    pub compute: &'a Compute,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
}
