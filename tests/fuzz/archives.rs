//! Tar and zip archives, and the names in them.

use super::repair;
use super::runner::Target;
use flate2::{Compression, write::GzEncoder};
use ganomaly::native::datasets::store::{Content, Store};
use ganomaly::native::datasets::{Reading, layout};
use ganomaly::native::terminal::{Console, Interrupt};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use tar::{Builder, EntryType, Header};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A file in an archive may have 256 MiB, and its header alone decides how much memory is taken for it.
const MEBIBYTES: usize = 256 + 64;

/// The smallest image.
const PIXEL: &[u8] = b"P1 1 1 0";

fn archive(files: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for &(name, kind, bytes) in files {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        if matches!(kind, EntryType::Link | EntryType::Symlink) {
            builder.append_link(&mut header, name, "train/normal/1.pbm").unwrap();
        } else {
            builder.append_data(&mut header, name, bytes).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn usual() -> Vec<u8> {
    let long = format!("test/{}/1.pbm", "long ".repeat(30));
    archive(&[
        ("train/normal/1.pbm", EntryType::Regular, PIXEL),
        ("train/normal/2.pbm", EntryType::Continuous, PIXEL),
        ("train/normal/3.pbm", EntryType::Link, b""),
        ("test/scratch/1.pbm", EntryType::Symlink, b""),
        (&long, EntryType::Regular, PIXEL),
        ("test", EntryType::Directory, b""),
    ])
}

/// Names by the extension of POSIX.
fn with_pax() -> Vec<u8> {
    archive(&[
        ("pax", EntryType::XHeader, b"26 path=test/normal/1.pbm\n"),
        ("1", EntryType::Regular, PIXEL),
    ])
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A target of archives that are data sets.
fn target(
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static [u8]],
    repair: fn(&mut Vec<u8>),
) -> Target {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("a.{name}");
    Target {
        name,
        seeds,
        words,
        repair,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |file| {
            let path = folder.path().join(&place);
            fs::write(&path, file).unwrap();
            let count = read(&path).map_err(|error| format!("{error:#}"))?;
            Ok(format!("{count}"))
        }),
    }
}

/// Lists the files and reads each of them.
fn read(path: &Path) -> anyhow::Result<usize> {
    let interrupt = Interrupt::default();
    let store = Store::open(path, Console::silent(), &interrupt)?;
    let mut count = 0;
    store.read(&store.files, &interrupt, |_, content| {
        count += usize::from(content.and_then(Content::bytes).is_ok());
        Ok(())
    })?;
    Ok(count)
}

#[test]
fn tar() {
    let words: &[&[u8]] = &[
        b"ustar\0",
        b"ustar  \0",
        b"././@LongLink",
        b"00000000010\0",
        b"77777777777\0",
        b"\x80\0\0\0\0\0\0\0",
        b"\xff",
        b"../",
        b"/",
        b"\\",
        b"x",
        b"g",
        b"L",
        b"K",
        b"S",
        b"1",
        b"2",
        b"7",
        b"GNU.sparse.major=1",
        b"20 path=a/b/1.png\n",
        b"9 size=1\n",
        b"\x1f\x8b\x08",
    ];
    let seeds = vec![usual(), with_pax(), gzipped(&usual())];
    target("tar", seeds, words, repair::tar).run();
}

fn zipped(method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    archive.add_directory("test", options).unwrap();
    for name in ["train/normal/1.pbm", "test/good/\u{e9}.pbm", "test\\scratch\\1.pbm"] {
        archive.start_file(name, options).unwrap();
        archive.write_all(PIXEL).unwrap();
    }
    archive
        .add_symlink("test/scratch/2.pbm", "../good/1.pbm", options)
        .unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn zip() {
    let words: &[&[u8]] = &[
        b"PK\x01\x02",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"PK\x06\x06",
        b"PK\x06\x07",
        b"PK\x07\x08",
        b"\x01\0\x10\0",
        b"\x75\x70\x09\0",
        b"\x01\x99\x07\0",
        b"\0\0\xff\xa1",
        b"\x01\x08",
        b"\x08\0",
        b"\x09\0",
        b"\x63\0",
        b"../",
        b"/",
        b"\\",
        b"\xff\xff\xff\xff",
    ];
    let seeds = [CompressionMethod::Stored, CompressionMethod::Deflated]
        .map(zipped)
        .to_vec();
    target("zip", seeds, words, repair::zip).run();
}

/// An archive of tiny images with these names, one a line.
fn with_names(names: &[u8]) -> Vec<u8> {
    const MOST: usize = 20;
    const LONGEST: usize = 100;
    let mut builder = Builder::new(Vec::new());
    for name in names.split(|&byte| byte == b'\n').take(MOST) {
        let mut header = Header::new_gnu();
        let name = &name[..name.len().min(LONGEST)];
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_size(PIXEL.len() as u64);
        header.set_cksum();
        builder.append(&header, PIXEL).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn layout() {
    let words: &[&[u8]] = &[
        b"train/",
        b"test/",
        b"good/",
        b"normal/",
        b"NORMAL/",
        b"ground_truth/",
        b"mask/",
        b"0.normal/",
        b"1.abnormal/",
        b"/",
        b"\\",
        b"../",
        b"./",
        b"\n",
        b".png",
        b".jpg",
        b".",
        b"007",
        b"99999999999999999999",
        b"\xe9",
        b"\xc3\xa9",
        b"__MACOSX/",
        b"\0",
    ];
    let seeds: [&[u8]; 4] = [
        b"a/train/normal/1.png\na/train/normal/2.png\na/test/good/1.png\na/test/crack/10.png\na/test/crack/9.png",
        b"cat/1.png\ncat/2.png\ndog/1.jpg\nreadme.txt",
        b"set/Data/Images/Normal/1.JPG\nset/Data/Images/Anomaly/1.JPG\nset/Data/Masks/Anomaly/1.png",
        b"train/0.normal/1.png\ntest/0.normal/2.png\ntest/1.abnormal/3.png",
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    Target {
        name: "layout",
        seeds: seeds.map(<[u8]>::to_vec).to_vec(),
        words,
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |names| {
            fs::write(&path, with_names(names)).unwrap();
            place(&path).map_err(|error| format!("{error:#}"))
        }),
    }
    .run();
}

fn place(path: &Path) -> anyhow::Result<String> {
    let interrupt = Interrupt::default();
    let (labelled, _) = layout::load(path, Reading::new((1, 16), Console::silent(), &interrupt))?;
    assert_eq!(labelled.images.len(), labelled.labels.len());
    assert!(labelled.labels.iter().all(|&label| label < labelled.classes.len()));
    let is_test = labelled.official_test.map(|is_test| is_test.len());
    assert!(is_test.is_none_or(|count| count == labelled.labels.len()));
    Ok(format!("{:?} {}", labelled.notes, labelled.classes.len()))
}
