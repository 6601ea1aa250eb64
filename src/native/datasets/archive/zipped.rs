//! Zip archives.

use super::{Archive, Entry, Kind, beside, bytes_of, clean};
use crate::native::datasets::names::text_of_zipped;
use anyhow::{Result, anyhow};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

/// Longest target of a link, in bytes.
const LONGEST_TARGET: u64 = 4096;

/// Ways to compress that are not read, with their names.
const METHODS: [(CompressionMethod, &str); 7] = [
    (CompressionMethod::DEFLATE64, "Deflate64"),
    (CompressionMethod::BZIP2, "bzip2"),
    (CompressionMethod::LZMA, "LZMA"),
    (CompressionMethod::ZSTD, "Zstandard"),
    (CompressionMethod::XZ, "xz"),
    (CompressionMethod::PPMD, "PPMd"),
    (CompressionMethod::IMPLODE, "Implode"),
];

/// See [`super::list`].
pub fn list(archive: &Archive) -> Result<Vec<Entry>> {
    let mut zip = open(archive)?;
    let times = times_of_names(archive, &zip)?;
    let mut entries = Vec::new();
    let mut has_slashes = false;
    for number in 0..zip.len() {
        archive.check_count(number + 1)?;
        let entry = zip.by_index_data(number).map_err(|error| archive.damaged(error))?;
        has_slashes |= entry.name_raw().contains(&b'/');
        if entry.is_dir() {
            continue;
        }
        let (raw, name, is_link) = (entry.name_raw().to_vec(), name_of(&entry), entry.is_symlink());
        let path = clean(&raw).unwrap_or_else(|| raw.clone());
        let kind = match is_link {
            true => Kind::Link(target(&mut zip, number).and_then(|target| beside(&path, &target))),
            false => Kind::File,
        };
        // Of several by the same name the reader keeps the last one.
        for _ in 1..times.get(&raw).copied().unwrap_or(1) {
            entries.push(Entry {
                number: usize::MAX,
                path: path.clone(),
                name: name.clone(),
                kind: Kind::Unreadable("another file has its name"),
            });
        }
        entries.push(Entry {
            number,
            path,
            name,
            kind,
        });
    }
    // Some programs for Windows write paths in its own way.
    if !has_slashes {
        for entry in &mut entries {
            entry.name = entry.name.replace('\\', "/");
        }
    }
    Ok(entries)
}

/// See [`super::read`].
pub fn read(
    archive: &Archive,
    is_wanted: impl Fn(usize) -> bool,
    mut visit: impl FnMut(usize, Result<Vec<u8>>) -> Result<()>,
) -> Result<()> {
    let mut zip = open(archive)?;
    for number in (0..zip.len()).filter(|&number| is_wanted(number)) {
        archive.interrupt.check()?;
        visit(number, unpacked(&mut zip, number))?;
    }
    Ok(())
}

fn open(archive: &Archive) -> Result<ZipArchive<BufReader<File>>> {
    ZipArchive::new(BufReader::new(archive.open()?)).map_err(|error| archive.damaged(error))
}

/// How often each name is in the central directory, if any is there more than once.
fn times_of_names(archive: &Archive, zip: &ZipArchive<BufReader<File>>) -> Result<HashMap<Vec<u8>, usize>> {
    let mut times = HashMap::new();
    if !zip.has_duplicate_names() {
        return Ok(times);
    }
    let mut file = BufReader::new(archive.open()?);
    file.seek(SeekFrom::Start(zip.central_directory_start()))?;
    let mut head = [0; 46];
    for number in 1.. {
        if file.read_exact(&mut head).is_err() || !head.starts_with(b"PK\x01\x02") {
            break;
        }
        archive.check_count(number)?;
        // The lengths of the name, and of two fields after it.
        let [length, extra, comment] = [28, 30, 32].map(|at| u16::from_le_bytes([head[at], head[at + 1]]));
        let mut name = vec![0; usize::from(length)];
        file.read_exact(&mut name)?;
        file.seek_relative(i64::from(extra) + i64::from(comment))?;
        *times.entry(name).or_default() += 1;
    }
    Ok(times)
}

fn name_of(entry: &ZipFileEntry) -> String {
    let dos = || entry.name().unwrap_or_default().into_owned();
    let name = text_of_zipped(entry.name_raw(), dos);
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

fn target(zip: &mut ZipArchive<BufReader<File>>, number: usize) -> Option<Vec<u8>> {
    let mut target = Vec::new();
    let entry = zip.by_index(number).ok()?;
    entry.take(LONGEST_TARGET).read_to_end(&mut target).ok()?;
    Some(target)
}

fn unpacked(zip: &mut ZipArchive<BufReader<File>>, number: usize) -> Result<Vec<u8>> {
    let entry = zip.by_index_data(number)?;
    if entry.encrypted() {
        return Err(anyhow!(
            "it is encrypted: unpack the archive with its password, and name the folder"
        ));
    }
    let method = entry.compression();
    if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
        let known = METHODS.iter().find(|(other, _)| *other == method);
        let name = known.map_or("an unknown method", |(_, name)| name);
        return Err(anyhow!(
            "it is compressed by {name}, which is not read: unpack the archive, and name the folder"
        ));
    }
    let size = entry.size();
    let damaged = "it is damaged in the archive";
    let file = zip.by_index(number).map_err(|_| anyhow!(damaged))?;
    bytes_of(file, size).map_err(|_| anyhow!(damaged))?
}

#[cfg(test)]
mod tests {
    use super::super::{list, read};
    use super::*;
    use crate::native::datasets::store::{Content, Store};
    use crate::native::terminal::{Console, Interrupt};
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zipped(names: &[&str]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(*name, options).unwrap();
            zip.write_all(b"bytes").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Names of the entries, and what reading each gives.
    fn found(bytes: &[u8]) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, bytes).unwrap();
        let entries = list(&path, Console::silent(), &Interrupt::default()).unwrap();
        let mut contents = Vec::new();
        let visit = |_, bytes: Result<Vec<u8>>| {
            contents.push(bytes.map_or_else(|error| error.to_string(), |bytes| String::from_utf8(bytes).unwrap()));
            Ok(())
        };
        read(&path, &Interrupt::default(), |_| true, visit).unwrap();
        entries.into_iter().map(|entry| entry.name).zip(contents).collect()
    }

    fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
        let places: Vec<usize> = (0..=bytes.len() - from.len())
            .filter(|&at| bytes[at..].starts_with(from))
            .collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }

    #[test]
    fn names_are_decoded_before_they_are_taken_apart() {
        let mut bytes = zipped(&["123456.png", "plain.png"]);
        replace(&mut bytes, b"123456", b"\x88\xea\x97\x97\x95\x5c");
        let names = found(&bytes).into_iter().map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), ["一覧表.png", "plain.png"]);
        assert_eq!(
            found(&zipped(&["a\\1.png"])),
            [("a/1.png".to_owned(), "bytes".to_owned())]
        );
        let names = found(&zipped(&["a/scan\\1.png"]));
        assert_eq!(names[0].0, "a/scan\\1.png");
    }

    #[test]
    fn ways_to_compress_that_are_not_read_are_named() {
        for (method, name) in [(9, "Deflate64"), (12, "bzip2"), (14, "LZMA"), (97, "an unknown method")] {
            let mut bytes = zipped(&["1.png"]);
            // The method lies behind signature, versions and flags: 8 bytes in, in the central directory 10.
            let central = bytes.windows(4).position(|part| part == b"PK\x01\x02").unwrap();
            (bytes[8], bytes[central + 10]) = (method, method);
            let (_, said) = found(&bytes).remove(0);
            assert!(said.contains(name) && said.contains("unpack the archive"), "{said}");
        }
    }

    #[test]
    fn of_entries_of_the_same_name_the_last_is_read_and_the_others_are_named() {
        let mut bytes = zipped(&["a/1.png", "a/2.png", "a/3.png", "b/1.png"]);
        replace(&mut bytes, b"a/2.png", b"a/1.png");
        replace(&mut bytes, b"a/3.png", b"a/1.png");
        let contents: Vec<usize> = (0..bytes.len() - 5)
            .filter(|&at| bytes[at..].starts_with(b"bytes"))
            .collect();
        bytes[contents[0]] = b'x'; // is not looked at
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, &bytes).unwrap();
        let store = Store::open(&path, Console::silent(), &Interrupt::default()).unwrap();
        let files: Vec<&str> = store.files.iter().map(|file| &*file.path).collect();
        assert_eq!(files, ["a/1.png", "b/1.png"]);
        let left_out: Vec<(&str, &str)> = store.left_out.iter().map(|file| (&*file.path, &*file.reason)).collect();
        let reason = "the archive has a later file of the same name, which is read";
        assert_eq!(left_out, [("a/1.png", reason); 2]);
        let visit = |_, content: Result<Content>| {
            assert_eq!(content?.bytes()?, b"bytes");
            Ok(())
        };
        store.read(&store.files, &Interrupt::default(), visit).unwrap();
    }

    #[test]
    fn entries_that_are_damaged_are_told_one_by_one() {
        let mut bytes = zipped(&["1.png", "2.png"]);
        let at = bytes.windows(5).position(|part| part == b"bytes").unwrap();
        bytes[at] = b'x';
        let contents: Vec<String> = found(&bytes).into_iter().map(|(_, content)| content).collect();
        assert_eq!(contents, ["it is damaged in the archive", "bytes"]);
    }
}
