//! `ganomaly project extract`: what is in a project file as ordinary files.

use crate::native::files::{comma_separated, write_atomically};
use crate::native::projects::content::{BroughtImage, CheckedImage, MODEL_FILE};
use crate::native::projects::file::ProjectFile;
use crate::native::terminal::{Console, Outcome, sentence};
use anyhow::Result;
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Arguments of `project extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Project file
    pub project: PathBuf,
    /// Folder to write normals/, images/, results.csv and model.safetensors to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Longest end of a name that a file is given, in bytes: file systems take 255, and something may come before.
const LONGEST_NAME: usize = 200;

/// Runs the command. What is in the folder already is replaced where it has the same name.
///
/// # Errors
/// The project cannot be read, a file cannot be written.
pub fn run(args: &ExtractArgs, console: Console) -> Result<Outcome> {
    let mut file = ProjectFile::open(&args.project)?;
    let images = std::mem::take(&mut file.images);
    write_atomically(&args.out.join("results.csv"), table(&images)?.as_bytes())?;
    if file.project.model.is_some() {
        write_atomically(&args.out.join(MODEL_FILE), &file.model()?)?;
    }
    let normals = std::mem::take(&mut file.project.normals);
    let checked = images.into_iter().map(|checked| checked.image).collect();
    let mut lost = 0;
    for (folder, images) in [("normals", normals), ("images", checked)] {
        lost += copy(&mut file, &images, &args.out.join(folder), console)?;
    }
    console.note(format_args!("Wrote {}", args.out.display()));
    Ok(if lost == 0 { Outcome::Done } else { Outcome::Failed })
}

/// Writes images, each once, under the names that they were brought with; returns how many are lost.
fn copy(file: &mut ProjectFile, images: &[BroughtImage], folder: &Path, console: Console) -> Result<usize> {
    let (mut taken, mut done, mut lost) = (HashSet::new(), HashSet::new(), 0);
    for image in images.iter().filter(|image| done.insert(&image.id)) {
        match file.image(&image.id) {
            Ok(bytes) => write_atomically(&folder.join(free_name(image, &mut taken)), &bytes)?,
            Err(error) => {
                console.warn(format_args!("warning: {}: {}", image.name, sentence(&error)));
                lost += 1;
            }
        }
    }
    Ok(lost)
}

/// The end of a name, which may have been a path that leads anywhere, and which others may share.
fn free_name(image: &BroughtImage, taken: &mut HashSet<String>) -> String {
    let last = image.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|letter| !letter.is_control()).collect();
    let end = &clean[clean.ceil_char_boundary(clean.len().saturating_sub(LONGEST_NAME))..];
    let mut name = end.trim_start_matches('.').to_owned();
    while name.is_empty() || !taken.insert(name.to_lowercase()) {
        name = format!("{}-{name}", &image.id[..8.min(image.id.len())]);
    }
    name
}

fn table(images: &[CheckedImage]) -> Result<String> {
    let heads = ["name", "sha256", "score", "p_value", "review", "note", "error"];
    let row = |checked: &CheckedImage| {
        [
            checked.image.name.clone(),
            checked.image.id.clone(),
            checked.score.map(|score| score.to_string()).unwrap_or_default(),
            checked.p_value.map(|p_value| p_value.to_string()).unwrap_or_default(),
            checked.review.clone(),
            checked.note.clone(),
            checked.error.clone().unwrap_or_default(),
        ]
    };
    comma_separated(heads, images.iter().map(row))
}
