//! The detectors: each is its networks, one training step and one anomaly score.

pub mod ganomaly;

pub use ganomaly::{Ganomaly, GanomalyTraining};
