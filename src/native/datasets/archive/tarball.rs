//! Tar archives, gzipped or not.

use super::{Archive, Entry, GZIP, Kind, Stoppable, beside, bytes_of, clean};
use crate::native::datasets::names::text_of;
use crate::native::terminal::Console;
use anyhow::{Context, Result};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use tar::EntryType;

type TarEntry<'a> = tar::Entry<'a, Box<dyn Read>>;

/// See [`super::list`].
pub fn list(archive: &Archive, console: Console) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    walk(archive, console, |number, entry| {
        let path = entry.path_bytes().into_owned();
        let path = clean(&path).unwrap_or(path);
        if let Some(kind) = kind_of(entry, &path).map_err(|error| archive.damaged(error))? {
            let name = text_of(&path);
            entries.push(Entry {
                number,
                path,
                name,
                kind,
            });
        }
        Ok(())
    })?;
    Ok(entries)
}

/// See [`super::read`].
pub fn read(
    archive: &Archive,
    is_wanted: impl Fn(usize) -> bool,
    mut visit: impl FnMut(usize, Result<Vec<u8>>) -> Result<()>,
) -> Result<()> {
    walk(archive, Console::silent(), |number, entry| {
        if !is_wanted(number) {
            return Ok(());
        }
        let size = entry.size();
        let bytes = bytes_of(entry, size).map_err(|error| archive.damaged(error))?;
        visit(number, bytes)
    })
}

/// Gives each entry to `visit`, with its number.
fn walk(archive: &Archive, console: Console, mut visit: impl FnMut(usize, &mut TarEntry) -> Result<()>) -> Result<()> {
    let damaged = |error| archive.damaged(error);
    let inner = archive.open()?;
    let length = inner
        .metadata()
        .with_context(|| format!("cannot read {}", archive.path.display()))?;
    let bar = console.bar(0, "{prefix} [{bar:30}] {bytes}/{total_bytes}, {eta} left");
    bar.set_length(length.len());
    let file = Stoppable(inner, archive.interrupt.clone());
    let file = bar.with_prefix("listing").wrap_read(file);
    let mut tar = tar::Archive::new(unpacked(file).map_err(damaged)?);
    for (number, entry) in tar.entries().map_err(damaged)?.enumerate() {
        archive.check_count(number + 1)?;
        visit(number, &mut entry.map_err(damaged)?)?;
    }
    Ok(())
}

/// What a file holds, gzipped or not.
fn unpacked(file: impl Read + 'static) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(1 << 20, file);
    Ok(match file.fill_buf()?.starts_with(GZIP) {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    })
}

/// What an entry is; nothing for folders and headers. The path is the cleaned one.
fn kind_of(entry: &mut TarEntry, path: &[u8]) -> io::Result<Option<Kind>> {
    // Newer sparse files are usual ones with a map before their bytes, which only their extensions tell.
    let is_sparse = entry.pax_extensions()?.is_some_and(|extensions| {
        extensions
            .flatten()
            .any(|one| one.key_bytes().starts_with(b"GNU.sparse"))
    });
    let target = entry.link_name_bytes();
    Ok(match entry.header().entry_type() {
        EntryType::Directory | EntryType::XGlobalHeader => None,
        // How folders were marked before they had a type of their own.
        EntryType::Regular if entry.path_bytes().ends_with(b"/") => None,
        _ if is_sparse => Some(Kind::Unreadable("it is a sparse file: pack it without --sparse")),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => Some(Kind::File),
        EntryType::Link => Some(Kind::Link(target.and_then(|target| clean(&target)))),
        EntryType::Symlink => Some(Kind::Link(target.and_then(|target| beside(path, &target)))),
        _ => Some(Kind::Unreadable("it is a device, or of a kind that is not known")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{list, tests::packed};
    use super::*;
    use crate::native::terminal::Interrupt;

    #[test]
    fn entries_have_names_and_kinds() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut append = |kind: EntryType, name: &[u8], target: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(0);
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_link_name_literal(target).unwrap();
            header.set_cksum();
            builder.append(&header, &b""[..]).unwrap();
        };
        append(EntryType::Directory, b"a/", "");
        append(EntryType::Regular, b"a/teil-\xe4.png", "");
        append(EntryType::Regular, b"a/scan\\3.png", "");
        append(EntryType::Continuous, b"./a/1.png", "");
        append(EntryType::Link, b"a/hard.png", "a/1.png");
        append(EntryType::Symlink, b"a/symbolic.png", "../a/1.png");
        append(EntryType::Symlink, b"a/out.png", "/etc/1.png");
        append(EntryType::Fifo, b"a/pipe.png", "");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar");
        std::fs::write(&path, builder.into_inner().unwrap()).unwrap();
        let entries = list(&path, Console::silent(), &Interrupt::default()).unwrap();
        let found: Vec<(&str, &Kind)> = entries.iter().map(|entry| (&*entry.name, &entry.kind)).collect();
        let target = Kind::Link(Some(b"a/1.png".to_vec()));
        assert_eq!(
            found,
            [
                ("a/teil-ä.png", &Kind::File),
                ("a/scan\\3.png", &Kind::File),
                ("a/1.png", &Kind::File),
                ("a/hard.png", &target),
                ("a/symbolic.png", &target),
                ("a/out.png", &Kind::Link(None)),
                (
                    "a/pipe.png",
                    &Kind::Unreadable("it is a device, or of a kind that is not known")
                ),
            ]
        );
    }

    #[test]
    fn archives_that_are_not_read_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar.xz");
        for (start, name) in [(&b"\xfd7zXZ\0more"[..], "an xz archive"), (b"BZh91", "a bzip2 archive")] {
            std::fs::write(&path, start).unwrap();
            let error = list(&path, Console::silent(), &Interrupt::default())
                .unwrap_err()
                .to_string();
            assert!(error.contains(name) && error.contains("unpack it"), "{error}");
        }
        std::fs::write(&path, packed(&[("a/1.png", b"one")])).unwrap();
        assert_eq!(list(&path, Console::silent(), &Interrupt::default()).unwrap().len(), 1);
    }
}
