//! The cells of a table: which there are, and which of them this run computes.

use super::args::{Contestant, Overrides, ReproduceArgs, Shard};
use super::tables::{RunSettings, Setup};
use crate::config::Augmentation;
use crate::data::SplitKind;
use crate::native::datasets::Labelled;
use crate::native::datasets::layout::NORMAL;
use crate::native::results::Cell;
use crate::normality::ScoreForm;
use anyhow::{Result, ensure};
use std::collections::HashMap;

/// Name of the augmentation among the options of a cell.
const FLIPS_AND_SHIFTS: &str = "flips-and-shifts";

/// Cells of one contestant, class and seed: they share the training.
#[derive(Debug, Clone)]
pub struct Job {
    /// What fills them.
    pub contestant: Contestant,
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

/// Deals out each contestant's cells by themselves, so that no machine gets all the quick ones.
fn keep(shard: Shard, jobs: &mut Vec<Job>) {
    let mut dealt: HashMap<&str, usize> = HashMap::new();
    let offset = |id: &str| {
        Contestant::all()
            .position(|contestant| contestant.id() == id)
            .unwrap_or(0)
    };
    jobs.retain(|job| {
        let id = job.contestant.id();
        let next = dealt.entry(id).or_insert(offset(id));
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

    /// What is changed for a contestant, part of its cells' identity: a trial does not count as the table. Only the
    /// size concerns a control.
    fn changes(&self, contestant: Contestant) -> Vec<String> {
        let is_method = matches!(contestant, Contestant::Method(_));
        let named = [
            ("nf", self.nf.filter(|_| is_method)),
            ("epochs", self.epochs.filter(|_| is_method)),
            ("limit", self.limit.filter(|_| is_method)),
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
    let wanted = |contestant: &Contestant| args.methods.is_empty() || args.methods.contains(contestant);
    let mut jobs = Vec::new();
    for class in classes(args, setup, images)? {
        for seed in 0..setup.seeds {
            jobs.extend(Contestant::all().filter(wanted).map(|contestant| Job {
                contestant,
                forms: forms(args, contestant),
                trained_seconds: 0.0,
                paper: Cell {
                    table: args.table,
                    budget: args.budget,
                    protocol: setup.protocol,
                    split: setup.split,
                    class: class.clone(),
                    seed,
                    method: contestant.id().to_owned(),
                    options: training_options(args, contestant),
                    changes: args.overrides.changes(contestant),
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
fn training_options(args: &ReproduceArgs, contestant: Contestant) -> Vec<String> {
    match (contestant, args.augmentation) {
        (Contestant::Method(_), Augmentation::FlipsAndShifts) => vec![FLIPS_AND_SHIFTS.to_owned()],
        (Contestant::Control(_), _) | (_, Augmentation::None) => Vec::new(),
    }
}

/// The paper's score comes first, as the others are made of its networks.
fn forms(args: &ReproduceArgs, contestant: Contestant) -> Vec<ScoreForm> {
    let wanted = |form: &ScoreForm| form.is_paper() || args.scores.contains(form);
    match contestant {
        Contestant::Method(_) => ScoreForm::ALL.into_iter().filter(wanted).collect(),
        Contestant::Control(_) => vec![ScoreForm::Paper],
    }
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
