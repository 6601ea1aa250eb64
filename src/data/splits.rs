//! Which images train and which test: protocols and splits of a labelled data set.

use super::{Stream, shuffled};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Which classes are normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// One class is the anomaly, all others are normal: the tables of GANomaly and Skip-GANomaly.
    LeaveOneOut,
    /// One class is normal, all others are anomalies: the tables of OCGAN.
    OneClass,
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LeaveOneOut => "leave-one-out",
            Self::OneClass => "one-class",
        })
    }
}

/// Which images train and which test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitKind {
    /// Training and test set in one pool, as in the authors' code: 80 % of the normal images train, the others and all
    /// anomalies test.
    Pooled,
    /// The data set's own split: the normal images of its training set train, its test set tests. Anomalies in its
    /// training set play no part.
    Official,
}

impl fmt::Display for SplitKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pooled => "pooled 80/20",
            Self::Official => "official split",
        })
    }
}

/// How a data set is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitConfig {
    /// The class that is set apart from all others.
    pub class: usize,
    /// Whether that class is the anomaly or the normal one.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub kind: SplitKind,
    /// How many training images to set aside for the threshold; [`default_calibration`] if not given.
    pub calibration: Option<usize>,
    /// Seed of the order in which images are drawn.
    pub seed: u64,
}

/// How many normal images are set aside for the threshold by default: a fifth of the training images, but 2 to 1000.
pub fn default_calibration(training_images: usize) -> usize {
    (training_images / 5).clamp(2, 1000)
}

/// Images of a labelled data set by their role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// Normal images to train on.
    pub training: Vec<usize>,
    /// Normal images kept out of training, to take a threshold from.
    pub calibration: Vec<usize>,
    /// Normal images of the test set.
    pub test_normal: Vec<usize>,
    /// Anomalous images of the test set.
    pub test_anomalous: Vec<usize>,
}

/// A split that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SplitError {
    /// No image has the class.
    #[error("no image has class {0}: choose a class of the data set")]
    NoSuchClass(usize),
    /// The data set is one pool.
    #[error("this copy of the data set does not say which images are its test set: use the pooled split")]
    NoOfficialSplit,
    /// Too few normal images.
    #[error(
        "{training} normal images to train on and {calibration} to take the threshold from are too few: add normal \
         images, or set fewer aside"
    )]
    TooFew {
        /// Images left to train on.
        training: usize,
        /// Images set aside.
        calibration: usize,
    },
}

/// Splits the images of a data set by their labels; `official_test` says for each image whether it belongs to the data
/// set's own test set, if that is known.
///
/// The split is drawn class by class, so the role of an image depends on the seed, not on which class is the anomaly.
/// The calibration images are taken from the training images; the test set plays no part in the threshold.
///
/// # Errors
/// No image has the class, the official split is not known, or too few images are normal.
///
/// # Panics
/// There are fewer answers in `official_test` than labels.
pub fn split(labels: &[usize], official_test: Option<&[bool]>, config: &SplitConfig) -> Result<Split, SplitError> {
    let &SplitConfig { class, protocol, .. } = config;
    if !labels.contains(&class) {
        return Err(SplitError::NoSuchClass(class));
    }
    let official = match config.kind {
        SplitKind::Pooled => None,
        SplitKind::Official => Some(official_test.ok_or(SplitError::NoOfficialSplit)?),
    };
    let mut split = Split::default();
    let order = shuffled(labels.len(), config.seed, Stream::Split);
    for current in 0..=labels.iter().copied().max().unwrap_or(0) {
        let members: Vec<usize> = order
            .iter()
            .copied()
            .filter(|&index| labels[index] == current)
            .collect();
        let normal = (current == class) == (protocol == Protocol::OneClass);
        let (training, test) = halves(members, official);
        if normal {
            split.training.extend(training);
            split.test_normal.extend(test);
        } else if official.is_some() {
            split.test_anomalous.extend(test);
        } else {
            split.test_anomalous.extend(training);
            split.test_anomalous.extend(test);
        }
    }
    // Back in the order of the shuffle, which mixes the classes, so that the images set aside are of all classes.
    let place = inverse(&order);
    split.training.sort_unstable_by_key(|&index| place[index]);
    set_aside(&mut split, config.calibration)?;
    Ok(split)
}

/// The images of a class that may train and those that test.
fn halves(members: Vec<usize>, official_test: Option<&[bool]>) -> (Vec<usize>, Vec<usize>) {
    match official_test {
        Some(is_test) => members.into_iter().partition(|&index| !is_test[index]),
        None => {
            let (training, test) = members.split_at(members.len() * 4 / 5);
            (training.to_vec(), test.to_vec())
        }
    }
}

fn set_aside(split: &mut Split, calibration: Option<usize>) -> Result<(), SplitError> {
    let available = split.training.len();
    let calibration = calibration.unwrap_or_else(|| default_calibration(available));
    let training = available.saturating_sub(calibration);
    // Whoever only tests a model sets no images aside and needs none to train on.
    if training < 2 && calibration > 0 {
        return Err(SplitError::TooFew { training, calibration });
    }
    split.calibration = split.training.split_off(training);
    Ok(())
}

fn inverse(order: &[usize]) -> Vec<usize> {
    let mut place = vec![0; order.len()];
    for (position, &index) in order.iter().enumerate() {
        place[index] = position;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn labels() -> Vec<usize> {
        (0..1000).map(|index| index % 10).collect()
    }

    fn pooled(class: usize, protocol: Protocol, calibration: usize, seed: u64) -> Result<Split, SplitError> {
        let config = SplitConfig {
            class,
            protocol,
            kind: SplitKind::Pooled,
            calibration: Some(calibration),
            seed,
        };
        split(&labels(), None, &config)
    }

    #[test]
    fn leave_one_out_trains_on_four_fifths_of_the_normal_images() {
        let labels = labels();
        let split = pooled(3, Protocol::LeaveOneOut, 50, 1).unwrap();
        assert_eq!(split.training.len() + split.calibration.len(), 720);
        assert_eq!(split.calibration.len(), 50);
        assert_eq!(split.test_normal.len(), 180);
        assert_eq!(split.test_anomalous.len(), 100);
        assert!(split.test_anomalous.iter().all(|&index| labels[index] == 3));
        let normal = [&split.training, &split.calibration, &split.test_normal];
        let all: HashSet<usize> = normal.into_iter().flatten().copied().collect();
        assert_eq!(all.len(), 900, "no normal image has two roles");
        assert!(all.iter().all(|&index| labels[index] != 3));
        let calibrated: HashSet<usize> = split.calibration.iter().map(|&index| labels[index]).collect();
        assert!(calibrated.len() > 5, "calibration images are of many classes");
    }

    #[test]
    fn one_class_turns_the_roles_around() {
        let split = pooled(3, Protocol::OneClass, 10, 1).unwrap();
        assert_eq!(split.training.len(), 70);
        assert_eq!(split.test_anomalous.len(), 900);
    }

    #[test]
    fn the_official_test_set_tests_and_nothing_else_does() {
        let labels = labels();
        let is_test: Vec<bool> = (0..1000).map(|index| index >= 900).collect();
        let config = SplitConfig {
            class: 3,
            protocol: Protocol::LeaveOneOut,
            kind: SplitKind::Official,
            calibration: None,
            seed: 1,
        };
        let found = split(&labels, Some(&is_test), &config).unwrap();
        assert_eq!((found.training.len(), found.calibration.len()), (810 - 162, 162));
        assert_eq!((found.test_normal.len(), found.test_anomalous.len()), (90, 10));
        let test = [&found.test_normal, &found.test_anomalous];
        assert!(test.into_iter().flatten().all(|&index| is_test[index]));
        assert!(found.training.iter().all(|&index| !is_test[index]));
        assert_eq!(split(&labels, None, &config), Err(SplitError::NoOfficialSplit));
    }

    #[test]
    fn a_split_depends_on_its_seed_only() {
        let split = |class, seed| pooled(class, Protocol::LeaveOneOut, 0, seed).unwrap();
        assert_eq!(split(3, 1), split(3, 1));
        assert_ne!(split(3, 1).training, split(3, 2).training);
        let train: HashSet<usize> = split(3, 1).training.into_iter().collect();
        assert!(split(4, 1).test_normal.iter().all(|index| !train.contains(index)));
    }

    #[test]
    fn classes_that_do_not_exist_and_too_few_images_are_errors() {
        let error = pooled(10, Protocol::LeaveOneOut, 0, 1);
        assert_eq!(error, Err(SplitError::NoSuchClass(10)));
        assert!(pooled(3, Protocol::LeaveOneOut, 720, 1).is_err());
    }

    #[test]
    fn a_fifth_is_set_aside_within_bounds() {
        assert_eq!([3, 100, 50_000].map(default_calibration), [2, 20, 1000]);
    }
}
