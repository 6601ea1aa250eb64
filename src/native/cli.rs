//! The list of commands, and how one of them is run.

use crate::native::commands::{evaluate, fetch, info, manifest, project, report, reproduce, samples, score, train};
use crate::native::terminal::{Console, Outcome, Stopped, is_closed_pipe, sentence};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

const EXAMPLES: &str = "Examples:
  ganomaly fetch mnist                                    download MNIST
  ganomaly train --dataset mnist --anomaly 2 --out runs/mnist-2
  ganomaly evaluate --weights runs/mnist-2/model.safetensors --picture mnist-2.svg
  ganomaly train --images photos/good --out runs/photos   train on your own normal images
  ganomaly score --weights runs/photos/model.safetensors photos/new

Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped by the user.";

/// Learns what normal images look like and finds those that do not (GANomaly, Akcay et al. 2018).
#[derive(Debug, Parser)]
#[command(name = "ganomaly", version, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Tell more about what happens
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Show no progress: results, warnings and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Download a data set
    Fetch(fetch::FetchArgs),
    /// Train a model on a data set or on a folder of normal images
    Train(Box<train::args::TrainArgs>),
    /// Judge a model on the labelled test images of a data set
    Evaluate(evaluate::EvaluateArgs),
    /// Score images: how anomalous is each?
    Score(score::ScoreArgs),
    /// Show what a weights file is
    Info(info::InfoArgs),
    /// Make and use projects: normal images, a model that has learnt from them, and results
    #[command(subcommand)]
    Project(project::ProjectCommand),
    /// Compute a table of the papers
    Reproduce(Box<reproduce::args::ReproduceArgs>),
    /// Write the manifest of a folder of weights files
    Manifest(manifest::ManifestArgs),
    /// Write test images of a data set for a page to show
    Samples(samples::SamplesArgs),
    /// Turn results of the papers' tables into a web page and a Markdown file
    Report(report::ReportArgs),
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
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
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
