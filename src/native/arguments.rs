//! Arguments that several commands have, and the choices that arguments offer, as the core knows them.

use crate::config::{Augmentation, LatentDistance};
use crate::data::{Protocol, SplitKind};
use crate::device::DeviceChoice;
use crate::methods::MethodId;
use crate::normality::ScoreForm;
use crate::weights::Precision;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
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
    #[arg(long, value_enum)]
    pub protocol: Option<ProtocolArg>,
    /// Which images train and which test [default: pooled; of a folder the official one, if it has train and test]
    #[arg(long, value_enum)]
    pub split: Option<SplitArg>,
}

/// What to compute on.
#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// What to compute on: `auto` takes the GPU if a real one works
    #[arg(long, value_enum, default_value = "auto")]
    pub device: DeviceArg,
}

/// Which images train and which test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// Training and test set in one pool: 80 % of the normal images train, the others and all anomalies test
    Pooled,
    /// As the data set comes: its training set trains, its test set tests
    Official,
}

impl From<SplitArg> for SplitKind {
    fn from(arg: SplitArg) -> Self {
        match arg {
            SplitArg::Pooled => Self::Pooled,
            SplitArg::Official => Self::Official,
        }
    }
}

/// Which classes are normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProtocolArg {
    /// One class is the anomaly, the others are normal
    LeaveOneOut,
    /// One class is normal, the others are anomalies
    OneClass,
}

impl From<ProtocolArg> for Protocol {
    fn from(arg: ProtocolArg) -> Self {
        match arg {
            ProtocolArg::LeaveOneOut => Self::LeaveOneOut,
            ProtocolArg::OneClass => Self::OneClass,
        }
    }
}

/// Reads the name of a method; the help tells of each.
pub fn method() -> impl TypedValueParser<Value = MethodId> {
    let names = MethodId::ALL
        .iter()
        .map(|method| PossibleValue::new(method.id()).help(method.about()));
    // Only names of the list get here.
    PossibleValuesParser::new(names).map(|id| MethodId::named(&id).unwrap_or_default())
}

/// What images are scored by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScoreArg {
    /// The score of the method's paper
    Paper,
    /// Distance to the nearest normal image times the relative reconstruction error, for an image of its sharpness
    NearestNormal,
    /// That and the distance of the discriminator's features, for an image of its contrast and latent length
    NearestNormalFeatures,
}

impl From<ScoreArg> for ScoreForm {
    fn from(arg: ScoreArg) -> Self {
        match arg {
            ScoreArg::Paper => Self::Paper,
            ScoreArg::NearestNormal => Self::NearestNormal,
            ScoreArg::NearestNormalFeatures => Self::NearestNormalFeatures,
        }
    }
}

/// How training images are varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AugmentationArg {
    /// Not at all
    None,
    /// Mirrored in both directions and shifted by up to two pixels, at random
    FlipsAndShifts,
}

impl From<AugmentationArg> for Augmentation {
    fn from(arg: AugmentationArg) -> Self {
        match arg {
            AugmentationArg::None => Self::None,
            AugmentationArg::FlipsAndShifts => Self::FlipsAndShifts,
        }
    }
}

/// How latent vectors are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DistanceArg {
    /// Mean of squared differences, as in the authors' code
    Squared,
    /// Mean of absolute differences, as in the paper
    Absolute,
}

impl From<DistanceArg> for LatentDistance {
    fn from(arg: DistanceArg) -> Self {
        match arg {
            DistanceArg::Squared => Self::Squared,
            DistanceArg::Absolute => Self::Absolute,
        }
    }
}

/// Number format of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrecisionArg {
    /// 32 bits
    Full,
    /// 16 bits: half the size
    Half,
}

impl From<PrecisionArg> for Precision {
    fn from(arg: PrecisionArg) -> Self {
        match arg {
            PrecisionArg::Full => Self::Full,
            PrecisionArg::Half => Self::Half,
        }
    }
}

/// What to compute on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeviceArg {
    /// The GPU if a real one works, else the CPU
    Auto,
    /// The CPU
    Cpu,
    /// The GPU, software ones included
    Gpu,
}

impl From<DeviceArg> for DeviceChoice {
    fn from(arg: DeviceArg) -> Self {
        match arg {
            DeviceArg::Auto => Self::Auto,
            DeviceArg::Cpu => Self::Cpu,
            DeviceArg::Gpu => Self::Gpu,
        }
    }
}

/// A number of per cent, 0 to 100.
///
/// # Errors
/// It is something else.
pub fn per_cent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "choose 0 to 100 per cent".to_owned())
}
