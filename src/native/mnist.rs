//! MNIST: 70,000 handwritten digits in the four IDX files of its authors, gzipped or not.

use super::files::read_bounded;
use crate::data::Images;
use crate::image::scale_grey;
use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use image::GrayImage;
use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Height and width of a digit in pixels.
pub const SIDE: usize = 28;

/// Classes of the data set.
pub const CLASSES: usize = 10;

/// Terms of use, for the cards of models.
pub const TERMS: &str = "MNIST: freely used; cite LeCun & Cortes";

/// Name of the data set, in cards and as a folder.
pub const NAME: &str = "mnist";

/// One of the four files.
#[derive(Debug)]
pub struct Part {
    /// Name of the gzipped file; the plain file has no `.gz`.
    pub file: &'static str,
    /// Length of the plain content in bytes.
    pub bytes: usize,
    /// SHA-256 of the plain content: copies on the web are compressed in different ways.
    pub sha256: &'static str,
}

/// Training images and labels, then test images and labels: the order of the pool.
pub const PARTS: [Part; 4] = [
    Part {
        file: "train-images-idx3-ubyte.gz",
        bytes: 47_040_016,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    Part {
        file: "train-labels-idx1-ubyte.gz",
        bytes: 60_008,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    Part {
        file: "t10k-images-idx3-ubyte.gz",
        bytes: 7_840_016,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    Part {
        file: "t10k-labels-idx1-ubyte.gz",
        bytes: 10_008,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// The pooled digits, training set first.
#[derive(Debug)]
pub struct Mnist {
    /// Digit of each image, 0 to 9.
    pub labels: Vec<usize>,
    pixels: Vec<u8>,
}

impl Mnist {
    /// Loads all digits from the folder of data sets that the user named, or from the default one.
    ///
    /// # Errors
    /// A file is missing or damaged.
    pub fn load(data: Option<&Path>) -> Result<Self> {
        let folder = locate(data)?;
        let mut pool = Self {
            labels: Vec::new(),
            pixels: Vec::new(),
        };
        for pair in PARTS.chunks_exact(2) {
            let (images, labels) = (folder.join(pair[0].file), folder.join(pair[1].file));
            let pixels = read_part(&images, &pair[0], parse_images)?;
            let digits = read_part(&labels, &pair[1], parse_labels)?;
            ensure!(
                pixels.len() == digits.len() * SIDE * SIDE,
                "{} and {} do not have as many images as labels: run `ganomaly fetch mnist` again",
                images.display(),
                labels.display()
            );
            pool.pixels.extend(pixels);
            pool.labels.extend(digits.into_iter().map(usize::from));
        }
        Ok(pool)
    }

    /// The pixels of one digit, row by row.
    pub fn digit(&self, index: usize) -> &[u8] {
        &self.pixels[index * SIDE * SIDE..(index + 1) * SIDE * SIDE]
    }

    /// The digits at these indices, scaled to `[1, size, size]`.
    pub fn images(&self, indices: &[usize], size: usize) -> Images {
        let mut images = Images::new(1, size);
        let side = SIDE as u32;
        for &index in indices {
            let digit = GrayImage::from_fn(side, side, |x, y| {
                image::Luma([self.digit(index)[y as usize * SIDE + x as usize]])
            });
            images.push(&scale_grey(&digit, size));
        }
        images
    }
}

/// The folder of data sets that `fetch` uses if the user names none.
///
/// # Errors
/// The system has no place for a user's files.
pub fn default_data_folder() -> Result<PathBuf> {
    let folder = |variable: &str| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache = match env::consts::OS {
        "macos" => folder("HOME").map(|home| home.join("Library/Caches")),
        "windows" => folder("LOCALAPPDATA"),
        _ => folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache"))),
    };
    let cache = cache.context("there is no home folder to keep data sets in: name a folder with --data or --to")?;
    Ok(cache.join("ganomaly"))
}

/// The folder that has the four files: `mnist` in the folder of data sets, or that folder itself.
fn locate(data: Option<&Path>) -> Result<PathBuf> {
    let folder = data.map_or_else(default_data_folder, |folder| Ok(folder.to_path_buf()))?;
    let candidates = [folder.join(NAME), folder.clone()];
    let found = candidates
        .iter()
        .find(|candidate| find(&candidate.join(PARTS[0].file)).is_some());
    found.cloned().with_context(|| {
        format!(
            "{} does not hold MNIST: run `ganomaly fetch mnist`, or name the folder that has {} with --data or the \
             environment variable GANOMALY_DATA",
            folder.display(),
            PARTS[0].file
        )
    })
}

/// The gzipped file or the plain one.
fn find(gzipped: &Path) -> Option<PathBuf> {
    [gzipped.to_path_buf(), gzipped.with_extension("")]
        .into_iter()
        .find(|path| path.is_file())
}

fn read_part(path: &Path, part: &Part, parse: impl Fn(&[u8]) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let damaged = || format!("{} is missing or damaged; run `ganomaly fetch mnist`", path.display());
    let found = find(path).with_context(damaged)?;
    // A bad file may be compressed badly, but not be twice as long as it should be.
    let bytes = read_bounded(&found, part.bytes * 2)?;
    unpack(&bytes, part.bytes)
        .and_then(|content| parse(&content))
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
    GzDecoder::new(bytes)
        .take(largest as u64 + 1)
        .read_to_end(&mut content)
        .context("it cannot be unpacked")?;
    ensure!(content.len() <= largest, "it unpacks to more than {largest} bytes");
    Ok(content)
}

fn parse_images(content: &[u8]) -> Result<Vec<u8>> {
    let pixels = idx(content, &[SIDE, SIDE])?;
    Ok(pixels.to_vec())
}

fn parse_labels(content: &[u8]) -> Result<Vec<u8>> {
    let labels = idx(content, &[])?;
    ensure!(
        labels.iter().all(|&label| usize::from(label) < CLASSES),
        "a label is not a digit"
    );
    Ok(labels.to_vec())
}

/// The values of an IDX file of bytes whose items have the shape `item`: a magic number of 0, 0, 8 and the number of
/// dimensions, then each dimension as four bytes, most significant first, then the values.
fn idx<'a>(content: &'a [u8], item: &[usize]) -> Result<&'a [u8]> {
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
        bail!("its images are not {SIDE}x{SIDE}");
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
    use super::*;

    fn file(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
        let mut content = vec![0, 0, 8, dimensions.len() as u8];
        content.extend(dimensions.iter().flat_map(|side| side.to_be_bytes()));
        content.extend(values);
        content
    }

    #[test]
    fn good_files_are_read() {
        assert_eq!(parse_labels(&file(&[3], &[1, 9, 0])).unwrap(), [1, 9, 0]);
        assert_eq!(parse_images(&file(&[1, 28, 28], &[7; 784])).unwrap(), [7; 784]);
    }

    #[test]
    fn bad_files_are_refused() {
        let images = file(&[1, 28, 28], &[7; 784]);
        for length in [0, 3, 8, 15, 16, 799] {
            assert!(parse_images(&images[..length]).is_err(), "{length}");
        }
        assert!(parse_images(&file(&[u32::MAX, 28, 28], &[0; 784])).is_err());
        assert!(parse_images(&file(&[1, 29, 28], &[0; 812])).is_err());
        assert!(parse_images(&file(&[1], &[0])).is_err());
        assert!(parse_labels(&file(&[1], &[10])).is_err());
        assert!(parse_labels(b"this is a text file").is_err());
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
