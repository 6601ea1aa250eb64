//! CIFAR-10: its binary batches, as a folder or in their archive, or else image files in class folders.

use super::catalogue::Known;
use super::pool::scale_all;
use super::store::Store;
use super::{Labelled, Reading, labels, layout, locate};
use crate::native::files::read_bounded;
use anyhow::{Context, Result, bail, ensure};
use image::{DynamicImage, RgbImage};
use std::path::Path;

/// The batches, training set first.
const BATCHES: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];

/// The folder and the archive that the binary version comes as.
const FOLDER: &str = "cifar-10-batches-bin";
const ARCHIVE: &str = "cifar-10-binary.tar.gz";

/// Height and width of its images in pixels.
const SIDE: usize = 32;

/// A record is a label and the planes of red, green and blue.
const RECORD: usize = 1 + 3 * SIDE * SIDE;

/// Longest batch, in bytes: 10,000 records.
const LARGEST: usize = 10_000 * RECORD;

/// Loads CIFAR-10 from the folder of data sets.
///
/// # Errors
/// It is not there, is damaged, or the user has stopped it.
pub fn load(known: &Known, data: Option<&Path>, reading: Reading) -> Result<Labelled> {
    let folder = locate::data_folder(data)?;
    let inner = folder.join(known.name);
    let batches = [&folder, &inner]
        .into_iter()
        .flat_map(|place| [place.clone(), place.join(FOLDER), place.join(ARCHIVE)])
        .find(|place| place.is_file() || place.join(BATCHES[0]).is_file());
    if let Some(place) = batches {
        return from_batches(known, &place, reading);
    }
    match locate::beginning_with(&folder, known.name).first() {
        Some(place) => from_images(known, place, reading),
        None => bail!(locate::missing(known, &folder)),
    }
}

fn from_batches(known: &Known, path: &Path, reading: Reading) -> Result<Labelled> {
    let console = reading.console;
    console.detail(format_args!("Reading the batches in {}", path.display()));
    let batches = if path.is_dir() {
        folder_batches(path)
    } else {
        archive_batches(path, reading)
    }?;
    let (mut records, mut labels, mut is_test) = (Vec::new(), Vec::new(), Vec::new());
    for (batch, name) in batches.iter().zip(BATCHES) {
        labels.extend(parse(batch, known.classes.len()).with_context(|| damaged(path, name))?);
        is_test.resize(labels.len(), name.starts_with("test"));
        records.extend(batch.chunks_exact(RECORD));
    }
    let images = scale_all(&records, |record| picture(&record[1..]), "reading", reading)?;
    Ok(Labelled::of(known, labels, Some(is_test), images))
}

fn damaged(path: &Path, name: &str) -> String {
    format!(
        "{name} in {} is missing or damaged: get it again, `ganomaly fetch cifar10`",
        path.display()
    )
}

fn folder_batches(path: &Path) -> Result<Vec<Vec<u8>>> {
    let read = |name: &str| read_bounded(&path.join(name), LARGEST).with_context(|| damaged(path, name));
    BATCHES.iter().map(|name| read(name)).collect()
}

fn archive_batches(path: &Path, reading: Reading) -> Result<Vec<Vec<u8>>> {
    let store = Store::open(path, reading.console, reading.interrupt)?;
    let is_called = |path: &str, name: &str| path.rsplit('/').next() == Some(name);
    let find = |name| store.files.iter().find(|file| is_called(&file.path, name));
    let files = BATCHES
        .iter()
        .map(|name| find(*name).cloned().with_context(|| damaged(path, name)))
        .collect::<Result<Vec<_>>>()?;
    let mut batches = vec![Vec::new(); BATCHES.len()];
    store.read(&files, reading.interrupt, |number, content| {
        batches[number] = content?.bytes()?;
        Ok(())
    })?;
    Ok(batches)
}

/// The labels of a batch, once its length and labels are found to be right.
fn parse(batch: &[u8], classes: usize) -> Result<Vec<usize>> {
    ensure!(
        !batch.is_empty() && batch.len().is_multiple_of(RECORD) && batch.len() <= LARGEST,
        "its length is not that of whole records"
    );
    labels(batch.iter().copied().step_by(RECORD), classes)
}

/// CIFAR-10 from class folders of image files. The classes get the numbers of the official labels.
fn from_images(known: &Known, path: &Path, reading: Reading) -> Result<Labelled> {
    let console = reading.console;
    console.detail(format_args!("Reading the images in {}", path.display()));
    let (found, is_jpeg) = layout::load(path, reading)?;
    let number = |class: &String| known.classes.iter().position(|other| class.eq_ignore_ascii_case(other));
    let numbers = found.classes.iter().map(number).collect::<Option<Vec<_>>>();
    let numbers = numbers.with_context(|| {
        format!(
            "{} is not {}: its classes are {}, and not {}",
            path.display(),
            known.title,
            found.classes.join(", "),
            known.classes.join(", ")
        )
    })?;
    let labels = found.labels.iter().map(|&label| numbers[label]).collect();
    let files = if is_jpeg { "JPEG files" } else { "image files" };
    let note = format!("{} from {files}, not the original bytes", known.title);
    Ok(Labelled {
        notes: std::iter::once(note).chain(found.notes).collect(),
        ..Labelled::of(known, labels, found.official_test, found.images)
    })
}

fn picture(planes: &[u8]) -> DynamicImage {
    let plane = SIDE * SIDE;
    DynamicImage::from(RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
        let at = y as usize * SIDE + x as usize;
        image::Rgb([planes[at], planes[plane + at], planes[2 * plane + at]])
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::datasets::archive::tests::packed;
    use crate::native::datasets::catalogue::find;
    use crate::native::terminal::{Console, Interrupt};
    use std::fs;

    /// One image of each class: its red is 20 times its label.
    fn batch(count: u8) -> Vec<u8> {
        (0..count)
            .flat_map(|label| [vec![label], vec![label * 20; SIDE * SIDE], vec![7; 2 * SIDE * SIDE]].concat())
            .collect()
    }

    fn load_from(folder: &Path) -> Result<Labelled> {
        let interrupt = Interrupt::default();
        let reading = Reading::new((3, 32), Console::silent(), &interrupt);
        load(find("cifar10").unwrap(), Some(folder), reading)
    }

    #[test]
    fn batches_are_read_from_a_folder_and_from_their_archive() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("cifar10").join(FOLDER);
        fs::create_dir_all(&inner).unwrap();
        for name in BATCHES {
            fs::write(inner.join(name), batch(10)).unwrap();
        }
        let unpacked = load_from(folder.path()).unwrap();
        assert_eq!(unpacked.labels.len(), 60);
        assert_eq!((unpacked.labels[13], unpacked.images.bytes(13)[0]), (3, 60));
        let is_test = unpacked.official_test.as_ref().unwrap();
        assert!(is_test[50..].iter().all(|&test| test) && !is_test[..50].contains(&true));

        let content = batch(10);
        let mut files: Vec<(String, &[u8])> = BATCHES
            .iter()
            .rev()
            .map(|name| (format!("{FOLDER}/{name}"), content.as_slice()))
            .collect();
        files.push((format!("{FOLDER}/readme.html"), b"text"));
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join(ARCHIVE), packed(&files)).unwrap();
        let from_archive = load_from(other.path()).unwrap();
        assert!(from_archive.images == unpacked.images && from_archive.labels == unpacked.labels);
        assert!(from_archive.notes.is_empty());
    }

    #[test]
    fn damaged_batches_are_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in &BATCHES[..5] {
            fs::write(folder.path().join(name), batch(10)).unwrap();
        }
        assert!(
            load_from(folder.path())
                .unwrap_err()
                .to_string()
                .contains("test_batch.bin")
        );
        for bad in [vec![0; RECORD - 1], vec![10; RECORD], vec![]] {
            fs::write(folder.path().join(BATCHES[5]), bad).unwrap();
            assert!(
                load_from(folder.path())
                    .unwrap_err()
                    .to_string()
                    .contains("test_batch.bin")
            );
        }
    }

    #[test]
    fn class_folders_get_the_official_numbers_and_a_note() {
        let folder = tempfile::tempdir().unwrap();
        for class in ["Ship", "cat"] {
            let place = folder.path().join("cifar10-small/train").join(class);
            fs::create_dir_all(&place).unwrap();
            // Whether files are JPEG is told by their names.
            RgbImage::new(4, 4)
                .save_with_format(place.join("1.jpg"), image::ImageFormat::Png)
                .unwrap();
        }
        let small = load_from(folder.path()).unwrap();
        let found: Vec<&str> = (0..2).map(|index| small.class_of(index)).collect();
        assert_eq!(found, ["ship", "cat"]);
        assert!(small.notes[0].contains("not the original bytes"));
        fs::create_dir_all(folder.path().join("cifar10-small/train/gun")).unwrap();
        RgbImage::new(4, 4)
            .save(folder.path().join("cifar10-small/train/gun/1.png"))
            .unwrap();
        assert!(
            load_from(folder.path())
                .unwrap_err()
                .to_string()
                .contains("is not CIFAR-10")
        );
    }
}
