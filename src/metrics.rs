//! How well scores tell anomalies from normal images. Agrees with scikit-learn, ties included.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tsify::Tsify;

/// Figures of one test set. Anomalies are the positive class; a larger score means more anomalous.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Area under the ROC curve, 0 to 1; 0.5 is chance.
    pub auc: f64,
    /// Area under the precision-recall curve as average precision, 0 to 1; chance is the share of anomalies.
    pub pr_auc: f64,
    /// Equal error rate, 0 to 1: the share of normal images called anomalies, at the threshold where it equals the
    /// share of anomalies missed.
    pub eer: f64,
    /// Normal images judged.
    pub normal_images: usize,
    /// Anomalous images judged.
    pub anomalous_images: usize,
}

/// Scores that cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MetricsError {
    /// One of the two classes has no image.
    #[error("{normal} normal and {anomalous} anomalous images: both are needed to judge scores")]
    OneClass {
        /// Normal images given.
        normal: usize,
        /// Anomalous images given.
        anomalous: usize,
    },
    /// A score that is not a number.
    #[error("a score is not a finite number: the model's weights are unusable")]
    NotFinite,
}

/// The scores of a test set in falling order, with ties counted together.
pub struct Ranking {
    normal: usize,
    anomalous: usize,
    /// Threshold, and how many normal and anomalous images reach it.
    steps: Vec<(f32, usize, usize)>,
}

impl Ranking {
    /// Ranks the scores of normal and anomalous images.
    ///
    /// # Errors
    /// One of the two is empty, or a score is not finite.
    pub fn new(normal: &[f32], anomalous: &[f32]) -> Result<Self, MetricsError> {
        if normal.is_empty() || anomalous.is_empty() {
            return Err(MetricsError::OneClass {
                normal: normal.len(),
                anomalous: anomalous.len(),
            });
        }
        let labelled = |scores: &[f32], label| scores.iter().map(move |&score| (score, label)).collect::<Vec<_>>();
        let mut scores = labelled(normal, false);
        scores.extend(labelled(anomalous, true));
        if !scores.iter().all(|(score, _)| score.is_finite()) {
            return Err(MetricsError::NotFinite);
        }
        scores.sort_unstable_by(|(left, _), (right, _)| right.total_cmp(left));

        let mut steps: Vec<(f32, usize, usize)> = Vec::new();
        let (mut false_positives, mut true_positives) = (0, 0);
        for (score, is_anomaly) in scores {
            if is_anomaly {
                true_positives += 1;
            } else {
                false_positives += 1;
            }
            let step = (score, false_positives, true_positives);
            match steps.last_mut() {
                Some(last) if last.0 == score => *last = step,
                _ => steps.push(step),
            }
        }
        Ok(Self {
            normal: normal.len(),
            anomalous: anomalous.len(),
            steps,
        })
    }

    /// The ROC curve from (0, 0) to (1, 1): false and true positive rate where every score of at least a threshold is called
    /// an anomaly, with one point for each distinct score.
    pub fn roc(&self) -> Vec<[f64; 2]> {
        let rates = |&(_, normal, anomalous): &(f32, usize, usize)| {
            [
                normal as f64 / self.normal as f64,
                anomalous as f64 / self.anomalous as f64,
            ]
        };
        std::iter::once([0.0, 0.0])
            .chain(self.steps.iter().map(rates))
            .collect()
    }

    /// Area under the ROC curve: the chance that an anomaly scores higher than a normal image, ties counting half.
    pub fn auc(&self) -> f64 {
        let (mut area, mut before) = (0.0, (0, 0));
        for &(_, normal, anomalous) in &self.steps {
            area += (normal - before.0) as f64 * (anomalous + before.1) as f64 / 2.0;
            before = (normal, anomalous);
        }
        area / (self.normal as f64 * self.anomalous as f64)
    }

    /// Average precision: the sum over thresholds of precision times the gain in recall.
    pub fn average_precision(&self) -> f64 {
        let (mut sum, mut before) = (0.0, 0);
        for &(_, normal, anomalous) in &self.steps {
            let precision = anomalous as f64 / (normal + anomalous) as f64;
            sum += precision * (anomalous - before) as f64;
            before = anomalous;
        }
        sum / self.anomalous as f64
    }

    /// Equal error rate, on the straight lines between the points of the ROC curve.
    pub fn equal_error_rate(&self) -> f64 {
        let roc = self.roc();
        // Negative before the crossing, 0 or more after it; 1 at the last point.
        let excess = |[false_positives, true_positives]: [f64; 2]| false_positives + true_positives - 1.0;
        for pair in roc.windows(2) {
            let (before, after) = (excess(pair[0]), excess(pair[1]));
            if after >= 0.0 {
                let share = -before / (after - before);
                return pair[0][0] + share * (pair[1][0] - pair[0][0]);
            }
        }
        1.0
    }

    /// The largest F1, the harmonic mean of precision and recall, that a threshold reaches, and the largest such
    /// threshold: scores of it or more are called anomalies.
    pub fn best_f1(&self) -> (f64, f32) {
        let f1 = |&(threshold, normal, anomalous): &(f32, usize, usize)| {
            (
                2.0 * anomalous as f64 / (normal + anomalous + self.anomalous) as f64,
                threshold,
            )
        };
        let best = |best: (f64, f32), other: (f64, f32)| if other.0 > best.0 { other } else { best };
        self.steps.iter().map(f1).fold((0.0, f32::INFINITY), best)
    }

    /// The figures of a report.
    pub fn metrics(&self) -> Metrics {
        Metrics {
            auc: self.auc(),
            pr_auc: self.average_precision(),
            eer: self.equal_error_rate(),
            normal_images: self.normal,
            anomalous_images: self.anomalous,
        }
    }
}

/// Counts of scores in equal bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub low: f32,
    /// Upper edge of the last bin, which includes it.
    pub high: f32,
    /// Normal images a bin.
    pub normal: Vec<usize>,
    /// Anomalous images a bin.
    pub anomalous: Vec<usize>,
}

/// Counts the scores of both classes in `bins` equal bins over their common range.
pub fn histogram(normal: &[f32], anomalous: &[f32], bins: usize) -> Histogram {
    let all = || normal.iter().chain(anomalous).copied();
    let low = all().fold(f32::INFINITY, f32::min);
    let high = all().fold(f32::NEG_INFINITY, f32::max);
    let width = (high - low).max(f32::MIN_POSITIVE);
    let count = |scores: &[f32]| {
        let mut counts = vec![0; bins];
        for score in scores {
            let bin = ((score - low) / width * bins as f32) as usize;
            if let Some(count) = counts.get_mut(bin.min(bins.saturating_sub(1))) {
                *count += 1;
            }
        }
        counts
    };
    Histogram {
        low,
        high,
        normal: count(normal),
        anomalous: count(anomalous),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_class_and_unusable_scores_are_errors() {
        assert!(Ranking::new(&[], &[1.0]).is_err());
        assert!(Ranking::new(&[1.0], &[]).is_err());
        assert_eq!(Ranking::new(&[1.0], &[f32::NAN]).err(), Some(MetricsError::NotFinite));
    }

    #[test]
    fn histograms_hold_every_score() {
        let counted = histogram(&[0.0, 0.1, 0.5], &[0.9, 1.0], 10);
        assert_eq!(counted.normal, [1, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(counted.anomalous, [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(histogram(&[2.0, 2.0], &[], 4).normal, [2, 0, 0, 0]);
    }
}
