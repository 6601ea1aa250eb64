//! The arguments of `ganomaly project`.

use crate::framing::Region;
use crate::native::choices::per_cent;
use crate::native::cli::{DataArgs, DeviceArgs, TaskArgs};
use crate::native::datasets::Dataset;
use clap::{Args, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  ganomaly project create --normals photos/good --out bottles.ganomaly.zip
  ganomaly project check bottles.ganomaly.zip photos/new
  ganomaly project show bottles.ganomaly.zip
  ganomaly score --weights bottles.ganomaly.zip photos/new --csv scores.csv

A project is one file with normal images, the model that has learnt from them, and what it makes of other images. The
page reads and writes the same files.";

/// Arguments of `project`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ProjectArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: ProjectCommand,
}

/// What can be done with projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Learn from normal images, with settings that follow from their number
    Create(CreateArgs),
    /// Check images and keep the results in the project
    Check(CheckArgs),
    /// Show what a project file holds
    Show(ShowArgs),
    /// Take images, model and results out of a project file
    Extract(ExtractArgs),
    /// Try what a project of a few normal images would reach on a labelled data set
    Trial(TrialArgs),
}

/// Arguments of `project create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Normal images: files, and folders with all their files; at least 10, better 100
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub normals: Vec<PathBuf>,
    /// Project file to write; its name ends in .ganomaly.zip
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace a project file that is there, and lose what is in it
    #[arg(long)]
    pub force: bool,
    /// Name for people [default: that of the file]
    #[arg(long)]
    pub name: Option<String>,
    /// Start from the weights of a model rather than from nothing
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Side of the images, or of their tiles, as the networks see them [default: 32]
    #[arg(long, value_name = "PIXELS", conflicts_with = "from")]
    pub size: Option<usize>,
    /// Colour channels: 1 (grey) or 3 (colour) [default: as most of the images have]
    #[arg(long, value_parser = ["1", "3"], conflicts_with = "from")]
    pub channels: Option<String>,
    /// The part of the images that counts, in shares of their width and height [default: all of it]
    #[arg(long, value_name = "LEFT,TOP,WIDTH,HEIGHT", value_parser = region)]
    pub region: Option<Region>,
    /// Look at large images tile by tile: so many along the shorter side, 1 to 16
    #[arg(long, default_value_t = 1)]
    pub tiles: usize,
    /// Seed of the roles of the images, the first weights and the order of training
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Epochs at most [default: 20]; it ends before if the images for validation say so
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Arguments of `project check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Project file; it is replaced when everything is checked
    pub project: PathBuf,
    /// Image files, and folders whose files are taken, sub-folders included [default: only the images in the project
    /// that have no score yet]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Arguments of `project show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Project file
    pub project: PathBuf,
}

/// Arguments of `project extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Project file
    pub project: PathBuf,
    /// Folder to write normals/, images/, results.csv and model.safetensors to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Arguments of `project trial`.
#[derive(Debug, Args)]
pub struct TrialArgs {
    /// Labelled data set, as for `train`
    #[arg(long, value_name = "NAME|PATH")]
    pub dataset: Dataset,
    /// What is made of it.
    #[command(flatten)]
    pub task: TaskArgs,
    /// Normal training images that the project gets
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub images: usize,
    /// Choices of these images, each with the next seed from 0
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub draws: u64,
    /// Start from the weights of a model rather than from nothing
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Side of the images as the networks see them
    #[arg(long, value_name = "PIXELS", default_value_t = 32)]
    pub size: usize,
    /// Epochs at most [default: 20]; it ends before if the images for validation say so
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// False alarms that are allowed, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = per_cent, allow_negative_numbers = true)]
    pub false_alarms: f64,
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

fn region(text: &str) -> Result<Region, String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match numbers[..] {
        [left, top, width, height] => Ok(Region {
            left,
            top,
            width,
            height,
        }),
        _ => Err("four numbers from 0 to 1 are needed, as in 0.1,0.2,0.5,0.5".to_owned()),
    }
}
