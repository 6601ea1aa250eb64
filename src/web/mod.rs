//! The browser's side: an engine for a dedicated worker. Everything here is awaited, nothing blocks.

mod control;
mod engine;
mod images;
mod lesson;
mod types;

pub use control::RunControl;
pub use engine::Engine;
pub use images::NormalImages;
pub use lesson::{TracedImage, WatchedExperiment};
pub use types::{Backend, ImageResult, Judgement, LearnResult, Unreadable, Which};

use crate::card::ModelCard;
use crate::conformal;
use crate::image;
use crate::learning::{Recipe, Request};
use crate::metrics::Ranking;
use crate::weights::Weights;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn log_error(message: &str);
}

/// Makes a panic, which is always a mistake in this program, say where it happened before the instance dies.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| log_error(&panic.to_string())));
}

/// Whether an image file has colours that tell something, see [`image::is_coloured`].
///
/// # Errors
/// It cannot be read.
#[wasm_bindgen(js_name = isColoured)]
pub fn is_coloured(file: &[u8]) -> Result<bool, JsError> {
    Ok(image::is_coloured(file)?)
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

/// The largest of these p-values that is flagged when, of all that are, at most the share `rate` may be normal images on
/// average; nothing if none is.
#[wasm_bindgen(js_name = discoveryLimit)]
pub fn discovery_limit(p_values: &[f64], rate: f64) -> Option<f64> {
    conformal::discovery_limit(p_values, rate)
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
        roc: ranking
            .roc()
            .iter()
            .map(|point| [point.false_positive_rate, point.true_positive_rate])
            .collect(),
    };
    Ok(judgement.into_ts()?)
}

/// Checks a weights file and says what it holds, without a device.
///
/// # Errors
/// What is wrong with the file.
#[wasm_bindgen(js_name = inspectWeights)]
pub fn inspect_weights(bytes: &[u8]) -> Result<Ts<ModelCard>, JsError> {
    Ok(Weights::parse(bytes)?.card.into_ts()?)
}
