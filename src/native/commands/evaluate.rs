//! `ganomaly evaluate`: judges a model on labelled test images that it was not trained on.

use crate::card::ModelCard;
use crate::data::place::NORMAL;
use crate::data::{Protocol, SplitKind};
use crate::metrics::{Histogram, Metrics, histogram};
use crate::native::arguments::{DataArgs, DeviceArgs, TaskArgs};
use crate::native::datasets::{Dataset, Labelled, Reading, Task, TestImages, locate};
use crate::native::files::{is_standard_output, write_atomically, write_result};
use crate::native::models::card::{self, task_in_words};
use crate::native::models::read_weights;
use crate::native::models::scoring::{AtThreshold, FALSE_ALARMS, Judged, judge, judge_batchwise};
use crate::native::pictures::evaluation;
use crate::native::terminal::{Console, Interrupt, Outcome};
use crate::score::Detector;
use crate::weights::Weights;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  ganomaly evaluate --weights mnist-2.safetensors
  ganomaly evaluate --weights mnist-2.safetensors --json mnist-2.json --picture mnist-2.svg
  ganomaly evaluate --weights xray.safetensors --dataset xray.tar.gz --anomaly gun

What `--anomaly`, `--protocol` and `--split` leave open is as in training.";

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct EvaluateArgs {
    /// Weights file of the model
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// Data set to judge it on, as for `train` [default: the one it was trained on, if that has a name or lies in the
    /// folder of data sets]
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

/// Bins of the histogram.
const BINS: usize = 50;

/// What the JSON file holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Evaluation<'a> {
    model: &'a str,
    dataset: &'a str,
    protocol: Protocol,
    split: SplitKind,
    class: &'a str,
    anomalous_classes: Vec<String>,
    seed: u64,
    epochs_trained: usize,
    batch_statistics: bool,
    metrics: Metrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_threshold: Option<AtThreshold>,
    histogram: Histogram,
    notes: &'a [String],
}

/// Runs the command.
///
/// # Errors
/// The weights or the data set cannot be used, the device failed, a file cannot be written.
pub fn run(args: &EvaluateArgs, console: Console) -> Result<Outcome> {
    let (weights, _) = read_weights(&args.weights)?;
    let card = &weights.card;
    ensure!(
        card.score.is_paper() || !args.batch_statistics,
        "{} scores by {}, which --batch-statistics cannot do: it is the authors' way to test with the paper's score, so \
         leave it out",
        card.name,
        card.score.id()
    );
    let labelled = load(args, card, console)?;
    let task = chosen_task(args, card, &labelled, console)?;
    let test = test_images(card, &labelled, &task)?;
    let compute = args.device.open()?;
    console.note(format_args!("{} on {}", card.name, compute.name));

    let judged = if args.batch_statistics {
        judge_batchwise(&weights, &test, &compute, console)?
    } else {
        judge(&Detector::new(&weights, &compute.device)?, &test, console)?
    };
    let evaluation = Evaluation {
        model: &card.name,
        dataset: &labelled.name,
        protocol: task.protocol,
        split: task.split,
        class: &labelled.classes[task.class],
        anomalous_classes: labelled.anomalous_classes(&task),
        seed: card.training.seed,
        epochs_trained: card.epochs_trained,
        batch_statistics: args.batch_statistics,
        metrics: judged.metrics,
        at_threshold: judged.at_threshold,
        histogram: histogram(&judged.normal, &judged.anomalous, BINS),
        notes: &labelled.notes,
    };
    write_figures(args, &evaluation, console)?;
    if let Some(path) = &args.picture {
        write_picture(path, &weights, &judged, &evaluation)?;
        console.note(format_args!("Wrote {}", path.display()));
    }
    Ok(Outcome::Done)
}

/// Loads the data set that the user names, or the one that the model was trained on.
fn load(args: &EvaluateArgs, card: &ModelCard, console: Console) -> Result<Labelled> {
    let trained = || card::trained(&card.data).map(|trained| trained.dataset);
    let Some(dataset) = args.dataset.clone().or_else(trained) else {
        bail!(
            "{} was not trained on a labelled data set: name one with --dataset, for example `--dataset mnist --anomaly \
             2`",
            card.name
        );
    };
    let data = args.data.data.as_deref();
    if let (None, Dataset::Folder(path)) = (&args.dataset, &dataset) {
        locate::folder_or_archive(path, data).with_context(|| {
            format!(
                "the card of {} has the name of its data set, {}, and not the path: say where it is with --dataset",
                card.name,
                path.display()
            )
        })?;
    }
    let (channels, size) = (card.model.channels, card.model.size);
    // Nothing is lost when the user ends this command, so Ctrl-C does what it always does.
    let interrupt = Interrupt::default();
    Labelled::load(&dataset, data, Reading::new((channels, size), console, &interrupt))
}

/// What the user asks for, or else what the model was trained for.
fn chosen_task(args: &EvaluateArgs, card: &ModelCard, labelled: &Labelled, console: Console) -> Result<Task> {
    let asked = &args.task;
    let trained = card::trained(&card.data).filter(|trained| trained.dataset.name() == labelled.name);
    let Some(trained) = trained else {
        return labelled.task(asked.anomaly.as_deref(), asked.protocol, asked.split);
    };
    let class = asked.anomaly.as_deref().or(trained.class.as_deref());
    let task = labelled.task(
        class,
        asked.protocol.or(trained.protocol),
        asked.split.or(Some(trained.split)),
    )?;
    let before = labelled.task(trained.class.as_deref(), trained.protocol, Some(trained.split));
    let is_other =
        |before: Task| (before.class, before.protocol, before.split) != (task.class, task.protocol, task.split);
    if before.is_ok_and(is_other) {
        console.warn(format_args!(
            "warning: {} was trained for another task ({}): it may have been trained on images that test it now",
            card.name,
            card.data.protocol_in_words()
        ));
    }
    warn_of_other_images(card, labelled, &task, console);
    Ok(task)
}

/// A pooled split is drawn by the places of the images, so that other images, or another order, mix up who trained.
fn warn_of_other_images(card: &ModelCard, labelled: &Labelled, task: &Task, console: Console) {
    let (before, pooled) = (&card.data.fingerprint, task.split == SplitKind::Pooled);
    if pooled && !before.is_empty() && *before != card::fingerprint(&labelled.images, &labelled.labels) {
        console.warn(format_args!(
            "warning: this copy of {} has other images than the one that {} was trained on, or has them in another \
             order: the model may have been trained on images that test it now",
            labelled.name, card.name
        ));
    }
}

fn test_images(card: &ModelCard, labelled: &Labelled, task: &Task) -> Result<TestImages> {
    // The images set aside for the threshold are training images: how many there were does not change the test set.
    let split = labelled.split(task, Some(0), card.training.seed)?;
    match labelled.untestable(&split) {
        Some(reason) => bail!("{} cannot be judged: {reason}", card.name),
        None => Ok(TestImages::of(labelled, &split, card.value_range)),
    }
}

fn write_figures(args: &EvaluateArgs, evaluation: &Evaluation, console: Console) -> Result<()> {
    if let Some(path) = &args.json {
        write_result(path, &serde_json::to_string_pretty(evaluation)?, console)?;
        if is_standard_output(path) {
            return Ok(());
        }
    }
    console.print(text(evaluation))
}

fn text(evaluation: &Evaluation) -> String {
    let Metrics { auc, pr_auc, eer, .. } = evaluation.metrics;
    let (normal, anomalous) = (evaluation.metrics.normal_images, evaluation.metrics.anomalous_images);
    let task = match evaluation.protocol {
        Protocol::OneClass if evaluation.class == NORMAL => {
            format!("anomalies: {}", evaluation.anomalous_classes.join(", "))
        }
        protocol => task_in_words(evaluation.dataset, evaluation.class, protocol),
    };
    let dataset = Dataset::from(evaluation.dataset.to_owned());
    let dataset = dataset.known().map_or(evaluation.dataset, |known| known.title);
    let (epochs, seed) = (evaluation.epochs_trained, evaluation.seed);
    let row = |key: &str, value: String| format!("{key:17} {value}");
    let mut lines = vec![
        row("model", format!("{} ({epochs} epochs)", evaluation.model)),
        row("task", format!("{dataset}, {task}, {}, seed {seed}", evaluation.split)),
        row("test images", format!("{normal} normal, {anomalous} anomalous")),
        row("AUC", format!("{auc:.4}")),
        row("PR-AUC", format!("{pr_auc:.4}")),
        row("equal error rate", format!("{eer:.4}")),
    ];
    match &evaluation.at_threshold {
        Some(at) => {
            let alarms = format!("for {:.0} % false alarms", 100.0 * FALSE_ALARMS);
            lines.extend([
                row("threshold", format!("{:.6} ({alarms})", at.threshold)),
                row("  false alarms", format!("{:.2} %", 100.0 * at.false_alarm_rate)),
                row("  anomalies found", format!("{:.2} %", 100.0 * at.detection_rate)),
            ]);
        }
        None if evaluation.batch_statistics => lines.push(
            "The authors' way of testing: each batch is normalised by itself, so that a score depends on the other \
             images of its batch."
                .to_owned(),
        ),
        None => lines.push("The model has no calibration scores, or too few for a threshold.".to_owned()),
    }
    lines.extend(evaluation.notes.iter().map(|note| row("note", note.clone())));
    lines.join("\n")
}

fn write_picture(path: &Path, weights: &Weights, judged: &Judged, evaluation: &Evaluation) -> Result<()> {
    let way = match evaluation.batch_statistics {
        true => ", batch statistics",
        false => "",
    };
    let title = format!("{}: AUC {:.3}{way}", weights.card.name, judged.metrics.auc);
    let svg = evaluation::draw(&title, judged).with_context(|| format!("cannot draw {}", path.display()))?;
    write_atomically(path, svg.as_bytes())
}
