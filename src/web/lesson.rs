//! For lessons: networks in training step by step, and every layer at work on an image.

use super::device;
use crate::card::ModelCard;
use crate::experiment::{Experiment, Look};
use crate::methods::{Losses, MethodSettings};
use crate::trace::{Layer, Trace};
use crate::weights::Precision;
use serde::Serialize;
use std::cell::{RefCell, RefMut};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// An image on its way through a generator.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct TracedImage {
    pub(super) trace: Trace,
}

#[wasm_bindgen]
impl TracedImage {
    /// The layers in the order in which they compute.
    ///
    /// # Errors
    /// They cannot be handed over, which would be a mistake in this program.
    #[wasm_bindgen(getter)]
    pub fn layers(&self) -> Result<Vec<Ts<Layer>>, JsError> {
        let layers = self.trace.layers.iter();
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
    /// Borrowed while a step is under way.
    pub(super) experiment: RefCell<Experiment>,
}

impl WatchedExperiment {
    fn get(&self) -> Result<RefMut<'_, Experiment>, JsError> {
        let busy = |_| JsError::new("the experiment is busy with a step: wait for it");
        self.experiment.try_borrow_mut().map_err(busy)
    }
}

#[wasm_bindgen]
#[allow(
    clippy::await_holding_refcell_ref,
    reason = "whoever comes meanwhile is told to wait"
)]
impl WatchedExperiment {
    /// Trains for so many steps; the losses of each.
    ///
    /// # Errors
    /// Too few images, the training diverged, or the device failed.
    pub async fn step(&self, count: usize) -> Result<Ts<StepLosses>, JsError> {
        let losses = self.get()?.step(count).await?;
        Ok(StepLosses(losses).into_ts()?)
    }

    /// Changes settings of the method, for example the weights of its losses, from the next step on.
    ///
    /// # Errors
    /// Impossible settings, or a step is under way.
    pub fn set(&self, settings: Ts<MethodSettings>) -> Result<(), JsError> {
        Ok(self.get()?.set(&settings.to_rust()?)?)
    }

    /// What the networks can do now.
    ///
    /// # Errors
    /// The device failed.
    pub async fn look(&self) -> Result<Ts<Look>, JsError> {
        let look = self.get()?.look().await.map_err(device)?;
        Ok(look.into_ts()?)
    }

    /// The model as it is now, as a weights file with thresholds.
    ///
    /// # Errors
    /// The device failed.
    pub async fn save(&self) -> Result<Vec<u8>, JsError> {
        let detector = self.get()?.detector().await.map_err(device)?;
        let weights = detector.weights().await.map_err(device)?;
        Ok(weights.to_bytes(Precision::Full)?)
    }

    /// What is being trained.
    ///
    /// # Errors
    /// A step is under way.
    pub fn card(&self) -> Result<Ts<ModelCard>, JsError> {
        Ok(self.get()?.card().into_ts()?)
    }
}
