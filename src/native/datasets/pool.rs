//! Bringing many images to one shape in parallel: image files, a bounded number of them in memory at a time, and pictures
//! of known data sets.

use super::Reading;
use super::store::{Content, LeftOut, Store, StoredFile};
use crate::data::Images;
use crate::image::{Pixels, decode, scale};
use crate::native::terminal::{Console, sentence};
use anyhow::Result;
use image::DynamicImage;
use indicatif::ProgressBar;
use rayon::prelude::*;

/// Files that are decoded at a time; between two chunks the user can stop.
const CHUNK: usize = 256;

/// Pictures that are scaled at a time.
const PICTURES: usize = 4096;

/// Bytes of packed images that are held at a time, unless one alone has more.
const CHUNK_BYTES: usize = 64 << 20;

/// Unreadable files that are named on the console unless the user wants details.
const NAMED: usize = 10;

/// Scales pictures, which `picture` makes of the bytes of each, to one shape.
///
/// # Errors
/// A picture cannot be scaled, or the user has stopped it.
pub fn scale_all(
    originals: &[&[u8]],
    picture: impl Fn(&[u8]) -> DynamicImage + Sync,
    what: &'static str,
    reading: Reading,
) -> Result<Images> {
    let (channels, size) = reading.shape;
    let mut images = Images::blank(channels, size, originals.len());
    let bar = reading.console.image_bar(originals.len(), what);
    let mut done = 0;
    for chunk in originals.chunks(PICTURES) {
        reading.interrupt.check()?;
        let scaled = chunk
            .par_iter()
            .map(|original| Ok(scale(picture(original), channels, size)?))
            .collect::<Result<Vec<_>>>()?;
        for pixels in scaled {
            images.set(done, &pixels);
            done += 1;
        }
        bar.set_position(done as u64);
    }
    Ok(images)
}

/// Decodes files of a store, in the given order, and tells which of them can be read. The others are told to the user and
/// left out.
///
/// # Errors
/// The store cannot be read, or the user has stopped it.
pub fn decode_all(store: &Store, files: &[StoredFile], reading: Reading) -> Result<(Images, Vec<bool>)> {
    let (channels, size) = reading.shape;
    let mut pool = Pool {
        reading,
        bar: reading.console.image_bar(files.len(), "reading"),
        images: Images::blank(channels, size, files.len()),
        // Until it is decoded, a file is missing: an archive may change between two readings.
        failures: vec![Some("it is gone".to_owned()); files.len()],
        waiting: Vec::new(),
        held: 0,
    };
    store.read(files, reading.interrupt, |number, content| pool.add(number, content))?;
    pool.decode_waiting()?;
    pool.bar.finish_and_clear();
    let failures = files.iter().zip(&pool.failures);
    let left_out = failures.filter_map(|(file, failure)| {
        let (path, reason) = (file.path.clone(), failure.clone()?);
        Some(LeftOut { path, reason })
    });
    warn(&left_out.collect::<Vec<_>>(), reading.console);
    let readable: Vec<bool> = pool.failures.iter().map(Option::is_none).collect();
    pool.images.retain(&readable);
    Ok((pool.images, readable))
}

struct Pool<'a> {
    reading: Reading<'a>,
    bar: ProgressBar,
    images: Images,
    /// Why each file is not among the images, if it is not.
    failures: Vec<Option<String>>,
    waiting: Vec<(usize, Result<Content>)>,
    /// Bytes that are waiting.
    held: usize,
}

impl Pool<'_> {
    /// Takes a file, and decodes the waiting ones if they are many.
    fn add(&mut self, number: usize, content: Result<Content>) -> Result<()> {
        self.held += content.as_ref().map_or(0, Content::held);
        self.waiting.push((number, content));
        if self.waiting.len() < CHUNK && self.held < CHUNK_BYTES {
            return Ok(());
        }
        self.decode_waiting()
    }

    fn decode_waiting(&mut self) -> Result<()> {
        self.held = 0;
        let decoded: Vec<(usize, Result<Pixels>)> = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|(number, content)| (number, self.decode_one(content)))
            .collect();
        // Those that were passed over because the user wants to stop are not unreadable.
        self.reading.interrupt.check()?;
        for (number, pixels) in decoded {
            self.failures[number] = match pixels {
                Ok(pixels) => {
                    self.images.set(number, &pixels);
                    None
                }
                Err(error) => Some(sentence(&error)),
            };
        }
        Ok(())
    }

    fn decode_one(&self, content: Result<Content>) -> Result<Pixels> {
        self.reading.interrupt.check()?;
        let bytes = content?.bytes()?;
        let (channels, size) = self.reading.shape;
        let pixels = decode(&bytes, channels, size);
        self.bar.inc(1);
        Ok(pixels?)
    }
}

/// Tells the user of files that are left out.
pub fn warn(files: &[LeftOut], console: Console) {
    for (place, LeftOut { path, reason }) in files.iter().enumerate() {
        let line = format!("warning: {path} is left out: {reason}");
        if place < NAMED {
            console.warn(line);
        } else {
            console.detail(line);
        }
    }
    if files.len() > NAMED {
        let count = files.len();
        console.warn(format_args!(
            "warning: {count} files are left out in all; --verbose names them all"
        ));
    }
}
