//! One cell of a table: a method on one split, from training to figures.

use super::context::Context;
use super::details;
use super::grid::Job;
use super::observer::{CellObserver, History, Unfinished};
use super::progress::Bar;
use super::roles::Roles;
use crate::SOFTWARE;
use crate::card::ModelCard;
use crate::methods::MethodId;
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
pub fn compute(job: &Job, context: &Context, bar: &Bar, keep: Keep) -> Result<()> {
    let method = job.method;
    // A trial's limit is for what takes long.
    let limit = context.overrides.limit.filter(|_| !method.learns_at_once);
    let roles = Roles::new(&job.paper, limit, context)?;
    let Some(trained) = train(job, method, &roles, context, bar)? else {
        return Ok(());
    };
    for &form in &job.forms {
        let cell = job.cell(form);
        let (detector, judged) = finish(&cell, form, &trained.weights, &roles, context)?;
        let mut record = record(&cell, &judged, &roles, context)?;
        if form.is_paper() && !method.learns_at_once {
            let earlier = trained.progress.judged.iter().map(|&(_, auc)| auc);
            record.epochs = earlier.chain([record.auc]).collect();
        }
        let (model, training) = (&detector.card.model, &detector.card.training);
        if !method.learns_at_once {
            record.notes.extend(context.setup.left_out(method, model, training));
            record.notes.extend(limit.map(limited));
            record.model = Some(model.clone());
            record.training = Some(training.clone());
        }
        record.training_seconds = trained.progress.seconds.iter().sum();
        record.milliseconds_per_image = milliseconds_per_image(&detector, &roles.test)?;
        record.device = context.compute.name.clone();
        let Some(details) = details::pictures(&detector, &roles, &judged, context)? else {
            return Ok(());
        };
        keep(&record, &details)?;
    }
    trained.unfinished.remove();
    Ok(())
}

/// Networks after their last epoch.
struct Trained {
    weights: Weights,
    progress: History,
    unfinished: Unfinished,
}

/// Trains a job's networks, or takes those of its finished cell; nothing if the user stops it.
fn train(job: &Job, method: MethodId, roles: &Roles, context: &Context, bar: &Bar) -> Result<Option<Trained>> {
    let cell = &job.paper;
    let card = card(job, method, roles, context);
    let unfinished = Unfinished::new(context.folder, &cell.id());
    let before = weights_file(cell, context);
    if !job.forms.contains(&ScoreForm::Paper) && before.exists() {
        let (mut weights, _) = read_weights(&before)?;
        if same_run(&weights.card, &card) {
            weights.card.data = card.data;
            let progress = History {
                seconds: vec![job.trained_seconds],
                ..History::default()
            };
            return Ok(Some(Trained {
                weights,
                progress,
                unfinished,
            }));
        }
    }
    let (mut trainer, progress) = match unfinished.load()?.filter(|(kept, _)| same_run(&kept.card, &card)) {
        Some((checkpoint, progress)) => (Trainer::resume(&checkpoint, context.compute)?, progress),
        None => (Trainer::new(card, context.compute)?, History::default()),
    };
    let mut observer = CellObserver::new(progress, &unfinished, &roles.test, cell.seed, context, bar);
    pollster::block_on(trainer.run(&roles.training, &mut observer))?;
    let progress = observer.progress;
    if trainer.card().epochs_trained < trainer.card().training.epochs {
        return Ok(None);
    }
    let weights = wait(trainer.detector().weights())?;
    Ok(Some(Trained {
        weights,
        progress,
        unfinished,
    }))
}

fn card(job: &Job, method: MethodId, roles: &Roles, context: &Context) -> ModelCard {
    let cell = &job.paper;
    let mut settings = context.setup.settings(method);
    context.overrides.apply(&mut settings);
    settings.training.seed = cell.seed;
    settings.training.augmentation = job.augmentation();
    ModelCard {
        name: format!("{}-{}-{}", cell.table, cell.class, cell.method),
        ..ModelCard::new(method, settings.model, settings.training, roles.data_card(context))
    }
}

fn limited(limit: usize) -> String {
    format!("trained on at most {limit} images")
}

fn same_run(kept: &ModelCard, wanted: &ModelCard) -> bool {
    let made_of = |card: &ModelCard| {
        (
            card.method,
            card.model.clone(),
            card.training.clone(),
            card.settings.clone(),
        )
    };
    made_of(kept) == made_of(wanted) && kept.data.agrees_with(&wanted.data)
}

/// The model as it is stored, and what it makes of the test images.
fn finish(
    cell: &Cell,
    form: ScoreForm,
    weights: &Weights,
    roles: &Roles,
    context: &Context,
) -> Result<(Detector, Judged)> {
    let normals = [&roles.training, &roles.calibration];
    let precision = match cell_keeps_model(&weights.card) {
        true => Precision::Half,
        false => Precision::Full,
    };
    let mut detector = finished(weights, precision, form, normals, &context.compute.device)?;
    let judged = judge(&detector, &roles.test, Console::silent())?;
    detector.card.metrics = Some(judged.metrics);
    if cell_keeps_model(&weights.card) {
        let bytes = wait(detector.weights())?.to_bytes(precision)?;
        write_atomically(&weights_file(cell, context), &bytes)?;
    }
    Ok((detector, judged))
}

/// Whether the model is stored: those that learn at once are made anew sooner than they are read.
fn cell_keeps_model(card: &ModelCard) -> bool {
    !card.method.learns_at_once
}

fn weights_file(cell: &Cell, context: &Context) -> PathBuf {
    context
        .folder
        .join("weights")
        .join(format!("{}.safetensors", cell.id()))
}

/// What every method's record has; the rest is filled in by the caller.
fn record(cell: &Cell, judged: &Judged, roles: &Roles, context: &Context) -> Result<Record> {
    Ok(Record {
        cell: cell.clone(),
        auc: judged.metrics.auc,
        average_precision: judged.metrics.pr_auc,
        eer: judged.metrics.eer,
        auc_by_class: roles.auc_by_class(judged, context)?,
        epochs: Vec::new(),
        images: roles.counts(),
        model: None,
        training: None,
        training_seconds: 0.0,
        milliseconds_per_image: 0.0,
        device: String::new(),
        software: SOFTWARE.to_owned(),
        notes: context.images.notes.clone(),
    })
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
