//! Images in memory, splits, protocols and seeded orders. No input or output here.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::fmt;
use thiserror::Error;

/// What randomness is for. Each purpose has its own stream of a seed, so that a run can go on at any epoch with the
/// very numbers it would have seen, and nothing but the seed needs to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Initial weights.
    Weights,
    /// Which images are trained on.
    Split,
    /// Order of the images in an epoch, from 0.
    Epoch(usize),
    /// New weights of a discriminator reset at a step.
    Reset(usize),
}

/// A random generator for one purpose of a seed; the same on every platform.
pub fn seeded(seed: u64, stream: Stream) -> ChaCha8Rng {
    let (purpose, index) = match stream {
        Stream::Weights => (0, 0),
        Stream::Split => (1, 0),
        Stream::Epoch(epoch) => (2, epoch),
        Stream::Reset(step) => (3, step),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose << 48) | index as u64);
    rng
}

/// A random order of `0..count`.
pub fn shuffled(count: usize, seed: u64, stream: Stream) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut seeded(seed, stream));
    order
}

/// Square images of one size, 8 bits a value: `[count, channels, size, size]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Images {
    /// Colour channels.
    pub channels: usize,
    /// Height and width in pixels.
    pub size: usize,
    pixels: Vec<u8>,
}

impl Images {
    /// No images yet.
    pub fn new(channels: usize, size: usize) -> Self {
        Self {
            channels,
            size,
            pixels: Vec::new(),
        }
    }

    /// Bytes of one image.
    pub fn image_bytes(&self) -> usize {
        self.channels * self.size * self.size
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.pixels.len().checked_div(self.image_bytes()).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Adds one image, `[channels, size, size]`.
    ///
    /// # Panics
    /// The pixels are not those of one image of this size: a mistake in the program, not in its input.
    pub fn push(&mut self, pixels: &[u8]) {
        assert_eq!(pixels.len(), self.image_bytes(), "an image of another size");
        self.pixels.extend_from_slice(pixels);
    }

    /// One image, `[channels, size, size]`.
    ///
    /// # Panics
    /// There is no such image.
    pub fn image(&self, index: usize) -> &[u8] {
        let bytes = self.image_bytes();
        &self.pixels[index * bytes..(index + 1) * bytes]
    }

    /// The images at these indices, in this order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut selected = Self::new(self.channels, self.size);
        selected.pixels.reserve_exact(indices.len() * self.image_bytes());
        for &index in indices {
            selected.push(self.image(index));
        }
        selected
    }

    /// A batch for the networks: `[indices, channels, size, size]` in [-1, 1].
    pub fn batch(&self, indices: &[usize], device: &Device) -> Tensor<4> {
        let values: Vec<f32> = indices
            .iter()
            .flat_map(|&index| self.image(index))
            .map(|&byte| f32::from(byte) / 127.5 - 1.0)
            .collect();
        let shape = Shape::from([indices.len(), self.channels, self.size, self.size]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

/// The batches of one epoch: whole batches in a random order, what is left over sits this epoch out, as in the
/// authors' code. Fewer images than a batch are one batch.
pub fn batches(count: usize, batch_size: usize, seed: u64, epoch: usize) -> Vec<Vec<usize>> {
    let size = batch_size.min(count).max(1);
    shuffled(count, seed, Stream::Epoch(epoch))
        .chunks_exact(size)
        .map(<[usize]>::to_vec)
        .collect()
}

/// Which classes are normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Too few normal images.
    #[error("{training} normal images to train on and {calibration} to take the threshold from are too few")]
    TooFew {
        /// Images left to train on.
        training: usize,
        /// Images set aside.
        calibration: usize,
    },
}

/// The authors' split of the pooled images: 80 % of the normal images train, the others and all anomalies test.
///
/// It is drawn class by class, so an image's role depends on the seed, not on which class is the anomaly.
/// `calibration` of the training images are set aside for the threshold; the test set plays no part in it.
///
/// # Errors
/// No image has the class, or too few images are normal.
pub fn split_pooled(
    labels: &[usize],
    class: usize,
    protocol: Protocol,
    calibration: usize,
    seed: u64,
) -> Result<Split, SplitError> {
    if !labels.contains(&class) {
        return Err(SplitError::NoSuchClass(class));
    }
    let mut split = Split::default();
    let order = shuffled(labels.len(), seed, Stream::Split);
    for current in 0..=labels.iter().copied().max().unwrap_or(0) {
        let members: Vec<usize> = order
            .iter()
            .copied()
            .filter(|&index| labels[index] == current)
            .collect();
        let normal = (current == class) == (protocol == Protocol::OneClass);
        if normal {
            let (training, test) = members.split_at(members.len() * 4 / 5);
            split.training.extend(training);
            split.test_normal.extend(test);
        } else {
            split.test_anomalous.extend(members);
        }
    }
    // Shuffled once more by their place in the order, so that the images set aside are of all classes.
    let place = inverse(&order);
    split.training.sort_unstable_by_key(|&index| place[index]);
    let kept = split.training.len().saturating_sub(calibration);
    if kept < 2 {
        return Err(SplitError::TooFew {
            training: kept,
            calibration,
        });
    }
    split.calibration = split.training.split_off(kept);
    Ok(split)
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

    #[test]
    fn leave_one_out_trains_on_four_fifths_of_the_normal_images() {
        let labels = labels();
        let split = split_pooled(&labels, 3, Protocol::LeaveOneOut, 50, 1).unwrap();
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
        let split = split_pooled(&labels(), 3, Protocol::OneClass, 10, 1).unwrap();
        assert_eq!(split.training.len(), 70);
        assert_eq!(split.test_anomalous.len(), 900);
    }

    #[test]
    fn a_split_depends_on_its_seed_only() {
        let split = |class, seed| split_pooled(&labels(), class, Protocol::LeaveOneOut, 0, seed).unwrap();
        assert_eq!(split(3, 1), split(3, 1));
        assert_ne!(split(3, 1).training, split(3, 2).training);
        let train: HashSet<usize> = split(3, 1).training.into_iter().collect();
        assert!(split(4, 1).test_normal.iter().all(|index| !train.contains(index)));
    }

    #[test]
    fn classes_that_do_not_exist_and_too_few_images_are_errors() {
        let error = split_pooled(&labels(), 10, Protocol::LeaveOneOut, 0, 1);
        assert_eq!(error, Err(SplitError::NoSuchClass(10)));
        assert!(split_pooled(&labels(), 3, Protocol::LeaveOneOut, 720, 1).is_err());
    }

    #[test]
    fn batches_are_whole_and_differ_between_epochs() {
        let first = batches(70, 32, 5, 0);
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [32, 32]);
        assert_ne!(first, batches(70, 32, 5, 1));
        assert_eq!(first, batches(70, 32, 5, 0));
        assert_eq!(batches(20, 64, 5, 0)[0].len(), 20);
    }
}
