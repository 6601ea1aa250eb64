//! Control: mean Euclidean distance of an image to the five training images that are nearest to it.

use super::{batches, rows, values};
use crate::data::Images;
use crate::native::terminal::{Console, Interrupt};
use anyhow::Result;

/// Training images whose distances count.
pub const NEIGHBOURS: usize = 5;

/// Training images that are compared exactly: the products that find them are rounded.
const CANDIDATES: usize = NEIGHBOURS + 11;

/// Grey levels that are subtracted before multiplying, to keep the products small.
const MIDDLE: f32 = 128.0;

/// Half the range of grey levels: what turns them into values in [-1, 1].
const HALF_RANGE: f64 = 127.5;

/// A training image and its squared distance to a test image, in grey levels, less the test image's own square.
type Candidate = (f32, usize);

/// Mean Euclidean distance of each test image to its [`NEIGHBOURS`] nearest training images, pixels in [-1, 1]; to all
/// of them if there are fewer. `None` if the user stopped it.
///
/// # Errors
/// The matrix products failed.
pub fn score(training: &Images, test: &Images, console: Console, interrupt: &Interrupt) -> Result<Option<Vec<f32>>> {
    let bar = console.image_bar(test.len(), "nearest normals");
    let squares = squares(training);
    let middle = vec![MIDDLE; test.image_bytes()];
    let mut scores = Vec::with_capacity(test.len());
    for start in batches(test.len()) {
        let tests = rows(test, start, &middle);
        let [count, _] = tests.dims();
        let mut nearest = vec![Vec::with_capacity(CANDIDATES + 1); count];
        for first in batches(training.len()) {
            if interrupt.asked() {
                return Ok(None);
            }
            let products = values(tests.clone().matmul(rows(training, first, &middle).transpose()))?;
            let squares = squares.get(first..).unwrap_or_default();
            let width = squares.len().min(super::BATCH);
            for (nearest, products) in nearest.iter_mut().zip(products.chunks(width)) {
                for (offset, (square, product)) in squares.iter().zip(products).enumerate() {
                    keep(nearest, (square - 2.0 * product, first + offset));
                }
            }
        }
        for (offset, nearest) in nearest.iter().enumerate() {
            scores.push(mean_distance(test.image(start + offset), training, nearest));
        }
        bar.set_position(scores.len() as u64);
    }
    bar.finish_and_clear();
    Ok(Some(scores))
}

/// Sum of the squares of each image's grey levels, less [`MIDDLE`].
fn squares(images: &Images) -> Vec<f32> {
    let square = |&byte: &u8| (f32::from(byte) - MIDDLE).powi(2);
    (0..images.len())
        .map(|index| images.image(index).iter().map(square).sum())
        .collect()
}

/// Keeps the smallest [`CANDIDATES`], in rising order.
fn keep(nearest: &mut Vec<Candidate>, candidate: Candidate) {
    let full = nearest.len() == CANDIDATES;
    if full && nearest.last().is_some_and(|last| candidate.0 >= last.0) {
        return;
    }
    let place = nearest.partition_point(|other| other.0 <= candidate.0);
    nearest.insert(place, candidate);
    nearest.truncate(CANDIDATES);
}

fn mean_distance(image: &[u8], training: &Images, candidates: &[Candidate]) -> f32 {
    let mut distances: Vec<u64> = candidates
        .iter()
        .map(|&(_, index)| squared_distance(image, training.image(index)))
        .collect();
    distances.sort_unstable();
    distances.truncate(NEIGHBOURS);
    let sum: f64 = distances.iter().map(|&square| (square as f64).sqrt()).sum();
    (sum / HALF_RANGE / distances.len().max(1) as f64) as f32
}

fn squared_distance(left: &[u8], right: &[u8]) -> u64 {
    left.iter()
        .zip(right)
        .map(|(&left, &right)| u64::from(left.abs_diff(right)).pow(2))
        .sum()
}
