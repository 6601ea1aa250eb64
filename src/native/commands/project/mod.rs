//! `ganomaly project`: the projects of the page, on the command line.

mod brought;
mod check;
mod create;
mod extract;
mod show;
mod trial;

use crate::native::terminal::{Console, Outcome};
use anyhow::Result;
use clap::Subcommand;

const EXAMPLES: &str = "Examples:
  ganomaly project create --normals photos/good --out bottles.ganomaly.zip
  ganomaly project check bottles.ganomaly.zip photos/new
  ganomaly project show bottles.ganomaly.zip
  ganomaly score --weights bottles.ganomaly.zip photos/new --csv scores.csv

A project is one file with normal images, the model that has learnt from them, and what it makes of other images. The
page reads and writes the same files.";

/// What can be done with projects.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum ProjectCommand {
    /// Learn from normal images, with settings that follow from their number
    Create(create::CreateArgs),
    /// Check images and keep the results in the project
    Check(check::CheckArgs),
    /// Show what a project file holds
    Show(show::ShowArgs),
    /// Take images, model and results out of a project file
    Extract(extract::ExtractArgs),
    /// Try what a project of a few normal images would reach on a labelled data set
    Trial(trial::TrialArgs),
}

/// Runs the command.
///
/// # Errors
/// As the command that it is.
pub fn run(command: &ProjectCommand, console: Console) -> Result<Outcome> {
    match command {
        ProjectCommand::Create(args) => create::run(args, console),
        ProjectCommand::Check(args) => check::run(args, console),
        ProjectCommand::Show(args) => show::run(args, console),
        ProjectCommand::Extract(args) => extract::run(args, console),
        ProjectCommand::Trial(args) => trial::run(args, console),
    }
}
