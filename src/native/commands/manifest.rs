//! `ganomaly manifest`: lists the models of a folder, for the page that offers them.

use crate::card::ModelCard;
use crate::native::files::{self, sha256, write_atomically};
use crate::native::models::card::title;
use crate::native::models::read_weights;
use crate::native::terminal::{Console, Outcome};
use crate::weights::{FrontEnd, FrontEndCard, LARGEST_FILE};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `manifest`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly manifest weights")]
pub struct ManifestArgs {
    /// Folder whose *.safetensors files are listed in its manifest.json
    pub folder: PathBuf,
}

/// Folder of the front ends within that of the models.
const FRONT_ENDS: &str = "front-ends";

/// Version of the manifest's format.
const VERSION: u32 = 1;

#[derive(Debug, Serialize)]
struct Manifest {
    version: u32,
    models: Vec<ListedModel>,
    #[serde(rename = "frontEnds", skip_serializing_if = "Vec::is_empty")]
    front_ends: Vec<ListedFrontEnd>,
}

#[derive(Debug, Serialize)]
struct ListedFrontEnd {
    id: String,
    file: String,
    bytes: usize,
    sha256: String,
    card: FrontEndCard,
}

#[derive(Debug, Serialize)]
struct ListedModel {
    id: String,
    title: String,
    file: String,
    bytes: usize,
    sha256: String,
    card: ModelCard,
}

/// Runs the command.
///
/// # Errors
/// The folder has no weights files, one of them is unusable, or the manifest cannot be written.
pub fn run(args: &ManifestArgs, console: Console) -> Result<Outcome> {
    let models = weights_files(&args.folder)?
        .iter()
        .map(|path| entry(path))
        .collect::<Result<Vec<_>>>()?;
    if models.is_empty() {
        bail!("{} has no *.safetensors files to list", args.folder.display());
    }
    let count = models.len();
    let mut json = serde_json::to_vec_pretty(&Manifest {
        version: VERSION,
        models,
        front_ends: front_ends(&args.folder)?,
    })?;
    json.push(b'\n');
    let path = args.folder.join("manifest.json");
    write_atomically(&path, &json)?;
    console.note(format_args!("Wrote {}: {count} model(s)", path.display()));
    Ok(Outcome::Done)
}

fn weights_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files::entries(folder)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "safetensors") && path.is_file());
    files.sort_by_key(|path| stem(path));
    Ok(files)
}

fn entry(path: &Path) -> Result<ListedModel> {
    let (weights, bytes) = read_weights(path)?;
    if weights.optimizer.is_some() {
        bail!(
            "{} is a checkpoint, not a finished model: leave it out of the folder",
            path.display()
        );
    }
    Ok(ListedModel {
        id: stem(path),
        title: title(&weights.card),
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: bytes.len(),
        sha256: sha256(&bytes),
        card: weights.card,
    })
}

/// The front ends in the folder below, if there is one.
fn front_ends(folder: &Path) -> Result<Vec<ListedFrontEnd>> {
    let below = folder.join(FRONT_ENDS);
    if !below.is_dir() {
        return Ok(Vec::new());
    }
    let entry = |path: &PathBuf| {
        let bytes = files::read_bounded(path, LARGEST_FILE)?;
        let front_end = FrontEnd::parse(&bytes).with_context(|| format!("cannot use {}", path.display()))?;
        Ok(ListedFrontEnd {
            id: stem(path),
            file: format!(
                "{FRONT_ENDS}/{}",
                path.file_name().unwrap_or_default().to_string_lossy()
            ),
            bytes: bytes.len(),
            sha256: sha256(&bytes),
            card: front_end.card,
        })
    };
    weights_files(&below)?.iter().map(entry).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
