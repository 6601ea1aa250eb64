//! The images of a training run, by their role.

use crate::card::DataCard;
use crate::data::{Images, spread_alike};
use crate::image::ValueRange;
use crate::learning::hold_back;
use crate::native::commands::train::plan::Plan;
use crate::native::commands::train::source::Source;
use crate::native::datasets::pool::decode_all;
use crate::native::datasets::store::Store;
use crate::native::datasets::{Labelled, Reading, Task, TestImages, layout};
use crate::native::models::card;
use crate::native::terminal::{Console, Interrupt};
use crate::trainer::TrainError;
use anyhow::{Result, bail};
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
    /// Which values of images with more than 8 bits a value are black and white.
    pub value_range: Option<ValueRange>,
    /// Where they come from, for the card of the model.
    pub card: DataCard,
}

impl TrainingData {
    /// Loads the images of a plan.
    ///
    /// # Errors
    /// The data set or folder cannot be read or has too few images; the user has stopped it.
    pub fn load(plan: &Plan, data: Option<&Path>, console: Console, interrupt: &Interrupt) -> Result<Self> {
        let reading = Reading::new((plan.model.channels, plan.model.size), console, interrupt);
        let loaded = match &plan.source {
            Source::Dataset {
                dataset,
                class,
                protocol,
                split,
            } => {
                let labelled = Labelled::load(dataset, data, reading)?;
                let task = labelled.task(class.as_deref(), *protocol, *split)?;
                Self::labelled(plan, &labelled, &task, console)?
            }
            Source::Folder(folder) => Self::folder(plan, folder, &read_folder(folder, reading)?)?,
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

    fn labelled(plan: &Plan, labelled: &Labelled, task: &Task, console: Console) -> Result<Self> {
        let split = labelled.split(task, plan.calibration, plan.training.seed)?;
        let untestable = labelled.untestable(&split);
        if let Some(reason) = &untestable {
            console.note(format_args!("{reason}. Training goes on without test figures."));
        }
        let kept = plan.limit.unwrap_or(usize::MAX).min(split.training.len());
        let (training, calibration, value_range) =
            normals(plan, &labelled.images, &split.training[..kept], &split.calibration);
        Ok(Self {
            training,
            calibration,
            test: untestable
                .is_none()
                .then(|| TestImages::of(labelled, &split, value_range)),
            value_range,
            card: card::of_labelled(labelled, task, kept, split.calibration.len(), plan.limit.is_some()),
        })
    }

    fn folder(plan: &Plan, folder: &Path, images: &Images) -> Result<Self> {
        let count = images.len();
        if count < FEWEST {
            bail!(
                "{} has {count} readable image(s): at least {FEWEST} normal images are needed, better 100 or more",
                folder.display()
            );
        }
        let aside = plan.calibration.unwrap_or_else(|| (count / 5).max(2));
        if aside + 2 > count {
            bail!("--calibration {aside} leaves too few of the {count} images to train on");
        }
        let (training, calibration) = hold_back(count, aside, plan.training.seed);
        let kept = plan.limit.unwrap_or(usize::MAX).min(training.len());
        let (training, calibration, value_range) = normals(plan, images, &training[..kept], &calibration);
        Ok(Self {
            training,
            calibration,
            test: None,
            value_range,
            card: card::of_folder(folder, images, kept, aside, plan.limit.is_some()),
        })
    }
}

/// The images to train on and those set aside, with their values spread by the range of the plan, or else of the former.
fn normals(
    plan: &Plan,
    images: &Images,
    training: &[usize],
    calibration: &[usize],
) -> (Images, Images, Option<ValueRange>) {
    let [mut training, mut calibration] = [training, calibration].map(|indices| images.select(indices));
    let value_range = spread_alike(plan.value_range, [&mut training, &mut calibration]);
    (training, calibration, value_range)
}

/// Decodes every image of a folder; those that cannot be read are named and left out.
fn read_folder(folder: &Path, reading: Reading) -> Result<Images> {
    if !folder.is_dir() {
        bail!(
            "{} is not a folder: --images needs a folder with normal images; unpack an archive first",
            folder.display()
        );
    }
    // In the order of the store, and not in the one that people count in: runs of the first version go on with the same
    // images.
    let store = Store::open(folder, reading.console, reading.interrupt)?;
    layout::check_normals(&store, folder, |normal| {
        let (all, normal) = (folder.display(), normal.display());
        format!("use `--dataset {all}`, or `--images {normal}` for the normal images alone")
    })?;
    Ok(decode_all(&store, &store.files, reading)?.0)
}
