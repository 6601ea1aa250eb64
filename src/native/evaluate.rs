//! `ganomaly evaluate`: judges a model on labelled test images that it was not trained on.

use super::Outcome;
use super::card::{Task, task};
use super::choices::ProtocolArg;
use super::cli::EvaluateArgs;
use super::console::Console;
use super::files::{read_weights, write_atomically};
use super::mnist::{self, Mnist};
use super::picture;
use super::scoring::{AtThreshold, FALSE_ALARMS, Judged, judge, judge_batchwise};
use super::training_data::TestImages;
use crate::data::split_pooled;
use crate::device;
use crate::event::ModelCard;
use crate::metrics::{Histogram, Metrics, histogram};
use crate::score::Detector;
use crate::weights::Weights;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::path::Path;

/// Bins of the histogram.
const BINS: usize = 50;

/// What the JSON file holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    model: &'a str,
    dataset: &'static str,
    protocol: ProtocolArg,
    class: usize,
    seed: u64,
    epochs_trained: usize,
    batch_statistics: bool,
    metrics: Metrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_threshold: Option<AtThreshold>,
    histogram: Histogram,
}

/// Runs the command.
///
/// # Errors
/// The weights or the data set cannot be used, the device failed, a file cannot be written.
pub fn run(args: &EvaluateArgs, console: Console) -> Result<Outcome> {
    let (weights, _) = read_weights(&args.weights)?;
    let card = &weights.card;
    let (class, protocol) = chosen_task(card, args.anomaly)?;
    let test = test_images(card, class, protocol, args.data.data.as_deref())?;
    let compute = pollster::block_on(device::open(args.device.device.into()))?;
    console.note(format_args!("{} on {}", card.name, compute.name));

    let judged = if args.batch_statistics {
        judge_batchwise(&weights, &test, &compute, console)?
    } else {
        judge(&Detector::new(&weights, &compute.device), &test, console)?
    };
    let report = Report {
        model: &card.name,
        dataset: mnist::NAME,
        protocol,
        class,
        seed: card.training.seed,
        epochs_trained: card.epochs_trained,
        batch_statistics: args.batch_statistics,
        metrics: judged.metrics,
        at_threshold: judged.at_threshold,
        histogram: histogram(&judged.normal, &judged.anomalous, BINS),
    };
    write_report(args, &report, console)?;
    if let Some(path) = &args.picture {
        write_picture(path, &weights, &judged, &report)?;
        console.note(format_args!("Wrote {}", path.display()));
    }
    Ok(Outcome::Done)
}

/// What the user asks for, or else what the model was trained for.
fn chosen_task(card: &ModelCard, class: Option<usize>) -> Result<Task> {
    let trained = task(&card.data);
    let protocol = trained.map_or(ProtocolArg::LeaveOneOut, |(_, protocol)| protocol);
    match class.or(trained.map(|(class, _)| class)) {
        Some(class) if class < mnist::CLASSES => Ok((class, protocol)),
        Some(class) => bail!("MNIST has no class {class}: choose a digit from 0 to 9"),
        None => bail!(
            "{} was not trained on MNIST: say which digit is the anomaly, `--anomaly 2`",
            card.name
        ),
    }
}

fn test_images(card: &ModelCard, class: usize, protocol: ProtocolArg, data: Option<&Path>) -> Result<TestImages> {
    if card.model.channels != 1 {
        bail!(
            "MNIST is grey, but {} takes images of {} channels",
            card.name,
            card.model.channels
        );
    }
    let digits = Mnist::load(data)?;
    // The images set aside for the threshold are training images: how many there were does not change the test set.
    let split = split_pooled(&digits.labels, class, protocol.into(), 0, card.training.seed)?;
    Ok(TestImages::of_mnist(&digits, &split, card.model.size))
}

fn write_report(args: &EvaluateArgs, report: &Report, console: Console) -> Result<()> {
    let json = serde_json::to_string_pretty(report)?;
    match args.json.as_deref() {
        Some(path) if path == Path::new("-") => return console.print(json),
        Some(path) => {
            write_atomically(path, format!("{json}\n").as_bytes())?;
            console.note(format_args!("Wrote {}", path.display()));
        }
        None => {}
    }
    console.print(text(report))
}

fn text(report: &Report) -> String {
    let Metrics {
        auc,
        pr_auc,
        eer,
        normal_images,
        anomalous_images,
    } = report.metrics;
    let task = match report.protocol {
        ProtocolArg::LeaveOneOut => format!("digit {} is the anomaly", report.class),
        ProtocolArg::OneClass => format!("only digit {} is normal", report.class),
    };
    let mut lines = vec![
        format!("model             {} ({} epochs)", report.model, report.epochs_trained),
        format!("task              MNIST, {task}, seed {}", report.seed),
        format!("test images       {normal_images} normal, {anomalous_images} anomalous"),
        format!("AUC               {auc:.4}"),
        format!("PR-AUC            {pr_auc:.4}"),
        format!("equal error rate  {eer:.4}"),
    ];
    match &report.at_threshold {
        Some(at) => lines.extend([
            format!(
                "threshold         {:.6} (for {:.0} % false alarms)",
                at.threshold,
                100.0 * FALSE_ALARMS
            ),
            format!("  false alarms    {:.2} %", 100.0 * at.false_alarm_rate),
            format!("  anomalies found {:.2} %", 100.0 * at.detection_rate),
        ]),
        None if report.batch_statistics => lines.push(
            "The authors' way of testing: each batch is normalised by itself, so that a score depends on the other \
             images of its batch."
                .to_owned(),
        ),
        None => lines.push("The model has no calibration scores, so there is no threshold.".to_owned()),
    }
    lines.join("\n")
}

fn write_picture(path: &Path, weights: &Weights, judged: &Judged, report: &Report) -> Result<()> {
    let way = if report.batch_statistics {
        ", batch statistics"
    } else {
        ""
    };
    let title = format!("{}: AUC {:.3}{way}", weights.card.name, judged.metrics.auc);
    let svg = picture::draw(&title, judged).with_context(|| format!("cannot draw {}", path.display()))?;
    write_atomically(path, svg.as_bytes())
}
