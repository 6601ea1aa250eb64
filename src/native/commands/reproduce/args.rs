//! The arguments of `ganomaly reproduce`.

use crate::config::Augmentation;
use crate::methods::MethodId;
use crate::native::arguments::{AUGMENTATIONS, DataArgs, DeviceArgs, SCORES, method, one_of};
use crate::native::datasets::catalogue::choices;
use crate::native::results::{Budget, Table};
use crate::normality::ScoreForm;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  ganomaly reproduce mnist --out results
  ganomaly reproduce cifar10 --classes bird,ship --methods ganomaly,pca-32 --out results
  ganomaly reproduce mnist --budget paper --shard $((SLURM_ARRAY_TASK_ID + 1))/30 --out results
  ganomaly report results

A table is a grid of cells: class x seed x method. What the folder of results has is not computed again, so a run that
was stopped goes on with the same command. Shards of a table may share the folder: each writes a file of its own.";

/// Arguments of `reproduce`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReproduceArgs {
    /// Table to compute
    #[arg(value_parser = PossibleValuesParser::new(choices(|known| known.table.id)).try_map(Table::try_from))]
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
    /// Methods [default: all that have no network which was trained on photographs]
    #[arg(long, value_delimiter = ',', value_name = "METHOD,...", value_parser = method())]
    pub methods: Vec<MethodId>,
    /// How the training images are varied: a training beyond the paper's, in place of it
    #[arg(long, value_parser = one_of::<Augmentation>(AUGMENTATIONS), default_value = "none")]
    pub augmentation: Augmentation,
    /// Scores beyond the paper's to compute as well, from the same networks
    #[arg(long, value_parser = one_of::<ScoreForm>(SCORES), value_delimiter = ',', value_name = "SCORE,...")]
    pub scores: Vec<ScoreForm>,
    /// Seeds of a class: 0, 1, ... [default: the budget's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub seeds: Option<u64>,
    /// Compute one of n equal parts of the table
    #[arg(long, value_name = "i/n", value_parser = shard)]
    pub shard: Option<(usize, usize)>,
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

/// Takes `i/n` apart: the part, from 1, and of how many.
fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
    let shard = numbers.filter(|(index, count)| (1..=*count).contains(index));
    shard.ok_or_else(|| "a shard is i/n, from 1/n to n/n, for example 2/8".to_owned())
}
