//! The files of a folder or of a tar archive.

use super::archive::{Entry, parts, walk};
use crate::native::files;
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Result, anyhow, ensure};
use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest file in an archive that is read, in bytes.
const LARGEST_ENTRY: u64 = 256 << 20;

/// Where files lie.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a folder.
    Folder(PathBuf),
    /// In a tar archive, gzipped or not.
    Archive(PathBuf),
}

/// A file that is to be used.
#[derive(Debug)]
pub enum Content {
    /// It lies on the disk.
    File(PathBuf),
    /// Its bytes.
    Bytes(Vec<u8>),
}

impl Content {
    /// The bytes.
    ///
    /// # Errors
    /// The file cannot be read or is too long.
    pub fn bytes(self) -> Result<Vec<u8>> {
        match self {
            Self::File(path) => files::read_image(&path),
            Self::Bytes(bytes) => Ok(bytes),
        }
    }

    /// Bytes that it takes in memory.
    pub fn held(&self) -> usize {
        match self {
            Self::File(_) => 0,
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Store {
    /// The folder or archive at a path.
    ///
    /// # Errors
    /// There is neither.
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self::Folder(path.to_path_buf()));
        }
        ensure!(path.is_file(), "{} is neither a folder nor an archive", path.display());
        Ok(Self::Archive(path.to_path_buf()))
    }

    /// The paths of all files inside, with `/` between their parts, in no certain order. Hidden files are left out,
    /// which takes in what macOS puts beside files.
    ///
    /// # Errors
    /// The folder or archive cannot be read, or the user has stopped it.
    pub fn list(&self, console: Console, interrupt: &Interrupt) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        match self {
            Self::Folder(folder) => {
                for file in files::list(std::slice::from_ref(folder))? {
                    interrupt.check()?;
                    let inside = file.strip_prefix(folder).unwrap_or(&file);
                    paths.push(parts(&inside.to_string_lossy().replace('\\', "/")));
                }
            }
            Self::Archive(archive) => {
                walk(archive, "listing", console, interrupt, |path, _| {
                    paths.push(path);
                    Ok(())
                })?;
            }
        }
        paths.retain(|path| !path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX"));
        Ok(paths)
    }

    /// Gives each wanted file to `visit`, with its number in `wanted`: those of a folder in that order, those of an
    /// archive as they lie in it. A file that an archive has twice is given twice; the last one is meant.
    ///
    /// # Errors
    /// As `visit`; the archive cannot be read; the user has stopped it.
    pub fn read(
        &self,
        wanted: &[String],
        interrupt: &Interrupt,
        mut visit: impl FnMut(usize, Result<Content>) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Folder(folder) => wanted
                .iter()
                .enumerate()
                .try_for_each(|(number, path)| visit(number, Ok(Content::File(folder.join(path))))),
            Self::Archive(archive) => {
                let numbers: HashMap<&str, usize> = wanted.iter().map(String::as_str).zip(0..).collect();
                walk(archive, "reading", Console::silent(), interrupt, |path, entry| {
                    let Some(&number) = numbers.get(path.as_str()) else {
                        return Ok(());
                    };
                    visit(number, read_entry(entry)?)
                })
            }
        }
    }
}

/// A file of an archive, unless it is too long. The outer error is the archive's.
fn read_entry(entry: &mut Entry) -> io::Result<Result<Content>> {
    let size = entry.size();
    if size > LARGEST_ENTRY {
        return Ok(Err(anyhow!(
            "it is longer than {} MiB: too long to be read",
            LARGEST_ENTRY >> 20
        )));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    entry.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Ok(Content::Bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::packed;
    use super::*;

    fn stored(bytes: &[u8]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar.gz");
        std::fs::write(&path, bytes).unwrap();
        let store = Store::open(&path).unwrap();
        (folder, store)
    }

    #[test]
    fn an_archive_gives_the_wanted_files_and_hides_junk() {
        let files: [(&str, &[u8]); 5] = [
            ("b/2.png", b"two"),
            ("a/1.png", b"one"),
            ("a/._1.png", b"junk"),
            ("__MACOSX/a/1.png", b"junk"),
            ("a/1.png", b"one again"),
        ];
        let (_folder, store) = stored(&packed(&files));
        let listed = store.list(Console::new(true, false), &Interrupt::default()).unwrap();
        assert_eq!(listed, ["b/2.png", "a/1.png", "a/1.png"]);
        let mut seen = Vec::new();
        let wanted = ["a/1.png".to_owned()];
        store
            .read(&wanted, &Interrupt::default(), |number, content| {
                seen.push((number, content.unwrap().bytes().unwrap()));
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [(0, b"one".to_vec()), (0, b"one again".to_vec())]);
    }

    #[test]
    fn archives_cut_short_and_other_files_are_named() {
        let noise: Vec<u8> = (0..100_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        let whole = packed(&[("a/1.png", &noise), ("a/2.png", &noise)]);
        for bytes in [
            &whole[..whole.len() / 2],
            b"this is a text, longer than nothing",
            b"",
            &[0x1f, 0x8b, 8],
        ] {
            let (_folder, store) = stored(bytes);
            let listed = store.list(Console::new(true, false), &Interrupt::default());
            let Err(error) = listed else {
                assert!(bytes.is_empty() && listed.unwrap().is_empty());
                continue;
            };
            assert!(error.to_string().contains("a.tar.gz is not a .tar"), "{error}");
        }
    }

    #[test]
    fn stopping_is_heard() {
        let interrupt = Interrupt::default();
        interrupt.ask();
        let (_folder, store) = stored(&packed(&[("a/1.png", b"one")]));
        assert!(
            store
                .list(Console::new(true, false), &interrupt)
                .unwrap_err()
                .is::<crate::native::terminal::Stopped>()
        );
    }
}
