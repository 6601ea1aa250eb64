//! Folders and archives of class folders: `train/normal`, `test/normal`, `test/<kind of anomaly>`, or the classes
//! without `train` and `test` above them. MVTec's `train/good` and `test/good` are understood.

use super::catalogue::{OWN_TERMS, terms_of};
use super::pool::{Decoded, decode_all};
use super::store::Store;
use super::{Labelled, locate};
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Result, ensure};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::Path;

/// The class of normal images, whether its folder is called so or `good`, in whatever case.
pub const NORMAL: &str = "normal";

/// Ends of names that are taken for images. Those of formats that are not read are among them, so that such files are
/// told to the user and not passed over.
const IMAGES: [&str; 19] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "pgm",
    "ppm", "pbm", "pnm", "jxl",
];

/// Those of them that are JPEG.
const JPEG: [&str; 4] = ["jpg", "jpeg", "jpe", "jfif"];

/// Where a file belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    path: String,
    class: String,
    /// Whether it is below `test`; nothing if there is neither `train` nor `test`.
    is_test: Option<bool>,
}

/// Loads a folder or an archive of class folders, in the order of their paths.
///
/// # Errors
/// It cannot be read, has no readable image in a class folder, or the user has stopped it.
pub fn load(path: &Path, shape: (usize, usize), console: Console, interrupt: &Interrupt) -> Result<Labelled> {
    load_files(path, shape, console, interrupt).map(|(labelled, _)| labelled)
}

/// As [`load`]; also tells whether any of the files is a JPEG file.
///
/// # Errors
/// As [`load`].
pub fn load_files(
    path: &Path,
    shape: (usize, usize),
    console: Console,
    interrupt: &Interrupt,
) -> Result<(Labelled, bool)> {
    let store = Store::open(path)?;
    let (images, others) = listed(&store, console, interrupt)?;
    if others > 0 {
        console.detail(format_args!("{others} files that are not images are passed over"));
    }
    let count = images.len();
    let placed = place(images);
    ensure!(
        !placed.is_empty(),
        "{} has no images in class folders ({count} images and {others} other files): it needs train/normal, \
         test/normal and test/<kind of anomaly>, or one folder a class; a folder of normal images alone is for --images",
        path.display()
    );
    let mut notes = Vec::new();
    if count > placed.len() {
        let outside = count - placed.len();
        notes.push(format!("{outside} images outside the class folders are left out"));
    }
    let paths: Vec<String> = placed.iter().map(|file| file.path.clone()).collect();
    let Decoded { images, readable } = decode_all(&store, &paths, shape, console, interrupt)?;
    ensure!(
        !images.is_empty(),
        "not one of the {} images in {} can be read",
        paths.len(),
        path.display()
    );
    let unreadable = paths.len() - images.len();
    if unreadable > 0 {
        notes.push(format!(
            "{unreadable} of {} files cannot be read and are left out",
            paths.len()
        ));
    }
    let mut labelled = labelled(&placed, &readable, images);
    labelled.name = locate::name_of(path);
    labelled.terms = terms_of(&labelled.name);
    labelled.notes = notes;
    Ok((labelled, paths.iter().any(|path| ends_with_one_of(path, &JPEG))))
}

/// The paths of the images, in their natural order and each once, and the number of other files.
fn listed(store: &Store, console: Console, interrupt: &Interrupt) -> Result<(Vec<String>, usize)> {
    let (mut images, others): (Vec<String>, Vec<String>) = store
        .list(console, interrupt)?
        .into_iter()
        .partition(|path| is_image(path));
    images.sort_by(|one, other| natural_order(one, other));
    images.dedup();
    Ok((images, others.len()))
}

fn is_image(path: &str) -> bool {
    ends_with_one_of(path, &IMAGES)
}

fn ends_with_one_of(path: &str, ends: &[&str]) -> bool {
    let found = path.rsplit_once('.').map_or("", |(_, end)| end);
    ends.iter().any(|end| end.eq_ignore_ascii_case(found))
}

fn labelled(placed: &[Placed], readable: &[bool], images: crate::data::Images) -> Labelled {
    let kept: Vec<&Placed> = placed
        .iter()
        .zip(readable)
        .filter_map(|(file, readable)| readable.then_some(file))
        .collect();
    let mut classes: Vec<String> = kept
        .iter()
        .map(|file| file.class.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    classes.sort_by(|one, other| natural_order(one, other));
    let label = |class: &str| classes.iter().position(|known| known == class).unwrap_or(0);
    Labelled {
        name: String::new(),
        terms: OWN_TERMS,
        notes: Vec::new(),
        labels: kept.iter().map(|file| label(&file.class)).collect(),
        official_test: kept.iter().map(|file| file.is_test).collect(),
        classes,
        images,
    }
}

/// Finds the class of each file. Where folders `train` and `test` have folders below, only these count, and are the
/// classes; else the class is the folder below the last one that all files have in common.
fn place(paths: Vec<String>) -> Vec<Placed> {
    let is_split = |path: &String| part_of(path).is_some_and(|(at, _)| folders(path).len() > at + 1);
    if paths.iter().any(is_split) {
        return paths
            .into_iter()
            .filter_map(|path| {
                let (at, is_test) = part_of(&path)?;
                let class = class_of(folders(&path).get(at + 1)?);
                Some(Placed {
                    class,
                    is_test: Some(is_test),
                    path,
                })
            })
            .collect();
    }
    let depth = common_depth(&paths);
    paths
        .into_iter()
        .filter_map(|path| {
            let class = class_of(folders(&path).get(depth)?);
            Some(Placed {
                class,
                is_test: None,
                path,
            })
        })
        .collect()
}

/// The folders that a file lies in, outermost first.
fn folders(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts
}

/// How deep the folder `train` or `test` of a file lies, and whether it is `test`.
fn part_of(path: &str) -> Option<(usize, bool)> {
    folders(path).iter().enumerate().find_map(|(depth, folder)| {
        let is = |name: &str| folder.eq_ignore_ascii_case(name);
        (is("train") || is("test")).then(|| (depth, is("test")))
    })
}

/// How many outer folders all files share, but at most so many that every shared one has a class below it.
fn common_depth(paths: &[String]) -> usize {
    let mut all = paths.iter().map(|path| folders(path));
    let Some(mut common) = all.next() else {
        return 0;
    };
    let mut deepest = common.len();
    for folders in all {
        let same = common
            .iter()
            .zip(&folders)
            .take_while(|(one, other)| one == other)
            .count();
        common.truncate(same);
        deepest = deepest.max(folders.len());
    }
    common.len().min(deepest.saturating_sub(1))
}

fn class_of(folder: &str) -> String {
    let is_normal = [NORMAL, "good"].iter().any(|name| folder.eq_ignore_ascii_case(name));
    if is_normal { NORMAL } else { folder }.to_owned()
}

/// The order in which people count: `2.png` before `10.png`.
pub fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let order = match (digits(left), digits(right)) {
            (a, b) if a > 0 && b > 0 => {
                let numbers = [left[..a].trim_start_matches('0'), right[..b].trim_start_matches('0')];
                (left, right) = (&left[a..], &right[b..]);
                numbers[0].len().cmp(&numbers[1].len()).then(numbers[0].cmp(numbers[1]))
            }
            _ => {
                let (a, b) = (left.chars().next(), right.chars().next());
                if a.is_none() && b.is_none() {
                    return one.cmp(other);
                }
                left = &left[a.map_or(0, char::len_utf8)..];
                right = &right[b.map_or(0, char::len_utf8)..];
                a.cmp(&b)
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(paths: &[&str]) -> Vec<(String, Option<bool>)> {
        place(paths.iter().map(|path| (*path).to_owned()).collect())
            .into_iter()
            .map(|file| (file.class, file.is_test))
            .collect()
    }

    fn expected(files: &[(&str, Option<bool>)]) -> Vec<(String, Option<bool>)> {
        files
            .iter()
            .map(|(class, is_test)| ((*class).to_owned(), *is_test))
            .collect()
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
        let classes = [("normal", Some(false)), ("normal", Some(true)), ("crack", Some(true))];
        assert_eq!(placed(&files), expected(&classes));
    }

    #[test]
    fn without_train_and_test_the_outermost_folder_that_differs_is_the_class() {
        assert_eq!(
            placed(&["a/normal/1.png", "a/gun/x/1.png", "a/2.png"]),
            expected(&[("normal", None), ("gun", None)])
        );
        assert_eq!(
            placed(&["a/normal/1.png", "a/normal/2.png"]),
            expected(&[("normal", None); 2])
        );
        assert_eq!(placed(&["1.png", "2.png"]), []);
    }

    #[test]
    fn numbers_are_ordered_as_people_count() {
        let mut names = ["b/1.png", "a/10.png", "a/2.png", "a/02.png", "a", "a/2.jpg", "ä/1"];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(
            names,
            ["a", "a/2.jpg", "a/02.png", "a/2.png", "a/10.png", "b/1.png", "ä/1"]
        );
    }

    #[test]
    fn images_are_known_by_their_names() {
        let is = ["a.PNG", "b.jpeg", "c.tif"].map(is_image);
        assert_eq!(is, [true; 3]);
        assert_eq!(
            ["labels.csv", "notes.txt", "Thumbs.db", "png"].map(is_image),
            [false; 4]
        );
    }
}
