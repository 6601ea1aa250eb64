//! Reading image files in the worker, a few at a time.

use super::control::sleep;
use super::types::Unreadable;
use crate::card::ModelCard;
use crate::config::ModelConfig;
use crate::data::{FramedImages, Images};
use crate::framing::Framing;
use crate::image::{DecodeError, decode, decode_framed};
use js_sys::Uint8Array;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// Images decoded between two looks at the event loop, and the frames after which there is one in any case.
const BATCH: usize = 16;
const BATCH_FRAMES: usize = 64;

/// Bytes of all frames to learn from: a module of WebAssembly has 4 GiB, and training needs the frames twice.
const MOST_BYTES: usize = 512 << 20;
const VALUE_BYTES: usize = size_of::<u16>();

/// Decodes image files to the model's shape.
///
/// # Errors
/// One cannot be read.
pub fn read_all(files: impl Iterator<Item = Vec<u8>>, model: &ModelConfig) -> Result<Images, DecodeError> {
    let mut images = Images::new(model.channels, model.size);
    for file in files {
        images.add(&decode(&file, model.channels, model.size)?);
    }
    Ok(images)
}

/// The same, but with pauses; files that cannot be read are listed.
pub async fn read_images(files: &[Uint8Array], model: &ModelConfig) -> (Images, Vec<Unreadable>) {
    let mut images = Images::new(model.channels, model.size);
    let mut unreadable = Vec::new();
    for (index, file) in files.iter().enumerate() {
        match decode(&file.to_vec(), images.channels, images.size) {
            Ok(pixels) => images.add(&pixels),
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

/// Normal images to learn from, small as the networks see them: their files need not stay in memory.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct NormalImages {
    pub(super) framing: Framing,
    pub(super) images: FramedImages,
}

#[wasm_bindgen]
impl NormalImages {
    /// No images yet.
    ///
    /// # Errors
    /// An impossible framing.
    #[wasm_bindgen(constructor)]
    pub fn new(channels: usize, size: usize, framing: Ts<Framing>) -> Result<Self, JsError> {
        let framing = framing.to_rust()?;
        framing.validate()?;
        Ok(Self {
            framing,
            images: FramedImages::new(channels, size),
        })
    }

    /// Adds an image file.
    ///
    /// # Errors
    /// It cannot be read: why, in a sentence.
    pub fn add(&mut self, file: &[u8]) -> Result<(), JsError> {
        let frames = &self.images.frames;
        let image = decode_framed(file, frames.channels, frames.size, &self.framing)?;
        let values = frames.len() * frames.values() + image.pixels.values.len();
        if values * VALUE_BYTES > MOST_BYTES {
            return Err(JsError::new(
                "there is no more room for it: learn from fewer images, or with fewer tiles or smaller images",
            ));
        }
        self.images.push(&image);
        Ok(())
    }

    /// Number of images.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.images.len()
    }
}

/// Decodes the next image files as a model looks at them, as many as make a batch, with the remark on each.
pub fn read_framed<'a>(
    files: &mut impl Iterator<Item = &'a Uint8Array>,
    card: &ModelCard,
) -> (FramedImages, Vec<Result<Option<String>, DecodeError>>) {
    let mut images = FramedImages::new(card.model.channels, card.model.size);
    let mut remarks = Vec::new();
    while remarks.len() < BATCH && images.frames.len() < BATCH_FRAMES {
        let Some(file) = files.next() else { break };
        let read = card.look_at(&file.to_vec());
        remarks.push(read.map(|framed| {
            images.push(&framed);
            framed.remark
        }));
    }
    (images, remarks)
}
