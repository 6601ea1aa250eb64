//! Decoding many image files in parallel, a bounded number of them in memory at a time.

use super::archive::{Content, Store};
use crate::data::Images;
use crate::image::decode;
use crate::native::console::{Console, sentence};
use crate::native::interrupt::Interrupt;
use anyhow::Result;
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
        images: Images::blank(shape.0, shape.1, paths.len()),
        // Until it is decoded, a file is missing: an archive may change between two readings.
        failures: vec![Some("it is gone".to_owned()); paths.len()],
        waiting: Vec::new(),
        held: 0,
    };
    store.read(paths, interrupt, |number, content| {
        let decoded = pool.add(number, content);
        if decoded > 0 {
            interrupt.check()?;
            bar.inc(decoded as u64);
        }
        Ok(())
    })?;
    pool.decode_waiting();
    interrupt.check()?;
    bar.finish_and_clear();
    let Pool {
        mut images, failures, ..
    } = pool;
    warn(paths, &failures, console);
    let readable: Vec<bool> = failures.iter().map(Option::is_none).collect();
    images.retain(&readable);
    Ok(Decoded { images, readable })
}

struct Pool {
    shape: (usize, usize),
    images: Images,
    /// Why each file is not among the images, if it is not.
    failures: Vec<Option<String>>,
    waiting: Vec<(usize, Result<Content>)>,
    held: usize,
}

impl Pool {
    /// Takes a file and decodes the waiting ones if they are many; gives their number.
    fn add(&mut self, number: usize, content: Result<Content>) -> usize {
        self.held += content.as_ref().map_or(0, Content::held);
        self.waiting.push((number, content));
        if self.waiting.len() < CHUNK && self.held < CHUNK_BYTES {
            return 0;
        }
        self.decode_waiting()
    }

    fn decode_waiting(&mut self) -> usize {
        let (channels, size) = self.shape;
        self.held = 0;
        let decoded: Vec<(usize, Result<Vec<u8>>)> = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|(number, content)| {
                let bytes = content.and_then(Content::bytes);
                let pixels = bytes.and_then(|bytes| Ok(decode(&bytes, channels, size)?));
                (number, pixels)
            })
            .collect();
        let count = decoded.len();
        for (number, pixels) in decoded {
            self.failures[number] = match pixels {
                Ok(pixels) => {
                    self.images.set(number, &pixels);
                    None
                }
                Err(error) => Some(sentence(&error)),
            };
        }
        count
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
