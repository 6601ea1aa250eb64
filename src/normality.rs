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

use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Most normal images whose latent vectors are kept.
pub const LARGEST_BANK: usize = 2000;

/// Keeps logarithms finite; a pixel step is 0.008, a latent distance of trained networks 0.01 and more.
const FLOOR: f64 = 1e-6;

/// Added to contrast, deviation and gradient, so that flat images are not divided by nothing: about a pixel step.
const PIXEL_STEP: f64 = 0.01;

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

/// Mean absolute reconstruction error over the image's mean absolute deviation from its median: 1 is what a picture in a
/// single shade reaches.
fn relative_error(image: &[u8], reconstruction: &[f32]) -> f64 {
    let count = image.len().max(1) as f64;
    let error: f32 = image
        .iter()
        .zip(reconstruction)
        .map(|(&byte, &value)| (unit(byte) - value).abs())
        .sum();
    let median = median(image);
    let deviation: f64 = image.iter().map(|&byte| (f64::from(byte) - median).abs() / 127.5).sum();
    (f64::from(error) / count) / (deviation / count + PIXEL_STEP)
}

/// Finite for every number; what is not a number stays none, rather than to pass for the smallest.
fn logarithm_of(value: f64) -> f64 {
    value.clamp(FLOOR, f64::MAX).ln()
}

/// A byte as the networks see it, in [-1, 1].
fn unit(byte: u8) -> f32 {
    f32::from(byte) / 127.5 - 1.0
}

/// The median of bytes, by counting them.
fn median(values: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for &value in values {
        counts[usize::from(value)] += 1;
    }
    let at = |rank: usize| {
        let mut seen = 0;
        let found = counts.iter().position(|count| {
            seen += count;
            seen > rank
        });
        found.unwrap_or(0) as f64
    };
    let last = values.len().saturating_sub(1);
    (at(last / 2) + at(last.div_ceil(2))) / 2.0
}

/// Standard deviation of all pixels, in units of [-1, 1].
fn contrast(image: &[u8]) -> f64 {
    let count = image.len().max(1) as f64;
    let mean = image.iter().map(|&byte| f64::from(byte)).sum::<f64>() / count;
    let variance = image.iter().map(|&byte| (f64::from(byte) - mean).powi(2)).sum::<f64>() / count;
    variance.sqrt() / 127.5
}

/// Mean absolute difference of horizontal and of vertical neighbours, in units of [-1, 1].
fn gradient(image: &[u8], size: usize) -> f64 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    let mut add = |one: &[u8], other: &[u8]| {
        sum += one
            .iter()
            .zip(other)
            .map(|(&one, &other)| u64::from(one.abs_diff(other)))
            .sum::<u64>();
        count += one.len() as u64;
    };
    for plane in image.chunks_exact((size * size).max(1)) {
        for row in plane.chunks_exact(size) {
            add(&row[1..], &row[..size - 1]);
        }
        add(&plane[size..], &plane[..plane.len() - size]);
    }
    sum as f64 / count.max(1) as f64 / 127.5
}

/// A plane through points, by least squares.
struct Fit {
    /// Intercept and slopes.
    plane: [f64; 1 + MEASURES],
    count: f64,
    mean: [f64; MEASURES],
    /// Inverse of the sums of products of the measures, each less its mean; 0 for a measure without a slope.
    inverse: [[f64; MEASURES]; MEASURES],
}

impl Fit {
    /// A level plane.
    fn level(points: &[Point]) -> Self {
        Self::with_inverse(points, |_| [[0.0; MEASURES]; MEASURES])
    }

    /// A measure that does not vary, or not by itself, has no slope.
    fn least_squares(points: &[Point]) -> Self {
        Self::with_inverse(points, |[[xx, xy], [_, yy]]| {
            let determinant = xx * yy - xy * xy;
            if determinant > 1e-9 * xx * yy {
                [[yy, -xy], [-xy, xx]].map(|row| row.map(|value| value / determinant))
            } else if xx > 0.0 {
                [[1.0 / xx, 0.0], [0.0, 0.0]]
            } else {
                [[0.0; MEASURES]; MEASURES]
            }
        })
    }

    fn with_inverse(points: &[Point], invert: impl Fn([[f64; 2]; 2]) -> [[f64; 2]; 2]) -> Self {
        let count = points.len().max(1) as f64;
        let mean = |value: &dyn Fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count;
        let [x, y] = [0, 1].map(|measure| mean(&|point| point.complexity[measure]));
        let z = mean(&Point::product);
        let (mut xx, mut xy, mut yy, mut xz, mut yz) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for point in points {
            let (dx, dy, dz) = (point.complexity[0] - x, point.complexity[1] - y, point.product() - z);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
            xz += dx * dz;
            yz += dy * dz;
        }
        let inverse = invert([[xx, xy], [xy, yy]]);
        let [b, c] = inverse.map(|[one, other]| one * xz + other * yz);
        Self {
            plane: [z - b * x - c * y, b, c],
            count,
            mean: [x, y],
            inverse,
        }
    }

    /// How far the plane goes along with a point of the fit, 0 to 1: without the point, its residual would be larger by
    /// the factor 1 / (1 - leverage) (Cook & Weisberg, Residuals and Influence in Regression, 1982, section 2.2).
    fn leverage(&self, point: Point) -> f64 {
        let [dx, dy] = [0, 1].map(|measure| point.complexity[measure] - self.mean[measure]);
        let [[xx, xy], [_, yy]] = self.inverse;
        1.0 / self.count + xx * dx * dx + 2.0 * xy * dx * dy + yy * dy * dy
    }
}
