//! Image files that are brought to a project.

use crate::data::FramedImages;
use crate::data::place::{Role, sort};
use crate::image::{DecodeError, Framed};
use crate::native::datasets::layout;
use crate::native::datasets::store::Store;
use crate::native::files::{self, sha256};
use crate::native::projects::content::BroughtImage;
use crate::native::projects::file::is_project;
use crate::native::terminal::{Console, Interrupt, sentence};
use anyhow::{Result, ensure};
use indicatif::ProgressBar;
use std::collections::HashSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Longest name of an image, in characters, as on the page.
const LONGEST_NAME: usize = 300;

/// A file that may be an image.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// What the project calls it.
    pub name: String,
}

/// An image file that could be read.
#[derive(Debug, Clone)]
pub struct Brought {
    /// What the project says of it.
    pub image: BroughtImage,
    /// Where it is.
    pub path: PathBuf,
    /// What is to be said of a verdict on it.
    pub remark: Option<String>,
}

/// The files at these paths, see [`files::list`].
///
/// # Errors
/// A path does not exist or a folder cannot be read.
pub fn candidates(paths: &[PathBuf]) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for named in paths {
        let found = files::list(std::slice::from_ref(named))?;
        candidates.extend(found.into_iter().map(|path| Candidate {
            name: name_of(&path, named),
            path,
        }));
    }
    Ok(candidates)
}

/// Checks that none of these paths is a project file: what is in it would not be found.
///
/// # Errors
/// One of them is.
pub fn check_no_project(paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        let name = path.display();
        ensure!(
            !is_project(path),
            "{name} is a project file and no image: `ganomaly project check {name} PATH` checks images with it, and \
             `ganomaly project extract {name} --out FOLDER` takes its images out, the normal ones to FOLDER/normals"
        );
    }
    Ok(())
}

/// Checks that nothing is among these paths that would be learnt as normal by mistake: a project file, a whole data set.
///
/// # Errors
/// There is; a folder cannot be read; the user has stopped it.
pub fn check_normals(paths: &[PathBuf], console: Console, interrupt: &Interrupt) -> Result<()> {
    check_no_project(paths)?;
    for folder in paths.iter().filter(|path| path.is_dir()) {
        let store = Store::open(folder, console, interrupt)?;
        layout::check_normals(&store, folder, |normal| {
            format!("use `--normals {}` for the normal images alone", normal.display())
        })?;
    }
    Ok(())
}

/// These files without masks, which are told: they show where anomalies are, and are nothing to be checked.
pub fn without_masks(candidates: Vec<Candidate>, console: Console) -> Vec<Candidate> {
    let names: Vec<String> = candidates.iter().map(|candidate| candidate.name.clone()).collect();
    let mut sorted = sort(&names).into_iter();
    let mut is_mask = || sorted.next().is_some_and(|file| file.role == Role::Mask);
    let (masks, images): (Vec<Candidate>, Vec<Candidate>) = candidates.into_iter().partition(|_| is_mask());
    if let [first, ..] = masks.as_slice() {
        console.warn(format_args!(
            "warning: {} masks of a data set are left out, such as {}",
            masks.len(),
            first.path.display()
        ));
    }
    images
}

/// The name of a file that was found at the path that the user has named: from the last part of that path on, as
/// browsers have it. What is before tells where the user keeps things, and a project is made to be passed on.
fn name_of(path: &Path, named: &Path) -> String {
    let whole = named.canonicalize().unwrap_or_default();
    let last = named.file_name().or(whole.file_name());
    let below = path.strip_prefix(named).unwrap_or(Path::new(""));
    let parts = last.into_iter().chain(below).map(|part| part.to_string_lossy());
    let parts: Vec<_> = parts.collect();
    let name: Vec<char> = parts.join("/").chars().filter(|letter| !letter.is_control()).collect();
    name[name.len().saturating_sub(LONGEST_NAME)..].iter().collect()
}

/// Reads image files one after the other, and tells of those that are left out.
pub struct Intake<'a> {
    console: Console,
    interrupt: &'a Interrupt,
    bar: ProgressBar,
    look: &'a dyn Fn(&[u8]) -> Result<Framed, DecodeError>,
    seen: HashSet<String>,
    /// Files that were left out because their images are there already.
    pub known: usize,
}

impl<'a> Intake<'a> {
    /// Decodes files by `look` and shows its progress on the bar; `seen` are the ids of the images that are there.
    pub fn new(
        look: &'a dyn Fn(&[u8]) -> Result<Framed, DecodeError>,
        seen: HashSet<String>,
        bar: ProgressBar,
        console: Console,
        interrupt: &'a Interrupt,
    ) -> Self {
        Self {
            console,
            interrupt,
            bar,
            look,
            seen,
            known: 0,
        }
    }

    /// Reads these files; `images` gets what the networks see of them.
    ///
    /// # Errors
    /// The user has stopped it.
    pub fn read(&mut self, candidates: &[Candidate], images: &mut FramedImages) -> Result<Vec<Brought>> {
        let mut brought = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            self.interrupt.check()?;
            brought.extend(self.take(candidate, images));
            self.bar.inc(1);
        }
        Ok(brought)
    }

    fn take(&mut self, Candidate { path, name }: &Candidate, images: &mut FramedImages) -> Option<Brought> {
        let looked = files::read_image(path).and_then(|bytes| {
            let framed = (self.look)(&bytes)?;
            Ok((describe(name, &bytes), framed))
        });
        let left_out = |why: &str| format!("{} is left out: {why}", path.display());
        match looked {
            Err(error) => self.warn(left_out(&sentence(&error))),
            Ok((image, _)) if !self.seen.insert(image.id.clone()) => {
                self.known += 1;
                self.bar.suspend(|| self.console.note(left_out("it is there already")));
            }
            Ok((image, framed)) => {
                images.push(&framed);
                return Some(Brought {
                    image,
                    path: path.clone(),
                    remark: framed.remark,
                });
            }
        }
        None
    }

    /// Warns above the progress bar.
    pub fn warn(&self, text: impl Display) {
        self.bar.suspend(|| self.console.warn(format_args!("warning: {text}")));
    }
}

fn describe(name: &str, bytes: &[u8]) -> BroughtImage {
    let media_type = image::guess_format(bytes).map_or("application/octet-stream", |format| format.to_mime_type());
    BroughtImage {
        id: sha256(bytes),
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        media_type: media_type.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_the_last_part_of_what_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("Miller");
        files::write_atomically(&named.join("left/1.png"), b"x").unwrap();
        for (path, name) in [
            (named.clone(), "Miller/left/1.png"),
            (named.join("left/.."), "Miller/left/1.png"),
            (named.join("left"), "left/1.png"),
            (named.join("left/1.png"), "1.png"),
        ] {
            let names: Vec<String> = candidates(&[path])
                .unwrap()
                .into_iter()
                .map(|found| found.name)
                .collect();
            assert_eq!(names, [name]);
        }
        let long = format!("{}.png", "x".repeat(400));
        assert_eq!(name_of(Path::new(&long), Path::new(&long)).len(), LONGEST_NAME);
    }
}
