//! The images of a training run, by their role.

use super::choices::ProtocolArg;
use super::console::Console;
use super::files;
use super::mnist::Mnist;
use super::plan::{Plan, Source};
use crate::data::{Images, Split, Stream, shuffled, split_pooled};
use crate::image::decode;
use crate::trainer::TrainError;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Fewest images that a folder must have: two to train on, two for the threshold.
const FEWEST: usize = 4;

/// The images of a run.
#[derive(Debug)]
pub struct TrainingData {
    /// Normal images to train on.
    pub training: Images,
    /// Normal images kept out of training for the threshold.
    pub calibration: Images,
    /// Labelled images to judge the model on, if there are any.
    pub test: Option<TestImages>,
}

/// Labelled images that were not trained on.
#[derive(Debug)]
pub struct TestImages {
    /// Normal ones.
    pub normal: Images,
    /// Anomalies.
    pub anomalous: Images,
}

impl TrainingData {
    /// Loads the images of a plan.
    ///
    /// # Errors
    /// The data set or folder cannot be read or has too few images.
    pub fn load(plan: &Plan, data: Option<&Path>, console: Console) -> Result<Self> {
        let loaded = match &plan.source {
            Source::Mnist { class, protocol } => Self::mnist(plan, *class, *protocol, data)?,
            Source::Folder(folder) => Self::folder(plan, folder, console)?,
        };
        let (training, calibration) = (loaded.training.len(), loaded.calibration.len());
        if training < 2 {
            return Err(TrainError::TooFewImages(training).into());
        }
        let test = loaded
            .test
            .as_ref()
            .map_or(0, |test| test.normal.len() + test.anomalous.len());
        console.detail(format_args!(
            "{training} training, {calibration} calibration and {test} test images"
        ));
        Ok(loaded)
    }

    fn mnist(plan: &Plan, class: usize, protocol: ProtocolArg, data: Option<&Path>) -> Result<Self> {
        let digits = Mnist::load(data)?;
        let calibration = plan.calibration_images(digits.labels.len());
        let split = split_pooled(&digits.labels, class, protocol.into(), calibration, plan.training.seed)?;
        let kept = plan.limit.unwrap_or(usize::MAX).min(split.training.len());
        Ok(Self {
            training: digits.images(&split.training[..kept], plan.model.size),
            calibration: digits.images(&split.calibration, plan.model.size),
            test: Some(TestImages::of_mnist(&digits, &split, plan.model.size)),
        })
    }

    fn folder(plan: &Plan, folder: &Path, console: Console) -> Result<Self> {
        let images = read_folder(folder, plan.model.channels, plan.model.size, console)?;
        let count = images.len();
        if count < FEWEST {
            bail!(
                "{} has {count} readable image(s): at least {FEWEST} normal images are needed, better 100 or more",
                folder.display()
            );
        }
        let aside = plan.calibration_images(count);
        if aside + 2 > count {
            bail!("--calibration {aside} leaves too few of the {count} images to train on");
        }
        let order = shuffled(count, plan.training.seed, Stream::Split);
        let (calibration, training) = order.split_at(aside);
        let kept = plan.limit.unwrap_or(usize::MAX).min(training.len());
        Ok(Self {
            training: images.select(&training[..kept]),
            calibration: images.select(calibration),
            test: None,
        })
    }
}

impl TestImages {
    /// The test images of a split of MNIST.
    pub fn of_mnist(digits: &Mnist, split: &Split, size: usize) -> Self {
        Self {
            normal: digits.images(&split.test_normal, size),
            anomalous: digits.images(&split.test_anomalous, size),
        }
    }
}

/// Decodes every image of a folder; those that cannot be read are named and left out.
fn read_folder(folder: &Path, channels: usize, size: usize, console: Console) -> Result<Images> {
    if !folder.is_dir() {
        bail!(
            "{} is not a folder: --images needs a folder with normal images",
            folder.display()
        );
    }
    let files = files::list(&[folder.to_path_buf()])?;
    let bar = console.image_bar(files.len(), "reading");
    let mut images = Images::new(channels, size);
    for file in &files {
        let read = files::read_image(file).and_then(|bytes| {
            decode(&bytes, channels, size).with_context(|| format!("{} is left out", file.display()))
        });
        match read {
            Ok(pixels) => images.push(&pixels),
            Err(error) => bar.suspend(|| console.warn(format_args!("warning: {}", super::sentence(&error)))),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(images)
}
