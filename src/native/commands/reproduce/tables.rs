//! What each table of the papers asks for, and what each budget makes of it.

use super::args::ReproduceArgs;
use crate::card::ModelCard;
use crate::config::{ModelConfig, TrainingConfig};
use crate::methods::MethodId;
use crate::native::datasets::catalogue::Known;
use crate::native::results::Budget;

/// Channels after the first convolution, nf, of both papers.
const PAPER_FEATURES: usize = 64;

/// A table at a budget, with what the user changes.
#[derive(Debug)]
pub struct Setup<'a> {
    /// What the user asks for.
    pub args: &'a ReproduceArgs,
    /// The data set, and what its table asks for.
    pub known: &'static Known,
    /// Side of the images in pixels.
    pub size: usize,
    /// Seeds of a class: 0, 1, ...
    pub seeds: u64,
}

impl<'a> Setup<'a> {
    /// The table that the user asks for.
    pub fn new(args: &'a ReproduceArgs) -> Self {
        let known = args.table.dataset();
        let (quick, small) = (args.budget == Budget::Quick, known.table.quick.is_small);
        let side = if quick { 32 } else { known.table.side };
        let seeds = if quick && !small { 1 } else { 3 };
        Self {
            args,
            known,
            size: args.size.unwrap_or(side),
            seeds: args.seeds.unwrap_or(seeds),
        }
    }

    /// The shape of a method's networks, and how they are trained, but for the seed. The paper's budget has the papers'
    /// settings.
    pub fn settings(&self, method: MethodId) -> (ModelConfig, TrainingConfig) {
        let quick = &self.known.table.quick;
        let (features, epochs) = match self.args.budget {
            Budget::Quick if method.is_heavy => quick.u_net,
            Budget::Quick => quick.usual,
            Budget::Paper => (PAPER_FEATURES, self.paper_epochs(method)),
        };
        let model = ModelConfig {
            size: self.size,
            channels: self.known.channels,
            features: self.args.nf.unwrap_or(features),
            ..ModelConfig::default()
        };
        let mut training = TrainingConfig {
            epochs: self.args.epochs.unwrap_or(epochs),
            ..TrainingConfig::default()
        };
        if !method.learns_at_once {
            training.augmentation = self.args.augmentation;
        }
        (model, training)
    }

    /// Most images that train, if not all do. A trial's limit is for what takes long.
    pub fn limit(&self, method: MethodId) -> Option<usize> {
        self.args.limit.filter(|_| !method.learns_at_once)
    }

    /// Passes over the training images in the papers.
    fn paper_epochs(&self, method: MethodId) -> usize {
        method.paper_epochs.unwrap_or(self.known.table.epochs)
    }

    /// Where the settings of a model differ from the papers': whole sentences without a full stop. The report tells how
    /// many seeds there are.
    pub fn left_out(&self, card: &ModelCard) -> Vec<String> {
        let paper_epochs = self.paper_epochs(card.method);
        let compared = [
            ("nf is", card.model.features, PAPER_FEATURES),
            ("image size is", card.model.size, self.known.table.side),
            ("number of epochs is", card.training.epochs, paper_epochs),
        ];
        compared
            .into_iter()
            .filter(|(_, here, paper)| here != paper)
            .map(|(what, here, paper)| format!("{what} {here} where the full protocol has {paper}"))
            .collect()
    }
}
