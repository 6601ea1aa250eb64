//! Nearest normals: the mean Euclidean distance of an image to the five normal images that are nearest to it. A control: a
//! GAN that is not better has shown nothing.
//!
//! ```text
//! ganomaly train --dataset mnist --anomaly 2 --method nearest-normals --out runs/nearest-2
//! ```

use super::{Fit, Gives, Method, Scores, Settings, Unfinished, proceed};
use crate::config::{ConfigError, ModelConfig, check_range};
use crate::data::{Stream, shuffled};
use crate::flow::Pace;
use crate::networks::init::Init;
use crate::networks::tensors::{fixed, floats};
use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Normal images whose distances count.
const NEIGHBOURS: usize = 5;

/// Normal images that are compared exactly: the products that find them are rounded.
const CANDIDATES: usize = NEIGHBOURS + 11;

/// The normal images themselves.
#[derive(Module, Debug)]
pub struct NearestNormals {
    /// One a row, `[remembered, pixels]` in [-1, 1].
    pub bank: Param<Tensor<2>>,
}

/// Settings of the nearest normals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NearestNormalsSettings {
    /// Normal images that are remembered: a seeded choice if there are more.
    pub remembered: usize,
}

impl Default for NearestNormalsSettings {
    fn default() -> Self {
        Self { remembered: 10_000 }
    }
}

impl Settings for NearestNormalsSettings {
    fn validate(&self) -> Result<(), ConfigError> {
        check_range("the number of images remembered", self.remembered, 1, 1_000_000)
    }
}

impl Method for NearestNormals {
    const ID: &'static str = "nearest-normals";
    const NAME: &'static str = "distance to the 5 nearest normals";
    const ABOUT: &'static str = "The distance to the five normal images most like it; a control";
    const LOSSES: &'static [&'static str] = &[];
    const GIVES: Gives = Gives::NOTHING;
    const LEARNS_AT_ONCE: bool = true;
    type Settings = NearestNormalsSettings;

    fn init(model: &ModelConfig, settings: &NearestNormalsSettings, init: &mut Init) -> Self {
        let pixels = model.channels * model.size * model.size;
        Self {
            bank: init.zeros([settings.remembered, pixels]),
        }
    }

    async fn fit(&mut self, fit: Fit<'_, NearestNormalsSettings>, pace: &mut dyn Pace) -> Result<Vec<f32>, Unfinished> {
        proceed(pace, 0.0).await?;
        let count = fit.samples.len();
        let mut chosen = shuffled(count, fit.seed, Stream::Split);
        chosen.truncate(fit.settings.remembered);
        chosen.sort_unstable();
        fit.settings.remembered = chosen.len();
        let bank = fit.samples.batch(&chosen, fit.device).flatten(1, 3);
        self.bank = fixed(bank);
        Ok(Vec::new())
    }

    /// The mean Euclidean distance to the five nearest, pixels in [-1, 1]; to all if there are fewer.
    async fn score(
        &self,
        image: Tensor<4>,
        _: &NearestNormalsSettings,
        pace: &mut dyn Pace,
    ) -> Result<Scores, Unfinished> {
        proceed(pace, 0.0).await?;
        let images: Tensor<2> = image.flatten(1, 3);
        let bank = self.bank.val();
        let ([count, pixels], [remembered, _]) = (images.dims(), bank.dims());
        // |x - y|^2 less |x|^2, which is the same for all y.
        let squares = bank.clone().square().sum_dim(1).transpose();
        let products = images.clone().matmul(bank.clone().transpose());
        let rough = floats((squares - products.mul_scalar(2.0)).into_data_async().await?);
        let nearest: Vec<i32> = rough.chunks_exact(remembered).flat_map(smallest).collect();
        let candidates = nearest.len() / count;

        let chosen = Tensor::<1, Int>::from_data(TensorData::from(nearest.as_slice()), &bank.device());
        let chosen = bank.select(0, chosen).reshape([count, candidates, pixels]);
        let differences = chosen - images.unsqueeze_dim(1);
        let distances = differences.square().sum_dim(2).sqrt();
        let distances = floats(distances.into_data_async().await?);
        let scores: Vec<f32> = distances.chunks_exact(candidates).map(mean_of_nearest).collect();
        Ok(Tensor::from_data(TensorData::from(scores.as_slice()), &self.bank.val().device()).into())
    }

    fn score_in_words(_: &NearestNormalsSettings) -> String {
        format!("mean distance to the {NEIGHBOURS} nearest")
    }
}

/// Places of the smallest values.
fn smallest(values: &[f32]) -> Vec<i32> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    let count = CANDIDATES.min(values.len());
    if count < values.len() {
        places.select_nth_unstable_by(count, |&one, &other| values[one].total_cmp(&values[other]));
    }
    places.truncate(count);
    places.into_iter().map(|place| place as i32).collect()
}

fn mean_of_nearest(distances: &[f32]) -> f32 {
    let mut distances = distances.to_vec();
    distances.sort_unstable_by(f32::total_cmp);
    distances.truncate(NEIGHBOURS);
    let sum: f64 = distances.iter().map(|&distance| f64::from(distance)).sum();
    (sum / distances.len().max(1) as f64) as f32
}
