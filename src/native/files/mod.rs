//! Files and folders: walking, bounded reading, and writing whole or not at all.

use crate::image::LARGEST_FILE;
use crate::native::terminal::Console;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Begin and end of the names of unfinished files.
const PREFIX: &str = ".ganomaly-";
const SUFFIX: &str = ".part";

/// Writes a file whole or not at all: whoever reads the path sees the old file or the new one, even after a crash.
/// Missing folders are made.
///
/// # Errors
/// A folder or the file cannot be written, or the disk is full. The old file, if any, is still there.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = unfinished(path).and_then(|mut file| {
        file.write_all(bytes)?;
        finish(file, path)
    });
    written.with_context(|| not_written(path))
}

/// Writes a result to a file, or to the standard output if its name is `-`.
///
/// # Errors
/// As [`write_atomically`]; the standard output is closed or full.
pub fn write_result(path: &Path, text: &str, console: Console) -> Result<()> {
    let text = text.trim_end();
    if is_standard_output(path) {
        return console.print(text);
    }
    write_atomically(path, format!("{text}\n").as_bytes())?;
    console.note(format_args!("Wrote {}", path.display()));
    Ok(())
}

/// Whether a result is to go to the standard output.
pub fn is_standard_output(path: &Path) -> bool {
    path == Path::new("-")
}

/// What to say of a file that could not be written.
pub fn not_written(path: &Path) -> String {
    format!(
        "cannot write {} (is the disk full or the folder write-protected?)",
        path.display()
    )
}

/// A new file beside `path`, deleted when it is dropped before [`finish`].
///
/// # Errors
/// The folder or the file cannot be made.
pub fn unfinished(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    // Made by hand for the usual permissions: a temporary file's own would be closed to other users.
    let builder = &mut tempfile::Builder::new();
    builder
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .make_in(folder, |path| File::create_new(path))
}

/// Stores an unfinished file under its name.
///
/// # Errors
/// The disk is full or the file cannot be renamed.
pub fn finish(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The new name is safe only once the folder is on disk, too; not every system can do that to a folder.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Deletes the unfinished files that a killed program has left in a folder.
///
/// # Errors
/// The folder cannot be read or a file cannot be deleted.
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            fs::remove_file(&path).with_context(|| format!("cannot delete {}", path.display()))?;
        }
    }
    Ok(())
}

fn cannot_read(folder: &Path) -> String {
    format!("cannot read the folder {}", folder.display())
}

/// The paths of all that lies directly in a folder, in order.
///
/// # Errors
/// It cannot be read.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| cannot_read(folder))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let mut paths = paths.with_context(|| cannot_read(folder))?;
    paths.sort();
    Ok(paths)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Reads a regular file of at most `largest` bytes.
///
/// # Errors
/// It is missing, not a file, too long or unreadable.
pub fn read_bounded(path: &Path, largest: usize) -> Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let metadata = fs::metadata(path).with_context(cannot)?;
    if !metadata.is_file() {
        bail!("{} is not a file", path.display());
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(largest as u64) as usize);
    let mut reader = File::open(path).with_context(cannot)?.take(largest as u64 + 1);
    reader.read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() > largest {
        bail!(
            "{} is longer than {} MiB: too long to be read",
            path.display(),
            largest >> 20
        );
    }
    Ok(bytes)
}

/// Reads an image file.
///
/// # Errors
/// As [`read_bounded`].
pub fn read_image(path: &Path) -> Result<Vec<u8>> {
    read_bounded(path, LARGEST_FILE)
}

/// The files at these paths: files as they are, folders with all their files, sub-folders included, sorted. Hidden
/// files in folders are left out.
///
/// # Errors
/// A path does not exist or a folder cannot be read.
pub fn list(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let (mut files, mut seen) = (Vec::new(), HashSet::new());
    for path in paths {
        let metadata = fs::metadata(path).with_context(|| format!("cannot find {}", path.display()))?;
        if metadata.is_dir() {
            walk(path, &mut files, &mut seen)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Links to folders are followed, but no folder is entered twice: links may go round in circles.
fn walk(folder: &Path, files: &mut Vec<PathBuf>, seen: &mut HashSet<PathBuf>) -> Result<()> {
    let paths = entries(folder)?;
    if !seen.insert(fs::canonicalize(folder).with_context(|| cannot_read(folder))?) {
        return Ok(());
    }
    let is_hidden = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().starts_with('.');
    for path in paths.into_iter().filter(|path| !is_hidden(path)) {
        if path.is_dir() {
            walk(&path, files, seen)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// A table of comma-separated values.
///
/// # Errors
/// There is no memory for it.
pub fn comma_separated<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(heads)?;
    for row in rows {
        table.write_record(row)?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// SHA-256 as hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    sha256_of(std::iter::once(bytes))
}

/// The SHA-256 checksum of parts one after the other, as hexadecimal digits.
pub fn sha256_of(parts: impl Iterator<Item: AsRef<[u8]>>) -> String {
    let digest = parts.fold(Sha256::new(), |digest, part| digest.chain_update(part));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole_and_nothing_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file.bin");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);

        fs::write(path.with_file_name(".ganomaly-x.part"), b"left by a crash").unwrap();
        remove_unfinished(path.parent().unwrap()).unwrap();
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        let error = write_atomically(&folder.path().join("file/below"), b"").unwrap_err();
        assert!(error.to_string().contains("below"));
    }

    #[test]
    fn folders_are_walked_in_order_without_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/2.png", "b/1.png", "a.png", ".hidden", "b/.DS_Store"] {
            write_atomically(&folder.path().join(name), b"x").unwrap();
        }
        let names: Vec<PathBuf> = list(&[folder.path().to_path_buf()])
            .unwrap()
            .into_iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().to_path_buf())
            .collect();
        assert_eq!(names, ["a.png", "b/1.png", "b/2.png"].map(PathBuf::from));
        assert!(list(&[folder.path().join("missing")]).is_err());
    }

    #[test]
    fn long_files_and_folders_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, [0; 11]).unwrap();
        assert!(read_bounded(&path, 10).is_err());
        assert_eq!(read_bounded(&path, 11).unwrap().len(), 11);
        assert!(read_bounded(folder.path(), 10).is_err());
    }
}
