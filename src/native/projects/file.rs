//! The file of a project: a zip archive that the page and the command line both read and write.
//!
//! - `project.json`: name, settings, the normal images, what the model was learnt from;
//! - `results.json`: the images that were checked, with scores, verdicts of people and notes;
//! - `model.safetensors`: the model;
//! - `files/<sha256>`: every image once, as it was brought.

use super::content::{BroughtImage, CheckedImage, MODEL_FILE, Project};
use crate::learning::LARGEST_PROJECT_TEXT;
use crate::native::files::{self, sha256};
use crate::native::terminal::Console;
use crate::{image, weights};
use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// How the names of project files end.
pub const EXTENSION: &str = ".ganomaly.zip";

const FORMAT: &str = "ganomaly-project";
const RESULTS_FORMAT: &str = "ganomaly-results";
const VERSION: u32 = 1;
const PROJECT_ENTRY: &str = "project.json";
const RESULTS_ENTRY: &str = "results.json";
const IMAGES: &str = "files/";

/// What a text in the archive claims to be.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}

/// A text in the archive.
#[derive(Serialize)]
struct WithHeader<T> {
    #[serde(flatten)]
    header: Header,
    #[serde(flatten)]
    content: T,
}

/// `results.json`.
#[derive(Serialize, Deserialize)]
struct ResultsText<T> {
    images: T,
}

/// A project file that is open for reading.
#[derive(Debug)]
pub struct ProjectFile {
    /// What it is.
    pub project: Project,
    /// The images that were checked.
    pub images: Vec<CheckedImage>,
    archive: ZipArchive<BufReader<File>>,
}

impl ProjectFile {
    /// Opens a project file.
    ///
    /// # Errors
    /// It cannot be read, is no project file, is damaged, or comes from a later version.
    pub fn open(path: &Path) -> Result<Self> {
        let damaged = || format!("{} is not a project file, or it is damaged", path.display());
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut archive = ZipArchive::new(BufReader::new(file)).with_context(damaged)?;
        // Nobody could say which of two files of one name is meant; and files that share bytes could be many times as
        // long as the archive.
        ensure!(
            !archive.has_duplicate_names() && !archive.has_overlapping_files().with_context(damaged)?,
            "{}: it has two files of the same name, or files that overlap",
            damaged()
        );
        let mut project: Project = headed(&mut archive, PROJECT_ENTRY, FORMAT)
            .with_context(|| format!("{} cannot be used as a project", path.display()))?;
        // The header, which is written anew.
        project.other.retain(|name, _| name != "format" && name != "version");
        let images = if archive.index_for_name(RESULTS_ENTRY).is_some() {
            let results: ResultsText<_> = headed(&mut archive, RESULTS_ENTRY, RESULTS_FORMAT)
                .with_context(|| format!("the results in {} cannot be used", path.display()))?;
            results.images
        } else {
            Vec::new()
        };
        Ok(Self {
            project,
            images,
            archive,
        })
    }

    /// The bytes of its model.
    ///
    /// # Errors
    /// It has none, or it is damaged.
    pub fn model(&mut self) -> Result<Vec<u8>> {
        ensure!(
            self.project.model.is_some(),
            "the project `{}` has no model yet: let it learn from its normal images first",
            self.project.name
        );
        entry(&mut self.archive, MODEL_FILE, weights::LARGEST_FILE as u64)
    }

    /// Whether one of its images was lost before.
    pub fn lacks(&self, id: &str) -> bool {
        self.archive.index_for_name_raw(image_entry(id).as_bytes()).is_none()
            && self.project.missing.iter().any(|missing| missing == id)
    }

    /// The bytes of one of its images.
    ///
    /// # Errors
    /// It is not there, or it is not the image that it claims to be.
    pub fn image(&mut self, id: &str) -> Result<Vec<u8>> {
        let name = image_entry(id);
        let bytes = entry(&mut self.archive, &name, image::LARGEST_FILE as u64)?;
        ensure!(sha256(&bytes) == id, "{name} is damaged");
        Ok(bytes)
    }
}

fn image_entry(id: &str) -> String {
    format!("{IMAGES}{id}")
}

/// Whether a path is that of a project file.
pub fn is_project(path: &Path) -> bool {
    path.to_string_lossy().ends_with(EXTENSION)
}

/// Reads a text. What it claims to be is looked at first, without keeping the rest: a later version may have other
/// fields.
fn headed<T: DeserializeOwned>(archive: &mut ZipArchive<BufReader<File>>, name: &str, format: &str) -> Result<T> {
    let bytes = entry(archive, name, LARGEST_PROJECT_TEXT)?;
    let damaged = || format!("{name} is damaged");
    let header: Header = serde_json::from_slice(&bytes).with_context(damaged)?;
    ensure!(header.format == format, "{name} is `{}`, not `{format}`", header.format);
    ensure!(
        header.version <= VERSION,
        "{name} is of version {}, this program knows {VERSION}: use a later version of it",
        header.version
    );
    serde_json::from_slice(&bytes).with_context(damaged)
}

/// The bytes of an entry; never more than `largest`, whatever its header claims.
fn entry(archive: &mut ZipArchive<BufReader<File>>, name: &str, largest: u64) -> Result<Vec<u8>> {
    let index = archive.index_for_name_raw(name.as_bytes());
    let index = index.with_context(|| format!("{name} is not in the project file"))?;
    let damaged = || format!("{name} is damaged");
    let entry = archive.by_index(index).with_context(damaged)?;
    ensure!(
        !name.starts_with(IMAGES) || entry.compression() == CompressionMethod::Stored,
        "{name} is compressed, as images in a project file never are"
    );
    let mut bytes = Vec::new();
    entry.take(largest + 1).read_to_end(&mut bytes).with_context(damaged)?;
    if bytes.len() as u64 > largest {
        bail!("{name} is longer than {} MiB: too long to be read", largest >> 20);
    }
    Ok(bytes)
}

/// Writes a project file, whole or not at all. Its images are read from the files in `brought`, or else from the
/// project file `from`, which may be the very one that is replaced. A brought image that can no longer be read is left
/// out; their number is returned.
///
/// # Errors
/// An image in `from` is damaged or unexpectedly not there; the file cannot be written.
pub fn write(
    path: &Path,
    project: &Project,
    images: &[CheckedImage],
    model: &[u8],
    brought: &BTreeMap<String, PathBuf>,
    mut from: Option<&mut ProjectFile>,
) -> Result<usize> {
    let not_written = || files::not_written(path);
    let mut archive = ZipWriter::new(files::unfinished(path).with_context(not_written)?);
    let mut put = |name: &str, bytes: &[u8], method| {
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(name, options).with_context(not_written)?;
        archive.write_all(bytes).with_context(not_written)
    };
    let (mut missing, mut done) = (Vec::new(), HashSet::new());
    let checked = images.iter().map(|checked| &checked.image);
    let all = project.normals.iter().chain(checked);
    for BroughtImage { id, name, .. } in all.filter(|image| done.insert(&image.id)) {
        let bytes = match (brought.get(id), from.as_deref_mut()) {
            (Some(path), _) => files::read_image(path).ok().filter(|bytes| sha256(bytes) == *id),
            (None, Some(from)) if !from.lacks(id) => Some(from.image(id).with_context(|| not_kept(name))?),
            (None, _) => None,
        };
        match bytes {
            Some(bytes) => put(&image_entry(id), &bytes, CompressionMethod::Stored)?,
            None => missing.push(id.clone()),
        }
    }
    let lost = missing.iter().filter(|id| brought.contains_key(*id)).count();
    let project = Project {
        missing,
        ..project.clone()
    };
    put(MODEL_FILE, model, CompressionMethod::Stored)?;
    let results = text(RESULTS_ENTRY, RESULTS_FORMAT, ResultsText { images })?;
    put(RESULTS_ENTRY, &results, CompressionMethod::Deflated)?;
    let project = text(PROJECT_ENTRY, FORMAT, project)?;
    put(PROJECT_ENTRY, &project, CompressionMethod::Deflated)?;
    let file = archive.finish().with_context(not_written)?;
    files::finish(file, path).with_context(not_written)?;
    Ok(lost)
}

/// Says that a project file was written, and how many images are not in it.
pub fn tell_written(path: &Path, lost: usize, console: Console) {
    if lost > 0 {
        console.warn(format_args!(
            "warning: {lost} image(s) could no longer be read and are not in the project file"
        ));
    }
    console.note(format_args!("Wrote {}", path.display()));
}

fn not_kept(name: &str) -> String {
    format!("{name} cannot be copied, so nothing was written; `ganomaly project extract` takes out the other images")
}

/// A text for the archive.
fn text(name: &str, format: &str, content: impl Serialize) -> Result<Vec<u8>> {
    let header = Header {
        format: format.to_owned(),
        version: VERSION,
    };
    let text = serde_json::to_vec(&WithHeader { header, content })?;
    ensure!(
        text.len() as u64 <= LARGEST_PROJECT_TEXT,
        "{name} would be longer than {} MiB: take fewer images, or several projects",
        LARGEST_PROJECT_TEXT >> 20
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_cannot_be_read_any_more_are_counted_and_listed() {
        let folder = tempfile::tempdir().unwrap();
        let ids = ["there", "changed", "gone"].map(|text| sha256(text.as_bytes()));
        let files = ["a", "b", "c"].map(|name| folder.path().join(name));
        for (file, text) in files.iter().zip(["there", "not as before"]) {
            std::fs::write(file, text).unwrap();
        }
        let project = Project {
            normals: ids
                .iter()
                .map(|id| BroughtImage {
                    id: id.clone(),
                    ..BroughtImage::default()
                })
                .collect(),
            ..Project::default()
        };
        let path = folder.path().join("mine.ganomaly.zip");
        let brought = ids.iter().cloned().zip(files).collect();
        assert_eq!(write(&path, &project, &[], b"", &brought, None).unwrap(), 2);
        let mut written = ProjectFile::open(&path).unwrap();
        assert_eq!(written.project.missing, ids[1..]);
        assert_eq!(written.image(&ids[0]).unwrap(), b"there");
        let project = written.project.clone();
        assert_eq!(
            write(&path, &project, &[], b"", &BTreeMap::new(), Some(&mut written)).unwrap(),
            0
        );
        assert_eq!(ProjectFile::open(&path).unwrap().project.missing, ids[1..]);
    }
}
