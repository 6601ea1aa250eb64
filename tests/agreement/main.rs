//! The library against the numbers of others (PyTorch, scikit-learn, SciPy, Pillow), see `tests/golden/`, and against what it
//! promises. One program, since each one more is linked with all of burn; `cargo test --release --test agreement pytorch`
//! runs one part.
#![cfg(not(target_arch = "wasm32"))]

mod conformal;
mod controls;
mod decode;
#[path = "../golden/mod.rs"]
mod golden;
mod learning;
mod lesson;
mod method_shape;
mod metrics;
mod normality;
mod patchcore;
mod pytorch;
mod resize;
mod weights;
