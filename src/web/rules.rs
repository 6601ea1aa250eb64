//! The rules that the pages go by: figures of known scores, limits on files, what the names of files say, the recipe for
//! learning. Thin: each is one call of the module that has it. Those of thresholds and promises are in [`conformal`] itself.

use crate::card::ModelCard;
use crate::data::place::{self, Sorted};
use crate::learning::{Recipe, Request, Seen, Sight, Suited};
use crate::metrics::Ranking;
use crate::{conformal, image, learning, weights};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// How well scores tell known anomalies from known normal images.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// Area under the ROC curve, 0 to 1.
    pub auc: f64,
    /// Average precision, 0 to 1.
    pub pr_auc: f64,
    /// Largest F1 that a threshold reaches.
    pub best_f1: f64,
    /// That threshold: scores of it or more count as anomalies.
    pub best_f1_threshold: f32,
    /// ROC curve: false and true positive rate, from (0, 0) to (1, 1).
    pub roc: Vec<[f64; 2]>,
}

/// The largest files that are taken in, in bytes, and images in pixels.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// A weights file.
    pub weights: usize,
    /// An image file.
    pub image: usize,
    /// Width and height of an image.
    pub side: u32,
    /// An image's pixels, decoded.
    pub decoded: u64,
    /// A text in a project file.
    pub project_text: u64,
}

/// The limits on files that the whole program has.
///
/// # Errors
/// They cannot be handed over, which would be a mistake in this program.
#[wasm_bindgen]
pub fn limits() -> Result<Ts<Limits>, JsError> {
    let limits = Limits {
        weights: weights::LARGEST_FILE,
        image: image::LARGEST_FILE,
        side: image::LARGEST_SIDE,
        decoded: image::LARGEST_DECODED,
        project_text: learning::LARGEST_PROJECT_TEXT,
    };
    Ok(limits.into_ts()?)
}

/// See [`place::sort`].
///
/// # Errors
/// The answer cannot be handed over, which would be a mistake in this program.
#[wasm_bindgen(js_name = sortFiles)]
pub fn sort_files(paths: Vec<String>) -> Result<Vec<Ts<Sorted>>, JsError> {
    let sorted = place::sort(&paths);
    sorted.iter().map(|file| Ok(file.into_ts()?)).collect()
}

/// What would be done with so many normal images, looked at in one piece, from random weights or from those of a model.
///
/// # Errors
/// The images are too few, or the request is impossible.
#[wasm_bindgen]
pub fn recipe(images: usize, request: Ts<Request>, base: Option<Ts<ModelCard>>) -> Result<Ts<Recipe>, JsError> {
    let base = base.map(|card| card.to_rust()).transpose()?;
    Ok(Recipe::new([images, images], &request.to_rust()?, base.as_ref())?.into_ts()?)
}

/// What suits images, of which these files are some; the region and the method are those of the request. Files that cannot be
/// read have no say.
///
/// # Errors
/// An impossible request, or the answer cannot be handed over.
#[wasm_bindgen]
pub fn suited(files: Vec<Uint8Array>, request: Ts<Request>) -> Result<Ts<Suited>, JsError> {
    let glances = files.iter().filter_map(|file| image::glance(&file.to_vec()).ok());
    let Request { framing, method, .. } = request.to_rust()?;
    let suited = Suited::of(&glances.collect::<Vec<_>>(), framing.region, method.unwrap_or_default());
    Ok(suited.into_ts()?)
}

/// What a model sees with a limit, of defects that were drawn into normal images.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// From which size on, kind by kind.
    pub seen: Vec<Seen>,
    /// Share of all that is found, 0 to 1.
    pub share: f64,
    /// Whether that is so much that the model is of use.
    pub is_useful: bool,
}

/// See [`Sight::seen`]; `limit` is the score that odd images are above.
///
/// # Errors
/// The answer cannot be handed over, which would be a mistake in this program.
#[wasm_bindgen]
pub fn found(sight: Ts<Sight>, limit: f32) -> Result<Ts<Found>, JsError> {
    let sight = sight.to_rust()?;
    let found = Found {
        seen: sight.seen(limit),
        share: sight.found(limit),
        is_useful: sight.is_useful(limit),
    };
    Ok(found.into_ts()?)
}

/// Judges scores of images that are known to be normal and known to be anomalies.
///
/// # Errors
/// One of the two is empty, or a score is not finite.
#[wasm_bindgen]
pub fn judge(normal: &[f32], anomalous: &[f32]) -> Result<Ts<Judgement>, JsError> {
    let ranking = Ranking::new(normal, anomalous)?;
    let (best_f1, best_f1_threshold) = ranking.best_f1();
    let judgement = Judgement {
        auc: ranking.auc(),
        pr_auc: ranking.average_precision(),
        best_f1,
        best_f1_threshold,
        roc: ranking.roc(),
    };
    Ok(judgement.into_ts()?)
}

/// See [`conformal::rates`].
#[wasm_bindgen]
pub fn rates(calibration: usize) -> Vec<usize> {
    conformal::rates(calibration).to_vec()
}
