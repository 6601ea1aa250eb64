//! The command-line program: from arguments to commands to what they share, in this order.
//!
//! 1. [`cli`] lists the commands and runs one of them;
//! 2. [`commands`] has a file or folder for each, with its arguments;
//! 3. [`arguments`] are those that several have; [`pictures`] draws, [`results`] keeps the figures of the papers' tables;
//! 4. [`models`] reads models, writes their cards and scores many images, [`projects`] are the files that the page and the
//!    command line exchange, [`datasets`] reads labelled data sets;
//! 5. [`files`] walks folders and writes files whole or not at all, [`terminal`] has messages, progress bars and Ctrl-C.
//!
//! Each imports from those after it, the core from none of them.

pub mod arguments;
pub mod cli;
pub mod commands;
pub mod datasets;
pub mod files;
pub mod models;
pub mod pictures;
pub mod projects;
pub mod results;
pub mod terminal;
