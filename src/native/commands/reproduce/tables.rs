//! What each table of the papers asks for, and what each budget makes of it.

use super::args::ReproduceArgs;
use crate::config::{ModelConfig, TrainingConfig};
use crate::data::{Protocol, SplitKind};
use crate::methods::MethodId;
use crate::native::datasets::Dataset;
use crate::native::results::{Budget, Table};

/// Normal images that the nearest-normals control compares with at the quick budget: all of them take minutes a class.
const QUICK_NEAREST: usize = 10_000;

/// Channels after the first convolution, nf, of both papers.
const PAPER_FEATURES: usize = 64;

/// A table at a budget.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where the images come from.
    pub dataset: Dataset,
    /// Which classes are normal.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub split: SplitKind,
    /// Colour channels of the images.
    pub channels: usize,
    /// Side of the images in pixels.
    pub size: usize,
    /// Seeds of a class: 0, 1, ...
    pub seeds: u64,
    /// Most training images that the nearest-normals control compares with.
    pub nearest: Option<usize>,
    table: Table,
    budget: Budget,
}

/// How one method is trained for a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Shape of the networks.
    pub model: ModelConfig,
    /// Settings of the training, but for the seed.
    pub training: TrainingConfig,
}

impl Setup {
    /// The table at the budget.
    pub fn new(table: Table, budget: Budget) -> Self {
        let (dataset, protocol, split) = match table {
            Table::Mnist => (Dataset::Mnist, Protocol::LeaveOneOut, SplitKind::Pooled),
            Table::FashionMnist => (Dataset::FashionMnist, Protocol::OneClass, SplitKind::Pooled),
            Table::Cifar10 => (Dataset::Cifar10, Protocol::LeaveOneOut, SplitKind::Pooled),
            Table::Xray => (
                Dataset::Folder("xray-threats".into()),
                Protocol::OneClass,
                SplitKind::Official,
            ),
        };
        let quick = budget == Budget::Quick;
        let small = table == Table::Xray;
        Self {
            channels: dataset.channels(),
            dataset,
            protocol,
            split,
            size: if quick { 32 } else { paper_size(table) },
            seeds: if quick && !small { 1 } else { 3 },
            nearest: (quick && !small).then_some(QUICK_NEAREST),
            table,
            budget,
        }
    }

    /// Takes what the user changes.
    pub fn apply(&mut self, args: &ReproduceArgs) {
        self.size = args.size.unwrap_or(self.size);
        self.seeds = args.seeds.unwrap_or(self.seeds);
    }

    /// How a method is trained. The paper's budget has the papers' settings.
    pub fn settings(&self, method: MethodId) -> Settings {
        let dataset = self.dataset.name();
        let [features, epochs] = match self.budget {
            Budget::Quick => method.quick_budget(&dataset),
            Budget::Paper => [PAPER_FEATURES, method.paper_epochs(&dataset)],
        };
        Settings {
            model: ModelConfig {
                size: self.size,
                channels: self.channels,
                features,
                ..ModelConfig::default()
            },
            training: TrainingConfig {
                epochs,
                ..TrainingConfig::default()
            },
        }
    }

    /// Where settings differ from the papers': whole sentences without a full stop. The report tells how many seeds
    /// there are.
    pub fn left_out(&self, method: MethodId, model: &ModelConfig, training: &TrainingConfig) -> Vec<String> {
        let compared = [
            ("nf is", model.features, PAPER_FEATURES),
            ("image size is", model.size, paper_size(self.table)),
            (
                "number of epochs is",
                training.epochs,
                method.paper_epochs(&self.dataset.name()),
            ),
        ];
        compared
            .into_iter()
            .filter(|(_, here, paper)| here != paper)
            .map(|(what, here, paper)| format!("{what} {here} where the full protocol has {paper}"))
            .collect()
    }
}

/// The sets of small images are enlarged to 32 pixels, X-ray images are larger (paper, section 4.1).
fn paper_size(table: Table) -> usize {
    match table {
        Table::Xray => 64,
        Table::Mnist | Table::FashionMnist | Table::Cifar10 => 32,
    }
}
