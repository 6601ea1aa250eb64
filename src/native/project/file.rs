//! The file of a project: a zip archive that the page and the command line both read and write.
//!
//! - `project.json`: name, settings, the normal images, what the model was learnt from;
//! - `results.json`: the images that were checked, with scores, verdicts of people and notes;
//! - `model.safetensors`: the model;
//! - `files/<sha256>`: every image once, as it was brought.

use crate::conformal::Calibration;
use crate::event::ModelCard;
use crate::framing::{Framing, Region};
use crate::learning::Shares;
use crate::native::files::{self, sha256};
use crate::weights::{LARGEST_FILE, Weights};
use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
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
const MODEL_ENTRY: &str = "model.safetensors";
const IMAGES: &str = "files/";

/// Largest text and image in an archive, in bytes: what a header claims is not believed.
const LARGEST_TEXT: u64 = 256 << 20;
const LARGEST_IMAGE: u64 = 64 << 20;

/// An image that was brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BroughtImage {
    /// SHA-256 of its file, in hexadecimal.
    pub id: String,
    /// For people only: it may have been a path.
    pub name: String,
    /// Length of its file.
    pub bytes: u64,
    /// Media type of its file.
    #[serde(rename = "type")]
    pub media_type: String,
}

/// An image that was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedImage {
    /// The image.
    #[serde(flatten)]
    pub image: BroughtImage,
    /// Its score, once it has one.
    #[serde(default)]
    pub score: Option<f32>,
    /// Its conformal p-value.
    #[serde(default)]
    pub p_value: Option<f64>,
    /// Why it has no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What a person says of the verdict: nothing, `accepted` or `rejected`.
    #[serde(default)]
    pub review: String,
    /// What a person has noted.
    #[serde(default)]
    pub note: String,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl CheckedImage {
    /// Whether it is called odd when so many per cent of false alarms are allowed.
    pub fn is_flagged(&self, rate: f64) -> bool {
        self.p_value.is_some_and(|p| p <= rate / 100.0 + 1e-9)
    }
}

/// What a project's model was learnt from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectModel {
    file: String,
    /// Its card.
    pub card: ModelCard,
    /// What its calibration promises.
    pub calibration: Calibration,
    /// The epoch that was kept.
    #[serde(default)]
    pub best_epoch: Option<usize>,
    /// How many images had which role.
    #[serde(default)]
    pub split: Option<Shares>,
    /// The normal images that it was made of, by their ids.
    pub trained_on: Vec<String>,
    /// Of each frame that it remembers, the place of its image among those.
    #[serde(default)]
    pub known: Vec<usize>,
}

/// Settings of a project; what is left out, the recipe decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Side of the images as the networks see them.
    pub size: Option<usize>,
    /// Colour channels.
    pub channels: Option<usize>,
    /// Which part of the images is looked at.
    pub framing: ProjectFraming,
    /// Decides the roles of the images and the first weights.
    pub seed: u64,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// [`Framing`], but the whole image is no region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProjectFraming {
    region: Option<Region>,
    tiles: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            size: None,
            channels: None,
            framing: Framing::default().into(),
            seed: 1,
            other: Map::new(),
        }
    }
}

impl From<Framing> for ProjectFraming {
    fn from(framing: Framing) -> Self {
        Self {
            region: (framing.region != Region::WHOLE).then_some(framing.region),
            tiles: framing.tiles,
        }
    }
}

/// `project.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// A UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// When it was made, ISO 8601.
    pub created: String,
    /// When it was last changed, ISO 8601.
    pub modified: String,
    /// Settings.
    #[serde(default)]
    pub settings: Settings,
    /// False alarms that are allowed, in per cent.
    #[serde(default = "usual_rate")]
    pub rate: f64,
    /// The normal images.
    pub normals: Vec<BroughtImage>,
    /// The model, if there is one.
    #[serde(default)]
    pub model: Option<ProjectModel>,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn usual_rate() -> f64 {
    5.0
}

/// A text in the archive, with what it claims to be.
#[derive(Serialize, Deserialize)]
struct Labelled<T> {
    format: String,
    version: u32,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize, Deserialize)]
struct Results {
    images: Vec<CheckedImage>,
}

impl ProjectModel {
    /// What a project says of a model.
    pub fn new(weights: &Weights, split: Shares, trained_on: Vec<String>, known: Vec<usize>) -> Self {
        Self {
            file: MODEL_ENTRY.to_owned(),
            card: weights.card.clone(),
            calibration: Calibration::of(&weights.calibration),
            best_epoch: Some(weights.card.epochs_trained),
            split: Some(split),
            trained_on,
            known,
        }
    }
}

/// Where the bytes of an image are.
#[derive(Debug, Clone)]
pub enum Stored {
    /// In a file.
    File(PathBuf),
    /// In the archive that is being read.
    Archive,
}

/// A project file that is open for reading.
#[derive(Debug)]
pub struct ProjectFile {
    /// What it is.
    pub project: Project,
    /// The images that were checked.
    pub images: Vec<CheckedImage>,
    path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
}

impl ProjectFile {
    /// Opens a project file.
    ///
    /// # Errors
    /// It cannot be read, is no project file, is damaged, or comes from a later version.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let archive = ZipArchive::new(BufReader::new(file));
        let mut archive =
            archive.with_context(|| format!("{} is not a project file, or it is damaged", path.display()))?;
        let project = labelled(&mut archive, PROJECT_ENTRY, FORMAT)
            .with_context(|| format!("{} cannot be used as a project", path.display()))?;
        let images = if archive.index_for_name(RESULTS_ENTRY).is_some() {
            let results: Results = labelled(&mut archive, RESULTS_ENTRY, RESULTS_FORMAT)
                .with_context(|| format!("the results in {} cannot be used", path.display()))?;
            results.images
        } else {
            Vec::new()
        };
        Ok(Self {
            project,
            images,
            path: path.to_path_buf(),
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
        entry(&mut self.archive, MODEL_ENTRY, LARGEST_FILE as u64)
    }

    /// The bytes of one of its images.
    ///
    /// # Errors
    /// It is not there, or it is not the image that it claims to be.
    pub fn image(&mut self, id: &str) -> Result<Vec<u8>> {
        let bytes = entry(&mut self.archive, &format!("{IMAGES}{id}"), LARGEST_IMAGE)?;
        ensure!(
            sha256(&bytes) == id,
            "the image {id} in {} is damaged",
            self.path.display()
        );
        Ok(bytes)
    }
}

/// Whether a path is that of a project file.
pub fn is_project(path: &Path) -> bool {
    path.to_string_lossy().ends_with(EXTENSION)
}

fn labelled<T: DeserializeOwned>(archive: &mut ZipArchive<BufReader<File>>, name: &str, format: &str) -> Result<T> {
    let bytes = entry(archive, name, LARGEST_TEXT)?;
    #[derive(Deserialize)]
    struct Label {
        format: String,
        version: u32,
    }
    let label: Label = serde_json::from_slice(&bytes).with_context(|| format!("{name} is damaged"))?;
    ensure!(label.format == format, "{name} is `{}`, not `{format}`", label.format);
    ensure!(
        label.version <= VERSION,
        "{name} is of version {}, this program knows {VERSION}: use a later version of it",
        label.version
    );
    let labelled: Labelled<T> = serde_json::from_slice(&bytes).with_context(|| format!("{name} is damaged"))?;
    Ok(labelled.content)
}

/// The bytes of an entry; never more than `largest`, whatever its header claims.
fn entry(archive: &mut ZipArchive<BufReader<File>>, name: &str, largest: u64) -> Result<Vec<u8>> {
    let entry = archive
        .by_name(name)
        .with_context(|| format!("{name} is not in the project file"))?;
    let mut bytes = Vec::new();
    let read = entry.take(largest + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("{name} is damaged"))?;
    if bytes.len() as u64 > largest {
        bail!("{name} is longer than {} MiB: too long to be read", largest >> 20);
    }
    Ok(bytes)
}

/// Writes a project file, whole or not at all. `stored` says where each image's bytes are; those in an archive are
/// those of `from`, which may be the very file that is replaced. An image that can no longer be read is left out; their
/// number is returned.
///
/// # Errors
/// The file cannot be written.
pub fn write(
    path: &Path,
    project: &Project,
    images: &[CheckedImage],
    model: Option<&[u8]>,
    stored: &BTreeMap<String, Stored>,
    mut from: Option<&mut ProjectFile>,
) -> Result<usize> {
    let file = files::unfinished(path).with_context(|| files::not_written(path))?;
    let mut archive = ZipWriter::new(file);
    let mut missing = Vec::new();
    let mut put = |name: &str, bytes: &[u8], method: CompressionMethod| -> Result<()> {
        archive.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        archive.write_all(bytes)?;
        Ok(())
    };
    for (id, place) in stored {
        let bytes = match (place, from.as_deref_mut()) {
            (Stored::File(path), _) => files::read_image(path),
            (Stored::Archive, Some(from)) => from.image(id),
            (Stored::Archive, None) => continue,
        };
        match bytes.ok().filter(|bytes| sha256(bytes) == *id) {
            Some(bytes) => put(&format!("{IMAGES}{id}"), &bytes, CompressionMethod::Stored)
                .with_context(|| files::not_written(path))?,
            None => missing.push(id.clone()),
        }
    }
    let mut project = project.clone();
    project.other.remove("missing");
    if !missing.is_empty() {
        project
            .other
            .insert("missing".to_owned(), serde_json::to_value(&missing)?);
    }
    let images = Results {
        images: images.to_vec(),
    };
    let texts = || -> Result<()> {
        if let Some(model) = model {
            put(MODEL_ENTRY, model, CompressionMethod::Stored)?;
        }
        put(
            RESULTS_ENTRY,
            &text(RESULTS_FORMAT, images)?,
            CompressionMethod::Deflated,
        )?;
        put(PROJECT_ENTRY, &text(FORMAT, project)?, CompressionMethod::Deflated)
    };
    texts().with_context(|| files::not_written(path))?;
    let file = archive.finish().with_context(|| files::not_written(path))?;
    files::finish(file, path).with_context(|| files::not_written(path))?;
    Ok(missing.len())
}

fn text(format: &str, content: impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&Labelled {
        format: format.to_owned(),
        version: VERSION,
        content,
    })?)
}
