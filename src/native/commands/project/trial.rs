//! `ganomaly project trial`: what a project of a few normal images would reach on a labelled data set.

use crate::card::ModelCard;
use crate::conformal::{false_alarms_interval, threshold};
use crate::data::{FramedImages, Split, Stream, shuffled};
use crate::device::Compute;
use crate::learning::{Request, SIZE, Start, learn};
use crate::metrics::Ranking;
use crate::native::arguments::{DataArgs, DeviceArgs, TaskArgs, per_cent};
use crate::native::datasets::{Dataset, Labelled, Reading, Task};
use crate::native::files::write_atomically;
use crate::native::models;
use crate::native::models::card::{fingerprint, of_labelled, trained};
use crate::native::models::scoring::score_all;
use crate::native::terminal::{Console, Interrupt, Outcome, TrainingBar};
use crate::score::Detector;
use crate::weights::Weights;
use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use web_time::Instant;

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
    #[arg(long, value_name = "PIXELS", default_value_t = SIZE)]
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

/// What the JSON file holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Trial<'a> {
    dataset: &'a str,
    images: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    /// A share, 0 to 1.
    rate: f64,
    draws: Vec<Draw>,
}

/// One choice of normal images.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Draw {
    seed: u64,
    /// On all test images.
    auc: f64,
    /// On the normal test images and the anomalies of one class.
    classes: BTreeMap<String, f64>,
    /// Normal images of the test set.
    test: FalseAlarms,
    /// Normal training images that the project did not get.
    others: FalseAlarms,
    /// Of learning, without scoring the test images.
    seconds: f64,
    epochs: usize,
}

/// What a threshold does to normal images that the project has not seen.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FalseAlarms {
    images: usize,
    flagged: usize,
    /// Where that number lies in 95 of 100 cases if these images are like those of the project; nothing if the project
    /// cannot promise the rate.
    expected: Option<[usize; 2]>,
}

/// Runs the command.
///
/// # Errors
/// The data set cannot be read or has too few images, an impossible setting, the device failed, the file cannot be
/// written.
pub fn run(args: &TrialArgs, console: Console) -> Result<Outcome> {
    let interrupt = Interrupt::listen("Stopping.")?;
    let base = models::load_base(args.from.as_deref())?;
    let (channels, size) = match &base {
        Some(base) => (base.card.model.channels, base.card.model.size),
        None => (args.dataset.channels(), args.size),
    };
    let data = args.data.data.as_deref();
    let labelled = Labelled::load(&args.dataset, data, Reading::new((channels, size), console, &interrupt))?;
    let compute = args.device.open()?;
    let mut trial = Trial {
        dataset: &labelled.name,
        images: args.images,
        from: base.as_ref().map(|base| base.card.name.as_str()),
        rate: args.false_alarms / 100.0,
        draws: Vec::new(),
    };
    for seed in 0..args.draws {
        let draw = draw(args, seed, &labelled, base.as_ref(), &compute, (console, &interrupt))?;
        console.print(line(&draw))?;
        trial.draws.push(draw);
    }
    let mean = trial.draws.iter().map(|draw| draw.auc).sum::<f64>() / trial.draws.len() as f64;
    console.print(format_args!("mean AUC {mean:.4}"))?;
    if let Some(path) = &args.json {
        write_atomically(path, serde_json::to_string_pretty(&trial)?.as_bytes())?;
    }
    Ok(Outcome::Done)
}

fn draw(
    args: &TrialArgs,
    seed: u64,
    labelled: &Labelled,
    base: Option<&Weights>,
    compute: &Compute,
    (console, interrupt): (Console, &Interrupt),
) -> Result<Draw> {
    let task = labelled.task(args.task.anomaly.as_deref(), args.task.protocol, args.task.split)?;
    let same = base.map(|base| &base.card).filter(|card| knows(card, labelled));
    let split = labelled.split(&task, None, same.map_or(seed, |card| card.training.seed))?;
    // What the model to start from has learnt from is not new to it: a user's images would be.
    let pool = match same {
        Some(card) => {
            ensure_set_aside(&split, card, labelled, &task)?;
            split.calibration
        }
        None => [split.training, split.calibration].concat(),
    };
    ensure!(
        args.images <= pool.len(),
        "{} has {} normal training images for this task that the model to start from has not seen: --images {} is too many",
        labelled.name,
        pool.len(),
        args.images
    );
    let order = shuffled(pool.len(), seed, Stream::Split);
    let [given, others] = [&order[..args.images], &order[args.images..]]
        .map(|places| places.iter().map(|&place| pool[place]).collect::<Vec<_>>());

    let request = Request {
        name: format!("{} trial {seed}", labelled.name),
        size: Some(labelled.images.size),
        channels: Some(labelled.images.channels),
        seed,
        epochs: args.epochs,
        ..Request::default()
    };
    let started = Instant::now();
    let normals = FramedImages::from(labelled.images.select(&given));
    let learnt = pollster::block_on(learn(
        &normals,
        &request,
        base.map_or(Start::Nothing, Start::From),
        compute,
        &mut TrainingBar::new(Console::silent(), interrupt),
    ));
    interrupt.check()?;
    let learnt = learnt?;
    let seconds = started.elapsed().as_secs_f64();

    let detector = &learnt.detector;
    let scores = |indices: &[usize], what| {
        let mut images = labelled.images.select(indices);
        images.spread(detector.card.value_range);
        score_all(detector, &images, what, console)
    };
    let (test, other) = (scores(&split.test_normal, "normal")?, scores(&others, "normal")?);
    let anomalous = scores(&split.test_anomalous, "anomalous")?;
    let mut by_class: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    for (&index, &score) in split.test_anomalous.iter().zip(&anomalous) {
        let class = labelled.classes[labelled.labels[index]].clone();
        by_class.entry(class).or_default().push(score);
    }
    let by_class = by_class.into_iter();
    let classes = by_class.map(|(class, scores)| Ok((class, Ranking::new(&test, &scores)?.auc())));
    let rate = args.false_alarms / 100.0;
    Ok(Draw {
        seed,
        auc: Ranking::new(&test, &anomalous)?.auc(),
        classes: classes.collect::<Result<_>>()?,
        test: false_alarms(detector, &test, rate),
        others: false_alarms(detector, &other, rate),
        seconds,
        epochs: detector.card.epochs_trained,
    })
}

/// Whether a model was trained on this data set, as far as its card tells.
fn knows(card: &ModelCard, labelled: &Labelled) -> bool {
    let data = &card.data;
    data.dataset == labelled.name || data.fingerprint == fingerprint(&labelled.images, &labelled.labels)
}

/// Checks that the images which this split sets aside are those that the run of a model has set aside, and thus not
/// learnt from: it is the same split of the same images, as far as the model's card tells.
fn ensure_set_aside(split: &Split, card: &ModelCard, labelled: &Labelled, task: &Task) -> Result<()> {
    let before = trained(&card.data).and_then(|before| {
        labelled
            .task(before.class.as_deref(), before.protocol, Some(before.split))
            .ok()
    });
    let is_same = before.is_some_and(|before| {
        let only = task.only;
        let data = of_labelled(labelled, &before, split.training.len(), split.calibration.len(), false);
        Task { only, ..before } == *task && card.data.agrees_with(&data)
    });
    ensure!(
        is_same && card.fine_tuned_from.is_none(),
        "{} was trained on {} ({}), and which of the images of this trial are new to it cannot be told: name the data \
         set and the task that it was trained with, or start from another model",
        card.name,
        card.data.dataset,
        card.data.protocol_in_words()
    );
    Ok(())
}

fn false_alarms(detector: &Detector, scores: &[f32], rate: f64) -> FalseAlarms {
    let limit = threshold(&detector.calibration, rate).unwrap_or(f32::INFINITY);
    FalseAlarms {
        images: scores.len(),
        flagged: scores.iter().filter(|&&score| score > limit).count(),
        expected: false_alarms_interval(detector.calibration.len(), rate, scores.len()),
    }
}

fn line(draw: &Draw) -> String {
    let alarms = |alarms: &FalseAlarms| {
        let expected = alarms
            .expected
            .map_or("nothing promised".to_owned(), |[low, high]| format!("{low} to {high}"));
        format!("{} of {} ({expected})", alarms.flagged, alarms.images)
    };
    let classes: Vec<String> = draw
        .classes
        .iter()
        .map(|(class, auc)| format!("{class} {auc:.3}"))
        .collect();
    format!(
        "draw {}: AUC {:.4}, false alarms {} in the test set, {} of other training images, {:.0} s, epoch {}; {}",
        draw.seed,
        draw.auc,
        alarms(&draw.test),
        alarms(&draw.others),
        draw.seconds,
        draw.epochs,
        classes.join(", ")
    )
}
