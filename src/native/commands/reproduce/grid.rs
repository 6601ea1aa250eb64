//! The cells of a table: which there are, and which of them this run computes.

use super::args::ReproduceArgs;
use super::tables::Setup;
use crate::config::Augmentation;
use crate::data::SplitKind;
use crate::data::place::NORMAL;
use crate::methods::MethodId;
use crate::native::datasets::Labelled;
use crate::native::results::Cell;
use crate::normality::ScoreForm;
use anyhow::{Result, ensure};
use std::collections::HashMap;

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
fn keep((index, count): (usize, usize), jobs: &mut Vec<Job>) {
    let mut dealt: HashMap<MethodId, usize> = HashMap::new();
    jobs.retain(|job| {
        let place = || methods().position(|method| method == job.method).unwrap_or(0);
        let next = dealt.entry(job.method).or_insert_with(place);
        *next += 1;
        (*next - 1) % count == index - 1
    });
}

/// The cells of a run in their order: class by class, seed by seed.
///
/// # Errors
/// A class does not exist.
pub fn jobs(setup: &Setup, images: &Labelled) -> Result<Vec<Job>> {
    let (args, table) = (setup.args, &setup.known.table);
    let wanted = |method: &MethodId| match args.methods.as_slice() {
        // The papers' tables are of networks that have seen nothing else.
        [] => !method.front_end,
        methods => methods.contains(method),
    };
    let mut jobs = Vec::new();
    for class in classes(setup, images)? {
        for seed in 0..setup.seeds {
            jobs.extend(methods().filter(wanted).map(|method| Job {
                method,
                forms: forms(args, method),
                trained_seconds: 0.0,
                paper: Cell {
                    table: args.table,
                    budget: args.budget,
                    protocol: table.protocol,
                    split: table.split,
                    class: class.clone(),
                    seed,
                    method: method.id.to_owned(),
                    options: training_options(setup, method),
                    changes: changes(setup, method),
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
fn training_options(setup: &Setup, method: MethodId) -> Vec<String> {
    match setup.settings(method).1.augmentation {
        Augmentation::FlipsAndShifts => vec!["flips-and-shifts".to_owned()],
        Augmentation::None => Vec::new(),
    }
}

/// What is changed for a method, part of its cells' identity: a trial does not count as the table. Only the size
/// concerns a method that learns at once.
fn changes(setup: &Setup, method: MethodId) -> Vec<String> {
    let args = setup.args;
    let of_training = |value: Option<usize>| value.filter(|_| !method.learns_at_once);
    let named = [
        ("nf", of_training(args.nf)),
        ("epochs", of_training(args.epochs)),
        ("limit", setup.limit(method)),
        ("size", args.size),
    ];
    named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}-{}", value?)))
        .collect()
}

/// The paper's score comes first, as the others are made of its networks.
fn forms(args: &ReproduceArgs, method: MethodId) -> Vec<ScoreForm> {
    let wanted = |form: &ScoreForm| form.is_paper() || args.scores.contains(form) && form.suits(method);
    ScoreForm::ALL.into_iter().filter(wanted).collect()
}

/// The classes that stand alone, each in its turn. A data set with a class `normal` has but that one.
fn classes(setup: &Setup, images: &Labelled) -> Result<Vec<String>> {
    let name = |class: usize| images.classes[class].clone();
    let asked = &setup.args.classes;
    if setup.known.table.split == SplitKind::Official {
        let named = asked.iter().find(|class| class.as_str() != NORMAL);
        ensure!(
            named.is_none(),
            "this table has one task, the normal images against all others: its results tell the figures of each \
             kind of anomaly, so leave --classes out"
        );
        return Ok(vec![name(images.class(NORMAL)?)]);
    }
    if asked.is_empty() {
        return Ok(images.classes.clone());
    }
    let mut classes = Vec::new();
    for class in asked {
        let class = name(images.class(class)?);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    Ok(classes)
}
