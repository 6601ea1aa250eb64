//! The browser's side: an engine for a dedicated worker. Everything here is awaited, nothing blocks.

mod control;
mod engine;
mod images;
mod lesson;
mod rules;
mod types;

pub use control::RunControl;
pub use engine::Engine;
pub use images::NormalImages;
pub use lesson::{TracedImage, WatchedExperiment};
pub use rules::{Found, Judgement, Limits, found, judge, limits, rates, recipe, sort_files, suited};
pub use types::{Backend, ImageResult, LearnResult, Unreadable, Which};

use crate::card::ModelCard;
use crate::data::Images;
use crate::device::failure;
use crate::framing::Framing;
use crate::image::{self, Picture, Series, ValueRange};
use crate::weights::Weights;
use burn::tensor::ExecutionError;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Makes a panic, which is always a mistake in this program, say where it happened before the instance dies.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// All of an image file as a picture, at most `side` pixels wide and high, see [`image::fitted`].
///
/// # Errors
/// It cannot be read.
#[wasm_bindgen(js_name = fittedPicture)]
pub fn fitted_picture(file: &[u8], side: u32, range: Option<Ts<ValueRange>>) -> Result<Ts<Picture>, JsError> {
    let range = range.map(|range| range.to_rust()).transpose()?;
    Ok(image::fitted(file, side, range)?.into_ts()?)
}

/// The square in the middle of an image file as a picture, at most `side` pixels wide, see [`image::square`].
///
/// # Errors
/// It cannot be read.
#[wasm_bindgen(js_name = squarePicture)]
pub fn square_picture(file: &[u8], side: u32, range: Option<Ts<ValueRange>>) -> Result<Ts<Picture>, JsError> {
    let range = range.map(|range| range.to_rust()).transpose()?;
    Ok(image::square(file, side, range)?.into_ts()?)
}

/// What an image file has more than one picture of, see [`image::series`].
///
/// # Errors
/// It cannot be handed over, which would be a mistake in this program.
#[wasm_bindgen(js_name = seriesOf)]
pub fn series_of(file: &[u8]) -> Result<Option<Ts<Series>>, JsError> {
    Ok(image::series(file).map(|series| series.into_ts()).transpose()?)
}

/// An image file as the networks see it, see [`image::decode_framed`]: the frame in the middle.
///
/// # Errors
/// It cannot be read.
#[wasm_bindgen(js_name = asSeen)]
pub fn as_seen(file: &[u8], channels: usize, size: usize, framing: Ts<Framing>) -> Result<Ts<Picture>, JsError> {
    let mut framed = image::decode_framed(file, channels, size, &framing.to_rust()?)?;
    framed.spread(None);
    let mut frames = Images::new(channels, size);
    frames.add(&framed.pixels);
    Ok(image::picture(&frames.bytes(frames.len() / 2), channels, size).into_ts()?)
}

/// Checks a weights file and says what it holds, without a device.
///
/// # Errors
/// What is wrong with the file.
#[wasm_bindgen(js_name = inspectWeights)]
pub fn inspect_weights(bytes: &[u8]) -> Result<Ts<ModelCard>, JsError> {
    Ok(Weights::parse(bytes)?.card.into_ts()?)
}

/// What the page is told of a device that failed.
fn device(error: ExecutionError) -> JsError {
    JsError::new(&failure(&error))
}
