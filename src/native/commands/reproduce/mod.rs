//! `ganomaly reproduce`: computes a table of the papers, cell by cell. Each cell is a method on one class
//! and seed; its result is one line of the results, so that a killed run goes on with the next cell, and that many
//! machines can share a table.

pub mod args;
mod cell;
mod details;
mod grid;
mod observer;
mod progress;
mod roles;
mod tables;

use crate::device::Compute;
use crate::methods::MethodId;
use crate::native::datasets::{Dataset, Labelled, Reading};
use crate::native::models;
use crate::native::results::{self, Cell, Details, Record};
use crate::native::terminal::{Console, Interrupt, Outcome, sentence};
use crate::normality::ScoreForm;
use crate::weights::FrontEnd;
use anyhow::{Result, bail};
use args::ReproduceArgs;
use grid::Job;
use progress::Board;
use rayon::ThreadPoolBuilder;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tables::Setup;

const STOPPING: &str = "Stopping; finished cells and the last epoch of the others are kept.";

/// What all cells of a run share.
pub struct Context<'a> {
    /// The table.
    pub setup: &'a Setup<'a>,
    /// The data set.
    pub images: &'a Labelled,
    /// What to compute on.
    pub compute: &'a Compute,
    /// What methods see images through that need a front end.
    pub front_end: FrontEnd,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
}

/// Runs the command: computes the cells that the results do not have yet.
///
/// # Errors
/// The data set or earlier results cannot be read, or an argument names nothing. A cell that fails is told of and left
/// out; the others go on.
pub fn run(args: &ReproduceArgs, console: Console) -> Result<Outcome> {
    let interrupt = &Interrupt::listen(STOPPING)?;
    let setup = Setup::new(args);
    check(&setup)?;
    let (dataset, data) = (Dataset::Known(setup.known), args.data.data.as_deref());
    let channels = setup.known.channels;
    let images = Labelled::load(&dataset, data, Reading::new((channels, setup.size), console, interrupt))?;
    let jobs = grid::jobs(&setup, &images)?;
    let cells: usize = jobs.iter().map(|job| job.forms.len()).sum();
    let todo = without_done(jobs, &args.out)?;
    let left: usize = todo.iter().map(|job| job.forms.len()).sum();
    let done = cells - left;
    if todo.is_empty() {
        console.note(format_args!(
            "All {done} cell(s) are done: see `ganomaly report {}`",
            args.out.display()
        ));
        return Ok(Outcome::Done);
    }
    let compute = args.device.open()?;
    let width = at_a_time(args, &compute, todo.len());
    console.note(format_args!(
        "{left} cell(s) to compute, {done} done before; on {}, {width} at a time",
        compute.name
    ));
    let context = Context {
        setup: &setup,
        images: &images,
        compute: &compute,
        front_end: models::front_end()?,
        interrupt,
    };
    let failed = compute_all(todo, width, &context, console);
    if interrupt.asked() {
        console.warn("Stopped. Run the same command again to go on.");
        return Ok(Outcome::Interrupted);
    }
    if failed > 0 {
        bail!("{failed} cell(s) failed; run the same command again to try them once more");
    }
    console.note(format_args!("Done: see `ganomaly report {}`", args.out.display()));
    Ok(Outcome::Done)
}

/// Impossible settings are told of before minutes go into loading images.
fn check(setup: &Setup) -> Result<()> {
    for &method in MethodId::ALL {
        let (model, training) = setup.settings(method);
        method.checked(&model, &method.default_settings())?;
        training.validate()?;
    }
    Ok(())
}

/// What has no result yet.
fn without_done(mut jobs: Vec<Job>, folder: &Path) -> Result<Vec<Job>> {
    if !folder.exists() {
        return Ok(jobs);
    }
    let results = results::read(&[folder.to_path_buf()])?;
    let records = results.records.iter().map(|stored| &stored.record);
    let done: HashMap<&Cell, &Record> = records.map(|record| (&record.cell, record)).collect();
    for job in &mut jobs {
        if let Some(record) = done.get(&job.paper) {
            job.trained_seconds = record.training_seconds;
        }
        let wanted = std::mem::take(&mut job.forms);
        let is_missing = |form: &ScoreForm| !done.contains_key(&job.cell(*form));
        job.forms = wanted.into_iter().filter(is_missing).collect();
    }
    jobs.retain(|job| !job.forms.is_empty());
    Ok(jobs)
}

/// Cells computed at a time. A training step gains little from a second processor core; a GPU is shared badly.
fn at_a_time(args: &ReproduceArgs, compute: &Compute, cells: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let default = if compute.is_gpu { 1 } else { cores };
    args.jobs.unwrap_or(default).clamp(1, cells.max(1))
}

/// Computes the jobs, so many at a time; returns how many failed.
fn compute_all(todo: Vec<Job>, width: usize, context: &Context, console: Console) -> usize {
    let board = Board::new(todo.len(), console);
    let args = context.setup.args;
    let file = results::file(&args.out, args.shard);
    let queue = Mutex::new(todo.into_iter());
    let failed = AtomicUsize::new(0);
    let writing = Mutex::new(());
    let keep = |record: &Record, details: &Details| -> Result<()> {
        let _alone = writing.lock();
        results::write_details(&args.out, &record.cell, details)?;
        results::append(&file, record)?;
        let (id, seconds) = (record.cell.id(), record.training_seconds);
        board.say(&format!("{id}: AUC {:.4} ({seconds:.0} s)", record.auc));
        Ok(())
    };
    let work = || {
        // A lock is poisoned only by a panic, which ends the program anyway.
        let next = || queue.lock().ok()?.next();
        while let Some(job) = next().filter(|_| !context.interrupt.asked()) {
            let bar = board.begin(&job.paper.id());
            if let Err(error) = cell::compute(&job, context, &bar, &keep) {
                failed.fetch_add(1, Ordering::Relaxed);
                board.say(&format!("{} failed: {}", job.paper.id(), sentence(&error)));
            }
            drop(bar);
            board.end();
        }
    };
    // Each job has processor cores of its own: a training step that shares them waits more than it computes.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(
                || match ThreadPoolBuilder::new().num_threads((cores / width).max(1)).build() {
                    Ok(pool) => pool.install(work),
                    Err(_) => work(),
                },
            );
        }
    });
    board.clear();
    failed.into_inner()
}
