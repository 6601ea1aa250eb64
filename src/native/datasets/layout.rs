//! Folders and archives of class folders: `train/normal`, `test/normal`, `test/<kind of anomaly>`, or the classes
//! without `train` and `test` above them. [`crate::data::place`] says what else is understood.

use super::catalogue::terms_of;
use super::names::natural_order;
use super::pool::{decode_all, warn};
use super::store::{LeftOut, Store, StoredFile};
use super::{Labelled, Reading, locate, visa};
use crate::data::Images;
use crate::data::place::{NORMAL, Place, Role, is_image, place, sort};
use anyhow::{Result, ensure};
use std::path::Path;

/// Ends of the names of JPEG files.
const JPEG: [&str; 4] = ["jpg", "jpeg", "jpe", "jfif"];

/// Images of a store that have a class.
struct Found {
    files: Vec<StoredFile>,
    places: Vec<InClass>,
    /// What there is, in words, to be said before anything is learnt.
    summary: String,
    /// Numbers of images outside the folders of classes, and of images that are known to be unreadable.
    outside: usize,
    unreadable: usize,
}

/// Where an image of a class lies.
struct InClass {
    class: String,
    folder: String,
    is_test: Option<bool>,
}

/// Loads a folder or an archive of class folders, in the order of their paths, and tells whether any of the files is a
/// JPEG file. What was understood of the folders is said first.
///
/// # Errors
/// It cannot be read, has no readable image in a class folder, or the user has stopped it.
pub fn load(path: &Path, reading: Reading) -> Result<(Labelled, bool)> {
    let store = Store::open(path, reading.console, reading.interrupt)?;
    let name = locate::name_of(path);
    let found = find(&store, path, reading)?;
    reading.console.note(format_args!("{name}: {}", found.summary));
    let (images, readable) = decode_all(&store, &found.files, reading)?;
    let all = found.files.len() + found.unreadable;
    let unreadable = all - images.len();
    ensure!(
        !images.is_empty(),
        "not one of the {all} images in {} can be read",
        path.display()
    );
    let kept = found.places.iter().zip(readable).filter(|(_, readable)| *readable);
    let mut labelled = labelled(name, kept.map(|(place, _)| place).collect(), images);
    if found.outside > 0 {
        let note = format!("{} images outside the class folders are left out", found.outside);
        labelled.notes.push(note);
    }
    if unreadable > 0 {
        let note = format!("{unreadable} of {all} files cannot be read and are left out");
        labelled.notes.push(note);
    }
    let is_jpeg = found.files.iter().any(|file| is_jpeg(&file.path));
    Ok((labelled, is_jpeg))
}

/// Finds the images that have a class, in the natural order of their paths.
fn find(store: &Store, path: &Path, reading: Reading) -> Result<Found> {
    let console = reading.console;
    let mut kinds = visa::kinds(store, reading.interrupt)?;
    let mut images: Vec<&StoredFile> = store.files.iter().filter(|file| is_image(&file.path)).collect();
    images.sort_by(|one, other| natural_order(&one.path, &other.path));
    let others = store.files.len() - images.len();
    for (count, what) in [(others, "files that are not images"), (store.hidden, "hidden files")] {
        if count > 0 {
            console.detail(format_args!("{count} {what} are passed over"));
        }
    }
    let lost: Vec<LeftOut> = store
        .left_out
        .iter()
        .filter(|file| is_image(&file.path))
        .cloned()
        .collect();
    warn(&lost, console);
    let paths: Vec<String> = images.iter().map(|file| file.path.clone()).collect();
    let (mut files, mut places, mut masks, mut outside) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (file, place) in images.into_iter().zip(place(&paths)) {
        match place {
            Place::Class { class, folder, is_test } => {
                let kind = kinds.remove(&file.path).filter(|_| class != NORMAL);
                let class = kind.unwrap_or(class);
                files.push(file.clone());
                places.push(InClass { class, folder, is_test });
            }
            Place::Mask(folder) => masks.push(folder),
            Place::Outside => outside += 1,
        }
    }
    ensure!(
        !files.is_empty(),
        "{} has no images in class folders ({outside} images, {} masks and {others} other files): it needs \
         train/normal, test/normal and test/<kind of anomaly>, or one folder a class{}",
        path.display(),
        masks.len(),
        hint(outside, masks.len())
    );
    Ok(Found {
        summary: summary(&places, &masks),
        unreadable: lost.len(),
        files,
        places,
        outside,
    })
}

/// What else can be done with images that have no class. Nothing may be learnt from masks.
fn hint(outside: usize, masks: usize) -> &'static str {
    match (outside, masks) {
        (1.., 0) => "; a folder of normal images alone is for --images",
        _ => "",
    }
}

/// Checks that a folder that is to have normal images alone is not a whole data set: its masks and anomalies would be learnt.
/// `instead` says what can be done where its normal images lie in a folder of their own.
///
/// # Errors
/// It has masks or anomalies, as its folders are called.
pub fn check_normals(store: &Store, folder: &Path, instead: impl Fn(&Path) -> String) -> Result<()> {
    let paths: Vec<String> = store.files.iter().map(|file| file.path.clone()).collect();
    let sorted = sort(&paths);
    let count = |role| sorted.iter().filter(|file| file.role == role).count();
    let normal = sorted
        .iter()
        .find(|file| file.role == Role::Normal && !file.group.is_empty());
    ensure!(
        sorted.is_empty(),
        "{} has {} images of anomalies and {} masks beside its normal images, which would be learnt as normal: {}",
        folder.display(),
        count(Role::Anomaly),
        count(Role::Mask),
        normal.map_or_else(
            || "take them out of the folder".to_owned(),
            |normal| instead(&folder.join(&normal.group))
        )
    );
    Ok(())
}

/// What was understood of the folders: how many normal images are where, which kinds of anomaly there are, and how many
/// masks are left out.
fn summary(places: &[InClass], masks: &[String]) -> String {
    let (normal, others): (Vec<&InClass>, Vec<&InClass>) = places.iter().partition(|place| place.class == NORMAL);
    let classes = counted(others.iter().map(|place| place.class.as_str()));
    let classes_in_words = |most| few(classes.iter().map(|(class, count)| format!("{class} ({count})")), most);
    let mut parts = Vec::new();
    if normal.is_empty() {
        parts.push(format!(
            "{}, none of them normal: {}",
            counted_word(classes.len(), "class", "classes"),
            classes_in_words(10)
        ));
    } else {
        let folders = counted(normal.iter().map(|place| place.folder.as_str()));
        let folders = folders.iter().map(|(folder, count)| format!("{count} in {folder}"));
        parts.push(format!("normal images: {}", few(folders, 6)));
        let kinds = counted_word(classes.len(), "kind of anomaly", "kinds of anomaly");
        parts.push(match classes.is_empty() {
            true => "no anomalies".to_owned(),
            false => format!("{kinds}: {}", classes_in_words(10)),
        });
    }
    if !masks.is_empty() {
        let folders = counted(masks.iter().map(String::as_str));
        let folders = few(folders.iter().map(|(folder, _)| (*folder).to_owned()), 3);
        parts.push(format!(
            "{} left out, in {folders}",
            counted_word(masks.len(), "mask", "masks")
        ));
    }
    parts.join("; ")
}

fn counted_word(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How often each name is there, in natural order.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut names: Vec<&str> = names.collect();
    names.sort_by(|one, other| natural_order(one, other));
    names
        .chunk_by(|one, other| one == other)
        .map(|same| (same[0], same.len()))
        .collect()
}

/// The first few of a list, and how many more there are.
fn few(items: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = items.len().saturating_sub(most);
    let mut items: Vec<String> = items.take(most).collect();
    if more > 0 {
        items.push(format!("{more} more"));
    }
    items.join(", ")
}

fn is_jpeg(path: &str) -> bool {
    let found = path.rsplit_once('.').map_or("", |(_, end)| end);
    JPEG.iter().any(|end| end.eq_ignore_ascii_case(found))
}

fn labelled(name: String, files: Vec<&InClass>, images: Images) -> Labelled {
    let mut classes: Vec<String> = files.iter().map(|file| file.class.clone()).collect();
    classes.sort_by(|one, other| natural_order(one, other));
    classes.dedup();
    let label = |file: &&InClass| classes.iter().position(|class| *class == file.class).unwrap_or(0);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_understood_is_said() {
        let place = |class: &str, folder: &str| InClass {
            class: class.to_owned(),
            folder: folder.to_owned(),
            is_test: None,
        };
        let normal = [
            place(NORMAL, "train/good"),
            place(NORMAL, "test/good"),
            place(NORMAL, "train/good"),
        ];
        assert_eq!(
            summary(&normal, &[]),
            "normal images: 1 in test/good, 2 in train/good; no anomalies"
        );
        let places = [place(NORMAL, "good"), place("dent", "dent"), place("dent", "dent")];
        assert_eq!(
            summary(&places, &["gt/dent".to_owned()]),
            "normal images: 1 in good; 1 kind of anomaly: dent (2); 1 mask left out, in gt/dent"
        );
        assert_eq!(
            summary(&[place("cat", "cat"), place("dog", "dog")], &[]),
            "2 classes, none of them normal: cat (1), dog (1)"
        );
    }
}
