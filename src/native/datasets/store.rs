//! The files of a folder or of an archive.

use super::archive::{self, Entry, Kind};
use super::names::text_of;
use crate::native::files;
use crate::native::terminal::{Console, Interrupt};
use anyhow::{Result, ensure};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Most links that are followed one after the other: they may go round in circles.
const MOST_LINKS: usize = 40;

/// Why a link to nothing is left out.
const LOST: &str = "it is a link to a file that the archive does not have";

/// Where files lie, and what they are.
#[derive(Debug)]
pub struct Store {
    /// The folder or archive.
    path: PathBuf,
    /// The files, those of a folder in the order of [`files::list`].
    pub files: Vec<StoredFile>,
    /// Paths of what cannot be read, and why.
    pub left_out: Vec<LeftOut>,
    /// Number of hidden files, which takes in what macOS puts beside files.
    pub hidden: usize,
}

/// A file of a store.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Its path inside, with `/` between its parts.
    pub path: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    /// On the disk.
    Disk(PathBuf),
    /// The number of an archive's entry.
    Entry(usize),
}

/// A file that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path inside.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A file that is to be used.
#[derive(Debug, Clone)]
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
    /// Lists the folder or archive at a path.
    ///
    /// # Errors
    /// There is neither, it cannot be read, or the user has stopped it.
    pub fn open(path: &Path, console: Console, interrupt: &Interrupt) -> Result<Self> {
        let mut store = Self {
            path: path.to_path_buf(),
            files: Vec::new(),
            left_out: Vec::new(),
            hidden: 0,
        };
        if path.is_dir() {
            store.list_folder(interrupt)?;
        } else {
            ensure!(path.is_file(), "{} is neither a folder nor an archive", path.display());
            store.list_archive(archive::list(path, console, interrupt)?);
        }
        let all = store.files.len() + store.left_out.len();
        store.files.retain(|file| !is_hidden(&file.path));
        store.left_out.retain(|file| !is_hidden(&file.path));
        store.hidden = all - store.files.len() - store.left_out.len();
        Ok(store)
    }

    fn list_folder(&mut self, interrupt: &Interrupt) -> Result<()> {
        for file in files::list(std::slice::from_ref(&self.path))? {
            interrupt.check()?;
            let inside = file.strip_prefix(&self.path).unwrap_or(&file);
            let parts: Vec<String> = inside.iter().map(|part| text_of(part.as_encoded_bytes())).collect();
            self.files.push(StoredFile {
                path: parts.join("/"),
                place: Place::Disk(file),
            });
        }
        Ok(())
    }

    /// Links become files with the bytes of what they lead to. Of entries with the same path the last one counts, as when
    /// an archive is unpacked.
    fn list_archive(&mut self, entries: Vec<Entry>) {
        let by_path: HashMap<&[u8], &Entry> = entries.iter().map(|entry| (&*entry.path, entry)).collect();
        for entry in &entries {
            let last = by_path.get(&*entry.path).map_or(entry.number, |last| last.number);
            let found = match last == entry.number {
                true => followed(entry, &by_path),
                false => Err("the archive has a later file of the same name, which is read"),
            };
            let path = entry.name.clone();
            match found {
                Ok(number) => self.files.push(StoredFile {
                    path,
                    place: Place::Entry(number),
                }),
                Err(reason) => self.left_out.push(LeftOut {
                    path,
                    reason: reason.to_owned(),
                }),
            }
        }
    }

    /// Gives each wanted file to `visit`, with its place in `wanted`: those of a folder in that order, those of an archive
    /// as they lie in it.
    ///
    /// # Errors
    /// As `visit`; the archive cannot be read; the user has stopped it.
    pub fn read(
        &self,
        wanted: &[StoredFile],
        interrupt: &Interrupt,
        mut visit: impl FnMut(usize, Result<Content>) -> Result<()>,
    ) -> Result<()> {
        let mut entries: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, file) in wanted.iter().enumerate() {
            match &file.place {
                Place::Disk(path) => visit(at, Ok(Content::File(path.clone())))?,
                Place::Entry(number) => entries.entry(*number).or_default().push(at),
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        let is_wanted = |number| entries.contains_key(&number);
        archive::read(&self.path, interrupt, is_wanted, |number, bytes| {
            // An entry has several places if links lead to it.
            for &at in entries.get(&number).into_iter().flatten() {
                let content = bytes.as_ref().map(|bytes| Content::Bytes(bytes.clone()));
                visit(at, content.map_err(|error| anyhow::anyhow!("{error:#}")))?;
            }
            Ok(())
        })
    }
}

/// The number of the file that an entry is or leads to.
fn followed(entry: &Entry, by_path: &HashMap<&[u8], &Entry>) -> Result<usize, &'static str> {
    let mut entry = entry;
    for _ in 0..MOST_LINKS {
        match &entry.kind {
            Kind::File => return Ok(entry.number),
            Kind::Unreadable(reason) => return Err(reason),
            Kind::Link(None) => return Err("it is a link that leads out of the archive"),
            Kind::Link(Some(target)) => entry = by_path.get(target.as_slice()).ok_or(LOST)?,
        }
    }
    Err("it is a link that leads to itself")
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::packed;
    use super::*;
    use std::fs;

    fn stored(bytes: &[u8]) -> (tempfile::TempDir, Result<Store>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar.gz");
        fs::write(&path, bytes).unwrap();
        let store = Store::open(&path, Console::silent(), &Interrupt::default());
        (folder, store)
    }

    fn paths(store: &Store) -> Vec<&str> {
        store.files.iter().map(|file| file.path.as_str()).collect()
    }

    fn contents(store: &Store) -> Vec<String> {
        let mut contents = vec![String::new(); store.files.len()];
        let visit = |at: usize, content: Result<Content>| {
            contents[at] = String::from_utf8(content?.bytes()?)?;
            Ok(())
        };
        store.read(&store.files, &Interrupt::default(), visit).unwrap();
        contents
    }

    #[test]
    fn an_archive_gives_its_files_and_hides_junk() {
        let files: [(&str, &[u8]); 5] = [
            ("b/2.png", b"two"),
            ("a/1.png", b"one"),
            ("a/._1.png", b"junk"),
            ("__MACOSX/a/1.png", b"junk"),
            ("a/1.png", b"one again"),
        ];
        let (_folder, store) = stored(&packed(&files));
        let store = store.unwrap();
        assert_eq!(paths(&store), ["b/2.png", "a/1.png"]);
        assert_eq!(contents(&store), ["two", "one again"]);
        assert_eq!((store.hidden, store.left_out.len()), (2, 1));
        assert!(store.left_out[0].reason.contains("a later file of the same name"));
    }

    #[test]
    fn links_are_followed_inside_an_archive() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut append = |kind: tar::EntryType, name: &str, target: &str, bytes: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(bytes.len() as u64);
            header.set_link_name_literal(target).unwrap();
            builder.append_data(&mut header, name, bytes).unwrap();
        };
        use tar::EntryType::{Link, Regular, Symlink};
        append(Symlink, "a/before.png", "hard.png", b"");
        append(Regular, "a/1.png", "", b"one");
        append(Link, "a/hard.png", "a/1.png", b"");
        append(Symlink, "a/lost.png", "2.png", b"");
        append(Symlink, "a/out.png", "../../2.png", b"");
        append(Symlink, "a/round.png", "round.png", b"");
        let (_folder, store) = stored(&builder.into_inner().unwrap());
        let store = store.unwrap();
        assert_eq!(paths(&store), ["a/before.png", "a/1.png", "a/hard.png"]);
        assert_eq!(contents(&store), ["one"; 3]);
        let left_out: Vec<(&str, &str)> = store.left_out.iter().map(|file| (&*file.path, &*file.reason)).collect();
        assert_eq!(
            left_out,
            [
                ("a/lost.png", LOST),
                ("a/out.png", "it is a link that leads out of the archive"),
                ("a/round.png", "it is a link that leads to itself"),
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn files_on_the_disk_are_read_whatever_their_names_are() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            (&b"scan\\3.png"[..], "one"),
            (b"teil-\xe4.png", "two"),
            (b"teil-\xf6.png", "three"),
        ] {
            fs::write(folder.path().join(OsStr::from_bytes(name)), bytes).unwrap();
        }
        let store = Store::open(folder.path(), Console::silent(), &Interrupt::default()).unwrap();
        assert_eq!(paths(&store), ["scan\\3.png", "teil-ä.png", "teil-ö.png"]);
        assert_eq!(contents(&store), ["one", "two", "three"]);
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
            b"PK\x03\x04 and no more",
        ] {
            let (_folder, store) = stored(bytes);
            let Err(error) = store else {
                assert!(bytes.is_empty() && store.unwrap().files.is_empty());
                continue;
            };
            assert!(error.to_string().contains("a.tar.gz is not a .tar"), "{error}");
        }
    }

    #[test]
    fn stopping_is_heard() {
        let interrupt = Interrupt::default();
        interrupt.ask();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar.gz");
        fs::write(&path, packed(&[("a/1.png", b"one")])).unwrap();
        let error = Store::open(&path, Console::silent(), &interrupt).unwrap_err();
        assert!(error.is::<crate::native::terminal::Stopped>());
    }
}
