//! The cells of a table: which there are, and which of them this run computes.

use super::args::{Overrides, ReproduceArgs, Shard};
use super::tables::{RunSettings, Setup};
use crate::config::Augmentation;
use crate::data::SplitKind;
use crate::methods::MethodId;
use crate::native::datasets::Labelled;
use crate::native::datasets::layout::NORMAL;
use crate::native::results::Cell;
use crate::normality::ScoreForm;
use anyhow::{Result, ensure};
use std::collections::HashMap;

/// Name of the augmentation among the options of a cell.
const FLIPS_AND_SHIFTS: &str = "flips-and-shifts";

/// Cells of one method, class and seed: they share the training.
#[derive(Debug, Clone)]
pub struct Job {
    /// What fills them.
    pub method: MethodId,
    /// The cell of the paper's score.
    pub paper: Cell,
    /// Which forms of the score are wanted.
    pub forms: Vec<ScoreForm>,
    /// Seconds that the training took, if it is done.
    pub trained_seconds: f64,
}

impl Job {
    /// How the training images are varied.
    pub fn augmentation(&self) -> Augmentation {
        if self.paper.options.iter().any(|option| option == FLIPS_AND_SHIFTS) {
            Augmentation::FlipsAndShifts
        } else {
            Augmentation::None
        }
    }

    /// The cell of a form of the score.
    pub fn cell(&self, form: ScoreForm) -> Cell {
        let mut cell = self.paper.clone();
        if !form.is_paper() {
            cell.options.push(form.id().to_owned());
        }
        cell
    }
}

/// All methods, those that learn at once first: they are quick, and say what the networks must beat.
fn methods() -> impl Iterator<Item = MethodId> {
    let (quick, others): (Vec<_>, Vec<_>) = MethodId::ALL.iter().partition(|method| method.learns_at_once);
    quick.into_iter().chain(others)
}

/// Deals out each method's cells by themselves, so that no machine gets all the quick ones.
fn keep(shard: Shard, jobs: &mut Vec<Job>) {
    let mut dealt: HashMap<MethodId, usize> = HashMap::new();
    jobs.retain(|job| {
        let place = || methods().position(|method| method == job.method).unwrap_or(0);
        let next = dealt.entry(job.method).or_insert_with(place);
        *next += 1;
        (*next - 1) % shard.count == shard.index - 1
    });
}

impl Overrides {
    /// Changes a table's settings.
    pub fn apply(&self, settings: &mut RunSettings) {
        if let Some(features) = self.nf {
            settings.model.features = features;
        }
        if let Some(epochs) = self.epochs {
            settings.training.epochs = epochs;
        }
    }

    /// What is changed for a method, part of its cells' identity: a trial does not count as the table. Only the size
    /// concerns a method that learns at once.
    fn changes(&self, method: MethodId) -> Vec<String> {
        let is_trained = !method.learns_at_once;
        let named = [
            ("nf", self.nf.filter(|_| is_trained)),
            ("epochs", self.epochs.filter(|_| is_trained)),
            ("limit", self.limit.filter(|_| is_trained)),
            ("size", self.size),
        ];
        named
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}-{}", value?)))
            .collect()
    }
}

/// The cells of a run in their order: class by class, seed by seed.
///
/// # Errors
/// A class does not exist.
pub fn jobs(args: &ReproduceArgs, setup: &Setup, images: &Labelled) -> Result<Vec<Job>> {
    let wanted = |method: &MethodId| args.methods.is_empty() || args.methods.contains(method);
    let mut jobs = Vec::new();
    for class in classes(args, setup, images)? {
        for seed in 0..setup.seeds {
            jobs.extend(methods().filter(wanted).map(|method| Job {
                method,
                forms: forms(args, method),
                trained_seconds: 0.0,
                paper: Cell {
                    table: args.table,
                    budget: args.budget,
                    protocol: setup.protocol,
                    split: setup.split,
                    class: class.clone(),
                    seed,
                    method: method.id.to_owned(),
                    options: training_options(args, method),
                    changes: args.overrides.changes(method),
                },
            }));
        }
    }
    if let Some(shard) = args.shard {
        keep(shard, &mut jobs);
    }
    Ok(jobs)
}

/// What is beyond the paper in the training of the networks.
fn training_options(args: &ReproduceArgs, method: MethodId) -> Vec<String> {
    match args.augmentation {
        Augmentation::FlipsAndShifts if !method.learns_at_once => vec![FLIPS_AND_SHIFTS.to_owned()],
        _ => Vec::new(),
    }
}

/// The paper's score comes first, as the others are made of its networks.
fn forms(args: &ReproduceArgs, method: MethodId) -> Vec<ScoreForm> {
    let wanted = |form: &ScoreForm| form.is_paper() || args.scores.contains(form) && form.suits(method);
    ScoreForm::ALL.into_iter().filter(wanted).collect()
}

/// The classes that stand alone, each in its turn. A data set with a class `normal` has but that one.
fn classes(args: &ReproduceArgs, setup: &Setup, images: &Labelled) -> Result<Vec<String>> {
    let name = |class: usize| images.classes[class].clone();
    if setup.split == SplitKind::Official {
        let named = args.classes.iter().find(|class| class.as_str() != NORMAL);
        ensure!(
            named.is_none(),
            "this table has one task, the normal images against all others: its results tell the figures of each \
             kind of anomaly, so leave --classes out"
        );
        return Ok(vec![name(images.class(NORMAL)?)]);
    }
    if args.classes.is_empty() {
        return Ok(images.classes.clone());
    }
    let mut classes = Vec::new();
    for class in &args.classes {
        let class = name(images.class(class)?);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    Ok(classes)
}
