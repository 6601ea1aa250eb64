//! Scores that know what normal images are like: options beyond the papers' scores.
//!
//! The papers' scores compare an image with its own reconstruction alone, and they grow with its complexity: a busy
//! normal image scores higher than a plain anomaly. The forms here add the distance to the nearest normal image in the
//! latent space, take the reconstruction error relative to the image's contrast, and subtract what normal images of the
//! same complexity score: a plane, fitted by least squares to normal images that the networks were not trained on.
//!
//! log A(x) = sum of w log t(x) over the terms t - (a + sum of b log c(x) over the measures c of complexity)
//!
//! A score of 0 is what a normal image of this complexity is expected to have; each step of 1 multiplies the product of
//! the terms by e.

use crate::methods::MethodId;
use fit::Fit;
use measures::{PIXEL_STEP, contrast, gradient, relative_error};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

mod fit;
mod measures;

/// Most normal images whose latent vectors are kept.
pub const LARGEST_BANK: usize = 2000;

/// Keeps logarithms finite; a pixel step is 0.008, a latent distance of trained networks 0.01 and more.
const FLOOR: f64 = 1e-6;

/// What an image is scored by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreForm {
    /// The score of the method's paper.
    #[default]
    Paper,
    /// Distance to the nearest normal image times the relative reconstruction error, for an image of its sharpness.
    NearestNormal,
    /// That and the distance of the discriminator's features, for an image of its contrast and its latent vector's
    /// length.
    NearestNormalFeatures,
}

/// A term of a score; 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// Mean squared distance of the latent vector to the nearest one of the normal images.
    Nearest,
    /// Mean absolute reconstruction error over the image's mean absolute deviation from its median.
    RelativeError,
    /// Mean squared distance of the discriminator's features of image and reconstruction.
    Features,
}

/// How complex an image is; more than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Complexity {
    /// Mean absolute difference of neighbouring pixels over the standard deviation of all.
    Sharpness,
    /// Standard deviation of all pixels.
    Contrast,
    /// Mean squared distance of the latent vector to the mean of the normal images'.
    LatentLength,
}

/// A term of an image's score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// Which one.
    pub name: Term,
    /// Its value for this image, 0 or more.
    pub value: f32,
    /// Its value for normal images: their geometric mean.
    pub typical: f32,
    /// How much more the first adds to the score than the second; less if negative.
    pub contribution: f32,
}

/// Fewer normal images for each coefficient of the plane would bend it after the few that there are.
const FEWEST_PER_COEFFICIENT: usize = 10;

/// Most terms and measures of complexity that a form uses.
const TERMS: usize = 3;
const MEASURES: usize = 2;

impl ScoreForm {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Paper, Self::NearestNormal, Self::NearestNormalFeatures];

    /// Its name in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::NearestNormal => "nearest-normal",
            Self::NearestNormalFeatures => "nearest-normal-features",
        }
    }

    /// Whether it is the score of the method's paper.
    pub fn is_paper(&self) -> bool {
        *self == Self::Paper
    }

    /// Whether the discriminator has to look at image and reconstruction.
    pub fn needs_features(self) -> bool {
        self.terms().iter().any(|&(term, _)| term == Term::Features)
    }

    /// Whether a method gives what this score is made of.
    pub fn suits(self, method: MethodId) -> bool {
        let gives = method.gives;
        self.terms().iter().all(|(term, _)| match term {
            Term::Nearest => gives.latent,
            Term::RelativeError => gives.reconstruction,
            Term::Features => gives.features,
        })
    }

    /// The form with the most terms that suits a method.
    pub fn richest(method: MethodId) -> Self {
        let suitable = Self::ALL.into_iter().filter(|form| form.suits(method));
        suitable.max_by_key(|form| form.terms().len()).unwrap_or_default()
    }

    /// Terms with their exponents; none for the paper's score, which the networks compute themselves.
    pub fn terms(self) -> &'static [(Term, f64)] {
        match self {
            Self::Paper => &[],
            Self::NearestNormal => &[(Term::Nearest, 0.5), (Term::RelativeError, 1.0)],
            Self::NearestNormalFeatures => &[(Term::Nearest, 0.5), (Term::RelativeError, 1.5), (Term::Features, 0.5)],
        }
    }

    fn complexity(self) -> &'static [Complexity] {
        match self {
            Self::Paper => &[],
            Self::NearestNormal => &[Complexity::Sharpness],
            Self::NearestNormalFeatures => &[Complexity::Contrast, Complexity::LatentLength],
        }
    }
}

/// What the networks make of an image.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The image, `[channels, size, size]`, 8 bits a value.
    pub image: &'a [u8],
    /// Its height and width.
    pub size: usize,
    /// Its reconstruction, `[channels, size, size]` in [-1, 1].
    pub reconstruction: &'a [f32],
    /// Its latent vector: z of GANomaly, f(x) of Skip-GANomaly.
    pub latent: &'a [f32],
    /// Mean squared distance of the discriminator's features of image and reconstruction; 0 where the form has no use
    /// for it.
    pub feature_distance: f32,
}

/// An image for the fit: logarithms of its complexity and of its terms times their exponents, 0 where the form has fewer
/// of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    complexity: [f64; MEASURES],
    terms: [f64; TERMS],
}

impl Point {
    /// Logarithm of the product of the terms.
    fn product(&self) -> f64 {
        self.terms.iter().sum()
    }
}

/// What normal images are like.
#[derive(Debug, Clone, PartialEq)]
pub struct Normality {
    /// How it scores.
    pub form: ScoreForm,
    /// Latent vectors of normal images, `[images, latent_size]`.
    pub bank: Vec<f32>,
    /// Length of a latent vector.
    pub latent_size: usize,
    /// The plane: intercept a, and slope b of each measure of complexity.
    pub plane: [f32; 1 + MEASURES],
    /// What the terms of a normal image are: w log t(x), the mean over those of the fit.
    pub typical: [f32; TERMS],
    /// Mean of the bank.
    mean: Vec<f32>,
}

impl Normality {
    /// Knows the latent vectors of some normal images, `[images, latent_size]`, but not yet what normal images score.
    pub fn new(form: ScoreForm, bank: Vec<f32>, latent_size: usize) -> Self {
        let mut mean = vec![0.0; latent_size];
        let count = (bank.len() / latent_size.max(1)).max(1) as f32;
        for vector in bank.chunks_exact(latent_size.max(1)) {
            for (mean, value) in mean.iter_mut().zip(vector) {
                *mean += value / count;
            }
        }
        Self {
            form,
            bank,
            latent_size,
            plane: [0.0; 1 + MEASURES],
            typical: [0.0; TERMS],
            mean,
        }
    }

    /// What the fit and the score need of an image.
    pub fn point(&self, evidence: &Evidence) -> Point {
        let mut terms = [0.0; TERMS];
        for (logarithm, &(term, exponent)) in terms.iter_mut().zip(self.form.terms()) {
            let value = match term {
                Term::Nearest => nearest(&self.bank, self.latent_size, evidence.latent),
                Term::RelativeError => relative_error(evidence.image, evidence.reconstruction),
                Term::Features => f64::from(evidence.feature_distance),
            };
            *logarithm = exponent * logarithm_of(value);
        }
        let mut complexity = [0.0; MEASURES];
        for (value, &measure) in complexity.iter_mut().zip(self.form.complexity()) {
            *value = logarithm_of(self.measure(measure, evidence));
        }
        Point { complexity, terms }
    }

    fn measure(&self, measure: Complexity, evidence: &Evidence) -> f64 {
        let contrast = || contrast(evidence.image) + PIXEL_STEP;
        match measure {
            Complexity::Sharpness => (gradient(evidence.image, evidence.size) + PIXEL_STEP) / contrast(),
            Complexity::Contrast => contrast(),
            Complexity::LatentLength => nearest(&self.mean, self.latent_size, evidence.latent),
        }
    }

    /// Learns what normal images score from some that are not in the bank and that the networks were not trained on.
    /// Returns what each of them would score if it had been learnt from the others alone. Under ten images a
    /// coefficient, the plane is level.
    pub fn fit(&mut self, normal: &[Point]) -> Vec<f32> {
        let coefficients = 1 + self.form.complexity().len();
        let fit = if normal.len() < FEWEST_PER_COEFFICIENT * coefficients {
            Fit::level(normal)
        } else {
            Fit::least_squares(normal)
        };
        self.plane = fit.plane.map(|value| value as f32);
        let count = normal.len().max(1) as f64;
        for (index, typical) in self.typical.iter_mut().enumerate() {
            *typical = (normal.iter().map(|point| point.terms[index]).sum::<f64>() / count) as f32;
        }
        let scores = normal
            .iter()
            .map(|&point| f64::from(self.score(point)) / (1.0 - fit.leverage(point)).max(FLOOR));
        scores.map(|score| score as f32).collect()
    }

    /// The terms of an image, beside what is typical of normal images.
    pub fn contributions(&self, point: Point) -> Vec<Contribution> {
        let terms = self.form.terms().iter().zip(point.terms).zip(self.typical);
        terms
            .map(|((&(name, exponent), logarithm), typical)| {
                let (logarithm, typical) = (logarithm as f32, typical);
                let plain = |logarithm: f32| (logarithm / exponent as f32).exp();
                Contribution {
                    name,
                    value: plain(logarithm),
                    typical: plain(typical),
                    contribution: logarithm - typical,
                }
            })
            .collect()
    }

    /// Places of the nearest images of the bank, and how far they are, the nearest first.
    pub fn neighbours(&self, latent: &[f32], count: usize) -> Vec<(usize, f32)> {
        let vectors = self.bank.chunks_exact(self.latent_size.max(1)).enumerate();
        let mut all: Vec<(usize, f32)> = vectors
            .map(|(place, other)| (place, nearest(other, self.latent_size, latent) as f32))
            .collect();
        all.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        all.truncate(count);
        all
    }

    /// log A(x) of an image.
    pub fn score(&self, point: Point) -> f32 {
        let [intercept, slopes @ ..] = self.plane.map(f64::from);
        let expected: f64 = slopes
            .iter()
            .zip(point.complexity)
            .map(|(slope, value)| slope * value)
            .sum();
        (point.product() - intercept - expected) as f32
    }
}

/// Mean squared distance to the nearest of the bank's vectors.
fn nearest(bank: &[f32], length: usize, latent: &[f32]) -> f64 {
    let squared = |other: &[f32]| -> f32 {
        let differences = latent.iter().zip(other).map(|(one, other)| one - other);
        differences.map(|difference| difference * difference).sum()
    };
    let smallest = bank
        .chunks_exact(length.max(1))
        .map(squared)
        .fold(f32::INFINITY, f32::min);
    f64::from(smallest) / length.max(1) as f64
}

/// Finite for every number; what is not a number stays none, rather than to pass for the smallest.
fn logarithm_of(value: f64) -> f64 {
    value.clamp(FLOOR, f64::MAX).ln()
}
