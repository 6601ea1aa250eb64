//! What the folders that an image lies in say of it: its class, whether it trains or tests, or that it is a mask.
//!
//! - `train/normal`, `test/normal`, `test/<kind of anomaly>`, as MVTec AD (`good`, with `ground_truth`), MVTec LOCO AD
//!   (with `validation`) and the authors of GANomaly (`0.normal`, `1.abnormal`) have it;
//! - folders of classes, at the depth at which one is called normal: VisA's `Data/Images/Normal` and `Anomaly`, with
//!   `Data/Masks` beside;
//! - any other folders of classes.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tsify::Tsify;

/// The class of normal images, whatever their folder is called.
pub const NORMAL: &str = "normal";

/// What folders of normal images are called, in whatever case, with or without a number and one of [`CONTENTS`].
const NORMALS: [&str; 7] = ["normal", "normals", "good", "ok", "nominal", "defect free", "no defect"];

/// Words that say no more than that a folder has images.
const CONTENTS: [&str; 5] = ["images", "image", "img", "samples", "parts"];

/// What folders of masks are called: images of where anomalies are.
const MASKS: [&str; 6] = ["mask", "masks", "ground truth", "ground truths", "groundtruth", "gt"];

/// Ends of the names of masks that lie beside their images.
const MASK_ENDS: [&str; 4] = ["_mask", "_gt", "_GT", "_label"];

/// Ends of names that are taken for images. Those of formats that are not read are among them, so that such files are
/// told to the user and not passed over.
const IMAGES: [&str; 20] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "pgm",
    "ppm", "pbm", "pnm", "jxl", "dcm",
];

/// Whether a file is an image, as its name ends.
pub fn is_image(path: &str) -> bool {
    let found = path.rsplit_once('.').map_or("", |(_, end)| end);
    IMAGES.iter().any(|end| end.eq_ignore_ascii_case(found))
}

/// Where an image belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a class.
    Class {
        /// Its name.
        class: String,
        /// The path of its folder.
        folder: String,
        /// Whether it tests; nothing if there is neither `train` nor `test`.
        is_test: Option<bool>,
    },
    /// It is a mask, in this folder.
    Mask(String),
    /// In no folder of a class.
    Outside,
}

/// What a file of a data set is to somebody who learns from normal images alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// A normal image to learn from.
    Normal,
    /// A normal image that tests.
    NormalTest,
    /// An anomaly.
    Anomaly,
    /// A mask.
    Mask,
    /// An image in no folder that says what it is.
    Unknown,
    /// No image.
    Other,
}

/// A file of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Sorted {
    /// What it is.
    pub role: Role,
    /// The kind of an anomaly; of other images the folder that says what they are. Empty if there is none.
    pub group: String,
}

impl Sorted {
    fn new(role: Role, group: impl Into<String>) -> Self {
        let group = group.into();
        Self { role, group }
    }
}

/// What each of these files is, if they are a whole data set; nothing if none of them is an anomaly or a mask, as their
/// folders are called.
pub fn sort(paths: &[String]) -> Vec<Sorted> {
    let images: Vec<String> = paths.iter().filter(|path| is_image(path)).cloned().collect();
    let places = place(&images);
    let known = Known::from(&places);
    let mut sorted = places.into_iter().map(|place| known.sort(place));
    let mut next = |path: &String| is_image(path).then(|| sorted.next()).flatten();
    let other = || Sorted::new(Role::Other, "");
    let files: Vec<Sorted> = paths.iter().map(|path| next(path).unwrap_or_else(other)).collect();
    let is_set = files.iter().any(|file| matches!(file.role, Role::Anomaly | Role::Mask));
    if is_set { files } else { Vec::new() }
}

/// What is known of all images together.
struct Known {
    /// Some are normal and do not test. Otherwise those that test are there to learn from.
    has_training: bool,
    /// Folders say which are normal, or which train and test. Otherwise all may be normal that are no masks.
    has_classes: bool,
}

impl Known {
    fn from(places: &[Place]) -> Self {
        let classes = places.iter().filter_map(|place| match place {
            Place::Class { class, is_test, .. } => Some((class == NORMAL, *is_test)),
            _ => None,
        });
        Self {
            has_training: classes
                .clone()
                .any(|(is_normal, is_test)| is_normal && is_test != Some(true)),
            has_classes: classes
                .clone()
                .any(|(is_normal, is_test)| is_normal || is_test.is_some()),
        }
    }

    fn sort(&self, place: Place) -> Sorted {
        match place {
            Place::Mask(folder) => Sorted::new(Role::Mask, folder),
            _ if !self.has_classes => Sorted::new(Role::Normal, ""),
            Place::Outside => Sorted::new(Role::Unknown, ""),
            Place::Class { class, .. } if class != NORMAL => Sorted::new(Role::Anomaly, class),
            Place::Class { folder, is_test, .. } => match is_test == Some(true) && self.has_training {
                true => Sorted::new(Role::NormalTest, folder),
                false => Sorted::new(Role::Normal, folder),
            },
        }
    }
}

/// Finds the place of each image.
pub fn place(paths: &[String]) -> Vec<Place> {
    let masks = Masks::of(paths);
    let are_masks: Vec<bool> = paths.iter().map(|path| masks.has(path)).collect();
    let images: Vec<Vec<&str>> = paths
        .iter()
        .zip(&are_masks)
        .filter(|(_, is_mask)| !**is_mask)
        .map(|(path, _)| folders(path))
        .collect();
    let level = Level::of(&images);
    let placed = |(path, is_mask): (&String, bool)| match is_mask {
        true => Place::Mask(folders(path).join("/")),
        false => level.place(&folders(path)),
    };
    paths.iter().zip(are_masks).map(placed).collect()
}

/// The folders that a file lies in, outermost first.
fn folders(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts
}

/// How masks are told from images.
struct Masks<'a> {
    /// Outer folders that all files share say nothing.
    shared: usize,
    /// The files without the ends of their names.
    stems: HashSet<&'a str>,
}

impl<'a> Masks<'a> {
    fn of(paths: &'a [String]) -> Self {
        let all: Vec<Vec<&str>> = paths.iter().map(|path| folders(path)).collect();
        Self {
            shared: shared_folders(&all),
            stems: paths.iter().map(|path| stem(path)).collect(),
        }
    }

    /// A mask lies in a folder of masks, or beside the image that it is of.
    fn has(&self, path: &str) -> bool {
        let lies_among_masks = folders(path)
            .iter()
            .skip(self.shared)
            .any(|folder| MASKS.contains(&words(folder).as_str()));
        let image = MASK_ENDS.iter().find_map(|end| stem(path).strip_suffix(end));
        lies_among_masks || image.is_some_and(|image| self.stems.contains(image))
    }
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// The words of a folder's name in lower case, without numbers before and between them.
fn words(folder: &str) -> String {
    let spaced = folder.to_lowercase().replace(['.', '_', '-'], " ");
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = spaced.split_whitespace().filter(|word| !is_number(word)).collect();
    words.join(" ")
}

fn is_normal(folder: &str) -> bool {
    let words = words(folder);
    let kept: Vec<&str> = words.split(' ').filter(|word| !CONTENTS.contains(word)).collect();
    NORMALS.contains(&kept.join(" ").as_str())
}

fn class_of(folder: &str) -> &str {
    if is_normal(folder) { NORMAL } else { folder }
}

/// Part of a split.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Train,
    Validation,
    Test,
}

/// The part of the split that folders belong to, and how deep its folder lies. `train` and `test` go before `validation`,
/// wherever they lie.
fn part_of(folders: &[&str]) -> Option<(usize, Part)> {
    let find = |names: &[(&str, Part)]| {
        folders.iter().enumerate().find_map(|(depth, folder)| {
            let named = names.iter().find(|(name, _)| folder.eq_ignore_ascii_case(name));
            named.map(|&(_, part)| (depth, part))
        })
    };
    find(&[("train", Part::Train), ("test", Part::Test)])
        .or_else(|| find(&[("validation", Part::Validation), ("val", Part::Validation)]))
}

/// Where the folders of classes lie.
enum Level {
    /// Below `train` and `test`.
    Split {
        /// Whether there is a test set. Without one, validation takes its place; with one, its normal images train.
        has_test: bool,
    },
    /// At this depth.
    Depth(usize),
}

impl Level {
    fn of(images: &[Vec<&str>]) -> Self {
        let parts: Vec<Part> = images
            .iter()
            .filter_map(|folders| Some((folders.len(), part_of(folders)?)))
            .filter(|(count, (depth, _))| *count > depth + 1)
            .map(|(_, (_, part))| part)
            .collect();
        if parts.iter().any(|&part| part != Part::Validation) {
            let has_test = parts.contains(&Part::Test);
            return Self::Split { has_test };
        }
        Self::Depth(depth_of_normal(images).unwrap_or_else(|| common_depth(images)))
    }

    fn place(&self, folders: &[&str]) -> Place {
        self.class_in(folders).unwrap_or(Place::Outside)
    }

    fn class_in(&self, folders: &[&str]) -> Option<Place> {
        let (depth, is_test) = match *self {
            Self::Depth(depth) => (depth, None),
            Self::Split { has_test } => {
                let (depth, part) = part_of(folders)?;
                let is_class = part != Part::Validation || !has_test || is_normal(folders.get(depth + 1)?);
                let is_test = part == Part::Test || (part == Part::Validation && !has_test);
                (depth + 1, is_class.then_some(Some(is_test))?)
            }
        };
        Some(Place::Class {
            class: class_of(folders.get(depth)?).to_owned(),
            folder: folders[..=depth].join("/"),
            is_test,
        })
    }
}

/// The depth of the outermost folder that is called normal, if other classes lie beside.
fn depth_of_normal(images: &[Vec<&str>]) -> Option<usize> {
    let depths = images
        .iter()
        .filter_map(|folders| folders.iter().position(|folder| is_normal(folder)));
    let depth = depths.min()?;
    let mut classes = images.iter().filter_map(|folders| folders.get(depth));
    classes.any(|folder| !is_normal(folder)).then_some(depth)
}

/// How many outer folders all files share, but at most so many that every shared one has a class below it.
fn common_depth(images: &[Vec<&str>]) -> usize {
    let deepest = images.iter().map(Vec::len).max().unwrap_or(0);
    shared_folders(images).min(deepest.saturating_sub(1))
}

/// How many outer folders all files share.
fn shared_folders(images: &[Vec<&str>]) -> usize {
    let Some(first) = images.first() else { return 0 };
    let is_shared = |depth: &usize| images.iter().all(|folders| folders.get(*depth) == first.get(*depth));
    (0..first.len()).take_while(is_shared).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of images, in short: a class with a sign for train and test, `mask` or `outside`.
    fn placed(paths: &[&str]) -> Vec<String> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let short = |place| match place {
            Place::Class { class, is_test, .. } => {
                let part = is_test.map_or("", |is_test| if is_test { " tests" } else { " trains" });
                format!("{class}{part}")
            }
            Place::Mask(_) => "mask".to_owned(),
            Place::Outside => "outside".to_owned(),
        };
        place(&paths).into_iter().map(short).collect()
    }

    #[test]
    fn the_folder_below_train_or_test_is_the_class() {
        let files = [
            "bottle/Train/good/1.png",
            "bottle/test/good/1.png",
            "bottle/test/crack/deep/1.png",
            "bottle/ground_truth/crack/1.png",
            "bottle/test/loose.png",
        ];
        assert_eq!(
            placed(&files),
            ["normal trains", "normal tests", "crack tests", "mask", "outside"]
        );
    }

    #[test]
    fn the_layouts_of_public_data_sets_are_understood() {
        let loco = [
            "pushpins/train/good/000.png",
            "pushpins/validation/good/000.png",
            "pushpins/test/good/000.png",
            "pushpins/test/logical_anomalies/000.png",
            "pushpins/ground_truth/logical_anomalies/000/000.png",
        ];
        let parts = [
            "normal trains",
            "normal trains",
            "normal tests",
            "logical_anomalies tests",
            "mask",
        ];
        assert_eq!(placed(&loco), parts);
        let visa = [
            "candle/Data/Images/Normal/0000.JPG",
            "candle/Data/Images/Anomaly/000.JPG",
            "candle/Data/Masks/Anomaly/000.png",
        ];
        assert_eq!(placed(&visa), ["normal", "Anomaly", "mask"]);
        let authors = ["train/0.normal/1.png", "test/0.normal/1.png", "test/1.abnormal/1.png"];
        assert_eq!(placed(&authors), ["normal trains", "normal tests", "1.abnormal tests"]);
        let mvtec_3d = ["train/good/rgb/0.png", "train/good/gt/0.png", "test/hole/rgb/0.png"];
        assert_eq!(placed(&mvtec_3d), ["normal trains", "mask", "hole tests"]);
        let kolektor = ["train/ok/1.png", "train/ok/1_GT.png", "test/bad/2_mask.png"];
        assert_eq!(placed(&kolektor), ["normal trains", "mask", "bad tests"]);
    }

    /// Files of a data set, in short: roles with groups.
    fn roles(paths: &[&str]) -> Vec<String> {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let short = |Sorted { role, group }| format!("{role:?} {group}").trim_end().to_owned();
        sort(&paths).into_iter().map(short).collect()
    }

    #[test]
    fn the_files_of_a_data_set_are_sorted() {
        let mvtec = [
            "bottle/readme.txt",
            "bottle/train/good/1.png",
            "bottle/test/good/1.png",
            "bottle/test/crack/1.png",
            "bottle/ground_truth/crack/1_mask.png",
            "bottle/overview.jpg",
        ];
        let sorted = [
            "Other",
            "Normal bottle/train/good",
            "NormalTest bottle/test/good",
            "Anomaly crack",
            "Mask bottle/ground_truth/crack",
            "Unknown",
        ];
        assert_eq!(roles(&mvtec), sorted);
        assert_eq!(
            roles(&["set/ok/1.png", "set/NG/1.png"]),
            ["Normal set/ok", "Anomaly NG"]
        );
    }

    #[test]
    fn without_normal_images_to_train_others_are_there_to_learn_from() {
        let test = ["test/good/1.png", "test/crack/1.png"];
        assert_eq!(roles(&test), ["Normal test/good", "Anomaly crack"]);
        assert_eq!(
            roles(&["test/hole/1.png", "test/crack/1.png"]),
            ["Anomaly hole", "Anomaly crack"]
        );
        assert_eq!(roles(&["1.png", "1_mask.png"]), ["Normal", "Mask"]);
        assert_eq!(
            roles(&["a/1.png", "b/1.png", "masks/1.png"]),
            ["Normal", "Normal", "Mask masks"]
        );
    }

    #[test]
    fn images_that_may_all_be_normal_are_no_data_set() {
        for paths in [
            &["train/good/1.png", "test/good/1.png"][..],
            &["monday/1.png", "tuesday/1.png"],
            &["ok/1.png", "ok/2.png", "readme.txt"],
            &["1.png", "2.png"],
            &[],
        ] {
            assert!(roles(paths).is_empty(), "{paths:?}");
        }
    }

    #[test]
    fn images_are_known_by_their_names() {
        assert_eq!(["a.PNG", "b.jpeg", "c.tif"].map(is_image), [true; 3]);
        assert_eq!(
            ["labels.csv", "notes.txt", "Thumbs.db", "png"].map(is_image),
            [false; 4]
        );
    }

    #[test]
    fn validation_takes_the_place_of_a_test_set_that_is_not_there() {
        let files = ["train/good/1.png", "val/good/1.png", "val/bad/1.png"];
        assert_eq!(placed(&files), ["normal trains", "normal tests", "bad tests"]);
        let files = ["test/good/1.png", "val/good/1.png", "val/bad/1.png"];
        assert_eq!(placed(&files), ["normal tests", "normal trains", "outside"]);
    }

    #[test]
    fn normal_folders_have_many_names() {
        for name in [
            "normal",
            "Good",
            "OK",
            "normal images",
            "0.normal",
            "01_good",
            "defect-free",
        ] {
            assert!(is_normal(name), "{name}");
        }
        for name in ["abnormal", "not good", "1.abnormal", "images", "0", "NG", "anomaly"] {
            assert!(!is_normal(name), "{name}");
        }
    }

    #[test]
    fn folders_that_all_share_say_nothing_of_masks() {
        assert_eq!(placed(&["mask/on/1.png", "mask/off/1.png"]), ["on", "off"]);
        assert_eq!(placed(&["set/mask/1.png", "set/good/1.png"]), ["mask", "normal"]);
    }

    #[test]
    fn without_train_and_test_the_outermost_folder_that_differs_is_the_class() {
        assert_eq!(
            placed(&["a/normal/1.png", "a/gun/x/1.png", "a/2.png"]),
            ["normal", "gun", "outside"]
        );
        assert_eq!(placed(&["a/normal/1.png", "a/normal/2.png"]), ["normal"; 2]);
        assert_eq!(placed(&["a/cat/1.png", "a/dog/1.png"]), ["cat", "dog"]);
        assert_eq!(placed(&["1.png", "2.png"]), ["outside"; 2]);
    }
}
