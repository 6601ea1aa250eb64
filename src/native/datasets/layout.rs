//! Folders and archives of class folders: `train/normal`, `test/normal`, `test/<kind of anomaly>`, or the classes
//! without `train` and `test` above them. MVTec's `train/good` and `test/good` are understood.

use super::catalogue::terms_of;
use super::pool::decode_all;
use super::store::Store;
use super::{Labelled, Reading, locate};
use crate::data::Images;
use anyhow::{Result, ensure};
use std::cmp::Ordering;
use std::path::Path;

/// The class of normal images, whether its folder is called so or `good`, in whatever case.
pub const NORMAL: &str = "normal";

/// Ends of names that are taken for images. Those of formats that are not read are among them, so that such files are
/// told to the user and not passed over.
const IMAGES: [&str; 20] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "pgm",
    "ppm", "pbm", "pnm", "jxl", "dcm",
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

/// Loads a folder or an archive of class folders, in the order of their paths, and tells whether any of the files is a
/// JPEG file.
///
/// # Errors
/// It cannot be read, has no readable image in a class folder, or the user has stopped it.
pub fn load(path: &Path, reading: Reading) -> Result<(Labelled, bool)> {
    let store = Store::open(path)?;
    let (images, others) = listed(&store, reading)?;
    if others > 0 {
        let console = reading.console;
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
    let paths: Vec<String> = placed.iter().map(|file| file.path.clone()).collect();
    let (images, readable) = decode_all(&store, &paths, reading)?;
    let (outside, all, unreadable) = (count - paths.len(), paths.len(), paths.len() - images.len());
    ensure!(
        !images.is_empty(),
        "not one of the {all} images in {} can be read",
        path.display()
    );
    let kept = placed.iter().zip(readable).filter(|(_, readable)| *readable);
    let mut labelled = labelled(locate::name_of(path), kept.map(|(file, _)| file).collect(), images);
    if outside > 0 {
        let note = format!("{outside} images outside the class folders are left out");
        labelled.notes.push(note);
    }
    if unreadable > 0 {
        let note = format!("{unreadable} of {all} files cannot be read and are left out");
        labelled.notes.push(note);
    }
    Ok((labelled, paths.iter().any(|path| ends_with_one_of(path, &JPEG))))
}

/// The paths of the images, in their natural order and each once, and the number of other files.
fn listed(store: &Store, reading: Reading) -> Result<(Vec<String>, usize)> {
    let files = store.list(reading.console, reading.interrupt)?;
    let (mut images, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| is_image(path));
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

fn labelled(name: String, files: Vec<&Placed>, images: Images) -> Labelled {
    let mut classes: Vec<String> = files.iter().map(|file| file.class.clone()).collect();
    classes.sort_by(|one, other| natural_order(one, other));
    classes.dedup();
    let label = |file: &&Placed| classes.iter().position(|class| *class == file.class).unwrap_or(0);
    Labelled {
        terms: terms_of(&name),
        name,
        notes: Vec::new(),
        labels: files.iter().map(label).collect(),
        official_test: files.iter().map(|file| file.is_test).collect(),
        classes,
        images,
    }
}

/// Finds the class of each file. Where folders `train` and `test` have folders below, only these count, and are the
/// classes; else the class is the folder below the last one that all files have in common.
fn place(paths: Vec<String>) -> Vec<Placed> {
    let is_split = |path: &String| part_of(path).is_some_and(|(at, _)| folders(path).len() > at + 1);
    let (are_split, common) = (paths.iter().any(is_split), common_depth(&paths));
    let placed = |path: String| {
        let (depth, is_test) = if are_split {
            let (at, is_test) = part_of(&path)?;
            (at + 1, Some(is_test))
        } else {
            (common, None)
        };
        let class = class_of(folders(&path).get(depth)?);
        Some(Placed { path, class, is_test })
    };
    paths.into_iter().filter_map(placed).collect()
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
    let all: Vec<Vec<&str>> = paths.iter().map(|path| folders(path)).collect();
    let deepest = all.iter().map(Vec::len).max().unwrap_or(0);
    let is_shared = |depth: &usize| all.iter().all(|folders| folders.get(*depth) == all[0].get(*depth));
    (0..deepest.saturating_sub(1)).take_while(is_shared).count()
}

fn class_of(folder: &str) -> String {
    let is_normal = [NORMAL, "good"].iter().any(|name| folder.eq_ignore_ascii_case(name));
    if is_normal { NORMAL } else { folder }.to_owned()
}

/// The order in which people count: `2.png` before `10.png`.
fn natural_order(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(pieces(other)).then_with(|| one.cmp(other))
}

/// A text in pieces that are compared one by one: a number by its length without zeros before it and then by its digits,
/// anything else byte by byte.
fn pieces(text: &str) -> impl Iterator<Item = (u8, usize, &[u8])> {
    let both_digits = |a: &u8, b: &u8| a.is_ascii_digit() && b.is_ascii_digit();
    text.as_bytes().chunk_by(both_digits).map(|piece| match piece {
        [digit, ..] if digit.is_ascii_digit() => {
            let zeros = piece.iter().take_while(|&&digit| digit == b'0').count();
            (b'0', piece.len() - zeros, &piece[zeros..])
        }
        _ => (piece[0], 0, &piece[1..]),
    })
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
