//! GANomaly in the browser: GAN anomaly detectors that train natively on a GPU or CPU, and run the same code on
//! WebGPU or WebAssembly in a web page.
//!
//! The data flows through the modules in this order:
//!
//! 1. [`image`] turns file bytes into pixels of one size, from the part of the image that [`framing`] chooses;
//!    [`data`] splits images into those that train and those that test;
//! 2. [`config`] has the settings of a model and of a training run;
//! 3. [`networks`] and [`loss`] are the paper's building blocks, [`methods`] puts them together into one training
//!    step and one anomaly score, [`optim`] is the optimiser;
//! 4. [`trainer`] loops over steps and reports [`event`]s;
//! 5. [`score`] scores images, [`normality`] has the scores that go beyond the papers', [`conformal`] turns scores into
//!    verdicts with a known false-alarm rate, [`explanation`] and [`heatmap`] say why, [`metrics`] judges scores against
//!    labels;
//! 6. [`learning`] makes a calibrated detector from a few normal images, without settings, and finds out what it sees by
//!    [`defects`] that are made;
//! 7. [`experiment`] trains step by step for a lesson, and [`trace`] shows every layer at work;
//! 8. [`weights`] stores models as safetensors files; [`device`] picks what to compute on.
//!
//! Images are tensors of shape `[batch, channels, size, size]` with values in [-1, 1]; latent vectors are
//! `[batch, nz, 1, 1]`.
//!
//! Sources of the methods: S. Akcay, A. Atapour-Abarghouei, T. P. Breckon, "GANomaly: Semi-Supervised Anomaly
//! Detection via Adversarial Training", ACCV 2018, and "Skip-GANomaly: Skip Connected and Adversarially Trained
//! Encoder-Decoder Anomaly Detection", IJCNN 2019.

/// The program and its version, as weights files name it.
pub const SOFTWARE: &str = concat!("ganomaly ", env!("CARGO_PKG_VERSION"));

pub mod card;
pub mod config;
pub mod conformal;
pub mod data;
pub mod defects;
pub mod device;
pub mod event;
pub mod experiment;
pub mod explanation;
pub mod flow;
pub mod framing;
pub mod heatmap;
pub mod image;
pub mod learning;
pub mod loss;
pub mod methods;
pub mod metrics;
pub mod networks;
pub mod normality;
pub mod optim;
pub mod score;
pub mod trace;
pub mod trainer;
pub mod weights;

#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod web;
