//! For lessons: networks in training step by step, and every layer at work on an image.

use crate::card::ModelCard;
use crate::config::ModelConfig;
use crate::data::Images;
use crate::device::{Compute, failure};
use crate::experiment::{Experiment, ExperimentImages, ExperimentSettings, Look};
use crate::image::{DecodeError, decode};
use crate::methods::{Losses, MethodSettings};
use crate::trace::{Layer, Trace};
use crate::weights::Precision;
use burn::tensor::ExecutionError;
use js_sys::Uint8Array;
use serde::Serialize;
use std::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// An image on its way through a generator.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct TracedImage {
    trace: Trace,
}

impl TracedImage {
    pub(super) fn new(trace: Trace) -> Self {
        Self { trace }
    }
}

#[wasm_bindgen]
impl TracedImage {
    /// The layers in the order in which they compute.
    ///
    /// # Errors
    /// They cannot be handed over, which would be a mistake in this program.
    #[wasm_bindgen(getter)]
    pub fn layers(&self) -> Result<Vec<Ts<Layer>>, JsError> {
        let layers = self.trace.layers.iter().cloned();
        layers.map(|layer| Ok(layer.into_ts()?)).collect()
    }

    /// Their maps, weights and normalisations, see [`Layer`].
    #[wasm_bindgen(getter)]
    pub fn values(&self) -> Vec<f32> {
        self.trace.values.clone()
    }
}

/// The losses of some steps.
#[derive(Debug, Clone, Serialize, Tsify)]
#[serde(transparent)]
pub struct StepLosses(#[tsify(type = "Record<string, number>[]")] Vec<Losses>);

/// Networks that are trained step by step; one thing at a time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WatchedExperiment {
    /// Nothing while a step is under way.
    experiment: RefCell<Option<Experiment>>,
}

impl WatchedExperiment {
    pub(super) fn new(
        settings: &ExperimentSettings,
        [training, normal, anomalous]: [Vec<Uint8Array>; 3],
        compute: &Compute,
    ) -> Result<Self, JsError> {
        let model = settings.model()?;
        let read = |files: Vec<Uint8Array>| read(&files, &model);
        let images = ExperimentImages {
            training: read(training)?,
            normal: read(normal)?,
            anomalous: read(anomalous)?,
        };
        Ok(Self {
            experiment: RefCell::new(Some(Experiment::new(settings, images, compute)?)),
        })
    }

    fn take(&self) -> Result<Experiment, JsError> {
        let busy = || JsError::new("the experiment is busy with a step: wait for it");
        self.experiment.borrow_mut().take().ok_or_else(busy)
    }
}

#[wasm_bindgen]
impl WatchedExperiment {
    /// Trains for so many steps; the losses of each.
    ///
    /// # Errors
    /// Too few images, the training diverged, or the device failed.
    pub async fn step(&self, count: usize) -> Result<Ts<StepLosses>, JsError> {
        let mut experiment = self.take()?;
        let losses = experiment.step(count).await;
        self.experiment.replace(Some(experiment));
        Ok(StepLosses(losses?).into_ts()?)
    }

    /// Changes settings of the method, for example the weights of its losses, from the next step on.
    ///
    /// # Errors
    /// Impossible settings, or a step is under way.
    pub fn set(&self, settings: Ts<MethodSettings>) -> Result<(), JsError> {
        let settings = settings.to_rust()?;
        let mut experiment = self.take()?;
        let set = experiment.set(&settings);
        self.experiment.replace(Some(experiment));
        Ok(set?)
    }

    /// What the networks can do now.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look(&self) -> Result<Ts<Look>, JsError> {
        let experiment = self.take()?;
        let look = experiment.look().await;
        self.experiment.replace(Some(experiment));
        Ok(look.map_err(device)?.into_ts()?)
    }

    /// The model as it is now, as a weights file with thresholds.
    ///
    /// # Errors
    /// The device failed.
    pub async fn save(&self) -> Result<Vec<u8>, JsError> {
        let experiment = self.take()?;
        let detector = experiment.detector().await;
        self.experiment.replace(Some(experiment));
        let weights = detector.map_err(device)?.weights().await.map_err(device)?;
        Ok(weights.to_bytes(Precision::Full)?)
    }

    /// What is being trained.
    ///
    /// # Errors
    /// A step is under way.
    pub fn card(&self) -> Result<Ts<ModelCard>, JsError> {
        let experiment = self.take()?;
        let card = experiment.card().clone();
        self.experiment.replace(Some(experiment));
        Ok(card.into_ts()?)
    }
}

fn read(files: &[Uint8Array], model: &ModelConfig) -> Result<Images, DecodeError> {
    let mut images = Images::new(model.channels, model.size);
    for file in files {
        images.push(&decode(&file.to_vec(), model.channels, model.size)?);
    }
    Ok(images)
}

fn device(error: ExecutionError) -> JsError {
    JsError::new(&failure(&error))
}
