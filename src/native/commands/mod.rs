//! The commands, one file or folder each, with its arguments.

pub mod evaluate;
pub mod fetch;
pub mod info;
pub mod manifest;
pub mod project;
pub mod report;
pub mod reproduce;
pub mod samples;
pub mod score;
pub mod train;
