//! Arguments that several commands have, and the choices that arguments offer, as the core knows them.

use crate::config::{Augmentation, LatentDistance};
use crate::data::{Protocol, SplitKind};
use crate::device::{Compute, DeviceChoice, DeviceError, open};
use crate::methods::MethodId;
use crate::normality::ScoreForm;
use crate::weights::Precision;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// Where data sets are.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// Folder that holds data sets, such as mnist/train-images-idx3-ubyte.gz or cifar-10-binary.tar.gz [default: where
    /// `ganomaly fetch` puts them]
    #[arg(long, env = "GANOMALY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What is made of a labelled data set.
#[derive(Debug, Args)]
pub struct TaskArgs {
    /// Class that stands alone, by name or number: the anomaly, or with `--protocol one-class` the normal one. Of a
    /// data set with a class `normal` or `good`: the only kind of anomaly to test
    #[arg(long, visible_alias = "class", value_name = "CLASS")]
    pub anomaly: Option<String>,
    /// Which classes are normal [default: leave-one-out; with a class `normal`, that one]
    #[arg(long, value_parser = one_of(PROTOCOLS))]
    pub protocol: Option<Protocol>,
    /// Which images train and which test [default: pooled; of a folder the official one, if it has train and test]
    #[arg(long, value_parser = one_of(SPLITS))]
    pub split: Option<SplitKind>,
}

/// What to compute on.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// What to compute on: `auto` takes the GPU if a real one works
    #[arg(long, value_parser = one_of(DEVICES), default_value = "auto")]
    pub device: DeviceChoice,
}

impl DeviceArgs {
    /// Starts the device.
    ///
    /// # Errors
    /// The GPU was asked for and does not work.
    pub fn open(&self) -> Result<Compute, DeviceError> {
        pollster::block_on(open(self.device))
    }
}

/// What can be chosen: the word, what it means, and the value.
pub type Choices<T> = &'static [(&'static str, &'static str, T)];

/// Which classes are normal.
const PROTOCOLS: Choices<Protocol> = &[
    (
        "leave-one-out",
        "One class is the anomaly, the others are normal",
        Protocol::LeaveOneOut,
    ),
    (
        "one-class",
        "One class is normal, the others are anomalies",
        Protocol::OneClass,
    ),
];

/// Which images train and which test.
pub const SPLITS: Choices<SplitKind> = &[
    (
        "pooled",
        "Training and test set in one pool: 80 % of the normal images train, the others and all anomalies test",
        SplitKind::Pooled,
    ),
    (
        "official",
        "As the data set comes: its training set trains, its test set tests",
        SplitKind::Official,
    ),
];

/// Reads the name of a method; the help tells of each.
pub fn method() -> impl TypedValueParser<Value = MethodId> {
    let names = MethodId::ALL
        .iter()
        .map(|method| PossibleValue::new(method.id).help(method.about));
    // Only names of the list get here.
    PossibleValuesParser::new(names).map(|id| MethodId::named(&id).unwrap_or_default())
}

/// What images are scored by.
pub const SCORES: Choices<ScoreForm> = &[
    ("paper", "The score of the method's paper", ScoreForm::Paper),
    (
        "nearest-normal",
        "Distance to the nearest normal image times the relative reconstruction error, for an image of its sharpness",
        ScoreForm::NearestNormal,
    ),
    (
        "nearest-normal-features",
        "That and the distance of the discriminator's features, for an image of its contrast and latent length",
        ScoreForm::NearestNormalFeatures,
    ),
];

/// How training images are varied.
pub const AUGMENTATIONS: Choices<Augmentation> = &[
    ("none", "Not at all", Augmentation::None),
    (
        "flips-and-shifts",
        "Mirrored in both directions and shifted by up to a sixteenth of the side, at random",
        Augmentation::FlipsAndShifts,
    ),
];

/// How latent vectors are compared.
pub const DISTANCES: Choices<LatentDistance> = &[
    (
        "squared",
        "Mean of squared differences, as in the authors' code",
        LatentDistance::Squared,
    ),
    (
        "absolute",
        "Mean of absolute differences, as in the paper",
        LatentDistance::Absolute,
    ),
];

/// Number format of weights.
pub const PRECISIONS: Choices<Precision> = &[
    ("full", "32 bits", Precision::Full),
    ("half", "16 bits: half the size", Precision::Half),
];

/// What to compute on.
const DEVICES: Choices<DeviceChoice> = &[
    ("auto", "The GPU if a real one works, else the CPU", DeviceChoice::Auto),
    ("cpu", "The CPU", DeviceChoice::Cpu),
    ("gpu", "The GPU, software ones included", DeviceChoice::Gpu),
];

/// Colour channels of images.
pub const CHANNELS: Choices<usize> = &[("1", "Grey", 1), ("3", "Colour", 3)];

/// Reads an argument that is one of these words.
pub fn one_of<T: Clone + Send + Sync>(choices: Choices<T>) -> impl TypedValueParser<Value = T> {
    let words = choices
        .iter()
        .map(|(word, help, _)| PossibleValue::new(word).help(help));
    PossibleValuesParser::new(words).try_map(move |given| {
        let found = choices.iter().find(|(word, ..)| *word == given);
        found
            .map(|(.., value)| value.clone())
            .ok_or("it is none of the choices")
    })
}

/// A number of per cent, 0 to 100.
///
/// # Errors
/// It is something else.
pub fn per_cent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "choose 0 to 100 per cent".to_owned())
}
