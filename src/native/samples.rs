//! `ganomaly samples`: a picture of test images for a page to show, with their labels.

use super::Outcome;
use super::cli::SamplesArgs;
use super::console::Console;
use super::files::write_atomically;
use super::mnist::{self, CLASSES, Mnist, SIDE};
use crate::data::{Protocol, split_pooled};
use anyhow::{Context, Result, ensure};
use image::{GrayImage, ImageFormat, Luma};
use serde::Serialize;
use std::io::Cursor;

/// Cells in a row of the picture.
const COLUMNS: usize = 10;

/// What the JSON file holds.
#[derive(Debug, Serialize)]
struct Samples {
    image: &'static str,
    size: usize,
    columns: usize,
    labels: Vec<usize>,
    terms: &'static str,
}

/// Runs the command.
///
/// # Errors
/// The data set cannot be read or a file cannot be written.
pub fn run(args: &SamplesArgs, console: Console) -> Result<Outcome> {
    let digits = Mnist::load(args.data.data.as_deref())?;
    let chosen = choose(&digits.labels, args.each, args.seed)?;
    let samples = Samples {
        image: "mnist.png",
        size: SIDE,
        columns: COLUMNS,
        labels: chosen.iter().map(|&index| digits.labels[index]).collect(),
        terms: mnist::TERMS,
    };
    let (picture, list) = (args.out.join(samples.image), args.out.join("mnist.json"));
    write_atomically(&picture, &sprite(&digits, &chosen)?)?;
    write_atomically(&list, format!("{}\n", serde_json::to_string(&samples)?).as_bytes())?;
    console.note(format_args!(
        "Wrote {} and {}: {} images",
        picture.display(),
        list.display(),
        chosen.len()
    ));
    Ok(Outcome::Done)
}

/// Test images, the digits in turn. Whichever digit is the anomaly, and whichever the only normal one, models with this
/// seed were not trained on them: the split is drawn digit by digit.
fn choose(labels: &[usize], each: usize, seed: u64) -> Result<Vec<usize>> {
    let mut by_digit = Vec::new();
    for digit in 0..CLASSES {
        let test = split_pooled(labels, digit, Protocol::OneClass, 0, seed)?.test_normal;
        let found = test.len();
        ensure!(
            found >= each,
            "there are {found} test images of the digit {digit}: choose a smaller --each"
        );
        by_digit.push(test);
    }
    Ok((0..each)
        .flat_map(|round| by_digit.iter().map(move |test| test[round]))
        .collect())
}

/// A PNG of the images, row by row.
fn sprite(digits: &Mnist, chosen: &[usize]) -> Result<Vec<u8>> {
    let (width, height) = (COLUMNS * SIDE, chosen.len().div_ceil(COLUMNS) * SIDE);
    let mut picture = GrayImage::new(width as u32, height as u32);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (x, y) = (x as usize, y as usize);
        if let Some(&index) = chosen.get(y / SIDE * COLUMNS + x / SIDE) {
            *pixel = Luma([digits.digit(index)[y % SIDE * SIDE + x % SIDE]]);
        }
    }
    let mut png = Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .context("cannot encode the picture")?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_model_of_the_seed_was_trained_on_the_chosen_images() {
        let labels: Vec<usize> = (0..1000).map(|index| index * 7 % 10).collect();
        let chosen = choose(&labels, 8, 3).unwrap();
        let found: Vec<usize> = chosen.iter().map(|&index| labels[index]).collect();
        assert_eq!(found, (0..80).map(|cell| cell % 10).collect::<Vec<_>>());
        for digit in 0..10 {
            for protocol in [Protocol::LeaveOneOut, Protocol::OneClass] {
                let split = split_pooled(&labels, digit, protocol, 20, 3).unwrap();
                assert!(
                    !chosen
                        .iter()
                        .any(|index| split.training.contains(index) || split.calibration.contains(index))
                );
            }
        }
    }
}
