//! The engine: a device, a loaded model and its fine-tuned sibling.

use super::control::{Reporter, RunControl, sleep};
use super::types::{Backend, FineTuneResult, FineTuneSettings, ScoredImage, Unreadable, Which};
use crate::config::TrainingConfig;
use crate::data::{Images, Stream, shuffled};
use crate::device::{Compute, DeviceChoice, failure, open};
use crate::event::{DataCard, ModelCard};
use crate::image::{decode, difference_picture, picture};
use crate::score::Detector;
use crate::trainer::Trainer;
use crate::weights::{Precision, Weights};
use burn::tensor::ExecutionError;
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// Images scored between two looks at the event loop.
const BATCH: usize = 16;

/// One image in this many is held out of fine-tuning, to take the threshold from.
const HELD_OUT: usize = 5;

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
        Ok(Self {
            compute: open(choice).await?,
            base: RefCell::default(),
            base_detector: RefCell::default(),
            tuned_detector: RefCell::default(),
        })
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
            .replace(Some(Detector::new(&weights, &self.compute.device)));
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
            .replace(Some(Detector::new(&weights, &self.compute.device)));
        Ok(weights.card.into_ts()?)
    }

    /// The score above which at most this share of held-out normal images lies; undefined without such images.
    ///
    /// # Errors
    /// There is no such model.
    pub fn threshold(&self, which: Which, false_alarms: f64) -> Result<Option<f32>, JsError> {
        Ok(self.detector(which)?.threshold(false_alarms))
    }

    /// Scores of held-out normal images, rising; may be empty.
    ///
    /// # Errors
    /// There is no such model.
    #[wasm_bindgen(js_name = calibrationScores)]
    pub fn calibration_scores(&self, which: Which) -> Result<Vec<f32>, JsError> {
        Ok(self.detector(which)?.calibration)
    }

    /// Scores image files. A file that cannot be read gets an error in its place.
    ///
    /// # Errors
    /// There is no such model, or the device failed.
    pub async fn score(
        &self,
        images: Vec<Uint8Array>,
        which: Which,
        #[wasm_bindgen(js_name = onProgress)] on_progress: Function,
    ) -> Result<Vec<Ts<ScoredImage>>, JsError> {
        let detector = self.detector(which)?;
        let total = images.len();
        let mut results = Vec::with_capacity(total);
        for files in images.chunks(BATCH) {
            for result in score_batch(&detector, files).await? {
                results.push(result.into_ts()?);
            }
            // An exception in the page's listener is the page's to report.
            let _ = on_progress.call2(&JsValue::NULL, &results.len().into(), &total.into());
            sleep(0).await;
        }
        Ok(results)
    }

    /// Fine-tunes on normal images, from the base model or from a checkpoint of the same run, and keeps the result as
    /// the tuned model. One image in five is held out to take the threshold from.
    ///
    /// # Errors
    /// Impossible settings, too few images, or the device failed. The models stay as they were.
    #[wasm_bindgen(js_name = fineTune)]
    pub async fn fine_tune(
        &self,
        normals: Vec<Uint8Array>,
        settings: Ts<FineTuneSettings>,
        control: &RunControl,
        #[wasm_bindgen(js_name = onEvent)] on_event: Function,
        checkpoint: Option<Vec<u8>>,
    ) -> Result<Ts<FineTuneResult>, JsError> {
        let settings = settings.to_rust()?;
        let mut reporter = Reporter::new(control, on_event);
        let base = self.base.borrow().clone().ok_or_else(no_model)?;
        let (images, unreadable) = read_images(&normals, &base.card).await;
        drop(normals);
        let (training, held_out) = hold_out(images.len(), settings.seed);
        let mut trainer = match checkpoint {
            Some(bytes) => Trainer::resume(&Weights::parse(&bytes)?, &self.compute)?,
            None => start(&base, &settings, training.len(), &self.compute)?,
        };
        drop(base);
        trainer.run(&images.select(&training), &mut reporter).await?;

        let mut detector = trainer.detector();
        let [known, aside] = [&training, &held_out].map(|indices| images.select(indices));
        detector
            .calibrate(trainer.card().score, &known, &aside)
            .await
            .map_err(device)?;
        let result = FineTuneResult {
            card: detector.card.clone(),
            stopped: detector.card.epochs_trained < detector.card.training.epochs,
            unreadable,
            held_out: held_out.len(),
        };
        self.tuned_detector.replace(Some(detector));
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

fn device(error: ExecutionError) -> JsError {
    JsError::new(&failure(&error))
}

/// Decodes image files to the model's shape; the rest is listed.
async fn read_images(files: &[Uint8Array], card: &ModelCard) -> (Images, Vec<Unreadable>) {
    let mut images = Images::new(card.model.channels, card.model.size);
    let mut unreadable = Vec::new();
    for (index, file) in files.iter().enumerate() {
        match decode(&file.to_vec(), images.channels, images.size) {
            Ok(pixels) => images.push(&pixels),
            Err(error) => unreadable.push(Unreadable {
                index,
                error: error.to_string(),
            }),
        }
        if index % BATCH == BATCH - 1 {
            sleep(0).await;
        }
    }
    (images, unreadable)
}

async fn score_batch(detector: &Detector, files: &[Uint8Array]) -> Result<Vec<ScoredImage>, JsError> {
    let (images, unreadable) = read_images(files, &detector.card).await;
    let indices: Vec<usize> = (0..images.len()).collect();
    let mut scored = detector
        .score(&images, &indices)
        .await
        .map_err(device)?
        .into_iter()
        .enumerate();
    let mut unreadable = unreadable.into_iter().peekable();
    let (channels, size) = (images.channels, images.size);
    let results = (0..files.len()).filter_map(|place| {
        if let Some(file) = unreadable.next_if(|file| file.index == place) {
            return Some(ScoredImage::Unreadable { error: file.error });
        }
        let (index, result) = scored.next()?;
        let pixels = images.image(index);
        Some(ScoredImage::Scored {
            score: result.score,
            input: picture(pixels, channels, size),
            reconstruction: picture(&result.reconstruction, channels, size),
            difference: difference_picture(pixels, &result.reconstruction, channels, size),
        })
    });
    Ok(results.collect())
}

/// Which images are trained on, and which are held out. Under three images none is.
fn hold_out(count: usize, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut training = shuffled(count, seed, Stream::Split);
    let held_out = if count < 3 { 0 } else { (count / HELD_OUT).max(1) };
    let held_out = training.split_off(count - held_out);
    (training, held_out)
}

/// A run with the settings, from the base model or from random weights of its shape.
fn start(base: &Weights, settings: &FineTuneSettings, images: usize, compute: &Compute) -> Result<Trainer, JsError> {
    let mut card = base.card.clone();
    card.training = TrainingConfig {
        epochs: settings.epochs,
        batch_size: settings.batch_size,
        learning_rate: settings.learning_rate,
        seed: settings.seed,
        ..base.card.training.clone()
    };
    card.data = DataCard {
        dataset: "images of the user".to_owned(),
        protocol: "trained on images given as normal, one in five held out for the threshold".to_owned(),
        normal_images: images,
        ..DataCard::default()
    };
    card.software = concat!("ganomaly ", env!("CARGO_PKG_VERSION")).to_owned();
    if settings.from_scratch {
        card.name = "own".to_owned();
        card.fine_tuned_from = None;
        Ok(Trainer::new(card, compute)?)
    } else {
        card.fine_tuned_from = Some(base.card.name.clone());
        card.name = format!("{} (tuned)", base.card.name);
        Ok(Trainer::fine_tune(card, base, compute)?)
    }
}
