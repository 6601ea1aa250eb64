//! Arguments that several commands have, and the choices that arguments offer, as the core knows them.

use crate::data::{Protocol, SplitKind};
use crate::device::{Compute, DeviceChoice, DeviceError, open};
use crate::image::ValueRange;
use crate::methods::MethodId;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::de::DeserializeOwned;
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
    #[arg(long, value_parser = one_of::<Protocol>(PROTOCOLS))]
    pub protocol: Option<Protocol>,
    /// Which images train and which test [default: pooled; of a folder the official one, if it has train and test]
    #[arg(long, value_parser = one_of::<SplitKind>(SPLITS))]
    pub split: Option<SplitKind>,
}

/// What to compute on.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// What to compute on: `auto` takes the GPU if a real one works
    #[arg(long, value_parser = one_of::<DeviceChoice>(DEVICES), default_value = "auto")]
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

/// Two values, as in 0,4095.
///
/// # Errors
/// They are not two whole numbers from 0 to 65535, the second more than the first.
pub fn value_range(text: &str) -> Result<ValueRange, String> {
    let numbers: Option<Vec<u16>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[low, high]) if low < high => Ok(ValueRange { low, high }),
        _ => Err("two whole numbers from 0 to 65535 are needed, black and white, as in 0,4095".to_owned()),
    }
}

/// What can be chosen: the word, which is also that of cards, and what it means.
pub type Choices = &'static [(&'static str, &'static str)];

/// Which classes are normal.
const PROTOCOLS: Choices = &[
    ("leave-one-out", "One class is the anomaly, the others are normal"),
    ("one-class", "One class is normal, the others are anomalies"),
];

/// Which images train and which test.
pub const SPLITS: Choices = &[
    (
        "pooled",
        "Training and test set in one pool: 80 % of the normal images train, the others and all anomalies test",
    ),
    (
        "official",
        "As the data set comes: its training set trains, its test set tests",
    ),
];

/// What images are scored by.
pub const SCORES: Choices = &[
    ("paper", "The score of the method's paper"),
    (
        "nearest-normal",
        "Distance to the nearest normal image times the relative reconstruction error, for an image of its sharpness",
    ),
    (
        "nearest-normal-features",
        "That and the distance of the discriminator's features, for an image of its contrast and latent length",
    ),
];

/// How training images are varied.
pub const AUGMENTATIONS: Choices = &[
    ("none", "Not at all"),
    (
        "flips-and-shifts",
        "Mirrored in both directions and shifted by up to a sixteenth of the side, at random",
    ),
];

/// How latent vectors are compared.
pub const DISTANCES: Choices = &[
    ("squared", "Mean of squared differences, as in the authors' code"),
    ("absolute", "Mean of absolute differences, as in the paper"),
];

/// Number format of weights.
pub const PRECISIONS: Choices = &[("full", "32 bits"), ("half", "16 bits: half the size")];

/// What to compute on.
const DEVICES: Choices = &[
    ("auto", "The GPU if a real one works, else the CPU"),
    ("cpu", "The CPU"),
    ("gpu", "The GPU, software ones included"),
];

/// Colour channels of images.
pub const CHANNELS: Choices = &[("1", "Grey"), ("3", "Colour")];

/// Reads an argument that is one of these words, as JSON has it.
pub fn one_of<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    choices: Choices,
) -> impl TypedValueParser<Value = T> {
    let words = choices.iter().map(|(word, help)| PossibleValue::new(word).help(help));
    PossibleValuesParser::new(words)
        .try_map(|word| serde_json::from_str(&word).or_else(|_| serde_json::from_value(word.into())))
}

/// Reads the name of a method; the help tells of each.
pub fn method() -> impl TypedValueParser<Value = MethodId> {
    let names = MethodId::ALL
        .iter()
        .map(|method| PossibleValue::new(method.id).help(method.about));
    // Only names of the list get here.
    PossibleValuesParser::new(names).map(|id| MethodId::named(&id).unwrap_or_default())
}

/// A number of per cent, 0 to 100.
///
/// # Errors
/// It is something else.
pub fn per_cent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "choose 0 to 100 per cent".to_owned())
}
