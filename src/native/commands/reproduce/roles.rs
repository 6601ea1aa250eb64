//! The images of one cell by their role.

use super::Context;
use super::grid::Job;
use crate::card::DataCard;
use crate::data::{Images, Split};
use crate::metrics::Ranking;
use crate::native::datasets::{Task, TestImages};
use crate::native::models::card::of_labelled;
use crate::native::models::scoring::Judged;
use crate::native::results::ImageCounts;
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// The images of a cell.
pub struct Roles {
    /// What is asked.
    pub task: Task,
    /// Places of the images in the data set. Training images that a limit leaves out are not among them.
    pub split: Split,
    /// Normal images to train on.
    pub training: Images,
    /// Normal images set aside.
    pub calibration: Images,
    /// Labelled images to judge on.
    pub test: TestImages,
}

impl Roles {
    /// Splits the data set for the cells of a job.
    ///
    /// # Errors
    /// There is no such class, or too few images of a kind.
    pub fn new(job: &Job, context: &Context) -> Result<Self> {
        let (labelled, cell) = (context.images, &job.paper);
        let task = labelled.task(Some(&cell.class), Some(cell.protocol), Some(cell.split))?;
        let mut split = labelled.split(&task, None, cell.seed)?;
        if let Some(lacking) = labelled.untestable(&split) {
            bail!("{lacking}");
        }
        split
            .training
            .truncate(context.setup.limit(job.method).unwrap_or(usize::MAX));
        Ok(Self {
            task,
            training: labelled.images.select(&split.training),
            calibration: labelled.images.select(&split.calibration),
            test: TestImages::of(labelled, &split, None),
            split,
        })
    }

    /// How many there are.
    pub fn counts(&self) -> ImageCounts {
        ImageCounts {
            training: self.split.training.len(),
            calibration: self.split.calibration.len(),
            test_normal: self.split.test_normal.len(),
            test_anomalous: self.split.test_anomalous.len(),
        }
    }

    /// Where the images come from.
    pub fn data_card(&self, context: &Context) -> DataCard {
        let limited = context.setup.args.limit.is_some();
        let counts = self.counts();
        of_labelled(context.images, &self.task, counts.training, counts.calibration, limited)
    }

    /// AUC of each class of anomalies against all normal test images; empty if there is but one.
    ///
    /// # Errors
    /// A score is not finite.
    pub fn auc_by_class(&self, judged: &Judged, context: &Context) -> Result<BTreeMap<String, f64>> {
        let labelled = context.images;
        let mut scores: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
        for (&index, &score) in self.split.test_anomalous.iter().zip(&judged.anomalous) {
            scores.entry(labelled.class_of(index)).or_default().push(score);
        }
        if scores.len() < 2 {
            return Ok(BTreeMap::new());
        }
        scores
            .into_iter()
            .map(|(class, scores)| Ok((class.to_owned(), Ranking::new(&judged.normal, &scores)?.auc())))
            .collect()
    }
}
