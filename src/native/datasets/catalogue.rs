//! The data sets that have a name: their classes, terms, files and public homes.

/// A data set that is known by name.
#[derive(Debug)]
pub struct Known {
    /// Name in arguments and cards, and of its folder in the folder of data sets.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Its classes, in the order of their labels.
    pub classes: [&'static str; 10],
    /// Terms of use, for the cards of models.
    pub terms: &'static str,
    /// Colour channels.
    pub channels: usize,
    /// Height and width of its images in pixels.
    pub side: usize,
    /// What there is to download.
    pub files: &'static [Part],
    /// Where the files are kept, tried in this order.
    pub homes: &'static [&'static str],
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
    classes: DIGITS,
    terms: "MNIST: freely used; cite LeCun & Cortes",
    channels: 1,
    side: 28,
    files: &[
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
    homes: &[
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
};

/// Clothes. The checksums are those that TensorFlow Datasets checks its downloads by.
pub const FASHION_MNIST: Known = Known {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    classes: [
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
    terms: "Fashion-MNIST: MIT licence, Zalando Research; cite Xiao, Rasul & Vollgraf 2017",
    channels: 1,
    side: 28,
    files: &[
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
    homes: &[
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
};

/// Small colour photographs. The checksum is the one that TensorFlow Datasets checks its download by.
pub const CIFAR10: Known = Known {
    name: "cifar10",
    title: "CIFAR-10",
    classes: [
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
    terms: "CIFAR-10: cite Krizhevsky 2009",
    channels: 3,
    side: 32,
    files: &[Part {
        file: "cifar-10-binary.tar.gz",
        bytes: 170_052_171,
        checksum: Checksum::Packed("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
    }],
    homes: &["https://www.cs.toronto.edu/~kriz/"],
};

/// Name of the folder or archive of X-ray threats.
pub const XRAY_THREATS: &str = "xray-threats";

/// Terms of the X-ray threats.
const XRAY_TERMS: &str = "GDXray: research and teaching only; cite Mery et al. 2015";

/// Where X-ray images are had, and how they are to lie.
pub const XRAY_HELP: &str = "X-ray threats cannot be downloaded by this program: get GDXray from \
    https://domingomery.ing.puc.cl/material/gdxray/ (research and teaching only), cut out the objects, and put them as \
    images into train/normal, test/normal and test/gun, test/shuriken, test/razor-blade of a folder xray-threats, or \
    of an archive xray-threats.tar.gz, in the folder of data sets";

/// Terms of everything else.
pub const OWN_TERMS: &str = "the user's own images";

/// Terms of a folder or archive, by its name: copies of known data sets are often named after them.
pub fn terms_of(name: &str) -> &'static str {
    let name = name.to_lowercase().replace("cifar-10", CIFAR10.name);
    let known = [&MNIST, &FASHION_MNIST, &CIFAR10];
    match known.iter().find(|known| name.starts_with(known.name)) {
        Some(known) => known.terms,
        None if name.starts_with(XRAY_THREATS) => XRAY_TERMS,
        None => OWN_TERMS,
    }
}
