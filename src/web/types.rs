//! Types of the JavaScript interface beyond those of [`crate::event`].

use crate::card::ModelCard;
use crate::image::Picture;
use crate::learning::{Learnt, Shares, Sight};
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

/// An image file that cannot be read.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// Its place in the list.
    pub index: usize,
    /// Why, in a sentence.
    pub error: String,
}

/// What learning from normal images leaves.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(hashmap_as_object)]
pub struct LearnResult {
    /// The model.
    pub card: ModelCard,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
    /// How many images had which role.
    pub shares: Shares,
    /// Of each frame that the model remembers, the place of its image in the set.
    pub known: Vec<usize>,
    /// Images that played no part.
    pub unreadable: Vec<Unreadable>,
    /// What the model sees of defects that were drawn into normal images.
    pub sight: Sight,
}

impl LearnResult {
    /// What became of the images.
    pub fn of(learnt: &Learnt, unreadable: Vec<Unreadable>) -> Self {
        Self {
            card: learnt.detector.card.clone(),
            stopped: learnt.stopped,
            shares: learnt.shares,
            known: learnt.known.clone(),
            unreadable,
            sight: learnt.sight.clone(),
        }
    }
}

/// An image's result: a score, with its pictures if they were asked for, or why the image cannot be read.
#[derive(Debug, Clone, Serialize, Deserialize, Tsify)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum ImageResult {
    /// The image was scored.
    Scored {
        /// Anomaly score; larger is more anomalous.
        score: f32,
        /// Conformal p-value, more than 0 to 1: 1 without a calibration.
        p_value: f64,
        /// What is to be said of this verdict: the image has other values than the model knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[tsify(optional)]
        remark: Option<String>,
        /// The image as the networks see it, or its frame with the highest score.
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<Picture>,
        /// What the networks make of it, if the method rebuilds images.
        #[serde(skip_serializing_if = "Option::is_none")]
        reconstruction: Option<Picture>,
        /// Where the two differ.
        #[serde(skip_serializing_if = "Option::is_none")]
        difference: Option<Picture>,
        /// Latent vectors of the image and of its reconstruction, with the pictures, of a method that has both: z and z' of
        /// GANomaly.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[tsify(optional)]
        latents: Option<[Vec<f32>; 2]>,
    },
    /// The image cannot be read.
    Unreadable {
        /// Why, in a sentence.
        error: String,
    },
}
