//! Going through an archive: tar, gzipped or not, or zip. Nothing is unpacked to the disk.

mod tarball;
mod zipped;

use crate::native::terminal::{Console, Interrupt};
use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The first bytes of gzipped files.
pub const GZIP: &[u8] = &[0x1f, 0x8b];

/// Ends of the names of archives. Some are not read, which they are told to be when they are opened.
pub const ENDS: [&str; 11] = [
    ".tar.gz", ".tgz", ".tar", ".zip", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".7z", ".rar",
];

/// The first bytes of archives that are not read, with their names.
const OTHERS: [(&[u8], &str); 5] = [
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
];

/// Most files that an archive may have.
const MOST_ENTRIES: usize = 5_000_000;

/// Longest file in an archive that is read, in bytes.
const LARGEST_ENTRY: u64 = 256 << 20;

/// What an archive has at one of its places; folders are passed over.
#[derive(Debug)]
pub struct Entry {
    /// Which place.
    pub number: usize,
    /// Its path, with `/` between its parts, in the bytes of the archive.
    pub path: Vec<u8>,
    /// The path as text.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A link to what has this path in the archive; nothing if it leads out of it.
    Link(Option<Vec<u8>>),
    /// What cannot be read, and why.
    Unreadable(&'static str),
}

/// Lists what an archive has, in its order. A bar shows how far it has been read.
///
/// # Errors
/// It cannot be read; the user has stopped it.
pub fn list(path: &Path, console: Console, interrupt: &Interrupt) -> Result<Vec<Entry>> {
    let archive = Archive { path, interrupt };
    match archive.is_zip()? {
        true => zipped::list(&archive),
        false => tarball::list(&archive, console),
    }
}

/// Gives the bytes of the entries for which `is_wanted` to `visit`, in the order in which they lie in the archive; an
/// entry that is too long or cannot be unpacked gives an error of its own.
///
/// # Errors
/// As `visit`; the archive cannot be read; the user has stopped it.
pub fn read(
    path: &Path,
    interrupt: &Interrupt,
    is_wanted: impl Fn(usize) -> bool,
    visit: impl FnMut(usize, Result<Vec<u8>>) -> Result<()>,
) -> Result<()> {
    let archive = Archive { path, interrupt };
    match archive.is_zip()? {
        true => zipped::read(&archive, is_wanted, visit),
        false => tarball::read(&archive, is_wanted, visit),
    }
}

/// The file of an archive.
struct Archive<'a> {
    path: &'a Path,
    interrupt: &'a Interrupt,
}

impl Archive<'_> {
    fn open(&self) -> Result<File> {
        File::open(self.path).with_context(|| format!("cannot read {}", self.path.display()))
    }

    /// Tells zip from tar by the first bytes, and refuses by name what is neither.
    fn is_zip(&self) -> Result<bool> {
        let mut start = Vec::new();
        let cannot = || format!("cannot read {}", self.path.display());
        self.open()?.take(8).read_to_end(&mut start).with_context(cannot)?;
        if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            bail!(
                "{} is {what}, which is not read: unpack it, and name the folder",
                self.path.display()
            );
        }
        Ok(start.starts_with(b"PK"))
    }

    /// What to say of an archive that cannot be gone through, unless the user has stopped it.
    fn damaged(&self, error: impl Display) -> Error {
        match self.interrupt.check() {
            Ok(()) => Error::msg(error.to_string().escape_default().to_string()).context(format!(
                "{} is not a .tar, .tar.gz or .zip archive, or is damaged or cut short: get it again",
                self.path.display()
            )),
            Err(stopped) => stopped.into(),
        }
    }

    fn check_count(&self, count: usize) -> Result<()> {
        ensure!(
            count <= MOST_ENTRIES,
            "{} has more than {MOST_ENTRIES} files: too many to be read",
            self.path.display()
        );
        self.interrupt.check()?;
        Ok(())
    }
}

/// The bytes of an entry, unless it is too long. The outer error is that of reading.
fn bytes_of(reader: impl Read, size: u64) -> io::Result<Result<Vec<u8>>> {
    if size > LARGEST_ENTRY {
        return Ok(Err(anyhow!(
            "it is longer than {} MiB: too long to be read",
            LARGEST_ENTRY >> 20
        )));
    }
    // The size is no more than a claim, and the checksum of a zip file is looked at behind the last byte.
    let mut bytes = Vec::with_capacity(size.min(1 << 20) as usize);
    reader.take(size + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == size {
        true => Ok(Ok(bytes)),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// A path without parts that mean nothing; nothing if it climbs out of the archive.
fn clean(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

/// What a symbolic link in the folder of `path` leads to, if that lies in the archive.
fn beside(path: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    let folder = path.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
    let is_absolute = target.starts_with(b"/");
    clean(&[&path[..folder], target].concat()).filter(|_| !is_absolute)
}

/// A reader that ends with an error when the user wants to stop: passing over a long entry may take minutes.
pub struct Stoppable<R>(pub R, pub Interrupt);

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.check().map_err(io::Error::other)?;
        self.0.read(buffer)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    /// A gzipped archive of these files.
    pub fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn paths_are_followed_inside_the_archive() {
        assert_eq!(clean(b"./a//b/../c").unwrap(), b"a/c");
        assert_eq!(clean(b"a/../../b"), None);
        assert_eq!(beside(b"a/b/1.png", b"../2.png").unwrap(), b"a/2.png");
        assert_eq!(beside(b"1.png", b"2.png").unwrap(), b"2.png");
        assert_eq!(beside(b"a/1.png", b"../../2.png"), None);
        assert_eq!(beside(b"a/1.png", b"/a/2.png"), None);
    }
}
