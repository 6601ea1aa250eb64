//! PatchCore: Roth et al., "Towards Total Recall in Industrial Anomaly Detection", CVPR 2022, on a front end of 1.5 MB.
//!
//! ```text
//! ganomaly train --dataset xray-threats --method patchcore --out runs/places
//! ```
//!
//! A frozen network that was trained on photographs describes each place of an image, and some places of normal images are
//! remembered. A place of a new image is as odd as it is farther from the nearest of these than the same place of normal
//! images usually is, and an image as odd as its oddest places.

use super::{Fit, Gives, Method, Scores, Settings, Unfinished, proceed};
use crate::config::{ConfigError, ModelConfig, check_number, check_range};
use crate::data::{Stream, seeded, shuffled};
use crate::flow::Pace;
use crate::networks::EfficientNet;
use crate::networks::efficientnet::Tap;
use crate::networks::init::Init;
use crate::networks::tensors::{fixed, floats};
use burn::module::{Module, Param};
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Device, Shape, Tensor, TensorData};
use parts::{even_out, rounded};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use usual::Sums;

mod parts;
mod usual;

/// Where the front end is listened to, from edges and textures to parts of things.
const TAPS: [Tap; 4] = [Tap::Wide(3), Tap::Output(6), Tap::Output(8), Tap::Wide(11)];

/// Where it is listened to once more, for the image at half the size: what is large looks there as what is small does in the
/// image itself.
const HALF_TAPS: [Tap; 2] = [Tap::Output(8), Tap::Wide(11)];

/// Wide maps are projected to so many directions: distances stay nearly as they are (Johnson and Lindenstrauss), and are
/// sooner computed.
const DIRECTIONS: usize = 96;

/// Pixels from one place to the next: those of the last tap.
const STEP: usize = 16;

/// Images that the front end sees at once: more take much memory and no less time.
const BATCH: usize = 4;

/// Share of an image's places, the oddest, that make its score.
const ODDEST: f64 = 0.07;

/// Samples whose descriptions are kept, 460 kB each, until they are scored as if they were unknown; others are described once
/// more.
const MOST_KEPT: usize = 300;

/// How far learning is when all images are described, if there are no guests.
const SEEN: f64 = 0.75;

/// Numbers of the part of a description that is from a tap.
const fn part(tap: Tap) -> usize {
    match tap {
        Tap::Output(_) => tap.channels(),
        Tap::Wide(_) => DIRECTIONS,
    }
}

/// Added to lengths that are divided by.
const SHORTEST: f64 = 1e-6;

/// A squared distance that is farther than any.
const FAR: f32 = 1e9;

/// The front end and the memory.
#[derive(Module, Debug)]
pub struct PatchCore {
    /// What describes places; not trained.
    pub front_end: EfficientNet,
    /// Random directions for each wide map, `[channels of the map, directions]`, of length 1 on average.
    pub directions: Vec<Param<Tensor<2>>>,
    /// What each number of a description is multiplied by, `[channels]`: so much that all maps count alike.
    pub scale: Param<Tensor<1>>,
    /// Descriptions of normal places, `[remembered, channels]`.
    pub memory: Param<Tensor<2>>,
    /// How far each place of normal images usually is from the memory, `[rows, columns]`.
    pub usual: Param<Tensor<2>>,
    /// By how much that differs between normal images, `[rows, columns]`.
    pub spread: Param<Tensor<2>>,
}

/// Settings of PatchCore.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PatchCoreSettings {
    /// Places to remember at most.
    pub capacity: usize,
    /// Places that are remembered.
    pub remembered: usize,
    /// Sizes that an image is described at: 2, as it is and half as large, or 1, as models have it that were made before.
    #[serde(default = "one")]
    pub scales: usize,
}

fn one() -> usize {
    1
}

impl Default for PatchCoreSettings {
    fn default() -> Self {
        Self {
            capacity: 2000,
            remembered: 1,
            scales: 2,
        }
    }
}

impl Settings for PatchCoreSettings {
    fn validate(&self) -> Result<(), ConfigError> {
        check_range("the number of places to remember", self.capacity, 1, 100_000)?;
        check_range("the number of places remembered", self.remembered, 1, 100_000)?;
        check_range("the number of scales", self.scales, 1, 2)
    }
}

impl Method for PatchCore {
    const ID: &'static str = "patchcore";
    const NAME: &'static str = "PatchCore";
    const ABOUT: &'static str = "PatchCore (CVPR 2022): the distance of each place to the nearest normal place, as a network \
                                 trained on photographs describes them";
    const LOSSES: &'static [&'static str] = &[];
    const GIVES: Gives = Gives::NOTHING;
    const LEARNS_AT_ONCE: bool = true;
    const LEAVES_OUT: bool = true;
    const FRONT_END: bool = true;
    const SIZE: usize = 224;
    type Settings = PatchCoreSettings;

    fn check(model: &ModelConfig) -> Result<(), ConfigError> {
        model.validate()?;
        let is_picture = [1, 3].contains(&model.channels);
        check_number("the number of channels", model.channels as f64, is_picture, "PatchCore takes 1 or 3")
    }

    fn init(model: &ModelConfig, settings: &PatchCoreSettings, init: &mut Init) -> Self {
        let side = model.size / STEP;
        let channels = parts(settings.scales).iter().sum();
        Self {
            front_end: EfficientNet::init(init),
            directions: TAPS.iter().filter(|tap| is_wide(tap)).map(|tap| directions(tap.channels(), init)).collect(),
            scale: init.zeros([channels]),
            memory: init.zeros([settings.remembered, channels]),
            usual: init.zeros([side, side]),
            spread: init.zeros([side, side]),
        }
    }

    async fn fit(&mut self, fit: Fit<'_, PatchCoreSettings>, pace: &mut dyn Pace) -> Result<Vec<f32>, Unfinished> {
        let learnt = fit.samples.len();
        let share = SEEN * learnt as f64 / (learnt + fit.guests.samples.len()) as f64;
        let mut seen = self.look(&fit, share, pace).await?;
        let scale = even_out(&mut seen.memory, &parts(fit.settings.scales));
        // As a weights file of half precision stores it, so that a stored model scores alike.
        let memory = std::mem::take(&mut seen.memory).into_iter().map(rounded).collect();
        self.memory = fixed(self.matrix(memory, fit.device));
        self.scale = fixed(Tensor::from_data(TensorData::from(scale.as_slice()), fit.device));
        fit.settings.remembered = seen.of_samples.len();

        let maps = self.as_if_unknown(&fit, &seen, share, pace).await?;
        let mut sums = Sums::of(&maps[..learnt]);
        let usual = sums.usual();
        self.usual = fixed(square(&usual.mean, fit.device));
        self.spread = fixed(square(&usual.spread, fit.device));
        let mut scores = vec![0.0; maps.len()];
        for samples in by_image(maps.len(), |sample| fit.image_of(sample)) {
            let own = || samples.iter().filter(|&&sample| sample < learnt);
            own().for_each(|&sample| sums.add(&maps[sample], -1.0));
            let others = sums.usual();
            for &sample in &samples {
                scores[sample] = mean_of_oddest(&others.standardised(&maps[sample]));
            }
            own().for_each(|&sample| sums.add(&maps[sample], 1.0));
        }
        Ok(scores)
    }

    async fn score(
        &self,
        images: Tensor<4>,
        _: &PatchCoreSettings,
        pace: &mut dyn Pace,
    ) -> Result<Scores, Unfinished> {
        let (device, [count, ..]) = (images.device(), images.dims());
        let mut maps = Vec::with_capacity(count.div_ceil(BATCH));
        for part in images.split(BATCH, 0) {
            proceed(pace, (maps.len() * BATCH) as f64 / count as f64).await?;
            let described = self.describe(part) * self.scale.val().unsqueeze();
            let [part, places, _] = described.dims();
            let distances = nearest(squared_distances(described.flatten(0, 1), self.memory.val()));
            maps.push(distances.reshape([part, places.isqrt(), places.isqrt()]));
        }
        let map = (Tensor::cat(maps, 0) - self.usual.val().unsqueeze()) / self.spread.val().unsqueeze();
        let values = floats(map.clone().into_data_async().await?);
        let scores: Vec<f32> = values.chunks_exact(values.len() / count).map(mean_of_oddest).collect();
        Ok(Scores {
            places: Some(map),
            ..Tensor::from_data(TensorData::from(scores.as_slice()), &device).into()
        })
    }

    fn score_in_words(_: &PatchCoreSettings) -> String {
        "mean of its oddest places' distances to the nearest normal places".to_owned()
    }
}

impl PatchCore {
    /// Numbers of a description.
    fn channels(&self) -> usize {
        self.scale.dims()[0]
    }

    /// Descriptions as rows.
    fn matrix(&self, values: Vec<f32>, device: &Device) -> Tensor<2> {
        let shape = Shape::from([values.len() / self.channels(), self.channels()]);
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Describes the places of images, with each map's part as long as any other's.
    ///
    /// # Shapes
    /// - input: `[batch, 1 or 3, size, size]` in [-1, 1]
    /// - output: `[batch, size / 16 * size / 16, channels]`
    fn describe(&self, images: Tensor<4>) -> Tensor<3> {
        let [_, channels, height, _] = images.dims();
        let colour = if channels == 1 { images.repeat_dim(1, 3) } else { images };
        let rows = height / STEP;
        let mut parts = self.listen(colour.clone(), &TAPS, rows);
        if self.channels() > parts.iter().map(|part| part.dims()[1]).sum() {
            let half = avg_pool2d(colour, AvgPoolOptions::new([2, 2]));
            let doubled = self.listen(half, &HALF_TAPS, rows.div_ceil(2)).into_iter().map(doubled);
            parts.extend(doubled.map(|part| part.narrow(2, 0, rows).narrow(3, 0, rows)));
        }
        Tensor::cat(parts, 1).flatten::<3>(2, 3).swap_dims(1, 2)
    }

    /// What the front end says at some taps, `[batch, numbers, rows, rows]` each, of length 1 at each place.
    fn listen(&self, colour: Tensor<4>, taps: &[Tap], rows: usize) -> Vec<Tensor<4>> {
        let maps = self.front_end.maps(colour, taps).into_iter().zip(taps);
        let part = |(map, tap): (Tensor<4>, &Tap)| {
            let [batch, ..] = map.dims();
            let places: Tensor<3> = to_places(map, rows).flatten(2, 3).swap_dims(1, 2);
            let length = places.clone().square().sum_dim(2).sqrt().add_scalar(SHORTEST);
            let places = match self.directions_of(tap) {
                Some(directions) => (places / length).matmul(directions.val().unsqueeze()),
                None => places / length,
            };
            places.swap_dims(1, 2).reshape([batch, part(*tap), rows, rows])
        };
        maps.map(part).collect()
    }

    /// What a wide map is projected to.
    fn directions_of(&self, tap: &Tap) -> Option<&Param<Tensor<2>>> {
        let mut wide = TAPS.iter().filter(|tap| is_wide(tap));
        wide.position(|other| other == tap).map(|index| &self.directions[index])
    }

    /// How far each place of the samples, and then of the guests, is from the places that are remembered of other images.
    async fn as_if_unknown(
        &self,
        fit: &Fit<'_, PatchCoreSettings>,
        seen: &Seen,
        share: f64,
        pace: &mut dyn Pace,
    ) -> Result<Vec<Vec<f32>>, Unfinished> {
        let (learnt, guests) = (fit.samples.len(), &fit.guests.samples);
        let all = learnt + guests.len();
        let mut maps = Vec::with_capacity(all);
        for sample in 0..all {
            proceed(pace, share + (1.0 - share) * sample as f64 / all as f64).await?;
            let places = match (seen.kept.get(sample), sample.checked_sub(learnt)) {
                (Some(places), _) => self.matrix(places.clone(), fit.device),
                (None, None) => self.describe(fit.samples.batch(&[sample], fit.device)).flatten(0, 1),
                (None, Some(guest)) => self.describe(guests.batch(&[guest], fit.device)).flatten(0, 1),
            };
            let image = fit.image_of(sample);
            let own = seen.of_samples.iter().map(|&other| if fit.image_of(other) == image { FAR } else { 0.0 });
            let own = Tensor::<1>::from_data(TensorData::from(own.collect::<Vec<f32>>().as_slice()), fit.device);
            let places = places * self.scale.val().unsqueeze();
            let distances = nearest(squared_distances(places, self.memory.val()) + own.unsqueeze());
            maps.push(floats(distances.into_data_async().await?));
        }
        Ok(maps)
    }

    /// Describes all samples, and takes in as many of their places as the settings say, a seeded choice of all. `share` is how
    /// much of the work this is.
    async fn look(
        &self,
        fit: &Fit<'_, PatchCoreSettings>,
        share: f64,
        pace: &mut dyn Pace,
    ) -> Result<Seen, Unfinished> {
        let samples = fit.samples;
        let places = (samples.size / STEP) * (samples.size / STEP);
        let channels = self.channels();
        let mut seen = Seen::default();
        let mut chosen = shuffled(samples.len() * places, fit.seed, Stream::Split);
        chosen.truncate(fit.settings.capacity);
        chosen.sort_unstable();
        let mut chosen = chosen.into_iter().peekable();
        for start in (0..samples.len()).step_by(BATCH) {
            proceed(pace, share * start as f64 / samples.len() as f64).await?;
            let indices: Vec<usize> = (start..samples.len().min(start + BATCH)).collect();
            let described = floats(self.describe(samples.batch(&indices, fit.device)).into_data_async().await?);
            for (sample, described) in indices.into_iter().zip(described.chunks_exact(places * channels)) {
                while let Some(place) = chosen.next_if(|place| place / places == sample) {
                    let first = place % places * channels;
                    seen.memory.extend_from_slice(&described[first..first + channels]);
                    seen.of_samples.push(sample);
                }
                if sample < MOST_KEPT {
                    seen.kept.push(described.to_vec());
                }
            }
        }
        Ok(seen)
    }
}

/// What is left of the samples when all have been looked at.
#[derive(Debug, Default)]
struct Seen {
    /// Descriptions of the places that are remembered, `[remembered, channels]`.
    memory: Vec<f32>,
    /// The sample of each of them.
    of_samples: Vec<usize>,
    /// All descriptions of the first samples, `[places, channels]` each.
    kept: Vec<Vec<f32>>,
}

const fn is_wide(tap: &Tap) -> bool {
    matches!(tap, Tap::Wide(_))
}

/// Numbers of each part of a description.
fn parts(scales: usize) -> Vec<usize> {
    let half = HALF_TAPS.iter().filter(|_| scales > 1);
    TAPS.iter().chain(half).copied().map(part).collect()
}

/// Directions of equal length and random signs (Achlioptas, 2003): the same ones everywhere.
fn directions(channels: usize, init: &mut Init) -> Param<Tensor<2>> {
    let mut rng = seeded(channels as u64, Stream::Weights);
    let step = rounded(1.0 / (DIRECTIONS as f32).sqrt());
    let signs = (0..channels * DIRECTIONS).map(|_| if rng.random() { step } else { -step });
    let data = TensorData::new(signs.collect::<Vec<f32>>(), Shape::from([channels, DIRECTIONS]));
    fixed(Tensor::from_data(data, init.device))
}

/// A map of twice as many rows and columns, each place four times.
fn doubled(map: Tensor<4>) -> Tensor<4> {
    let [batch, channels, rows, columns] = map.dims();
    let places: Tensor<6> = map.reshape([batch, channels, rows, 1, columns, 1]);
    places.repeat_dim(3, 2).repeat_dim(5, 2).reshape([batch, channels, 2 * rows, 2 * columns])
}

/// The means around each place, and then over all that lies in it: `[batch, channels, rows, rows]`.
fn to_places(map: Tensor<4>, rows: usize) -> Tensor<4> {
    let around = AvgPoolOptions::new([3, 3]).with_stride([1, 1]).with_padding([1, 1]);
    let around = avg_pool2d(map, around.with_count_include_pad(false));
    let [_, _, height, _] = around.dims();
    match height / rows {
        1 => around,
        finer => avg_pool2d(around, AvgPoolOptions::new([finer, finer])),
    }
}

/// A square map, row by row.
fn square(values: &[f32], device: &Device) -> Tensor<2> {
    let side = values.len().isqrt();
    Tensor::from_data(TensorData::new(values.to_vec(), Shape::from([side, side])), device)
}

/// The samples of each image.
fn by_image(samples: usize, owner: impl Fn(usize) -> usize) -> Vec<Vec<usize>> {
    let mut images: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for sample in 0..samples {
        images.entry(owner(sample)).or_default().push(sample);
    }
    images.into_values().collect()
}

/// Squared Euclidean distances of places to those remembered, `[places, remembered]`.
fn squared_distances(places: Tensor<2>, memory: Tensor<2>) -> Tensor<2> {
    let own = places.clone().square().sum_dim(1);
    let theirs = memory.clone().square().sum_dim(1).transpose();
    places.matmul(memory.transpose()).mul_scalar(-2.0) + own + theirs
}

/// The smallest distance of each place.
fn nearest(squared: Tensor<2>) -> Tensor<1> {
    squared.min_dim(1).flatten(0, 1).clamp_min(0.0).sqrt()
}

/// The score of an image.
fn mean_of_oddest(places: &[f32]) -> f32 {
    let mut places = places.to_vec();
    places.sort_unstable_by(|one, other| other.total_cmp(one));
    places.truncate(((places.len() as f64 * ODDEST).round() as usize).max(1));
    places.iter().sum::<f32>() / places.len().max(1) as f32
}
