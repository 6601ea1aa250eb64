//! `ganomaly samples`: a picture of test images for a page to show, with their labels.

use crate::data::{Protocol, SplitKind};
use crate::native::arguments::{DataArgs, SPLITS, one_of};
use crate::native::datasets::{Dataset, Labelled, Reading, Task};
use crate::native::files::write_atomically;
use crate::native::pictures::sprite::sprite;
use crate::native::terminal::{Console, Interrupt, Outcome};
use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `samples`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly samples --dataset mnist --seed 0 --out pkg/samples")]
pub struct SamplesArgs {
    /// Data set to take images from, as for `train`
    #[arg(long, value_name = "NAME|PATH", default_value = "mnist")]
    pub dataset: Dataset,
    /// Split of the models that the images are for [default: pooled; of a folder the official one, if it has train and
    /// test]
    #[arg(long, value_parser = one_of::<SplitKind>(SPLITS))]
    pub split: Option<SplitKind>,
    /// Seed of the models that the images are for: none of them was trained on an image that is taken
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Images of each class
    #[arg(long, default_value_t = 40)]
    pub each: usize,
    /// Side of the images in pixels [default: that of the data set, of a folder 64]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Folder to write NAME.png and NAME.json to, NAME being that of the data set
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
}

/// Cells in a row of the picture.
const COLUMNS: usize = 10;

/// Side of the images of a folder, in pixels.
const FOLDER_SIDE: usize = 64;

/// What the JSON file holds.
#[derive(Debug, Serialize)]
struct Samples<'a> {
    image: String,
    size: usize,
    channels: usize,
    columns: usize,
    classes: &'a [String],
    labels: Vec<usize>,
    terms: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

/// Runs the command.
///
/// # Errors
/// The data set cannot be read or a file cannot be written.
pub fn run(args: &SamplesArgs, console: Console) -> Result<Outcome> {
    let side = args.dataset.known().map_or(FOLDER_SIDE, |known| known.side);
    let (channels, size) = (args.dataset.channels(), args.size.unwrap_or(side));
    ensure!((1..=1024).contains(&size), "--size {size} is not from 1 to 1024 pixels");
    // Nothing is lost when the user ends this command, so Ctrl-C does what it always does.
    let interrupt = Interrupt::default();
    let data = args.data.data.as_deref();
    let labelled = Labelled::load(&args.dataset, data, Reading::new((channels, size), console, &interrupt))?;
    let split = labelled.split_kind(args.split)?;
    let chosen = choose(&labelled, split, args.each, args.seed)?;
    let name = &labelled.name;
    let samples = Samples {
        image: format!("{name}.png"),
        size,
        channels,
        columns: COLUMNS,
        classes: &labelled.classes,
        labels: chosen.iter().map(|&index| labelled.labels[index]).collect(),
        terms: labelled.terms,
        notes: &labelled.notes,
    };
    let (picture, list) = (args.out.join(&samples.image), args.out.join(format!("{name}.json")));
    write_atomically(&picture, &sprite(&labelled.images.select(&chosen), COLUMNS)?)?;
    write_atomically(&list, format!("{}\n", serde_json::to_string(&samples)?).as_bytes())?;
    console.note(format_args!(
        "Wrote {} and {}: {} images",
        picture.display(),
        list.display(),
        chosen.len()
    ));
    Ok(Outcome::Done)
}

/// Test images, the classes in turn. Whichever class is the anomaly, and whichever the only normal one, models with this
/// seed and split were not trained on them: the split is drawn class by class.
fn choose(labelled: &Labelled, split: SplitKind, each: usize, seed: u64) -> Result<Vec<usize>> {
    let mut by_class = Vec::new();
    for (class, name) in labelled.classes.iter().enumerate() {
        let task = Task {
            class,
            protocol: Protocol::OneClass,
            split,
            only: None,
        };
        let test = labelled.split(&task, Some(0), seed)?.test_normal;
        let found = test.len();
        ensure!(
            found >= each,
            "there are {found} test images of the class {name}: choose a smaller --each"
        );
        by_class.push(test);
    }
    Ok((0..each)
        .flat_map(|round| by_class.iter().map(move |test| test[round]))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Images;

    #[test]
    fn no_model_of_the_seed_was_trained_on_the_chosen_images() {
        let labels: Vec<usize> = (0..1000).map(|index| index * 7 % 10).collect();
        let labelled = Labelled {
            name: "mnist".to_owned(),
            terms: "",
            notes: Vec::new(),
            classes: (0..10).map(|digit| digit.to_string()).collect(),
            official_test: None,
            images: Images::blank(1, 1, labels.len()),
            labels,
        };
        let chosen = choose(&labelled, SplitKind::Pooled, 8, 3).unwrap();
        let found: Vec<usize> = chosen.iter().map(|&index| labelled.labels[index]).collect();
        assert_eq!(found, (0..80).map(|cell| cell % 10).collect::<Vec<_>>());
        for digit in 0..10 {
            for protocol in [Protocol::LeaveOneOut, Protocol::OneClass] {
                let task = labelled.task(Some(&digit.to_string()), Some(protocol), None).unwrap();
                let split = labelled.split(&task, Some(20), 3).unwrap();
                assert!(
                    !chosen
                        .iter()
                        .any(|index| split.training.contains(index) || split.calibration.contains(index))
                );
            }
        }
    }
}
