//! The command line: arguments, data sets on disk, reports.
//!
//! One file a command; what they share:
//!
//! - [`cli`] and [`choices`] have the arguments, [`console`] the messages and progress bars, [`interrupt`] Ctrl-C;
//! - [`files`] walks folders and writes files whole or not at all, [`models`] reads models;
//! - [`datasets`] reads labelled data sets, [`training_data`] puts a run's images together, [`run_folder`] is where it
//!   is kept;
//! - [`results`] keeps the figures of the papers' tables, [`controls`] are what simple methods reach,
//!   [`published`] what the papers print;
//! - [`project`] has the files that the page and the command line exchange;
//! - [`scoring`] scores many images, [`picture`] draws what came out.

pub mod card;
pub mod choices;
pub mod cli;
pub mod console;
pub mod controls;
pub mod datasets;
pub mod evaluate;
pub mod fetch;
pub mod files;
pub mod info;
pub mod interrupt;
pub mod manifest;
pub mod models;
pub mod observer;
pub mod picture;
pub mod plan;
pub mod project;
pub mod published;
pub mod report;
pub mod reproduce;
pub mod results;
pub mod run_folder;
pub mod samples;
pub mod score;
pub mod scoring;
pub mod source;
pub mod sprite;
pub mod train;
pub mod training_data;

use anyhow::Result;
use cli::{Cli, Command};
use console::{Console, sentence};
use interrupt::Stopped;
use std::process::ExitCode;

/// The program and its version, as weights files name it.
pub const SOFTWARE: &str = concat!("ganomaly ", env!("CARGO_PKG_VERSION"));

/// How a command ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Something was done, but not what was asked for; the user was told.
    Failed,
    /// The user stopped it.
    Interrupted,
}

/// Runs a command and reports its errors on the standard error stream. The exit code is 0 when all went well, 1 after
/// an error and 130 when the user stopped it; `clap` exits with 2 on wrong arguments.
pub fn run(cli: Cli) -> ExitCode {
    let console = Console::new(cli.quiet, cli.verbose);
    match dispatch(cli.command, console) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Err(error) if error.is::<Stopped>() => {
            console.warn("Stopped.");
            ExitCode::from(130)
        }
        // The reader of a pipe, such as `head`, has seen enough.
        Err(error) if console::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console.warn(format_args!("error: {}", sentence(&error)));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command, console: Console) -> Result<Outcome> {
    match command {
        Command::Fetch(args) => fetch::run(&args, console),
        Command::Train(args) => train::run(&args, console),
        Command::Evaluate(args) => evaluate::run(&args, console),
        Command::Score(args) => score::run(&args, console),
        Command::Info(args) => info::run(&args, console),
        Command::Project(args) => project::run(&args, console),
        Command::Reproduce(args) => reproduce::run(&args, console),
        Command::Manifest(args) => manifest::run(&args, console),
        Command::Samples(args) => samples::run(&args, console),
        Command::Report(args) => report::run(&args, console),
    }
}
