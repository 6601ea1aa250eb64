//! What each table of the papers asks for, and what each budget makes of it.

use super::args::ReproduceArgs;
use crate::config::{ModelConfig, TrainingConfig};
use crate::data::{Protocol, SplitKind};
use crate::methods::MethodId;
use crate::native::datasets::Dataset;
use crate::native::datasets::catalogue::TableOf;
use crate::native::results::{Budget, Table};

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
    table: Table,
    budget: Budget,
}

/// How one method is trained for a table.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSettings {
    /// Shape of the networks.
    pub model: ModelConfig,
    /// Settings of the training, but for the seed.
    pub training: TrainingConfig,
}

impl Setup {
    /// The table at the budget.
    pub fn new(table: Table, budget: Budget) -> Self {
        let known = table.dataset();
        let asked = &known.table;
        let (quick, small) = (budget == Budget::Quick, asked.quick.is_small);
        Self {
            dataset: Dataset::Known(known),
            protocol: asked.protocol,
            split: asked.split,
            channels: known.channels,
            size: if quick { 32 } else { asked.side },
            seeds: if quick && !small { 1 } else { 3 },
            table,
            budget,
        }
    }

    /// Takes what the user changes.
    pub fn apply(&mut self, args: &ReproduceArgs) {
        self.size = args.overrides.size.unwrap_or(self.size);
        self.seeds = args.seeds.unwrap_or(self.seeds);
    }

    /// How a method is trained. The paper's budget has the papers' settings.
    pub fn settings(&self, method: MethodId) -> RunSettings {
        let table = &self.table.dataset().table;
        let (features, epochs) = match self.budget {
            Budget::Quick if method.is_heavy => table.quick.u_net,
            Budget::Quick => table.quick.usual,
            Budget::Paper => (PAPER_FEATURES, paper_epochs(table, method)),
        };
        RunSettings {
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
        let table = &self.table.dataset().table;
        let compared = [
            ("nf is", model.features, PAPER_FEATURES),
            ("image size is", model.size, table.side),
            ("number of epochs is", training.epochs, paper_epochs(table, method)),
        ];
        compared
            .into_iter()
            .filter(|(_, here, paper)| here != paper)
            .map(|(what, here, paper)| format!("{what} {here} where the full protocol has {paper}"))
            .collect()
    }
}

/// Passes over the training images in the papers.
fn paper_epochs(table: &TableOf, method: MethodId) -> usize {
    method.paper_epochs.unwrap_or(table.epochs)
}
