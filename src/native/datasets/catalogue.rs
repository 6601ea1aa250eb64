//! The data sets that have a name, one record each in `catalogue.json`: to add one, write its record, and a loader if its
//! format is new. The choices of the command line and the tables follow from it.

use crate::data::{Protocol, SplitKind};
use clap::builder::PossibleValue;
use serde::Deserialize;
use std::sync::LazyLock;

/// A data set that is known by name.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// Name in arguments and cards, and of its folder in the folder of data sets.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What is in it, for the help of the command line.
    pub about: &'static str,
    /// Its classes, in the order of their labels; none if they are found in the files, `normal` among them.
    pub classes: Vec<&'static str>,
    /// What one class is, if its name alone does not say: the `digit` 3.
    pub class_word: &'static str,
    /// Terms of use, for the cards of models.
    pub terms: &'static str,
    /// Colour channels.
    pub channels: usize,
    /// Height and width of its images in pixels, or what they are brought to.
    pub side: usize,
    /// How its files are read.
    pub format: Format,
    /// How it is had.
    pub download: Download,
    /// Its place among the papers' tables.
    pub table: TableOf,
}

/// How files are read.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// MNIST's: images and labels in files of their own.
    Idx,
    /// CIFAR-10's binary batches, or image files in class folders.
    Cifar,
    /// A folder or archive of class folders, which goes by its own name.
    Folders,
}

/// How a data set is had.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Download {
    /// Files.
    Files {
        /// All that it has.
        parts: Vec<Part>,
        /// Where they are kept, tried in this order.
        homes: Vec<&'static str>,
    },
    /// Not by this program: what to do instead.
    ByHand(&'static str),
}

/// What the tables of the papers have of a data set, and what a table of it asks for.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableOf {
    /// Name of the table.
    pub id: &'static str,
    /// Which classes are normal.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub split: SplitKind,
    /// Side of the images in pixels: small ones are enlarged to 32, X-ray images are larger (GANomaly, section 4.1).
    pub side: usize,
    /// Passes over the training images: 15 on MNIST, 25 on the others (GANomaly, section 4.2).
    pub epochs: usize,
    /// What two processor cores do in 30 minutes.
    pub quick: Quick,
}

/// Settings of the quick budget. Where one class alone trains there are more epochs: it has a tenth of the images.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quick {
    /// nf and epochs of an encoder with a decoder.
    pub usual: (usize, usize),
    /// nf and epochs of a U-Net, which computes more.
    pub u_net: (usize, usize),
    /// Whether all seeds and all images for comparison are affordable.
    pub is_small: bool,
}

/// AUCs that papers print, as a table of comma-separated values.
#[derive(Debug)]
pub enum PaperFigures {
    /// No paper has this data set.
    Nothing,
    /// Of these classes, in the order of their labels.
    Same(&'static str),
    /// Of other data that nobody can get.
    Elsewhere {
        /// The table.
        table: &'static str,
        /// What it is of, and that it cannot be compared.
        note: &'static str,
    },
}

/// A file of a data set.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Name of the file as it is downloaded, packed.
    pub file: &'static str,
    /// Length in bytes of what the checksum is of.
    pub bytes: usize,
    /// How to know the right file.
    pub checksum: Checksum,
}

/// SHA-256 of a file's content or of the file itself. Those of Fashion-MNIST and CIFAR-10 are what TensorFlow Datasets
/// checks its downloads by.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Checksum {
    /// Of the unpacked content: copies on the web are compressed in different ways.
    Content(&'static str),
    /// Of the packed file, as it lies at its public home.
    Packed(&'static str),
}

/// All of them, in the order in which they are offered and their tables are shown. A test reads the file.
pub static CATALOGUE: LazyLock<Vec<Known>> =
    LazyLock::new(|| serde_json::from_str(include_str!("catalogue.json")).unwrap_or_default());

/// Terms of everything else.
pub const OWN_TERMS: &str = "the user's own images";

impl TableOf {
    /// What the papers print.
    pub fn published(&self) -> PaperFigures {
        match self.id {
            "mnist" => PaperFigures::Same(include_str!("../results/published/mnist_auc.csv")),
            "cifar10" => PaperFigures::Same(include_str!("../results/published/cifar10_auc.csv")),
            "xray" => PaperFigures::Elsewhere {
                table: include_str!("../results/published/xray_auc.csv"),
                note: "The papers' X-ray figures are of the private UBA and FFOB sets, which nobody else can test on. \
                       They are other images: no figure here can be compared with a figure of ours above.",
            },
            _ => PaperFigures::Nothing,
        }
    }
}

impl Known {
    /// Whether each class has its turn to stand alone; else there is one task, `normal` against all others.
    pub fn has_turns(&self) -> bool {
        !self.classes.is_empty()
    }

    /// Its classes, as those of other data sets are kept.
    pub fn class_names(&self) -> Vec<String> {
        self.classes.iter().map(ToString::to_string).collect()
    }

    /// A class in words.
    pub fn class_in_words(&self, class: &str) -> String {
        format!("{} {class}", self.class_word).trim_start().to_owned()
    }
}

/// The data set of a name that its files do not bring along.
pub fn find(name: &str) -> Option<&'static Known> {
    let mut named = CATALOGUE.iter().filter(|known| known.format != Format::Folders);
    named.find(|known| known.name == name)
}

/// The names that `find` knows, for people.
pub fn names() -> String {
    let named = CATALOGUE.iter().filter(|known| known.format != Format::Folders);
    named.map(|known| known.name).collect::<Vec<_>>().join(", ")
}

/// The choice of a data set on the command line, by one of its names.
pub fn choices(name: fn(&Known) -> &'static str) -> impl Iterator<Item = PossibleValue> {
    CATALOGUE
        .iter()
        .map(move |known| PossibleValue::new(name(known)).help(known.about))
}

/// Terms of a folder or archive, by its name: copies of known data sets are often named after them.
pub fn terms_of(name: &str) -> &'static str {
    let name = name.to_lowercase().replace("cifar-10", "cifar10");
    let known = CATALOGUE.iter().find(|known| name.starts_with(known.name));
    known.map_or(OWN_TERMS, |known| known.terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_can_be_read() {
        let known: Vec<Known> = serde_json::from_str(include_str!("catalogue.json")).unwrap();
        assert_eq!(*CATALOGUE, known);
        assert_eq!(names(), "mnist, fashion-mnist, cifar10");
    }
}
