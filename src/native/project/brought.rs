//! Image files that are brought to a project.

use super::file::BroughtImage;
use crate::data::FramedImages;
use crate::framing::Framing;
use crate::image::decode_framed;
use crate::native::console::{Console, sentence};
use crate::native::files::{self, sha256};
use crate::native::interrupt::Interrupt;
use anyhow::Result;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Files that are looked at, at a time: what the networks see of them is in memory, their bytes are not.
pub const CHUNK: usize = 64;

/// An image file that could be read.
#[derive(Debug, Clone)]
pub struct Brought {
    /// What the project says of it.
    pub image: BroughtImage,
    /// Where it is.
    pub path: PathBuf,
}

/// Reads image files; those that cannot be read or that were seen before are named and left out.
///
/// # Errors
/// The user has stopped it.
pub fn read(
    paths: &[PathBuf],
    images: &mut FramedImages,
    framing: &Framing,
    seen: &mut HashSet<String>,
    (console, interrupt): (Console, &Interrupt),
) -> Result<Vec<Brought>> {
    let (channels, size) = (images.frames.channels, images.frames.size);
    let mut brought = Vec::with_capacity(paths.len());
    for path in paths {
        interrupt.check()?;
        let framed = files::read_image(path).and_then(|bytes| {
            let framed = decode_framed(&bytes, channels, size, framing)?;
            Ok((describe(path, &bytes), framed))
        });
        match framed {
            Err(error) => console.warn(format_args!(
                "warning: {} is left out: {}",
                path.display(),
                sentence(&error)
            )),
            Ok((image, _)) if !seen.insert(image.id.clone()) => {
                console.note(format_args!("{} is left out: it is there already", path.display()));
            }
            Ok((image, framed)) => {
                images.push(&framed);
                brought.push(Brought {
                    image,
                    path: path.clone(),
                });
            }
        }
    }
    Ok(brought)
}

fn describe(path: &Path, bytes: &[u8]) -> BroughtImage {
    let format = image::guess_format(bytes).ok();
    BroughtImage {
        id: sha256(bytes),
        name: path.display().to_string(),
        bytes: bytes.len() as u64,
        media_type: format
            .map_or("application/octet-stream", |format| format.to_mime_type())
            .to_owned(),
    }
}
