//! The choices that arguments offer, as the core knows them.

use crate::config::{Augmentation, LatentDistance, Method};
use crate::data::{Protocol, SplitKind};
use crate::device::DeviceChoice;
use crate::normality::ScoreForm;
use crate::weights::Precision;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Data sets that have a public home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FetchArg {
    /// Handwritten digits, 70,000 grey images, 12 MB
    Mnist,
    /// Clothes, 70,000 grey images, 31 MB
    FashionMnist,
    /// Small photographs, 60,000 colour images, 170 MB
    Cifar10,
    /// X-ray images: says where they are had
    XrayThreats,
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

/// Methods of the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// GANomaly (Akcay et al., 2018): encoder, decoder, encoder
    Ganomaly,
    /// Skip-GANomaly (Akcay et al., 2019): a U-Net
    SkipGanomaly,
}

impl From<MethodArg> for Method {
    fn from(arg: MethodArg) -> Self {
        match arg {
            MethodArg::Ganomaly => Self::Ganomaly,
            MethodArg::SkipGanomaly => Self::SkipGanomaly,
        }
    }
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
