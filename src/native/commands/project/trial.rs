//! `ganomaly project trial`: what a project of a few normal images would reach on a labelled data set.

use crate::card::ModelCard;
use crate::conformal::{false_alarms_interval, threshold};
use crate::data::{FramedImages, Split, Stream, shuffled};
use crate::device::Compute;
use crate::learning::{Request, Start, learn};
use crate::methods::{Method, MethodId, PatchCore};
use crate::metrics::Ranking;
use crate::native::arguments::{CHANNELS, DataArgs, DeviceArgs, TaskArgs, method, one_of, per_cent};
use crate::native::datasets::{Dataset, Labelled, Reading, Task};
use crate::native::files::write_atomically;
use crate::native::models;
use crate::native::models::card::{fingerprint, of_labelled, trained};
use crate::native::models::scoring::score_all;
use crate::native::terminal::{Console, Interrupt, Outcome, TrainingBar};
use crate::score::Detector;
use anyhow::{Result, ensure};
use clap::Args;
use figures::{Class, Draw, Figures, Flagged, Trial, table};
use std::collections::BTreeMap;
use std::path::PathBuf;
use web_time::Instant;

mod figures;

/// Arguments of `project trial`.
#[derive(Debug, Args)]
pub struct TrialArgs {
    /// Labelled data sets, as for `train`; several give a table
    #[arg(long = "dataset", required = true, num_args = 1.., value_name = "NAME|PATH")]
    pub datasets: Vec<Dataset>,
    /// What is made of them.
    #[command(flatten)]
    pub task: TaskArgs,
    /// How anomalies are told from normal images; several are compared
    #[arg(long = "method", num_args = 1.., value_parser = method(), default_value = PatchCore::ID, conflicts_with = "from")]
    pub methods: Vec<MethodId>,
    /// Normal training images that the project gets
    #[arg(long, num_args = 1.., value_name = "N", default_value = "100")]
    pub images: Vec<usize>,
    /// Choices of these images, each with the next seed from 0
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub draws: u64,
    /// Start from the weights of a model rather than from nothing
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Side of the images as the networks see them [default: as the method likes it]
    #[arg(long, value_name = "PIXELS", conflicts_with = "from")]
    pub size: Option<usize>,
    /// Colour channels: 1 (grey) or 3 (colour) [default: 3 for methods with a front end, else as the data set has]
    #[arg(long, value_parser = one_of::<usize>(CHANNELS), conflicts_with = "from")]
    pub channels: Option<usize>,
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

/// Runs the command.
///
/// # Errors
/// A data set cannot be read or has too few images, an impossible setting, the device failed, the file cannot be
/// written.
pub fn run(args: &TrialArgs, console: Console) -> Result<Outcome> {
    let interrupt = Interrupt::listen("Stopping.")?;
    let base = models::load_base(args.from.as_deref())?;
    let methods = base
        .as_ref()
        .map_or(args.methods.clone(), |base| vec![base.card.method]);
    let compute = args.device.open()?;
    let front_end = models::front_end()?;
    let start = base.as_ref().map_or(Start::FrontEnd(&front_end), Start::From);
    let mut trials = Vec::new();
    for dataset in &args.datasets {
        let mut loaded: Option<Labelled> = None;
        for &method in &methods {
            let shape = shape(args, dataset, method, start.card());
            let reading = || Reading::new(shape, console, &interrupt);
            let fitting = loaded
                .take()
                .filter(|known| (known.images.channels, known.images.size) == shape);
            let labelled = match fitting {
                Some(labelled) => labelled,
                None => Labelled::load(dataset, args.data.data.as_deref(), reading())?,
            };
            for &images in &args.images {
                let setting = Setting { method, images, start };
                let trial = trial(args, setting, &labelled, &compute, (console, &interrupt))?;
                console.print(trial.line())?;
                trials.push(trial);
            }
            loaded = Some(labelled);
        }
    }
    if trials.len() > 1 {
        console.print(table(&trials))?;
    }
    if let Some(path) = &args.json {
        let figures = Figures {
            rate: args.false_alarms / 100.0,
            trials,
        };
        write_atomically(path, serde_json::to_string_pretty(&figures)?.as_bytes())?;
    }
    Ok(Outcome::Done)
}

/// Channels and side of the images.
fn shape(args: &TrialArgs, dataset: &Dataset, method: MethodId, base: Option<&ModelCard>) -> (usize, usize) {
    if let Some(base) = base {
        return (base.model.channels, base.model.size);
    }
    let channels = if method.front_end { 3 } else { dataset.channels() };
    (args.channels.unwrap_or(channels), args.size.unwrap_or(method.size))
}

/// How a project is made in a trial.
#[derive(Debug, Clone, Copy)]
struct Setting<'a> {
    method: MethodId,
    images: usize,
    start: Start<'a>,
}

fn trial(
    args: &TrialArgs,
    setting: Setting,
    labelled: &Labelled,
    compute: &Compute,
    (console, interrupt): (Console, &Interrupt),
) -> Result<Trial> {
    let mut draws = Vec::new();
    for seed in 0..args.draws {
        let draw = draw(args, setting, seed, labelled, compute, (console, interrupt))?;
        console.note(draw.line());
        draws.push(draw);
    }
    Ok(Trial {
        dataset: labelled.name.clone(),
        method: setting.method,
        size: labelled.images.size,
        channels: labelled.images.channels,
        images: setting.images,
        from: setting.start.card().map(|base| base.name.clone()),
        draws,
    })
}

fn draw(
    args: &TrialArgs,
    Setting { method, images, start }: Setting,
    seed: u64,
    labelled: &Labelled,
    compute: &Compute,
    (console, interrupt): (Console, &Interrupt),
) -> Result<Draw> {
    let task = labelled.task(args.task.anomaly.as_deref(), args.task.protocol, args.task.split)?;
    let same = start.card().filter(|card| knows(card, labelled));
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
        images <= pool.len(),
        "{} has {} normal training images for this task that the model to start from has not seen: --images {images} is \
         too many",
        labelled.name,
        pool.len(),
    );
    let order = shuffled(pool.len(), seed, Stream::Split);
    let [given, others] =
        [&order[..images], &order[images..]].map(|places| places.iter().map(|&place| pool[place]).collect::<Vec<_>>());

    let request = Request {
        name: format!("{} trial {seed}", labelled.name),
        method: Some(method),
        size: Some(labelled.images.size),
        channels: Some(labelled.images.channels),
        seed,
        epochs: args.epochs,
        ..Request::default()
    };
    let started = Instant::now();
    let normals = FramedImages::from(labelled.images.select(&given));
    let mut bar = TrainingBar::new(Console::silent(), interrupt);
    let learnt = pollster::block_on(learn(&normals, &request, start, compute, &mut bar));
    interrupt.check()?;
    let learnt = learnt?;
    let seconds = started.elapsed().as_secs_f64();

    let detector = &learnt.detector;
    let scores = |indices: &[usize], what| {
        let mut images = labelled.images.select(indices);
        images.spread(detector.card.value_range);
        score_all(detector, &images, what, console)
    };
    let started = Instant::now();
    let (test, other) = (scores(&split.test_normal, "normal")?, scores(&others, "normal")?);
    let anomalous = scores(&split.test_anomalous, "anomalous")?;
    let scored = test.len() + other.len() + anomalous.len();
    let mut by_class: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    for (&index, &score) in split.test_anomalous.iter().zip(&anomalous) {
        let class = labelled.classes[labelled.labels[index]].clone();
        by_class.entry(class).or_default().push(score);
    }
    let rate = args.false_alarms / 100.0;
    let flagged = |scores: &[f32]| flagged(detector, scores, rate);
    let class = |(class, scores): (String, Vec<f32>)| {
        let auc = Ranking::new(&test, &scores)?.auc();
        let found = flagged(&scores).flagged;
        let images = scores.len();
        Ok((class, Class { auc, found, images }))
    };
    Ok(Draw {
        seed,
        auc: Ranking::new(&test, &anomalous)?.auc(),
        found: flagged(&anomalous),
        drawn: threshold(&detector.calibration, rate).map(|limit| learnt.sight.found(limit)),
        classes: by_class.into_iter().map(class).collect::<Result<_>>()?,
        test: flagged(&test),
        others: flagged(&other),
        seconds,
        milliseconds_an_image: 1000.0 * started.elapsed().as_secs_f64() / scored as f64,
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

/// What the threshold for a rate of false alarms does to images.
fn flagged(detector: &Detector, scores: &[f32], rate: f64) -> Flagged {
    let limit = threshold(&detector.calibration, rate).unwrap_or(f32::INFINITY);
    Flagged {
        images: scores.len(),
        flagged: scores.iter().filter(|&&score| score > limit).count(),
        expected: false_alarms_interval(detector.calibration.len(), rate, scores.len()),
    }
}
