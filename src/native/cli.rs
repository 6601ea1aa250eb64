//! The arguments of the command line.

use super::choices::{
    AugmentationArg, DeviceArg, DistanceArg, FetchArg, MethodArg, PrecisionArg, ProtocolArg, ScoreArg, SplitArg,
    per_cent,
};
use super::datasets::Dataset;
use super::project::args::ProjectArgs;
use super::reproduce::grid::{Contestant, Shard};
use super::results::{Budget, Table};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

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
    Fetch(FetchArgs),
    /// Train a model on a data set or on a folder of normal images
    Train(Box<TrainArgs>),
    /// Judge a model on the labelled test images of a data set
    Evaluate(EvaluateArgs),
    /// Score images: how anomalous is each?
    Score(ScoreArgs),
    /// Show what a weights file is
    Info(InfoArgs),
    /// Make and use projects: normal images, a model that has learnt from them, and results
    Project(ProjectArgs),
    /// Compute a table of the papers
    Reproduce(Box<ReproduceArgs>),
    /// Write the manifest of a folder of weights files
    Manifest(ManifestArgs),
    /// Write test images of a data set for a page to show
    Samples(SamplesArgs),
    /// Turn results of the papers' tables into a web page and a Markdown file
    Report(ReportArgs),
}

/// Where data sets are.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// Folder that holds data sets, such as mnist/train-images-idx3-ubyte.gz or cifar-10-binary.tar.gz [default: where
    /// `ganomaly fetch` puts them]
    #[arg(long, env = "GANOMALY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What is made of a labelled data set.
#[derive(Debug, Args)]
pub struct TaskArgs {
    /// Class that stands alone, by name or number: the anomaly, or with `--protocol one-class` the normal one. Of a
    /// data set with a class `normal` or `good`: the only kind of anomaly to test
    #[arg(long, visible_alias = "class", value_name = "CLASS")]
    pub anomaly: Option<String>,
    /// Which classes are normal [default: leave-one-out; with a class `normal`, that one]
    #[arg(long, value_enum)]
    pub protocol: Option<ProtocolArg>,
    /// Which images train and which test [default: pooled; of a folder the official one, if it has train and test]
    #[arg(long, value_enum)]
    pub split: Option<SplitArg>,
}

/// What to compute on.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// What to compute on: `auto` takes the GPU if a real one works
    #[arg(long, value_enum, default_value = "auto")]
    pub device: DeviceArg,
}

/// Arguments of `fetch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ganomaly fetch mnist\n  ganomaly fetch cifar10 --to data")]
pub struct FetchArgs {
    /// Data set to download
    #[arg(value_enum, default_value = "mnist")]
    pub dataset: FetchArg,
    /// Folder of data sets; a folder named after the data set is made in it. Files that are there already are checked
    /// and kept [default: the user's cache folder]
    #[arg(long, visible_alias = "data", env = "GANOMALY_DATA", value_name = "DIR")]
    pub to: Option<PathBuf>,
}

const TRAIN_EXAMPLES: &str = "Examples:
  ganomaly train --dataset mnist --anomaly 2 --out runs/mnist-2
  ganomaly train --dataset mnist --anomaly 2 --nf 16 --epochs 3 --limit 6400 --out runs/trial
  ganomaly train --out runs/mnist-2 --resume
  ganomaly train --dataset fashion-mnist --anomaly \"ankle boot\" --split official --out runs/boots
  ganomaly train --dataset xray.tar.gz --size 64 --epochs 25 --out runs/xray
  ganomaly train --images photos/good --size 64 --channels 3 --epochs 25 --out runs/photos
  ganomaly train --images photos/good --from runs/photos/model.safetensors --epochs 5 --out runs/tuned

The folder of the run gets checkpoint.safetensors after every epoch, log.jsonl with every event as a line of JSON,
run.json with the settings, and in the end model.safetensors.";

/// Arguments of `train`. Settings that are not given are those of the run that is resumed, of the model that is
/// fine-tuned, or the authors'.
#[derive(Debug, Args)]
#[command(after_help = TRAIN_EXAMPLES)]
pub struct TrainArgs {
    /// Labelled data set to train on: mnist, fashion-mnist, cifar10, or the path of a folder, .tar or .tar.gz with
    /// train/normal, test/normal, test/KIND for each kind of anomaly, or with a folder for each class; or its name in
    /// the folder of data sets
    #[arg(long, value_name = "NAME|PATH", conflicts_with = "images")]
    pub dataset: Option<Dataset>,
    /// Folder of normal images to train on, sub-folders included
    #[arg(long, value_name = "FOLDER")]
    pub images: Option<PathBuf>,
    /// What is made of the data set.
    #[command(flatten)]
    pub task: TaskArgs,
    /// Folder of the run
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Go on with the run in that folder, after its last whole epoch
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Start anew in a folder that holds a run, and lose that run
    #[arg(long)]
    pub force: bool,
    /// Start from the weights of a model rather than from random ones
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Method of the papers [default: ganomaly]
    #[arg(long, value_enum)]
    pub method: Option<MethodArg>,
    /// Side of the images in pixels, a multiple of 16 [default: 32]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Colour channels: 1 (grey) or 3 (colour) [default: of cifar10 3, else 1]
    #[arg(long, value_parser = ["1", "3"])]
    pub channels: Option<String>,
    /// Length of the latent vector [default: 100]
    #[arg(long, value_name = "N")]
    pub nz: Option<usize>,
    /// Channels after the first convolution: the width of the networks [default: 64]
    #[arg(long, value_name = "N")]
    pub nf: Option<usize>,
    /// Passes over the training images [default: 15]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Images a step [default: 64]
    #[arg(long, value_name = "N")]
    pub batch_size: Option<usize>,
    /// Learning rate of Adam [default: 2e-4]
    #[arg(long, value_name = "RATE")]
    pub learning_rate: Option<f64>,
    /// Weight of the adversarial loss [default: 1]
    #[arg(long, value_name = "W")]
    pub w_adv: Option<f64>,
    /// Weight of the contextual loss [default: 50, Skip-GANomaly's 40]
    #[arg(long, value_name = "W")]
    pub w_con: Option<f64>,
    /// Weight of the encoder loss, Skip-GANomaly's latent loss [default: 1]
    #[arg(long, value_name = "W")]
    pub w_enc: Option<f64>,
    /// How latent vectors are compared, in the loss and in the score [default: squared, as in the authors' code]
    #[arg(long, value_enum)]
    pub latent_distance: Option<DistanceArg>,
    /// How the training images are varied [default: none]
    #[arg(long, value_enum)]
    pub augmentation: Option<AugmentationArg>,
    /// What the model scores images by [default: paper]
    #[arg(long, value_enum)]
    pub score: Option<ScoreArg>,
    /// Share of the reconstruction error in Skip-GANomaly's score [default: 0.9]
    #[arg(long, value_name = "0 to 1")]
    pub lambda: Option<f64>,
    /// Seed of the split, the first weights and the order of the images [default: 0]
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: Option<u64>,
    /// Normal images kept out of training to take the threshold from [default: 20 %, of a data set at most 1000]
    #[arg(long, value_name = "N")]
    pub calibration: Option<usize>,
    /// Use only the first N training images, for trials
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Number format of the model's weights [default: half]
    #[arg(long, value_enum)]
    pub precision: Option<PrecisionArg>,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

const EVALUATE_EXAMPLES: &str = "Examples:
  ganomaly evaluate --weights mnist-2.safetensors
  ganomaly evaluate --weights mnist-2.safetensors --json mnist-2.json --picture mnist-2.svg
  ganomaly evaluate --weights xray.safetensors --dataset xray.tar.gz --anomaly gun

What `--anomaly`, `--protocol` and `--split` leave open is as in training.";

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
#[command(after_help = EVALUATE_EXAMPLES)]
pub struct EvaluateArgs {
    /// Weights file of the model
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// Data set to judge it on, as for `train` [default: the one it was trained on]
    #[arg(long, value_name = "NAME|PATH")]
    pub dataset: Option<Dataset>,
    /// What is made of the data set. What is left open is as in training.
    #[command(flatten)]
    pub task: TaskArgs,
    /// Normalise each batch by its own statistics, as the authors' test code does: the score of an image then depends
    /// on the others of its batch. To compare with published figures only
    #[arg(long)]
    pub batch_statistics: bool,
    /// Write the figures as JSON, `-` for the standard output
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw the ROC curve and the histogram of the scores
    #[arg(long, value_name = "FILE.svg")]
    pub picture: Option<PathBuf>,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

const SCORE_EXAMPLES: &str = "Examples:
  ganomaly score --weights runs/photos/model.safetensors photos/new
  ganomaly score --weights model.safetensors a.png b.png --false-alarms 1 --csv scores.csv
  ganomaly score --weights model.safetensors photos --json - | jq '.images[] | select(.verdict == \"anomaly\").file'";

/// Arguments of `score`.
#[derive(Debug, Args)]
#[command(after_help = SCORE_EXAMPLES)]
pub struct ScoreArgs {
    /// Weights file of the model, or project file
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// Image files, and folders whose files are taken, sub-folders included
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Percentage of normal images that may be called anomalies
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = per_cent, allow_negative_numbers = true)]
    pub false_alarms: f64,
    /// Write a table of comma-separated values rather than print one, `-` for the standard output
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write JSON rather than print a table, `-` for the standard output
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Arguments of `info`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly info runs/mnist-2/model.safetensors")]
pub struct InfoArgs {
    /// Weights file or checkpoint
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

const REPRODUCE_EXAMPLES: &str = "Examples:
  ganomaly reproduce mnist --out results
  ganomaly reproduce cifar10 --classes bird,ship --methods ganomaly,pca-32 --out results
  ganomaly reproduce mnist --budget paper --shard $((SLURM_ARRAY_TASK_ID + 1))/30 --out results
  ganomaly report results

A table is a grid of cells: class x seed x method. What the folder of results has is not computed again, so a run that
was stopped goes on with the same command. Shards of a table may share the folder: each writes a file of its own.";

/// Arguments of `reproduce`.
#[derive(Debug, Args)]
#[command(after_help = REPRODUCE_EXAMPLES)]
pub struct ReproduceArgs {
    /// Table to compute
    #[arg(value_enum)]
    pub table: Table,
    /// How much computing it may take
    #[arg(long, value_enum, default_value = "quick")]
    pub budget: Budget,
    /// Folder of results
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Classes that stand alone, by name or number [default: all, each in its turn]
    #[arg(long, value_delimiter = ',', value_name = "CLASS,...")]
    pub classes: Vec<String>,
    /// Methods and controls: ganomaly, skip-ganomaly, pca-32, nearest-normals [default: all]
    #[arg(long, value_delimiter = ',', value_name = "METHOD,...")]
    pub methods: Vec<Contestant>,
    /// How the training images are varied: a training beyond the paper's, in place of it
    #[arg(long, value_enum, default_value = "none")]
    pub augmentation: AugmentationArg,
    /// Scores beyond the paper's to compute as well, from the same networks
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SCORE,...")]
    pub scores: Vec<ScoreArg>,
    /// Seeds of a class: 0, 1, ... [default: the budget's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub seeds: Option<u64>,
    /// Compute one of n equal parts of the table
    #[arg(long, value_name = "i/n")]
    pub shard: Option<Shard>,
    /// Cells computed at a time [default: one a processor core; on a GPU one]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Channels after the first convolution, for trials [default: the budget's]
    #[arg(long, value_name = "N")]
    pub nf: Option<usize>,
    /// Side of the images in pixels, for trials [default: the table's]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Passes over the training images, for trials [default: the budget's]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Train on the first N training images only, for trials
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Arguments of `manifest`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly manifest weights")]
pub struct ManifestArgs {
    /// Folder whose *.safetensors files are listed in its manifest.json
    pub folder: PathBuf,
}

/// Arguments of `samples`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly samples --dataset mnist --seed 0 --out www/samples")]
pub struct SamplesArgs {
    /// Data set to take images from, as for `train`
    #[arg(long, value_name = "NAME|PATH", default_value = "mnist")]
    pub dataset: Dataset,
    /// Split of the models that the images are for [default: pooled; of a folder the official one, if it has train and
    /// test]
    #[arg(long, value_enum)]
    pub split: Option<SplitArg>,
    /// Seed of the models that the images are for: none of them was trained on an image that is taken
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Images of each class
    #[arg(long, default_value_t = 40)]
    pub each: usize,
    /// Side of the images in pixels [default: that of the data set, of a folder 64]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Folder to write NAME.png and NAME.json to, NAME being that of the data set
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly report results --out report")]
pub struct ReportArgs {
    /// Folders of results; of a cell that is in several, the last folder's counts
    #[arg(required = true, value_name = "RESULTS")]
    pub folders: Vec<PathBuf>,
    /// Folder to write index.html and report.md to
    #[arg(long, value_name = "DIR", default_value = "report")]
    pub out: PathBuf,
}
