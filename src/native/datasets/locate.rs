//! Where data sets are.

use super::archive;
use super::catalogue::{self, CATALOGUE, Download, Known};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

/// The folder of data sets that the user named, or the default one.
///
/// # Errors
/// None is named, and the system has no place for a user's files.
pub fn data_folder(data: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = data {
        return Ok(folder.to_path_buf());
    }
    let folder = |variable: &str| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache = match env::consts::OS {
        "macos" => folder("HOME").map(|home| home.join("Library/Caches")),
        "windows" => folder("LOCALAPPDATA"),
        _ => folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache"))),
    };
    let cache = cache.context("there is no home folder to keep data sets in: name a folder with --data or --to")?;
    Ok(cache.join("ganomaly"))
}

/// What to say when a data set is not there.
pub fn missing(known: &Known, folder: &Path) -> String {
    format!(
        "{} does not hold {}: run `ganomaly fetch {}`, or name the folder of data sets that has it with --data or the \
         environment variable GANOMALY_DATA",
        folder.display(),
        known.title,
        known.name
    )
}

/// The folder or archive at a path, or of that name in the folder of data sets.
///
/// # Errors
/// There is neither.
pub fn folder_or_archive(path: &Path, data: Option<&Path>) -> Result<PathBuf> {
    if path.exists() {
        return Ok(path.to_path_buf());
    }
    let folder = data_folder(data)?;
    if let Some(name) = path.to_str().filter(|name| !name.contains(['/', '\\'])) {
        let mut candidates = iter::once("")
            .chain(archive::ENDS)
            .map(|end| folder.join(format!("{name}{end}")));
        if let Some(found) = candidates.find(|candidate| candidate.exists()) {
            return Ok(found);
        }
    }
    let known = CATALOGUE.iter().find(|known| path == Path::new(known.name));
    if let Some(Download::ByHand(help)) = known.map(|known| &known.download) {
        bail!("{} does not hold {}. {help}", folder.display(), path.display());
    }
    bail!(
        "{} is neither a folder nor an archive, nor does {} hold a data set of that name: say {}, or \
         the path of a folder, .tar.gz or .zip with train/normal, test/normal and test/<kind of anomaly>",
        path.display(),
        folder.display(),
        catalogue::names()
    );
}

/// The folders and archives in a folder whose names begin with `start`, sorted. Empty folders, which a download that
/// broke off leaves, are passed over.
pub fn beginning_with(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            name.starts_with(start) && (has_files(path) || archive::ENDS.iter().any(|end| name.ends_with(end)))
        })
        .collect();
    found.sort();
    found
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// The name of a folder or archive, without the end of an archive's name.
pub fn name_of(path: &Path) -> String {
    let name = path
        .file_name()
        .map_or_else(|| "images".to_owned(), |name| name.to_string_lossy().into_owned());
    let end = archive::ENDS.iter().find(|end| name.to_lowercase().ends_with(**end));
    let name = &name[..name.len() - end.map_or(0, |end| end.len())];
    match catalogue::find(name) {
        Some(_) => format!("{name} (folder)"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_folders_and_archives() {
        for (path, name) in [
            ("a/bottle", "bottle"),
            ("xray.tar.gz", "xray"),
            ("a.tgz", "a"),
            ("a.ZIP", "a"),
            ("..", "images"),
            ("own/mnist", "mnist (folder)"),
        ] {
            assert_eq!(name_of(Path::new(path)), name);
        }
    }

    #[test]
    fn a_path_goes_before_a_name_and_an_archive_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("bottle.tar.gz"), b"").unwrap();
        let found = folder_or_archive(Path::new("bottle"), Some(folder.path())).unwrap();
        assert_eq!(found, folder.path().join("bottle.tar.gz"));
        assert_eq!(
            folder_or_archive(folder.path(), None).unwrap(),
            folder.path().to_path_buf()
        );
        let error = |name: &str| {
            folder_or_archive(Path::new(name), Some(folder.path()))
                .unwrap_err()
                .to_string()
        };
        assert!(error("xray-threats").contains("GDXray"));
        assert!(error("./bottle").contains("neither a folder nor an archive"));
    }
}
