//! Projects, which the page and the command line exchange: normal images, the model that has learnt from them, and
//! results.

pub mod content;
pub mod file;
pub mod ruling;
