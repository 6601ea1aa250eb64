//! One cell of a table: a method on one split, from training to figures.

use super::Context;
use super::details;
use super::grid::Job;
use super::observer::{CellObserver, History, Unfinished};
use super::roles::Roles;
use crate::SOFTWARE;
use crate::card::ModelCard;
use crate::native::datasets::TestImages;
use crate::native::files::write_atomically;
use crate::native::models::scoring::{Judged, finished, judge, score_all};
use crate::native::models::{read_weights, wait};
use crate::native::results::{Cell, Details, Record};
use crate::native::terminal::Console;
use crate::normality::ScoreForm;
use crate::score::Detector;
use crate::trainer::Trainer;
use crate::weights::{Precision, Weights};
use anyhow::Result;
use indicatif::ProgressBar;
use std::path::PathBuf;
use std::time::Instant;

/// Images whose scoring is timed.
const TIMED: usize = 256;

/// How often it is timed. The fastest counts: other cells may be training meanwhile.
const TIMES: usize = 3;

/// Where a finished cell goes.
pub type Keep<'a> = &'a dyn Fn(&Record, &Details) -> Result<()>;

/// Computes the cells of a job, and hands each over as soon as it is finished. What the user stops is not finished.
///
/// # Errors
/// The split cannot be made, the training or the device failed, or a file cannot be written.
pub fn compute(job: &Job, context: &Context, bar: &ProgressBar, keep: Keep) -> Result<()> {
    let roles = Roles::new(job, context)?;
    let unfinished = Unfinished::new(&context.setup.args.out, &job.paper.id());
    let Some((weights, history)) = train(job, &unfinished, &roles, context, bar)? else {
        return Ok(());
    };
    for &form in &job.forms {
        let cell = job.cell(form);
        let (detector, judged) = finish(&cell, form, &weights, &roles, context)?;
        let record = record(cell, &history, &detector, &judged, &roles, context)?;
        let Some(details) = details::pictures(&detector, &roles, &judged, context)? else {
            return Ok(());
        };
        keep(&record, &details)?;
    }
    unfinished.remove();
    Ok(())
}

/// Trains a job's networks, or takes those of its finished cell; nothing if the user stops it.
fn train(
    job: &Job,
    unfinished: &Unfinished,
    roles: &Roles,
    context: &Context,
    bar: &ProgressBar,
) -> Result<Option<(Weights, History)>> {
    let card = card(job, roles, context);
    let before = weights_file(&job.paper, context);
    if !job.forms.contains(&ScoreForm::Paper) && before.exists() {
        let (mut weights, _) = read_weights(&before)?;
        if same_run(&weights.card, &card) {
            weights.card.data = card.data;
            let history = History {
                seconds: vec![job.trained_seconds],
                ..History::default()
            };
            return Ok(Some((weights, history)));
        }
    }
    let (mut trainer, history) = match unfinished.load()?.filter(|(kept, _)| same_run(&kept.card, &card)) {
        Some((checkpoint, history)) => (Trainer::resume(&checkpoint, context.compute)?, history),
        None => {
            let trainer = Trainer::new(card, context.compute)?;
            (trainer.with_front_end(&context.front_end), History::default())
        }
    };
    let mut observer = CellObserver::new(history, unfinished, &roles.test, job.paper.seed, context, bar);
    pollster::block_on(trainer.run(&roles.training, &mut observer))?;
    let history = observer.history;
    if trainer.card().epochs_trained < trainer.card().training.epochs {
        return Ok(None);
    }
    Ok(Some((wait(trainer.detector().weights())?, history)))
}

fn card(job: &Job, roles: &Roles, context: &Context) -> ModelCard {
    let cell = &job.paper;
    let (model, mut training) = context.setup.settings(job.method);
    training.seed = cell.seed;
    ModelCard {
        name: format!("{}-{}-{}", cell.table, cell.class, cell.method),
        ..ModelCard::new(job.method, model, training, roles.data_card(context))
    }
}

fn same_run(kept: &ModelCard, wanted: &ModelCard) -> bool {
    kept.shape() == wanted.shape()
        && kept.training == wanted.training
        && kept.settings == wanted.settings
        && kept.data.agrees_with(&wanted.data)
}

/// The model as it is stored, and what it makes of the test images.
fn finish(
    cell: &Cell,
    form: ScoreForm,
    weights: &Weights,
    roles: &Roles,
    context: &Context,
) -> Result<(Detector, Judged)> {
    // What learns at once is not stored: it is made anew sooner than it is read.
    let is_stored = !weights.card.method.learns_at_once;
    let precision = if is_stored { Precision::Half } else { Precision::Full };
    let normals = [&roles.training, &roles.calibration];
    let mut detector = finished(weights, precision, form, normals, &context.compute.device)?;
    let judged = judge(&detector, &roles.test, Console::silent())?;
    detector.card.metrics = Some(judged.metrics);
    if is_stored {
        let bytes = wait(detector.weights())?.to_bytes(precision)?;
        write_atomically(&weights_file(cell, context), &bytes)?;
    }
    Ok((detector, judged))
}

fn weights_file(cell: &Cell, context: &Context) -> PathBuf {
    let folder = context.setup.args.out.join("weights");
    folder.join(format!("{}.safetensors", cell.id()))
}

/// The figures of a cell and how they were obtained.
fn record(
    cell: Cell,
    history: &History,
    detector: &Detector,
    judged: &Judged,
    roles: &Roles,
    context: &Context,
) -> Result<Record> {
    let card = &detector.card;
    let mut record = Record {
        cell,
        auc: judged.metrics.auc,
        average_precision: judged.metrics.pr_auc,
        eer: judged.metrics.eer,
        auc_by_class: roles.auc_by_class(judged, context)?,
        epochs: Vec::new(),
        images: roles.counts(),
        model: None,
        training: None,
        training_seconds: history.seconds.iter().sum(),
        milliseconds_per_image: milliseconds_per_image(detector, &roles.test)?,
        device: context.compute.name.clone(),
        software: SOFTWARE.to_owned(),
        notes: context.images.notes.clone(),
    };
    if card.method.learns_at_once {
        return Ok(record);
    }
    if card.score.is_paper() {
        let earlier = history.judged.iter().map(|&(_, auc)| auc);
        record.epochs = earlier.chain([record.auc]).collect();
    }
    let limit = context.setup.limit(card.method);
    record.notes.extend(context.setup.left_out(card));
    record
        .notes
        .extend(limit.map(|limit| format!("trained on at most {limit} images")));
    record.model = Some(card.model.clone());
    record.training = Some(card.training.clone());
    Ok(record)
}

/// Time to score one image of a batch, the data's way to the device and back included.
fn milliseconds_per_image(detector: &Detector, test: &TestImages) -> Result<f64> {
    let some: Vec<usize> = (0..test.normal.len().min(TIMED)).collect();
    let images = test.normal.select(&some);
    let mut fastest = f64::INFINITY;
    for _ in 0..TIMES {
        let began = Instant::now();
        score_all(detector, &images, "timing", Console::silent())?;
        fastest = fastest.min(began.elapsed().as_secs_f64());
    }
    Ok(1000.0 * fastest / images.len() as f64)
}
