//! The engine: a device, a loaded model and its fine-tuned sibling.

use super::control::{Reporter, RunControl, sleep};
use super::device;
use super::images::{NormalImages, read_all, read_framed, read_images};
use super::lesson::{TracedImage, WatchedExperiment};
use super::types::{Backend, ImageResult, LearnResult, Which};
use crate::card::ModelCard;
use crate::conformal::Calibration;
use crate::data::FramedImages;
use crate::device::{Compute, DeviceChoice, open};
use crate::experiment::{Experiment, ExperimentImages, ExperimentSettings};
use crate::explanation::{Explanation, explain};
use crate::image::{Picture, difference_picture, picture};
use crate::learning::{Request, Sight, Start, TuningSettings, learn, tune};
use crate::score::Detector;
use crate::weights::{FrontEnd, Precision, Weights, WeightsError};
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Scores images and fine-tunes, in a dedicated worker.
#[wasm_bindgen]
pub struct Engine {
    compute: Compute,
    base: RefCell<Option<Weights>>,
    base_detector: RefCell<Option<Detector>>,
    tuned_detector: RefCell<Option<Detector>>,
}

#[wasm_bindgen]
impl Engine {
    /// Starts a backend. WebGPU can be started once in a worker's life; check `navigator.gpu` before.
    ///
    /// # Errors
    /// The backend does not work here.
    pub async fn create(backend: Backend) -> Result<Engine, JsError> {
        let choice = match backend {
            Backend::WebGpu => DeviceChoice::Gpu,
            _ => DeviceChoice::Cpu,
        };
        Ok(Self::on(open(choice).await?))
    }

    /// An engine for other models on the same device.
    pub fn another(&self) -> Engine {
        Self::on(self.compute.clone())
    }

    /// The backend in use.
    #[wasm_bindgen(getter)]
    pub fn backend(&self) -> Backend {
        if self.compute.is_gpu {
            Backend::WebGpu
        } else {
            Backend::Cpu
        }
    }

    /// What the backend runs on, for people.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        self.compute.name.clone()
    }

    /// Loads a weights file as the base model and forgets the tuned one. If the file is no good, nothing changes.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn load(&self, bytes: &[u8]) -> Result<Ts<ModelCard>, JsError> {
        let weights = Weights::parse(bytes)?;
        let card = weights.card.into_ts()?;
        self.base_detector
            .replace(Some(Detector::new(&weights, &self.compute.device)?));
        self.tuned_detector.replace(None);
        self.base.replace(Some(weights));
        Ok(card)
    }

    /// Puts a tuned model beside the base model.
    ///
    /// # Errors
    /// What is wrong with the file, or it takes images of another shape.
    #[wasm_bindgen(js_name = loadTuned)]
    pub fn load_tuned(&self, bytes: &[u8]) -> Result<Ts<ModelCard>, JsError> {
        let weights = Weights::parse(bytes)?;
        let shape = |card: &ModelCard| (card.model.channels, card.model.size);
        let base = self.detector(Which::Base)?;
        if shape(&base.card) != shape(&weights.card) {
            let (channels, size) = shape(&weights.card);
            return Err(JsError::new(&format!(
                "this model takes images of {size}x{size} pixels and {channels} channels, the loaded one does not: \
                 load it as a model of its own"
            )));
        }
        self.tuned_detector
            .replace(Some(Detector::new(&weights, &self.compute.device)?));
        Ok(weights.card.into_ts()?)
    }

    /// What the normal images held out of training promise.
    ///
    /// # Errors
    /// There is no such model.
    pub fn calibration(&self, which: Which) -> Result<Ts<Calibration>, JsError> {
        Ok(Calibration::of(&self.detector(which)?.calibration).into_ts()?)
    }

    /// Scores image files, with pictures if they are to be looked at. A file that cannot be read gets an error in its
    /// place.
    ///
    /// # Errors
    /// There is no such model, or the device failed.
    pub async fn score(
        &self,
        images: Vec<Uint8Array>,
        which: Which,
        pictures: bool,
    ) -> Result<Vec<Ts<ImageResult>>, JsError> {
        let detector = self.detector(which)?;
        let mut results = Vec::with_capacity(images.len());
        let mut files = images.iter();
        while results.len() < images.len() {
            for result in score_some(&detector, &mut files, pictures).await? {
                results.push(result.into_ts()?);
            }
            sleep(0).await;
        }
        Ok(results)
    }

    /// Looks closely at one image file: why it has its score. `limit` is the score from which on an image counts as odd.
    ///
    /// # Errors
    /// There is no such model, the file cannot be read, or the device failed.
    pub async fn explain(&self, image: &[u8], which: Which, limit: Option<f32>) -> Result<Ts<Explanation>, JsError> {
        let detector = self.detector(which)?;
        let framed = detector.card.look_at(image)?;
        Ok(explain(&detector, &framed, limit).await.map_err(device)?.into_ts()?)
    }

    /// One image file with a defect of each kind and size, kind by kind, as the networks see it: what [`crate::learning::Sight`]
    /// is about.
    ///
    /// # Errors
    /// There is no such model, or the file cannot be read.
    pub fn defects(&self, image: &[u8], which: Which) -> Result<Vec<Ts<Picture>>, JsError> {
        let card = self.detector(which)?.card;
        let mut images = FramedImages::new(card.model.channels, card.model.size);
        images.push(&card.look_at(image)?);
        let examples = Sight::examples(&images, card.training.seed);
        examples.into_iter().map(|picture| Ok(picture.into_ts()?)).collect()
    }

    /// Follows one image file through every layer of a GANomaly model's generator.
    ///
    /// # Errors
    /// There is no such model, it is of another method, the file cannot be read, or the device failed.
    pub async fn trace(&self, image: &[u8], which: Which) -> Result<TracedImage, JsError> {
        let detector = self.detector(which)?;
        let mut images = read_all(std::iter::once(image.to_vec()), &detector.card.model)?;
        images.spread(detector.card.value_range);
        let trace = detector.trace(&images, 0).await.map_err(device)?;
        trace.map(|trace| TracedImage { trace }).ok_or_else(|| {
            JsError::new("only GANomaly has the three sub-networks that can be traced: load a model of GANomaly")
        })
    }

    /// Random networks to be trained step by step.
    ///
    /// # Errors
    /// Impossible settings, or an image file that cannot be read.
    pub fn experiment(
        &self,
        settings: Ts<ExperimentSettings>,
        training: Vec<Uint8Array>,
        normal: Vec<Uint8Array>,
        anomalous: Vec<Uint8Array>,
    ) -> Result<WatchedExperiment, JsError> {
        let settings = settings.to_rust()?;
        let model = settings.model()?;
        let read = |files: Vec<Uint8Array>| read_all(files.iter().map(Uint8Array::to_vec), &model);
        let images = ExperimentImages {
            training: read(training)?,
            normal: read(normal)?,
            anomalous: read(anomalous)?,
        };
        Ok(WatchedExperiment {
            experiment: Experiment::new(&settings, images, &self.compute)?.into(),
        })
    }

    /// Learns from normal images with settings that follow from their number, and keeps the result as the base model:
    /// from random weights, or from a checkpoint of the same run. Methods that see images through a front end need its file if
    /// they begin from nothing.
    ///
    /// # Errors
    /// Too few images, an impossible request, a file that is no good, or the device failed. The models stay as they were.
    pub async fn learn(
        &self,
        normals: &NormalImages,
        request: Ts<Request>,
        control: &RunControl,
        #[wasm_bindgen(js_name = onEvent)] on_event: Function,
        checkpoint: Option<Vec<u8>>,
        #[wasm_bindgen(js_name = frontEnd)] front_end: Option<Vec<u8>>,
    ) -> Result<Ts<LearnResult>, JsError> {
        let request = Request {
            framing: normals.framing,
            size: Some(normals.images.frames.size),
            channels: Some(normals.images.frames.channels),
            ..request.to_rust()?
        };
        let control = control.clone();
        let mut reporter = Reporter { control, on_event };
        let checkpoint = parse(checkpoint)?;
        let front_end = front_end.map(|bytes| FrontEnd::parse(&bytes)).transpose()?;
        let start = match (&checkpoint, &front_end) {
            (Some(checkpoint), _) => Start::Resume(checkpoint),
            (None, Some(front_end)) => Start::FrontEnd(front_end),
            (None, None) => Start::Nothing,
        };
        let learnt = learn(&normals.images, &request, start, &self.compute, &mut reporter).await?;
        let result = LearnResult::of(&learnt, Vec::new());
        self.base
            .replace(Some(learnt.detector.weights().await.map_err(device)?));
        self.base_detector.replace(Some(learnt.detector));
        self.tuned_detector.replace(None);
        self.compute.device.memory_cleanup();
        Ok(result.into_ts()?)
    }

    /// Fine-tunes on normal images, from the base model or from a checkpoint of the same run, and keeps the result as
    /// the tuned model; see [`tune`].
    ///
    /// # Errors
    /// Impossible settings, too few images, or the device failed. The models stay as they were.
    #[wasm_bindgen(js_name = fineTune)]
    pub async fn fine_tune(
        &self,
        normals: Vec<Uint8Array>,
        settings: Ts<TuningSettings>,
        control: &RunControl,
        #[wasm_bindgen(js_name = onEvent)] on_event: Function,
        checkpoint: Option<Vec<u8>>,
    ) -> Result<Ts<LearnResult>, JsError> {
        let settings = settings.to_rust()?;
        let control = control.clone();
        let mut reporter = Reporter { control, on_event };
        let base = self.base.borrow().clone().ok_or_else(no_model)?;
        let (images, unreadable) = read_images(&normals, &base.card.model).await;
        drop(normals);
        let checkpoint = parse(checkpoint)?;
        let latest = checkpoint.as_ref();
        let learnt = tune(&images, &settings, &base, latest, &self.compute, &mut reporter).await?;
        let result = LearnResult::of(&learnt, unreadable);
        self.tuned_detector.replace(Some(learnt.detector));
        self.compute.device.memory_cleanup();
        Ok(result.into_ts()?)
    }

    /// A model as a weights file.
    ///
    /// # Errors
    /// There is no such model, or the device failed.
    pub async fn save(&self, which: Which) -> Result<Vec<u8>, JsError> {
        let weights = self.detector(which)?.weights().await.map_err(device)?;
        Ok(weights.to_bytes(Precision::Full)?)
    }

    fn on(compute: Compute) -> Self {
        Self {
            compute,
            base: RefCell::default(),
            base_detector: RefCell::default(),
            tuned_detector: RefCell::default(),
        }
    }

    fn detector(&self, which: Which) -> Result<Detector, JsError> {
        match which {
            Which::Tuned => self.tuned_detector.borrow().clone().ok_or_else(no_model),
            _ => self.base_detector.borrow().clone().ok_or_else(no_model),
        }
    }
}

fn no_model() -> JsError {
    JsError::new("there is no such model yet: load one, or fine-tune")
}

fn parse(bytes: Option<Vec<u8>>) -> Result<Option<Weights>, WeightsError> {
    bytes.map(|bytes| Weights::parse(&bytes)).transpose()
}

/// Scores the next files: a few images, or fewer of many frames.
async fn score_some(
    detector: &Detector,
    files: &mut impl Iterator<Item = &Uint8Array>,
    pictures: bool,
) -> Result<Vec<ImageResult>, JsError> {
    let (images, remarks) = read_framed(files, &detector.card);
    let scored = detector.score_images(&images).await.map_err(device)?;
    let mut scored = scored.into_iter().enumerate();
    let results = remarks.into_iter().filter_map(|remark| {
        let unreadable = |error| Some(ImageResult::Unreadable { error });
        let remark = match remark {
            Ok(remark) => remark,
            Err(error) => return unreadable(error.to_string()),
        };
        let (index, result) = scored.next()?;
        if !result.score.is_finite() {
            return unreadable("the networks give no finite number for it: learn anew".to_owned());
        }
        let (channels, size) = (images.frames.channels, images.frames.size);
        let pixels = &images.frames.bytes(images.frames_of(index).start + result.frame);
        let rebuilt = result.reconstruction.as_deref().filter(|_| pictures);
        let latents = result.latent.zip(result.latent_reconstruction);
        Some(ImageResult::Scored {
            score: result.score,
            p_value: detector.p_value(result.score),
            remark,
            input: pictures.then(|| picture(pixels, channels, size)),
            reconstruction: rebuilt.map(|other| picture(other, channels, size)),
            difference: rebuilt.map(|other| difference_picture(pixels, other, channels, size)),
            latents: latents.filter(|_| pictures).map(|(latent, again)| [latent, again]),
        })
    });
    Ok(results.collect())
}
