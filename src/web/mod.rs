//! The browser's side: an engine for a dedicated worker. Everything here is awaited, nothing blocks.

mod control;
mod engine;
mod types;

pub use control::RunControl;
pub use engine::Engine;
pub use types::{Backend, FineTuneResult, FineTuneSettings, ScoredImage, Unreadable, Which};

use crate::event::ModelCard;
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

/// Checks a weights file and says what it holds, without a device.
///
/// # Errors
/// What is wrong with the file.
#[wasm_bindgen(js_name = inspectWeights)]
pub fn inspect_weights(bytes: &[u8]) -> Result<Ts<ModelCard>, JsError> {
    Ok(Weights::parse(bytes)?.card.into_ts()?)
}
