//! Images in memory, splits, protocols and seeded orders. No input or output here.

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

    /// `count` black images, to be [`set`](Self::set).
    pub fn blank(channels: usize, size: usize, count: usize) -> Self {
        let mut images = Self::new(channels, size);
        images.pixels = vec![0; count * images.image_bytes()];
        images
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

    /// Replaces one image by other pixels, `[channels, size, size]`.
    ///
    /// # Panics
    /// There is no such image, or the pixels are not those of one: a mistake in the program, not in its input.
    pub fn set(&mut self, index: usize, pixels: &[u8]) {
        let bytes = self.image_bytes();
        self.pixels[index * bytes..(index + 1) * bytes].copy_from_slice(pixels);
    }

    /// Removes the images for which `keep` is false, without copying the others to new memory.
    ///
    /// # Panics
    /// There is not one `keep` for each image.
    pub fn retain(&mut self, keep: &[bool]) {
        assert_eq!(keep.len(), self.len(), "one answer for each image");
        let bytes = self.image_bytes();
        let mut end = 0;
        for index in (0..keep.len()).filter(|&index| keep[index]) {
            self.pixels.copy_within(index * bytes..(index + 1) * bytes, end);
            end += bytes;
        }
        self.pixels.truncate(end);
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

    /// These images, each mirrored at random in both directions and shifted by up to a sixteenth of the side; the
    /// border is repeated.
    pub fn flipped_and_shifted(mut self, rng: &mut impl Rng) -> Self {
        let size = self.size;
        let most = size / SHIFTED;
        let (original, bytes) = (self.pixels.clone(), self.image_bytes().max(1));
        let targets = self.pixels.chunks_exact_mut(bytes);
        for (target, source) in targets.zip(original.chunks_exact(bytes)) {
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
            .map(|&byte| f32::from(byte) / 127.5 - 1.0)
            .collect();
        let shape = Shape::from([indices.len(), self.channels, self.size, self.size]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }
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
            images.set(index, &[index as u8; 4]);
        }
        images.retain(&[true, false, true]);
        assert_eq!((images.len(), images.image(1)), (2, [2; 4].as_slice()));
        assert_eq!(images.select(&[1, 0]).image(0), [2; 4]);
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
            let (moved, image) = (varied(1), images.image(index));
            let moved = moved.image(index);
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
