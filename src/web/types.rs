//! Types of the JavaScript interface beyond those of [`crate::event`].

use crate::event::{ModelCard, Picture};
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// What to compute on.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The GPU through WebGPU.
    WebGpu = "webgpu",
    /// The CPU in WebAssembly.
    Cpu = "cpu",
}

/// Which of an engine's two models.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that was loaded.
    Base = "base",
    /// The fine-tuned one.
    Tuned = "tuned",
}

/// Settings of a fine-tuning run.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FineTuneSettings {
    /// Passes over the images.
    pub epochs: usize,
    /// Images a step; reduced when there are fewer.
    pub batch_size: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Decides the order of the images and which are held out.
    pub seed: u64,
    /// Starts from random weights instead of the loaded model's.
    #[serde(default)]
    #[tsify(optional)]
    pub from_scratch: bool,
}

/// An image file that cannot be read.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// Its place in the list.
    pub index: usize,
    /// Why, in a sentence.
    pub error: String,
}

/// What a fine-tuning run leaves.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FineTuneResult {
    /// The tuned model.
    pub card: ModelCard,
    /// Whether the run was stopped before its last epoch.
    pub stopped: bool,
    /// Images that played no part.
    pub unreadable: Vec<Unreadable>,
    /// Images kept out of training to take the threshold from.
    pub held_out: usize,
}

/// An image's result: a score with its pictures, or why the image cannot be read.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(untagged)]
pub enum ScoredImage {
    /// The image was scored.
    Scored {
        /// Anomaly score, 0 or more; larger is more anomalous.
        score: f32,
        /// The image as the networks see it.
        input: Picture,
        /// What the generator makes of it.
        reconstruction: Picture,
        /// Where the two differ.
        difference: Picture,
    },
    /// The image cannot be read.
    Unreadable {
        /// Why, in a sentence.
        error: String,
    },
}
