//! Scoring many images, and judging the scores against labels.

use super::wait;
use crate::data::{FramedImages, Images, Stream, shuffled};
use crate::device::Compute;
use crate::flow::ToTheEnd;
use crate::metrics::{Metrics, Ranking};
use crate::native::datasets::TestImages;
use crate::native::terminal::Console;
use crate::networks::tensors::floats;
use crate::normality::{LARGEST_BANK, ScoreForm};
use crate::score::{BATCH, Detector};
use crate::weights::{Precision, Weights};
use anyhow::{Context, Result, bail};
use burn::tensor::Device;
use std::fmt;

/// Share of normal images that the reported threshold may call anomalies.
pub const FALSE_ALARMS: f64 = 0.05;

/// Scores all images, each by itself.
///
/// # Errors
/// The device failed.
pub fn score_all(detector: &Detector, images: &Images, what: &'static str, console: Console) -> Result<Vec<f32>> {
    let bar = console.image_bar(images.len(), what);
    let mut scores = Vec::with_capacity(images.len());
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(BATCH) {
        let scored = wait(detector.score(images, batch))?;
        scores.extend(scored.into_iter().map(|scored| scored.score));
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(scores)
}

/// The finished model of a run as it is stored, with what its score needs to know of normal images and with the
/// calibration scores. The figures of a model are those of the weights that others will load, in this precision.
///
/// # Errors
/// The device failed, or the weights cannot be stored.
pub fn finished(
    weights: &Weights,
    precision: Precision,
    form: ScoreForm,
    [training, calibration]: [&Images; 2],
    device: &Device,
) -> Result<Detector> {
    let stored = Weights::parse(&weights.to_bytes(precision)?)?;
    let mut detector = Detector::new(&stored, device)?;
    // No more than are remembered: a data set would be copied whole.
    let first: Vec<usize> = (0..training.len().min(LARGEST_BANK)).collect();
    let [known, held_out] = [training.select(&first), calibration.clone()].map(FramedImages::from);
    wait(detector.calibrate(form, &known, &FramedImages::default(), &held_out))?;
    Ok(detector)
}

/// What a model makes of a labelled test set.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Scores of the normal images.
    pub normal: Vec<f32>,
    /// Scores of the anomalies.
    pub anomalous: Vec<f32>,
    /// Figures that need no threshold.
    pub metrics: Metrics,
    /// What the model's own threshold does, if it has one.
    pub at_threshold: Option<AtThreshold>,
}

/// What a threshold does on a test set.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AtThreshold {
    /// Scores above it are called anomalies.
    pub threshold: f32,
    /// Share of normal images called anomalies.
    pub false_alarm_rate: f64,
    /// Share of anomalies found.
    pub detection_rate: f64,
}

/// Scores labelled images and judges the scores.
///
/// # Errors
/// The device failed, or the scores cannot be judged.
pub fn judge(detector: &Detector, test: &TestImages, console: Console) -> Result<Judged> {
    let normal = score_all(detector, &test.normal, "normal", console)?;
    let anomalous = score_all(detector, &test.anomalous, "anomalous", console)?;
    Judged::new(normal, anomalous, detector.threshold(FALSE_ALARMS))
}

/// Judges the weights in the way of the authors' test code: the networks stay in training mode, so each batch is
/// normalised by its own statistics, and the score of an image depends on the others of its batch. Normal images and
/// anomalies are mixed in a seeded order. There is no threshold: a single image has no score in this way.
///
/// # Errors
/// The device failed, or the scores cannot be judged.
pub fn judge_batchwise(weights: &Weights, test: &TestImages, compute: &Compute, console: Console) -> Result<Judged> {
    let training = &weights.card.training;
    let count = test.normal.len() + test.anomalous.len();
    let networks = weights.networks(&compute.device.clone().autodiff())?;
    let bar = console.image_bar(count, "batchwise");
    let mut normal = vec![f32::NAN; count];
    let mut images = test.normal.clone();
    images.append(&test.anomalous);
    for batch in shuffled(count, training.seed, Stream::Epoch(0)).chunks(training.batch_size) {
        let images = images.batch(batch, &compute.device.clone().autodiff());
        let Ok(output) = pollster::block_on(networks.score(images, &mut ToTheEnd)) else {
            bail!("a batch cannot be scored: the device failed");
        };
        let scores = wait(output.score.into_data_async())?;
        for (&index, score) in batch.iter().zip(floats(scores)) {
            normal[index] = score;
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    let anomalous = normal.split_off(test.normal.len());
    Judged::new(normal, anomalous, None)
}

impl Judged {
    /// Judges the scores of normal and anomalous images, with a threshold taken from other normal images.
    ///
    /// # Errors
    /// One of the two is empty, or a score is not finite.
    pub fn new(normal: Vec<f32>, anomalous: Vec<f32>, threshold: Option<f32>) -> Result<Self> {
        let metrics = Ranking::new(&normal, &anomalous)
            .context("the scores cannot be judged")?
            .metrics();
        let share = |scores: &[f32], threshold: f32| {
            scores.iter().filter(|&&score| score > threshold).count() as f64 / scores.len() as f64
        };
        let at_threshold = threshold.map(|threshold| AtThreshold {
            threshold,
            false_alarm_rate: share(&normal, threshold),
            detection_rate: share(&anomalous, threshold),
        });
        Ok(Self {
            normal,
            anomalous,
            metrics,
            at_threshold,
        })
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Metrics { auc, pr_auc, eer, .. } = self.metrics;
        write!(formatter, "AUC {auc:.4}, PR-AUC {pr_auc:.4}, EER {eer:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_judged_on_both_classes() {
        let judged = Judged::new(vec![1.0, 2.0, 3.0, 4.0], vec![3.0, 5.0], Some(3.0)).unwrap();
        let at = judged.at_threshold.unwrap();
        assert_eq!((at.false_alarm_rate, at.detection_rate), (0.25, 0.5));
        assert!(Judged::new(vec![], vec![1.0], None).is_err());
    }
}
