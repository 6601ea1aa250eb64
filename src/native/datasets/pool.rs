//! Decoding many image files in parallel, a bounded number of them in memory at a time.

use super::store::{Content, Store};
use crate::data::Images;
use crate::image::decode;
use crate::native::terminal::{Console, Interrupt, sentence};
use anyhow::Result;
use indicatif::ProgressBar;
use rayon::prelude::*;

/// Files that are decoded at a time; between two chunks the user can stop.
const CHUNK: usize = 256;

/// Bytes of packed images that are held at a time, unless one alone has more.
const CHUNK_BYTES: usize = 64 << 20;

/// Unreadable files that are named on the console unless the user wants details.
const NAMED: usize = 10;

/// Images in the order of their paths.
#[derive(Debug)]
pub struct Decoded {
    /// The readable ones.
    pub images: Images,
    /// Which of the files they are.
    pub readable: Vec<bool>,
}

/// Decodes the files of a store to images of `shape`, channels and size. The files that cannot be read are told to
/// the user and left out.
///
/// # Errors
/// The store cannot be read, or the user has stopped it.
pub fn decode_all(
    store: &Store,
    paths: &[String],
    shape: (usize, usize),
    console: Console,
    interrupt: &Interrupt,
) -> Result<Decoded> {
    let bar = console.image_bar(paths.len(), "reading");
    let mut pool = Pool {
        shape,
        bar: &bar,
        interrupt,
        images: Images::blank(shape.0, shape.1, paths.len()),
        // Until it is decoded, a file is missing: an archive may change between two readings.
        failures: vec![Some("it is gone".to_owned()); paths.len()],
        waiting: Vec::new(),
        held: 0,
    };
    let read = store
        .read(paths, interrupt, |number, content| pool.add(number, content))
        .and_then(|()| pool.decode_waiting());
    bar.finish_and_clear();
    read?;
    let Pool {
        mut images, failures, ..
    } = pool;
    warn(paths, &failures, console);
    let readable: Vec<bool> = failures.iter().map(Option::is_none).collect();
    images.retain(&readable);
    Ok(Decoded { images, readable })
}

struct Pool<'a> {
    shape: (usize, usize),
    bar: &'a ProgressBar,
    interrupt: &'a Interrupt,
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
        let decoded: Vec<(usize, Result<Vec<u8>>)> = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|(number, content)| (number, self.decode_one(content)))
            .collect();
        // Those that were passed over because the user wants to stop are not unreadable.
        self.interrupt.check()?;
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

    fn decode_one(&self, content: Result<Content>) -> Result<Vec<u8>> {
        self.interrupt.check()?;
        let bytes = content?.bytes()?;
        let (channels, size) = self.shape;
        let pixels = decode(&bytes, channels, size);
        self.bar.inc(1);
        Ok(pixels?)
    }
}

fn warn(paths: &[String], failures: &[Option<String>], console: Console) {
    let failed = paths
        .iter()
        .zip(failures)
        .filter_map(|(path, failure)| Some((path, failure.as_ref()?)));
    let mut count = 0;
    for (path, reason) in failed {
        let line = format!("warning: {path} is left out: {reason}");
        if count < NAMED {
            console.warn(line);
        } else {
            console.detail(line);
        }
        count += 1;
    }
    if count > NAMED {
        console.warn(format_args!(
            "warning: {count} files are left out in all; --verbose names them all"
        ));
    }
}
