//! Verdicts with a known false-alarm rate: split conformal prediction from the scores of normal images that played no
//! part in making the score.
//!
//! The one assumption is exchangeability: a new normal image and the calibration images could as well have come in any
//! other order. Then a normal image gets a p-value of `rate` or less with a chance of at most `rate`, however the score
//! is made (Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005; Bates, Candès, Lei, Romano &
//! Sesia, Testing for Outliers with Conformal p-values, Annals of Statistics 51, 2023).

use serde::{Deserialize, Serialize};
use statrs::function::beta::{beta_reg, ln_beta};
use statrs::function::factorial::ln_binomial;
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

/// Highest rate of false alarms that is offered, in per cent.
pub const HIGHEST_RATE: usize = 20;

/// What calibration scores promise, for every whole per cent of false alarms from 0 to [`HIGHEST_RATE`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Scores of held-out normal images, rising.
    pub scores: Vec<f32>,
    /// The score above which an image is flagged; none if the images are too few to promise the rate.
    pub thresholds: Vec<Option<f32>>,
    /// Interval that holds the true rate of false alarms, 0 to 1, in 95 of 100 cases.
    pub intervals: Vec<Option<[f64; 2]>>,
    /// Smallest rate, 0 to 1, that can be promised.
    pub strictest_rate: f64,
    /// Where a scale of scores begins: at 0, or at the lowest score if that is negative.
    pub origin: f32,
}

impl Calibration {
    /// What these rising scores promise.
    pub fn of(rising_scores: &[f32]) -> Self {
        let rates = || (0..=HIGHEST_RATE).map(|per_cent| per_cent as f64 / 100.0);
        Self {
            scores: rising_scores.to_vec(),
            thresholds: rates().map(|rate| threshold(rising_scores, rate)).collect(),
            intervals: rates()
                .map(|rate| true_rate_interval(rising_scores.len(), rate))
                .collect(),
            strictest_rate: strictest_rate(rising_scores.len()),
            origin: rising_scores.first().copied().unwrap_or(0.0).min(0.0),
        }
    }
}

/// Share of the probability that an interval of this module covers, and that which lies on either side of it.
const CONFIDENCE: f64 = 0.95;
const TAIL: f64 = (1.0 - CONFIDENCE) / 2.0;

/// More than the rounding error of a product such as 0.07 * 100, which should be a whole number.
const ROUNDING: f64 = 1e-9;

/// The conformal p-value of a score: the share of scores that are as high or higher, among the n calibration scores and
/// the score itself; 1 / (n + 1) to 1. It is never 0, because the score itself is counted. A calibration score that is
/// equal counts as high. A score that is not a number counts as higher than all.
pub fn p_value(rising_calibration: &[f32], score: f32) -> f64 {
    let count = rising_calibration.len();
    let below = rising_calibration.partition_point(|&other| score.is_nan() || other < score);
    (1 + count - below) as f64 / (count + 1) as f64
}

/// The score above which an image is flagged if at most the share `rate` (0 to 1) of normal images may be flagged. A
/// score is above it exactly if its [`p_value`] is `rate` or less. None if there are too few calibration images to
/// promise the rate, see [`strictest_rate`].
#[wasm_bindgen]
pub fn threshold(rising_calibration: &[f32], rate: f64) -> Option<f32> {
    let above = flagged(rising_calibration.len(), rate)?;
    let index = rising_calibration.len().checked_sub(above + 1);
    // With a rate of 1 everything is flagged.
    Some(index.map_or(f32::NEG_INFINITY, |index| rising_calibration[index]))
}

/// How many calibration images may lie above the threshold; none if the promise fails even with 0.
fn flagged(count: usize, rate: f64) -> Option<usize> {
    let ranks = (rate.clamp(0.0, 1.0) * (count + 1) as f64 + ROUNDING).floor() as usize;
    ranks.checked_sub(1)
}

/// The smallest rate of false alarms that so many calibration images can promise.
pub fn strictest_rate(calibration: usize) -> f64 {
    1.0 / (calibration + 1) as f64
}

/// Calibration images needed to promise a rate of false alarms in (0, 1].
#[wasm_bindgen(js_name = imagesNeeded)]
pub fn images_needed(rate: f64) -> usize {
    ((1.0 / rate - ROUNDING).ceil() as usize).saturating_sub(1)
}

/// The rates of false alarms that so many calibration images (1 or more) let one choose from, in whole per cent, both ends included.
pub fn rates(calibration: usize) -> [usize; 2] {
    let lowest = (strictest_rate(calibration) * 100.0 - ROUNDING).ceil().max(1.0) as usize;
    [lowest, HIGHEST_RATE.max(lowest)]
}

/// The rate that is in force when `asked` is chosen: a whole per cent that can be promised. Divided by 100 it is the very number
/// that a p-value of the same share is.
#[wasm_bindgen(js_name = rateInForce)]
pub fn rate_in_force(asked: f64, calibration: usize) -> usize {
    let [lowest, highest] = rates(calibration);
    (asked.round() as usize).clamp(lowest, highest)
}

/// The interval that holds the true rate of false alarms of one calibration in 95 of 100 cases: the promised rate is
/// kept only on average over all calibrations that could have been drawn. It is the central interval of a Beta
/// distribution (Vovk, Conditional Validity of Inductive Conformal Predictors, 2012). None if the rate cannot be
/// promised.
pub fn true_rate_interval(calibration: usize, rate: f64) -> Option<[f64; 2]> {
    let above = flagged(calibration, rate)?;
    let Some(below) = calibration.checked_sub(above).filter(|&below| below > 0) else {
        return Some([1.0, 1.0]);
    };
    let (a, b) = ((above + 1) as f64, below as f64);
    Some([TAIL, 1.0 - TAIL].map(|share| bisect(|rate| beta_reg(a, b, rate) >= share)))
}

/// Fewest and most of `tested` new normal images that are flagged in 95 of 100 cases, over the chances of both the
/// calibration and the test: the central interval of a beta-binomial distribution. None if the rate cannot be promised.
pub fn false_alarms_interval(calibration: usize, rate: f64, tested: usize) -> Option<[usize; 2]> {
    let above = flagged(calibration, rate)?;
    let Some(below) = calibration.checked_sub(above).filter(|&below| below > 0) else {
        return Some([tested, tested]);
    };
    let (a, b, n) = ((above + 1) as f64, below as f64, tested as f64);
    let log_chance = |count: usize| {
        let k = count as f64;
        ln_binomial(tested as u64, count as u64) + ln_beta(a + k, b + n - k) - ln_beta(a, b)
    };
    let quantile = |share: f64| {
        let mut sum = 0.0;
        let reached = (0..=tested).find(|&count| {
            sum += log_chance(count).exp();
            sum >= share - ROUNDING
        });
        reached.unwrap_or(tested)
    };
    Some([TAIL, 1.0 - TAIL].map(quantile))
}

/// The smallest number in [0, 1] that meets a condition; all larger numbers must meet it as well.
fn bisect(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The largest p-value that is flagged if, among the flagged images, at most the share `rate` may be normal on average:
/// the false discovery rate of Benjamini & Hochberg (J. R. Stat. Soc. B 57, 1995), which conformal p-values keep (Bates
/// et al. 2023). None if no image is flagged.
#[wasm_bindgen(js_name = discoveryLimit)]
pub fn discovery_limit(p_values: &[f64], rate: f64) -> Option<f64> {
    let mut rising = p_values.to_vec();
    rising.sort_unstable_by(f64::total_cmp);
    let count = rising.len() as f64;
    let last = (0..rising.len()).rfind(|&index| rising[index] <= rate * (index + 1) as f64 / count + ROUNDING)?;
    Some(rising[last])
}

/// Fewest images that drift is told from.
const FEWEST_FOR_DRIFT: usize = 20;

/// How sure it must be, in standard deviations, and how far the mean must at least be off, as a share of what is expected.
const DRIFT_DEVIATIONS: f64 = 3.0;
const DRIFT_SHARE: f64 = 0.2;

/// Whether new images as a whole are unlike the normal ones, as under another light or camera: the promise on false alarms does
/// not hold for them. `p_values` are those of all new images, `limit` the largest that is flagged.
///
/// Defects have small p-values and are mostly flagged; the p-values of all other images are spread evenly from the limit to 1 as
/// long as new normal images are like the old ones. If their mean is far too small, or hardly any image is left unflagged,
/// something else has changed.
#[wasm_bindgen(js_name = hasDrifted)]
pub fn has_drifted(p_values: &[f64], limit: f64, calibration: usize) -> bool {
    let others: Vec<f64> = p_values.iter().copied().filter(|&p_value| p_value > limit).collect();
    if p_values.len() < FEWEST_FOR_DRIFT || calibration == 0 {
        return false;
    }
    if 10 * others.len() < p_values.len() {
        return true;
    }
    let (count, expected) = (others.len() as f64, f64::midpoint(1.0, limit));
    let mean = others.iter().sum::<f64>() / count;
    // Both the new images and those that the p-values were made with are drawn at random.
    let deviation = (1.0 - limit) * ((1.0 / count + 1.0 / calibration as f64) / 12.0).sqrt();
    expected - mean > (DRIFT_DEVIATIONS * deviation).max(DRIFT_SHARE * expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [f64; 6] = [0.01, 0.05, 0.07, 0.29, 0.5, 1.0];

    #[test]
    fn flagged_are_the_very_scores_with_small_p_values() {
        let rising: Vec<f32> = (1..=99_u8).map(f32::from).collect();
        let tied: Vec<f32> = (0..99_u8).map(|place| f32::from(place / 10)).collect();
        for (rising, rate) in [&rising, &tied]
            .into_iter()
            .flat_map(|scores| RATES.map(|rate| (scores, rate)))
        {
            let threshold = threshold(rising, rate).unwrap();
            for score in (0..=200_u8).map(|half| f32::from(half) / 2.0) {
                let small = p_value(rising, score) <= rate + ROUNDING;
                assert_eq!(score > threshold, small, "{score} at {rate}");
            }
        }
        assert_eq!(threshold(&rising, 0.05), Some(95.0));
    }

    #[test]
    fn drift_is_told_from_defects() {
        let even = |count: usize| (1..=count).map(move |place| place as f64 / count as f64);
        let defects = || std::iter::repeat_n(0.01, 60);
        let calm: Vec<f64> = even(60).chain(defects()).collect();
        assert!(
            !has_drifted(&calm, 0.05, 100),
            "half of them are odd, the others are as ever"
        );
        let darker: Vec<f64> = even(100).map(|p_value| p_value.powi(4)).chain(defects()).collect();
        assert!(has_drifted(&darker, 0.05, 100));
        assert!(!has_drifted(&darker[..15], 0.05, 100), "too few to tell");
        assert!(
            has_drifted(&defects().collect::<Vec<_>>(), 0.05, 100),
            "not one is as before"
        );
        let seldom = (0..200_u64).filter(|&seed| {
            let mut rng = crate::data::seeded(seed, crate::data::Stream::Split);
            let mut draw = |count: usize| {
                (0..count)
                    .map(|_| rand::RngExt::random::<f32>(&mut rng))
                    .collect::<Vec<f32>>()
            };
            let mut calibration = draw(40);
            calibration.sort_unstable_by(f32::total_cmp);
            let new: Vec<f64> = draw(100).iter().map(|&score| p_value(&calibration, score)).collect();
            has_drifted(&new, 0.05, 40)
        });
        assert!(seldom.count() <= 1, "images like the normal ones are no drift");
    }

    #[test]
    fn too_few_images_promise_nothing() {
        let rising: Vec<f32> = (1..=18_u8).map(f32::from).collect();
        assert_eq!(threshold(&rising, 0.05), None);
        assert_eq!(true_rate_interval(18, 0.05), None);
        assert_eq!(threshold(&[], 0.5), None);
        assert_eq!((p_value(&[], 3.0), images_needed(0.05)), (1.0, 19));
        assert!(strictest_rate(19) <= 0.05 && strictest_rate(18) > 0.05);
    }

    #[test]
    fn ties_count_against_an_image() {
        assert_eq!(p_value(&[1.0, 2.0, 2.0], 2.0), 0.75);
        assert_eq!(p_value(&[1.0, 2.0, 2.0], 2.5), 0.25);
        assert_eq!(
            p_value(&[1.0, 2.0, 2.0], f32::NAN),
            0.25,
            "what is no number is not normal"
        );
    }
}
