//! IDX, the format of MNIST and Fashion-MNIST: four official files, or one pool of images and labels, gzipped or not.

use super::catalogue::{CATALOGUE, Format, Known};
use super::{Labelled, locate};
use crate::data::Images;
use crate::image::scale;
use crate::native::files::read_bounded;
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Context, Result, bail, ensure};
use flate2::read::MultiGzDecoder;
use image::{DynamicImage, GrayImage};
use rayon::prelude::*;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The official files, training set first, without `.gz`.
const OFFICIAL: [[&str; 2]; 2] = [
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
    ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
];

/// All images in one shuffled pool, which does not tell training from test images.
const POOL: [[&str; 2]; 1] = [["pool-images-idx3-ubyte", "pool-labels-idx1-ubyte"]];

/// Longest content of a file, in bytes: the pool's images, with room to spare.
const LARGEST: usize = 64 << 20;

/// Images that are scaled at a time; between two chunks the user can stop.
const CHUNK: usize = 4096;

/// Loads a data set, training images first.
///
/// # Errors
/// A file is missing or damaged, or the user has stopped it.
pub fn load(
    known: &Known,
    data: Option<&Path>,
    shape: (usize, usize),
    console: Console,
    interrupt: &Interrupt,
) -> Result<Labelled> {
    let folder = locate::folder_of(known, data, |folder| find(folder, known).is_some())?;
    let pairs = find(&folder, known).context("the files have gone while they were looked for")?;
    let (mut pixels, mut labels, mut is_test) = (Vec::new(), Vec::new(), Vec::new());
    for (number, [images_name, labels_name]) in pairs.iter().enumerate() {
        interrupt.check()?;
        let images = read_part(&folder.join(images_name), known, |content| {
            parse_images(content, known.side)
        })?;
        let found = read_part(&folder.join(labels_name), known, |content| {
            parse_labels(content, known.classes.len())
        })?;
        ensure!(
            images.len() == found.len() * known.side * known.side,
            "{images_name} and {labels_name} in {} do not have as many images as labels: get them again, `ganomaly \
             fetch {}`",
            folder.display(),
            known.name
        );
        pixels.extend(images);
        labels.extend(found.into_iter().map(usize::from));
        is_test.resize(labels.len(), number > 0);
    }
    let is_official = pairs.len() > 1;
    let notes = (!is_official).then(|| format!("{} as one pool: its official split is not kept", known.title));
    Ok(Labelled {
        name: known.name.to_owned(),
        terms: known.terms,
        notes: notes.into_iter().collect(),
        classes: known.classes.iter().map(ToString::to_string).collect(),
        images: scale_all(&pixels, known.side, shape, console, interrupt)?,
        labels,
        official_test: is_official.then_some(is_test),
    })
}

/// Which files a folder has: the official ones, or else the pool.
fn find(folder: &Path, known: &Known) -> Option<&'static [[&'static str; 2]]> {
    // The files of all of these have the same names: a folder that is named after another one is that one.
    let is_other = CATALOGUE.iter().any(|other| {
        let is_its = folder.file_name().is_some_and(|name| name == other.name);
        other.format == Format::Idx && other.name != known.name && is_its
    });
    [&OFFICIAL as &[_], &POOL]
        .into_iter()
        .find(|pairs| !is_other && existing(&folder.join(pairs[0][0])).is_some())
}

/// The plain file or the gzipped one.
fn existing(plain: &Path) -> Option<PathBuf> {
    let mut gzipped = plain.as_os_str().to_owned();
    gzipped.push(".gz");
    [gzipped.into(), plain.to_path_buf()]
        .into_iter()
        .find(|path: &PathBuf| path.is_file())
}

fn read_part(path: &Path, known: &Known, parse: impl Fn(&[u8]) -> Result<&[u8]>) -> Result<Vec<u8>> {
    let damaged = || {
        format!(
            "{} is missing or damaged: get it again, `ganomaly fetch {}`",
            path.display(),
            known.name
        )
    };
    let found = existing(path).with_context(damaged)?;
    let bytes = read_bounded(&found, LARGEST)?;
    unpack(&bytes, LARGEST)
        .and_then(|content| parse(&content).map(<[u8]>::to_vec))
        .with_context(damaged)
}

/// The content of a file of at most `largest` bytes, gzipped or not.
///
/// # Errors
/// The file is cut short, damaged, or unpacks to more than `largest` bytes.
pub fn unpack(bytes: &[u8], largest: usize) -> Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut content = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(largest as u64 + 1)
        .read_to_end(&mut content)
        .context("it cannot be unpacked")?;
    ensure!(content.len() <= largest, "it unpacks to more than {largest} bytes");
    Ok(content)
}

/// Scales grey images of `side` times `side` pixels to `shape`, channels and size.
fn scale_all(
    pixels: &[u8],
    side: usize,
    (channels, size): (usize, usize),
    console: Console,
    interrupt: &Interrupt,
) -> Result<Images> {
    let originals: Vec<&[u8]> = pixels.chunks_exact(side * side).collect();
    let mut images = Images::blank(channels, size, originals.len());
    let bar = console.image_bar(originals.len(), "scaling");
    let mut done = 0;
    for chunk in originals.chunks(CHUNK) {
        interrupt.check()?;
        let scaled: Vec<Vec<u8>> = chunk
            .par_iter()
            .map(|original| scale_one(original, side, channels, size))
            .collect::<Result<_>>()?;
        for pixels in scaled {
            images.set(done, &pixels);
            done += 1;
        }
        bar.set_position(done as u64);
    }
    bar.finish_and_clear();
    Ok(images)
}

fn scale_one(original: &[u8], side: usize, channels: usize, size: usize) -> Result<Vec<u8>> {
    let image = GrayImage::from_raw(side as u32, side as u32, original.to_vec()).context("an image is cut short")?;
    Ok(scale(DynamicImage::from(image), channels, size)?)
}

fn parse_images(content: &[u8], side: usize) -> Result<&[u8]> {
    parse(content, &[side, side])
}

fn parse_labels(content: &[u8], classes: usize) -> Result<&[u8]> {
    let labels = parse(content, &[])?;
    ensure!(
        labels.iter().all(|&label| usize::from(label) < classes),
        "a label is not one of the {classes} classes"
    );
    Ok(labels)
}

/// The values of an IDX file of bytes whose items have the shape `item`: a magic number of 0, 0, 8 and the number of
/// dimensions, then each dimension as four bytes, most significant first, then the values.
fn parse<'a>(content: &'a [u8], item: &[usize]) -> Result<&'a [u8]> {
    let header = 4 * (2 + item.len());
    ensure!(content.len() >= header, "it is cut short");
    let (header, values) = content.split_at(header);
    let mut words = header
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&word| u32::from_be_bytes(word) as usize);
    let magic = 0x0800 + 1 + item.len();
    ensure!(
        words.next() == Some(magic),
        "it is not an IDX file of {} dimensions",
        1 + item.len()
    );
    let count = words.next().unwrap_or(0);
    if !words.eq(item.iter().copied()) {
        bail!("its images are not of {item:?} pixels");
    }
    let expected = item.iter().try_fold(count, |product, &side| product.checked_mul(side));
    ensure!(
        expected == Some(values.len()),
        "it does not have as many values as its header says"
    );
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{FASHION_MNIST, MNIST};
    use super::*;
    use std::fs;

    fn file(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
        let mut content = vec![0, 0, 8, dimensions.len() as u8];
        content.extend(dimensions.iter().flat_map(|side| side.to_be_bytes()));
        content.extend(values);
        content
    }

    fn load_from(known: &Known, folder: &Path) -> Result<Labelled> {
        load(
            known,
            Some(folder),
            (1, 16),
            Console::new(true, false),
            &Interrupt::default(),
        )
    }

    #[test]
    fn a_pool_has_no_official_split_and_stopping_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("fashion-mnist");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join(POOL[0][0]), file(&[2, 28, 28], &[9; 2 * 784])).unwrap();
        fs::write(inner.join(POOL[0][1]), file(&[2], &[0, 9])).unwrap();
        for place in [folder.path(), &inner] {
            let pool = load_from(&FASHION_MNIST, place).unwrap();
            assert_eq!(
                (pool.labels.as_slice(), &pool.official_test),
                ([0, 9].as_slice(), &None)
            );
            assert_eq!((pool.images.image(1), pool.notes.len()), ([9; 256].as_slice(), 1));
            assert!(load_from(&MNIST, place).is_err(), "it is not taken for MNIST");
        }
        let interrupt = Interrupt::default();
        interrupt.ask();
        let stopped = load(
            &FASHION_MNIST,
            Some(folder.path()),
            (1, 16),
            Console::new(true, false),
            &interrupt,
        );
        assert!(stopped.unwrap_err().is::<crate::native::terminal::Stopped>());
    }

    #[test]
    fn good_files_are_read() {
        assert_eq!(parse_labels(&file(&[3], &[1, 9, 0]), 10).unwrap(), [1, 9, 0]);
        assert_eq!(parse_images(&file(&[1, 28, 28], &[7; 784]), 28).unwrap(), [7; 784]);
    }

    #[test]
    fn bad_files_are_refused() {
        let images = file(&[1, 28, 28], &[7; 784]);
        for length in [0, 3, 8, 15, 16, 799] {
            assert!(parse_images(&images[..length], 28).is_err(), "{length}");
        }
        assert!(parse_images(&file(&[u32::MAX, 28, 28], &[0; 784]), 28).is_err());
        assert!(parse_images(&file(&[1, 29, 28], &[0; 812]), 28).is_err());
        assert!(parse_images(&file(&[1], &[0]), 28).is_err());
        assert!(parse_labels(&file(&[1], &[10]), 10).is_err());
        assert!(parse_labels(b"this is a text file", 10).is_err());
    }

    #[test]
    fn packed_files_are_unpacked_up_to_a_limit() {
        use flate2::{Compression, write::GzEncoder};
        use std::io::Write;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&[5; 1000]).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(unpack(&packed, 1000).unwrap(), [5; 1000]);
        assert!(unpack(&packed, 999).is_err());
        assert!(unpack(&packed[..packed.len() - 4], 1000).is_err());
        assert_eq!(unpack(b"plain", 10).unwrap(), b"plain");
    }
}
