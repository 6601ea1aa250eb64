//! Models that commands use or start from: reading them, their cards, scoring many images with them.

pub mod card;
pub mod scoring;

use crate::device::failure;
use crate::native::files::read_bounded;
use crate::native::projects::file::{ProjectFile, is_project};
use crate::weights::{FrontEnd, LARGEST_FILE, Weights};
use anyhow::{Context, Result, anyhow};
use burn::tensor::ExecutionError;
use std::path::Path;

/// Reads a weights file, or the model of a project file; also gives its bytes.
///
/// # Errors
/// The file cannot be read or is not a usable weights file.
pub fn read_weights(path: &Path) -> Result<(Weights, Vec<u8>)> {
    let bytes = if is_project(path) {
        ProjectFile::open(path)?.model()?
    } else {
        read_bounded(path, LARGEST_FILE)?
    };
    let weights = Weights::parse(&bytes).with_context(|| format!("cannot use {}", path.display()))?;
    Ok((weights, bytes))
}

/// The model that a run starts from, if one is named.
///
/// # Errors
/// As [`read_weights`].
pub fn load_base(from: Option<&Path>) -> Result<Option<Weights>> {
    Ok(from.map(read_weights).transpose()?.map(|(weights, _)| weights))
}

/// The front end of methods that see images through one. It is a part of the program.
///
/// # Errors
/// The program was built with a damaged file.
pub fn front_end() -> Result<FrontEnd> {
    let file = include_bytes!("../../../weights/front-ends/efficientnet-lite0.safetensors");
    Ok(FrontEnd::parse(file)?)
}

/// Waits for what a device computes; if it fails, in a sentence for the user.
///
/// # Errors
/// The device failed.
pub fn wait<T>(work: impl Future<Output = Result<T, ExecutionError>>) -> Result<T> {
    pollster::block_on(work).map_err(|error| anyhow!(failure(&error)))
}
