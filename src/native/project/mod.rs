//! `ganomaly project`: the projects of the page, on the command line.

pub mod args;
mod brought;
mod check;
pub mod content;
mod create;
mod extract;
pub mod file;
mod ruling;
mod show;
mod trial;

use super::Outcome;
use super::console::Console;
use anyhow::Result;
use args::{ProjectArgs, ProjectCommand};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Runs the command.
///
/// # Errors
/// As the command that it is.
pub fn run(args: &ProjectArgs, console: Console) -> Result<Outcome> {
    match &args.command {
        ProjectCommand::Create(args) => create::run(args, console),
        ProjectCommand::Check(args) => check::run(args, console),
        ProjectCommand::Show(args) => show::run(args, console),
        ProjectCommand::Extract(args) => extract::run(args, console),
        ProjectCommand::Trial(args) => trial::run(args, console),
    }
}

/// The time, as projects note it.
fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

/// A name for a project that no other has.
fn random_id() -> String {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid().to_string()
}
