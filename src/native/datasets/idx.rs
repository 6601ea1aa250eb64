//! IDX, the format of MNIST and Fashion-MNIST: four official files, or one pool of images and labels, gzipped or not.

use super::archive::GZIP;
use super::catalogue::{CATALOGUE, Format, Known};
use super::pool::scale_all;
use super::{Labelled, Reading, labels, locate};
use crate::native::files::read_bounded;
use anyhow::{Context, Result, ensure};
use flate2::read::MultiGzDecoder;
use image::{DynamicImage, GrayImage, Luma};
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

/// Loads a data set, training images first.
///
/// # Errors
/// A file is missing or damaged, or the user has stopped it.
pub fn load(known: &Known, data: Option<&Path>, reading: Reading) -> Result<Labelled> {
    let folder = locate::data_folder(data)?;
    // That of the data set, or the folder of data sets itself.
    let places = [folder.join(known.name), folder.clone()];
    let found = places.iter().find_map(|place| Some((place, find(place, known)?)));
    let (place, pairs) = found.with_context(|| locate::missing(known, &folder))?;
    let (mut pixels, mut labels, mut is_test) = (Vec::new(), Vec::new(), Vec::new());
    for (number, [images_name, labels_name]) in pairs.iter().enumerate() {
        reading.interrupt.check()?;
        let images = read_part(&place.join(images_name), known, parse_images)?;
        let found = read_part(&place.join(labels_name), known, parse_labels)?;
        ensure!(
            images.len() == found.len() * known.side * known.side,
            "{images_name} and {labels_name} in {} do not have as many images as labels: get them again, `ganomaly \
             fetch {}`",
            place.display(),
            known.name
        );
        pixels.extend(images);
        labels.extend(found);
        is_test.resize(labels.len(), number > 0);
    }
    let side = known.side as u32;
    let originals: Vec<&[u8]> = pixels.chunks_exact(known.side * known.side).collect();
    let picture = |pixels: &[u8]| {
        let value = |x, y| Luma([pixels[(y * side + x) as usize]]);
        DynamicImage::from(GrayImage::from_fn(side, side, value))
    };
    let images = scale_all(&originals, picture, "scaling", reading)?;
    let is_official = pairs.len() > 1;
    let mut labelled = Labelled::of(known, labels, is_official.then_some(is_test), images);
    if !is_official {
        let note = format!("{} as one pool: its official split is not kept", known.title);
        labelled.notes.push(note);
    }
    Ok(labelled)
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

fn read_part<T>(path: &Path, known: &Known, parse: fn(&[u8], &Known) -> Result<T>) -> Result<T> {
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
        .and_then(|content| parse(&content, known))
        .with_context(damaged)
}

/// The content of a file of at most `largest` bytes, gzipped or not.
///
/// # Errors
/// The file is cut short, damaged, or unpacks to more than `largest` bytes.
pub fn unpack(bytes: &[u8], largest: usize) -> Result<Vec<u8>> {
    if !bytes.starts_with(GZIP) {
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

fn parse_images(content: &[u8], known: &Known) -> Result<Vec<u8>> {
    parse(content, &[known.side; 2]).map(<[u8]>::to_vec)
}

fn parse_labels(content: &[u8], known: &Known) -> Result<Vec<usize>> {
    labels(parse(content, &[])?.iter().copied(), known.classes.len())
}

/// The values of an IDX file of bytes whose items have the shape `item`: a magic number of 0, 0, 8 and the number of
/// dimensions, then each dimension as four bytes, most significant first, then the values.
fn parse<'a>(content: &'a [u8], item: &[usize]) -> Result<&'a [u8]> {
    let dimensions = 1 + item.len();
    let parts = content.split_at_checked(4 * (1 + dimensions));
    let (header, values) = parts.context("it is cut short")?;
    let words = header.as_chunks::<4>().0.iter();
    let words: Vec<usize> = words.map(|&word| u32::from_be_bytes(word) as usize).collect();
    ensure!(
        words[0] == 0x0800 + dimensions,
        "it is not an IDX file of {dimensions} dimensions"
    );
    ensure!(words[2..] == *item, "its images are not of {item:?} pixels");
    let expected = words[1..]
        .iter()
        .try_fold(1_usize, |product, &side| product.checked_mul(side));
    ensure!(
        expected == Some(values.len()),
        "it does not have as many values as its header says"
    );
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::datasets::catalogue;
    use crate::native::terminal::{Console, Interrupt};
    use std::fs;

    fn known(name: &str) -> &'static Known {
        catalogue::find(name).unwrap()
    }

    fn file(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
        let mut content = vec![0, 0, 8, dimensions.len() as u8];
        content.extend(dimensions.iter().flat_map(|side| side.to_be_bytes()));
        content.extend(values);
        content
    }

    fn load_from(known: &Known, folder: &Path, interrupt: &Interrupt) -> Result<Labelled> {
        let reading = Reading {
            shape: (1, 16),
            console: Console::silent(),
            interrupt,
        };
        load(known, Some(folder), reading)
    }

    #[test]
    fn a_pool_has_no_official_split_and_stopping_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("fashion-mnist");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join(POOL[0][0]), file(&[2, 28, 28], &[9; 2 * 784])).unwrap();
        fs::write(inner.join(POOL[0][1]), file(&[2], &[0, 9])).unwrap();
        for place in [folder.path(), &inner] {
            let pool = load_from(known("fashion-mnist"), place, &Interrupt::default()).unwrap();
            assert_eq!(
                (pool.labels.as_slice(), &pool.official_test),
                ([0, 9].as_slice(), &None)
            );
            assert_eq!((pool.images.bytes(1), pool.notes.len()), (vec![9; 256], 1));
            assert!(
                load_from(known("mnist"), place, &Interrupt::default()).is_err(),
                "it is not taken for MNIST"
            );
        }
        let interrupt = Interrupt::default();
        interrupt.ask();
        let stopped = load_from(known("fashion-mnist"), folder.path(), &interrupt);
        assert!(stopped.unwrap_err().is::<crate::native::terminal::Stopped>());
    }

    #[test]
    fn good_files_are_read() {
        assert_eq!(
            parse_labels(&file(&[3], &[1, 9, 0]), known("mnist")).unwrap(),
            [1, 9, 0]
        );
        assert_eq!(
            parse_images(&file(&[1, 28, 28], &[7; 784]), known("mnist")).unwrap(),
            [7; 784]
        );
    }

    #[test]
    fn bad_files_are_refused() {
        let images = file(&[1, 28, 28], &[7; 784]);
        for length in [0, 3, 8, 15, 16, 799] {
            assert!(parse_images(&images[..length], known("mnist")).is_err(), "{length}");
        }
        assert!(parse_images(&file(&[u32::MAX, 28, 28], &[0; 784]), known("mnist")).is_err());
        assert!(parse_images(&file(&[1, 29, 28], &[0; 812]), known("mnist")).is_err());
        assert!(parse_images(&file(&[1], &[0]), known("mnist")).is_err());
        assert!(parse_labels(&file(&[1], &[10]), known("mnist")).is_err());
        assert!(parse_labels(b"this is a text file", known("mnist")).is_err());
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
