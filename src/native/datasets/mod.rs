//! Labelled data sets on disk.
//!
//! - [`catalogue`] knows the data sets that have a name; [`locate`] finds them;
//! - [`idx`] reads MNIST and Fashion-MNIST, [`cifar`] CIFAR-10, [`layout`] folders and archives of class folders;
//! - [`crate::data::place`] says what the folders of an image mean, `visa` reads VisA's tables, [`names`] reads and orders
//!   names;
//! - [`store`] lists and reads the files of both, [`archive`] goes through an archive, [`pool`] decodes in parallel;
//! - `task` says which class stands alone, and splits.

pub mod archive;
pub mod catalogue;
pub mod cifar;
pub mod idx;
pub mod layout;
pub mod locate;
pub mod names;
pub mod pool;
pub mod store;
mod task;
mod visa;

pub use task::{Task, TestImages};

use crate::data::Images;
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Context, Result, ensure};
use catalogue::{Format, Known};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// A labelled data set. In text it is a name, or a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Dataset {
    /// One that has a name.
    Known(&'static Known),
    /// A folder or archive of class folders: its path, or its name in the folder of data sets.
    Folder(PathBuf),
}

impl Dataset {
    /// What is known of a data set that has a name.
    pub fn known(&self) -> Option<&'static Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::Folder(_) => None,
        }
    }

    /// The name in cards: that of a folder is its last part.
    pub fn name(&self) -> String {
        match self {
            Self::Known(known) => known.name.to_owned(),
            Self::Folder(path) => locate::name_of(path),
        }
    }

    /// Colour channels of its images, as far as that is known.
    pub fn channels(&self) -> usize {
        self.known().map_or(1, |known| known.channels)
    }
}

impl From<String> for Dataset {
    fn from(text: String) -> Self {
        catalogue::find(&text).map_or_else(|| Self::Folder(text.into()), Self::Known)
    }
}

impl From<Dataset> for String {
    fn from(dataset: Dataset) -> Self {
        dataset.to_string()
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(known) => formatter.write_str(known.name),
            Self::Folder(path) => path.display().fmt(formatter),
        }
    }
}

/// How a data set is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Colour channels, and height and width in pixels, that its images are brought to.
    pub shape: (usize, usize),
    /// Where progress is shown.
    pub console: Console,
    /// Whether the user stops it.
    pub interrupt: &'a Interrupt,
}

impl<'a> Reading<'a> {
    /// Reads to this shape: colour channels, height and width.
    pub fn new(shape: (usize, usize), console: Console, interrupt: &'a Interrupt) -> Self {
        Self {
            shape,
            console,
            interrupt,
        }
    }
}

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The name of a known data set, or of the folder or archive.
    pub name: String,
    /// Terms of use.
    pub terms: &'static str,
    /// What is to be said beside figures that come from this copy of the data set: whole sentences without a full stop.
    pub notes: Vec<String>,
    /// Names of the classes, in the order of their labels.
    pub classes: Vec<String>,
    /// Class of each image.
    pub labels: Vec<usize>,
    /// Which images are of the official test set; nothing if that is not known.
    pub official_test: Option<Vec<bool>>,
    /// The images, at one size and depth.
    pub images: Images,
}

impl Labelled {
    /// Loads a data set from the folder of data sets that the user named, or from the default one, and brings its
    /// images to so many channels and one size.
    ///
    /// # Errors
    /// It is not there, cannot be read, or the user has stopped it (`interrupt::Stopped`).
    pub fn load(dataset: &Dataset, data: Option<&Path>, reading: Reading) -> Result<Self> {
        let console = reading.console;
        let folders = |path: &Path| layout::load(&locate::folder_or_archive(path, data)?, reading);
        let loaded = match dataset {
            Dataset::Folder(path) => folders(path)?.0,
            Dataset::Known(known) => match known.format {
                Format::Idx => idx::load(known, data, reading)?,
                Format::Cifar => cifar::load(known, data, reading)?,
                Format::Folders => folders(Path::new(known.name))?.0,
            },
        };
        for note in &loaded.notes {
            console.note(format_args!("Note: {note}"));
        }
        console.detail(format_args!("{} images: {}", loaded.labels.len(), loaded.counts()));
        Ok(loaded)
    }

    /// The images of a known data set.
    fn of(known: &Known, labels: Vec<usize>, official_test: Option<Vec<bool>>, images: Images) -> Self {
        Self {
            name: known.name.to_owned(),
            terms: known.terms,
            notes: Vec::new(),
            classes: known.class_names(),
            labels,
            official_test,
            images,
        }
    }

    /// The label of a class, by its name in whatever case or by its number.
    ///
    /// # Errors
    /// There is no such class.
    pub fn class(&self, name_or_index: &str) -> Result<usize> {
        find_class(&self.name, &self.classes, name_or_index)
    }

    /// The name of an image's class.
    ///
    /// # Panics
    /// There is no such image.
    pub fn class_of(&self, index: usize) -> &str {
        &self.classes[self.labels[index]]
    }

    /// How many images each class has, in words.
    fn counts(&self) -> String {
        let count = |class: usize| self.labels.iter().filter(|&&label| label == class).count();
        let counts: Vec<String> = (0..self.classes.len())
            .map(|class| format!("{} {}", self.classes[class], count(class)))
            .collect();
        counts.join(", ")
    }
}

/// The number of a class among the classes of a data set, by its name in whatever case or by its number.
///
/// # Errors
/// There is no such class.
pub fn find_class<T: AsRef<str>>(dataset: &str, classes: &[T], name_or_index: &str) -> Result<usize> {
    let by_name = classes
        .iter()
        .position(|class| class.as_ref().to_lowercase() == name_or_index.to_lowercase());
    let by_number = name_or_index.parse().ok().filter(|&class| class < classes.len());
    by_name.or(by_number).with_context(|| {
        let list = classes.iter().enumerate().map(|(class, name)| match name.as_ref() {
            name if name == class.to_string() => name.to_owned(),
            name => format!("{class} {name}"),
        });
        let list = list.collect::<Vec<_>>().join(", ");
        format!("{dataset} has no class {name_or_index}: choose one of {list}")
    })
}

/// The labels that a file has, a byte each, if they are those of `classes` classes.
fn labels(bytes: impl Iterator<Item = u8>, classes: usize) -> Result<Vec<usize>> {
    let labels: Vec<usize> = bytes.map(usize::from).collect();
    ensure!(
        labels.iter().all(|&label| label < classes),
        "a label is not one of the {classes} classes"
    );
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::find;

    #[test]
    fn data_sets_are_names_or_paths_in_text() {
        for (text, dataset) in [
            ("mnist", Dataset::Known(find("mnist").unwrap())),
            ("cifar10", Dataset::Known(find("cifar10").unwrap())),
            ("xray-threats", Dataset::Folder("xray-threats".into())),
            ("data/xray.tar.gz", Dataset::Folder("data/xray.tar.gz".into())),
        ] {
            assert_eq!(Dataset::from(text.to_owned()), dataset);
            let json = serde_json::to_string(&dataset).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Dataset>(&json).unwrap(), dataset);
        }
        assert_eq!(Dataset::Folder("data/xray.tar.gz".into()).name(), "xray");
    }

    #[test]
    fn classes_go_by_name_or_number_and_a_wrong_one_lists_them() {
        let classes = &find("fashion-mnist").unwrap().classes;
        assert_eq!(find_class("fashion-mnist", classes, "ankle BOOT").unwrap(), 9);
        assert_eq!(find_class("fashion-mnist", classes, "9").unwrap(), 9);
        let error = find_class("fashion-mnist", classes, "10").unwrap_err().to_string();
        assert!(
            error.contains("no class 10") && error.contains("0 T-shirt/top, 1 Trouser"),
            "{error}"
        );
        let error = find_class("mnist", &find("mnist").unwrap().classes, "ten")
            .unwrap_err()
            .to_string();
        assert!(error.ends_with("choose one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"), "{error}");
    }
}
