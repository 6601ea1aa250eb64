//! Which images are flagged, and what that promises: as on the page (`www/inspect/results/ruling.js`).

use super::content::{CheckedImage, Project};
use crate::conformal::{discovery_limit, rate_in_force};

/// The rule by which the images of a project are flagged.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// The largest p-value that is flagged; nothing if none is.
    limit: Option<f64>,
    /// What it promises, in words.
    pub promise: String,
}

impl Ruling {
    /// The rule that is in force; nothing while there is no calibrated model.
    pub fn of(project: &Project, images: &[CheckedImage]) -> Option<Self> {
        let calibration = project.model.as_ref()?.calibration.scores.len();
        let ruling = match project.batch_rate {
            Some(rate) => {
                let p_values: Vec<f64> = images.iter().filter_map(|image| image.p_value).collect();
                Self {
                    limit: discovery_limit(&p_values, rate / 100.0),
                    promise: format!("at most {rate} % of those flagged are normal"),
                }
            }
            None => Self::for_each(project.rate, calibration),
        };
        (calibration > 0).then_some(ruling)
    }

    fn for_each(asked: f64, calibration: usize) -> Self {
        let rate = rate_in_force(asked, calibration) as f64;
        let mut promise = format!("at most {rate} % false alarms");
        if rate > asked.round() {
            promise +=
                &format!(", the least that {calibration} calibration images can promise ({asked} % is asked for)");
        }
        Self {
            limit: Some(rate / 100.0),
            promise,
        }
    }

    /// Whether an image is flagged.
    pub fn flags(&self, image: &CheckedImage) -> bool {
        let p_value = image.p_value.filter(|_| image.score.is_some() && image.error.is_none());
        p_value.zip(self.limit).is_some_and(|(p_value, limit)| p_value <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_rate_that_can_be_promised_is_in_force() {
        for (asked, calibration, rate) in [
            (5.0, 19, 5.0),
            (5.0, 18, 6.0),
            (4.6, 99, 5.0),
            (0.0, 499, 1.0),
            (50.0, 99, 20.0),
            (5.0, 2, 34.0),
        ] {
            let ruling = Ruling::for_each(asked, calibration);
            assert_eq!(ruling.limit, Some(rate / 100.0), "{asked} of {calibration}");
            assert_eq!(
                ruling.promise.contains("the least"),
                rate > asked.round(),
                "{}",
                ruling.promise
            );
        }
    }
}
