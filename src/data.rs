//! Images in memory, splits, protocols and seeded orders. No input or output here.

use crate::image::{Pixels, ValueRange, from_byte, spread, to_byte};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod framed;
pub mod place;
mod splits;

pub use framed::FramedImages;
pub use splits::{Protocol, Split, SplitConfig, SplitError, SplitKind, default_calibration, split};

/// An augmented image is shifted by at most its side divided by this.
const SHIFTED: usize = 16;

/// What values are divided by, so that black to white is 0 to 2.
const WHITE_IS_2: f32 = u16::MAX as f32 / 2.0;

/// What random numbers are for. Each purpose has a stream of its own, so that a run can continue at any epoch with the
/// numbers that it would have seen, and only the seed needs to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Initial weights.
    Weights,
    /// Which images train and which test; also which of them are shown or compared with.
    Split,
    /// Order of the images in an epoch, from 0.
    Epoch(usize),
    /// New weights of a discriminator reset at a step.
    Reset(usize),
    /// How the images of a step are varied.
    Augmentation(usize),
    /// What a method draws in a step, such as the latent vectors of a GAN.
    Noise(usize),
    /// A defect that is drawn into an image.
    Defect(usize),
}

/// The random generator of a seed for one purpose; the same on every platform.
pub fn seeded(seed: u64, stream: Stream) -> ChaCha8Rng {
    let (purpose, index) = match stream {
        Stream::Weights => (0, 0),
        Stream::Split => (1, 0),
        Stream::Epoch(epoch) => (2, epoch),
        Stream::Reset(step) => (3, step),
        Stream::Augmentation(step) => (4, step),
        Stream::Noise(step) => (5, step),
        Stream::Defect(number) => (6, number),
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

/// Square images of one size: `[count, channels, size, size]`, from 0, black, to 65535, white. Those of more than 8 bits
/// a value have the values of their files until they are [spread](Self::spread).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Images {
    /// Colour channels.
    pub channels: usize,
    /// Height and width in pixels.
    pub size: usize,
    pixels: Vec<u16>,
    /// See [`Pixels::used`].
    used: Vec<Option<ValueRange>>,
}

impl Images {
    /// No images yet.
    pub fn new(channels: usize, size: usize) -> Self {
        Self {
            channels,
            size,
            ..Self::default()
        }
    }

    /// `count` black images, to be [`set`](Self::set).
    pub fn blank(channels: usize, size: usize, count: usize) -> Self {
        let mut images = Self::new(channels, size);
        images.pixels = vec![0; count * images.values()];
        images.used = vec![None; count];
        images
    }

    /// Values of one image.
    pub fn values(&self) -> usize {
        self.channels * self.size * self.size
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.used.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    /// Adds one image of 8 bits a value, `[channels, size, size]`.
    ///
    /// # Panics
    /// The pixels are not those of one image of this size: a mistake in the program, not in its input.
    pub fn push(&mut self, pixels: &[u8]) {
        assert_eq!(pixels.len(), self.values(), "an image of another size");
        self.pixels.extend(pixels.iter().copied().map(from_byte));
        self.used.push(None);
    }

    /// Adds an image, or each of its frames.
    ///
    /// # Panics
    /// The pixels are not those of images of this size: a mistake in the program, not in its input.
    pub fn add(&mut self, pixels: &Pixels) {
        let count = pixels.values.len() / self.values();
        assert_eq!(pixels.values.len(), count * self.values(), "an image of another size");
        self.pixels.extend_from_slice(&pixels.values);
        self.used.resize(self.used.len() + count, pixels.used);
    }

    /// Replaces one image by another, `[channels, size, size]`.
    ///
    /// # Panics
    /// There is no such image, or the pixels are not those of one: a mistake in the program, not in its input.
    pub fn set(&mut self, index: usize, pixels: &Pixels) {
        let values = self.values();
        self.pixels[index * values..(index + 1) * values].copy_from_slice(&pixels.values);
        self.used[index] = pixels.used;
    }

    /// Removes the images for which `keep` is false, without copying the others to new memory.
    ///
    /// # Panics
    /// There is not one `keep` for each image.
    pub fn retain(&mut self, keep: &[bool]) {
        assert_eq!(keep.len(), self.len(), "one answer for each image");
        let values = self.values();
        let mut end = 0;
        for index in (0..keep.len()).filter(|&index| keep[index]) {
            self.pixels.copy_within(index * values..(index + 1) * values, end);
            end += values;
        }
        self.pixels.truncate(end);
        let mut keep = keep.iter();
        self.used.retain(|_| keep.next() == Some(&true));
    }

    /// Adds images of the same shape.
    ///
    /// # Panics
    /// They are of another shape: a mistake in the program, not in its input.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(
            (self.channels, self.size),
            (other.channels, other.size),
            "images of another shape"
        );
        self.pixels.extend_from_slice(&other.pixels);
        self.used.extend_from_slice(&other.used);
    }

    /// One image, `[channels, size, size]`.
    ///
    /// # Panics
    /// There is no such image.
    pub fn image(&self, index: usize) -> &[u16] {
        let values = self.values();
        &self.pixels[index * values..(index + 1) * values]
    }

    /// One image rounded to 8 bits a value, to be shown.
    ///
    /// # Panics
    /// There is no such image.
    pub fn bytes(&self, index: usize) -> Vec<u8> {
        self.image(index).iter().copied().map(to_byte).collect()
    }

    /// The images at these indices, in this order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut selected = Self::new(self.channels, self.size);
        selected.pixels.reserve_exact(indices.len() * self.values());
        for &index in indices {
            selected.pixels.extend_from_slice(self.image(index));
            selected.used.push(self.used[index]);
        }
        selected
    }

    /// The range for a model that learns from these images; None if none of them has more than 8 bits a value.
    pub fn value_range(&self) -> Option<ValueRange> {
        ValueRange::around(self.used.iter().copied().flatten())
    }

    /// Spreads the values of all images that have more than 8 bits a value, see [`Pixels::spread`].
    pub fn spread(&mut self, range: Option<ValueRange>) {
        let values = self.values().max(1);
        for (image, used) in self.pixels.chunks_exact_mut(values).zip(&mut self.used) {
            if used.take().is_some() {
                spread(image, range);
            }
        }
    }

    /// These images, each mirrored at random in both directions and shifted by up to a sixteenth of the side; the
    /// border is repeated.
    pub fn flipped_and_shifted(mut self, rng: &mut impl Rng) -> Self {
        let size = self.size;
        let most = size / SHIFTED;
        let (original, values) = (self.pixels.clone(), self.values().max(1));
        let targets = self.pixels.chunks_exact_mut(values);
        for (target, source) in targets.zip(original.chunks_exact(values)) {
            let mut axis = || {
                let mirrored: bool = rng.random();
                let shift = rng.random_range(0..=2 * most);
                move |place: usize| {
                    let place = if mirrored { size - 1 - place } else { place };
                    (place + shift).saturating_sub(most).min(size - 1)
                }
            };
            let (column, row) = (axis(), axis());
            for (place, value) in target.iter_mut().enumerate() {
                let (plane, inside) = (place / (size * size), place % (size * size));
                *value = source[plane * size * size + row(inside / size) * size + column(inside % size)];
            }
        }
        self
    }

    /// A batch for the networks: `[indices, channels, size, size]` in [-1, 1].
    pub fn batch(&self, indices: &[usize], device: &Device) -> Tensor<4> {
        let values: Vec<f32> = indices
            .iter()
            .flat_map(|&index| self.image(index))
            .map(|&value| f32::from(value) / WHITE_IS_2 - 1.0)
            .collect();
        let shape = Shape::from([indices.len(), self.channels, self.size, self.size]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

/// Spreads the values of images that belong together by one range, see [`Images::spread`]: the given one, or else that of
/// the first, which are trained on. Only those decide, because the others are to be as new as the images to come.
pub fn spread_alike<const N: usize>(given: Option<ValueRange>, images: [&mut Images; N]) -> Option<ValueRange> {
    let range = given.or_else(|| images.first().and_then(|training| training.value_range()));
    for images in images {
        images.spread(range);
    }
    range
}

/// The batches of one epoch, as indices of images: `steps` batches, over as many passes as that takes, or one pass if
/// `steps` is 0. Each pass is in a random order and has whole batches only: the images left over sit that pass out, as
/// in the authors' code. If there are fewer images than a batch holds, all of them are one batch.
pub fn batches(count: usize, batch_size: usize, seed: u64, epoch: usize, steps: usize) -> Vec<Vec<usize>> {
    let size = batch_size.min(count).max(1);
    let steps_per_pass = (count / size).max(1);
    let steps = if steps == 0 { steps_per_pass } else { steps };
    let passes = steps.div_ceil(steps_per_pass);
    (0..passes)
        .map(|pass| shuffled(count, seed, Stream::Epoch(epoch * passes + pass)))
        .flat_map(|order| order.chunks_exact(size).map(<[usize]>::to_vec).collect::<Vec<_>>())
        .take(steps)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn images_are_replaced_and_left_out_in_place() {
        let mut images = Images::blank(1, 2, 3);
        for index in 0..3 {
            images.set(index, &vec![index as u8; 4].into());
        }
        images.retain(&[true, false, true]);
        assert_eq!((images.len(), images.bytes(1)), (2, vec![2; 4]));
        assert_eq!(images.select(&[1, 0]).bytes(0), [2; 4]);
    }

    #[test]
    fn deep_images_are_spread_by_the_range_of_all() {
        let mut images = Images::new(1, 2);
        images.push(&[9; 4]);
        assert_eq!(images.value_range(), None);
        images.add(&Pixels::deep(vec![160, 1000, 2000, 3000]));
        images.add(&Pixels::deep(vec![500, 600, 700, 3360]));
        let range = images.value_range();
        assert_eq!(range, Some(ValueRange { low: 0, high: 4160 }));
        let mut chosen = images.select(&[2, 0]);
        chosen.retain(&[true, true]);
        chosen.spread(range);
        chosen.spread(range);
        assert_eq!(chosen.image(0)[3], 52_932);
        assert_eq!((chosen.bytes(1), chosen.value_range()), (vec![9; 4], None));
    }

    /// The same scene, from a detector of 12 bits and from one of nearly 16: each by the range learnt from its own images.
    #[test]
    fn depths_look_alike_to_the_networks() {
        let seen = |factor: u16| {
            let mut images = Images::new(1, 16);
            images.add(&Pixels::deep(
                (0..256).map(|value| factor * (500 + 12 * value)).collect(),
            ));
            let range = images.value_range();
            images.spread(range);
            images
        };
        let (twelve, sixteen) = (seen(1), seen(12));
        let differences = twelve.image(0).iter().zip(sixteen.image(0));
        assert!(differences.map(|(one, other)| one.abs_diff(*other)).max() < Some(64));
        let mut levels = twelve.image(0).to_vec();
        levels.dedup();
        assert_eq!(levels.len(), 256, "no two values become one");
    }

    /// 8 bits a value reach the networks as they always have: weights made before score as before.
    #[test]
    fn bytes_become_the_same_numbers_as_by_themselves() {
        let mut images = Images::new(1, 16);
        images.push(&(0..=255).collect::<Vec<u8>>());
        let values = images.batch(&[0], &Device::flex()).into_data();
        let expected: Vec<f32> = (0..=255_u8).map(|byte| f32::from(byte) / 127.5 - 1.0).collect();
        assert_eq!(values.try_to_vec::<f32>().unwrap(), expected);
    }

    #[test]
    fn varied_images_are_moved_ones() {
        let mut images = Images::new(1, 16);
        let pixels: Vec<u8> = (0..=255).collect();
        for _ in 0..40 {
            images.push(&pixels);
        }
        let varied = |seed| {
            let mut rng = seeded(seed, Stream::Augmentation(3));
            images.clone().flipped_and_shifted(&mut rng)
        };
        assert_eq!(varied(1), varied(1));
        assert_ne!(varied(1), varied(2));
        let mut corners = HashSet::new();
        for index in 0..images.len() {
            let (moved, image) = (varied(1).bytes(index), images.bytes(index));
            // Pixel (8, 8) came from at most two pixels around it or around its mirror image.
            let (row, column) = (usize::from(moved[8 * 16 + 8]) / 16, usize::from(moved[8 * 16 + 8]) % 16);
            assert!((5..=10).contains(&row) && (5..=10).contains(&column), "{row} {column}");
            corners.insert(moved[0] > 127);
            assert!(image.contains(&moved[0]));
        }
        assert_eq!(corners.len(), 2, "some are mirrored and some are not");
    }

    #[test]
    fn batches_are_whole_and_differ_between_epochs() {
        let first = batches(70, 32, 5, 0, 0);
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [32, 32]);
        assert_ne!(first, batches(70, 32, 5, 1, 0));
        assert_eq!(first, batches(70, 32, 5, 0, 0));
        assert_eq!(batches(20, 64, 5, 0, 0)[0].len(), 20);
        let five = batches(70, 32, 5, 2, 5);
        assert_eq!(five.len(), 5, "two passes and a half");
        assert_eq!(five[2..4], batches(70, 32, 5, 7, 0));
        assert_eq!(batches(70, 32, 5, 1, 1), [batches(70, 32, 5, 1, 0)[0].clone()]);
    }
}
