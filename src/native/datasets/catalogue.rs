//! The data sets that have a name, one record each: to add one, write its record, put it into [`CATALOGUE`], and write a
//! loader if its format is new. The choices of the command line and the tables follow from it.

use crate::data::{Protocol, SplitKind};
use clap::builder::PossibleValue;

/// A data set that is known by name.
#[derive(Debug)]
pub struct Known {
    /// Name in arguments and cards, and of its folder in the folder of data sets.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What is in it, for the help of the command line.
    pub about: &'static str,
    /// Its classes, in the order of their labels; none if they are found in the files, `normal` among them.
    pub classes: &'static [&'static str],
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// MNIST's: images and labels in files of their own.
    Idx,
    /// CIFAR-10's binary batches, or image files in class folders.
    Cifar,
    /// A folder or archive of class folders, which goes by its own name.
    Folders,
}

/// How a data set is had.
#[derive(Debug)]
pub enum Download {
    /// Files, and where they are kept, tried in this order.
    Files(&'static [Part], &'static [&'static str]),
    /// Not by this program: what to do instead.
    ByHand(&'static str),
}

/// What the tables of the papers have of a data set, and what a table of it asks for.
#[derive(Debug)]
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
    /// What the papers print.
    pub published: PaperFigures,
}

/// Settings of the quick budget.
#[derive(Debug)]
pub struct Quick {
    /// nf and epochs of an encoder with a decoder.
    pub usual: (usize, usize),
    /// nf and epochs of a U-Net, which computes more.
    pub u_net: (usize, usize),
    /// Whether all seeds and all images for comparison are affordable.
    pub is_small: bool,
}

/// AUCs that papers print, as a table of comma-separated values.
#[derive(Debug, Clone, Copy)]
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
#[derive(Debug)]
pub struct Part {
    /// Name of the file as it is downloaded, packed.
    pub file: &'static str,
    /// Length in bytes of what the checksum is of.
    pub bytes: usize,
    /// How to know the right file.
    pub checksum: Checksum,
}

/// SHA-256 of a file's content or of the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// Of the unpacked content: copies on the web are compressed in different ways.
    Content(&'static str),
    /// Of the packed file, as it lies at its public home.
    Packed(&'static str),
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Handwritten digits.
pub const MNIST: Known = Known {
    name: "mnist",
    title: "MNIST",
    about: "Handwritten digits, 70,000 grey images, 12 MB",
    classes: &DIGITS,
    class_word: "digit",
    terms: "MNIST: freely used; cite LeCun & Cortes",
    channels: 1,
    side: 28,
    format: Format::Idx,
    download: Download::Files(
        &[
            Part {
                file: "train-images-idx3-ubyte.gz",
                bytes: 47_040_016,
                checksum: Checksum::Content("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            },
            Part {
                file: "train-labels-idx1-ubyte.gz",
                bytes: 60_008,
                checksum: Checksum::Content("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            },
            Part {
                file: "t10k-images-idx3-ubyte.gz",
                bytes: 7_840_016,
                checksum: Checksum::Content("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            },
            Part {
                file: "t10k-labels-idx1-ubyte.gz",
                bytes: 10_008,
                checksum: Checksum::Content("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            },
        ],
        &[
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
    ),
    table: TableOf {
        id: "mnist",
        protocol: Protocol::LeaveOneOut,
        split: SplitKind::Pooled,
        side: 32,
        epochs: 15,
        quick: Quick {
            usual: (16, 2),
            u_net: (8, 2),
            is_small: false,
        },
        published: PaperFigures::Same(include_str!("../results/published/mnist_auc.csv")),
    },
};

/// Clothes. The checksums are those that TensorFlow Datasets checks its downloads by.
pub const FASHION_MNIST: Known = Known {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    about: "Clothes, 70,000 grey images, 31 MB",
    classes: &[
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
    class_word: "",
    terms: "Fashion-MNIST: MIT licence, Zalando Research; cite Xiao, Rasul & Vollgraf 2017",
    channels: 1,
    side: 28,
    format: Format::Idx,
    download: Download::Files(
        &[
            Part {
                file: "train-images-idx3-ubyte.gz",
                bytes: 26_421_880,
                checksum: Checksum::Packed("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            },
            Part {
                file: "train-labels-idx1-ubyte.gz",
                bytes: 29_515,
                checksum: Checksum::Packed("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            },
            Part {
                file: "t10k-images-idx3-ubyte.gz",
                bytes: 4_422_102,
                checksum: Checksum::Packed("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            },
            Part {
                file: "t10k-labels-idx1-ubyte.gz",
                bytes: 5148,
                checksum: Checksum::Packed("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            },
        ],
        &[
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
    ),
    table: TableOf {
        id: "fashion-mnist",
        protocol: Protocol::OneClass,
        split: SplitKind::Pooled,
        side: 32,
        epochs: 15,
        // One class has a tenth of the images.
        quick: Quick {
            usual: (16, 15),
            u_net: (8, 10),
            is_small: false,
        },
        published: PaperFigures::Nothing,
    },
};

/// Small colour photographs. The checksum is the one that TensorFlow Datasets checks its download by.
pub const CIFAR10: Known = Known {
    name: "cifar10",
    title: "CIFAR-10",
    about: "Small photographs, 60,000 colour images, 170 MB",
    classes: &[
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ],
    class_word: "",
    terms: "CIFAR-10: cite Krizhevsky 2009",
    channels: 3,
    side: 32,
    format: Format::Cifar,
    download: Download::Files(
        &[Part {
            file: "cifar-10-binary.tar.gz",
            bytes: 170_052_171,
            checksum: Checksum::Packed("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        }],
        &["https://www.cs.toronto.edu/~kriz/"],
    ),
    table: TableOf {
        id: "cifar10",
        protocol: Protocol::LeaveOneOut,
        split: SplitKind::Pooled,
        side: 32,
        epochs: 25,
        quick: Quick {
            usual: (16, 2),
            u_net: (8, 2),
            is_small: false,
        },
        published: PaperFigures::Same(include_str!("../results/published/cifar10_auc.csv")),
    },
};

/// X-ray images of baggage, cut out of GDXray by hand.
pub const XRAY_THREATS: Known = Known {
    name: "xray-threats",
    title: "X-ray threats",
    about: "X-ray images of baggage, grey: to be had by hand",
    classes: &[],
    class_word: "threat",
    terms: "GDXray: research and teaching only; cite Mery et al. 2015",
    channels: 1,
    side: 64,
    format: Format::Folders,
    download: Download::ByHand(
        "X-ray threats cannot be downloaded by this program: get GDXray from \
         https://domingomery.ing.puc.cl/material/gdxray/ (research and teaching only), cut out the objects, and put \
         them as images into train/normal, test/normal and test/gun, test/shuriken, test/razor-blade of a folder \
         xray-threats, or of an archive xray-threats.tar.gz, in the folder of data sets",
    ),
    table: TableOf {
        id: "xray",
        protocol: Protocol::OneClass,
        split: SplitKind::Official,
        side: 64,
        epochs: 25,
        quick: Quick {
            usual: (16, 50),
            u_net: (16, 50),
            is_small: true,
        },
        published: PaperFigures::Elsewhere {
            table: include_str!("../results/published/xray_auc.csv"),
            note: "The papers' X-ray figures are of the private UBA and FFOB sets, which nobody else can test on. They \
                   are other images: no figure here can be compared with a figure of ours above.",
        },
    },
};

/// All of them, in the order in which they are offered and their tables are shown.
pub const CATALOGUE: [&Known; 4] = [&MNIST, &FASHION_MNIST, &CIFAR10, &XRAY_THREATS];

/// Terms of everything else.
pub const OWN_TERMS: &str = "the user's own images";

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
    let mut named = CATALOGUE.into_iter().filter(|known| known.format != Format::Folders);
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
        .into_iter()
        .map(move |known| PossibleValue::new(name(known)).help(known.about))
}

/// Terms of a folder or archive, by its name: copies of known data sets are often named after them.
pub fn terms_of(name: &str) -> &'static str {
    let name = name.to_lowercase().replace("cifar-10", CIFAR10.name);
    let known = CATALOGUE.iter().find(|known| name.starts_with(known.name));
    known.map_or(OWN_TERMS, |known| known.terms)
}
