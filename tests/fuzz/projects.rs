//! Project files: as archives, and the texts in them.
//!
//! A text may have `learning::LARGEST_PROJECT_TEXT`, 64 MiB, and takes several times that once it is understood; a model may
//! have `weights::LARGEST_FILE`, 256 MiB.

use super::models::{JSON, model};
use super::repair;
use super::runner::{Outcome, Target};
use ganomaly::conformal::Calibration;
use ganomaly::methods::MethodId;
use ganomaly::native::files::sha256;
use ganomaly::native::projects::content::{BroughtImage, CheckedImage, MODEL_FILE, Project, ProjectModel};
use ganomaly::native::projects::file::{ProjectFile, write};
use ganomaly::native::projects::ruling::Ruling;
use ganomaly::weights::Precision;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const MEBIBYTES: usize = 512;

/// Most images of a project that are read here.
const MOST_IMAGES: usize = 8;

/// A project with a normal image, one that was checked, and a model.
fn usual() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (image, path) = (folder.path().join("1.pbm"), folder.path().join("a.ganomaly.zip"));
    let bytes = b"P1 1 1 0";
    fs::write(&image, bytes).unwrap();
    let brought = BroughtImage {
        id: sha256(bytes),
        name: "1.pbm".to_owned(),
        bytes: bytes.len() as u64,
        media_type: "image/x-portable-bitmap".to_owned(),
    };
    let checked = CheckedImage {
        image: brought.clone(),
        score: Some(0.5),
        p_value: Some(0.25),
        ..CheckedImage::default()
    };
    let weights = model(MethodId::default());
    let project = Project {
        name: "parts".to_owned(),
        model: Some(ProjectModel {
            file: MODEL_FILE.to_owned(),
            card: weights.card.clone(),
            calibration: Calibration::of(&[0.5, 1.0, 2.0]),
            best_epoch: Some(1),
            split: None,
            settings: None,
            trained_on: vec![brought.id.clone()],
            known: vec![0],
            sight: None,
            other: Default::default(),
        }),
        normals: vec![brought],
        rate: 5.0,
        ..Project::default()
    };
    let files = [(project.normals[0].id.clone(), image)].into();
    let model = weights.to_bytes(Precision::Half).unwrap();
    write(&path, &project, &[checked], &model, &files, None).unwrap();
    fs::read(path).unwrap()
}

/// The files in an archive, by name.
fn unpacked(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let all = (0..archive.len()).map(|index| {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().into_owned(), bytes)
    });
    all.collect()
}

/// An archive whose files are not compressed, one of them another.
fn packed(files: &[(String, Vec<u8>)], other: (&str, &[u8])) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(name, stored).unwrap();
        archive
            .write_all(if name == other.0 { other.1 } else { bytes })
            .unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Opens a project and takes out what it has.
fn read(path: &Path) -> Outcome {
    let sentence = |error: anyhow::Error| format!("{error:#}");
    let mut file = ProjectFile::open(path).map_err(sentence)?;
    let normals = file.project.normals.iter();
    let all = normals.chain(file.images.iter().map(|checked| &checked.image));
    let ids: Vec<String> = all.map(|image| image.id.clone()).take(MOST_IMAGES).collect();
    let images = ids
        .iter()
        .filter(|id| !file.lacks(id) && file.image(id).is_ok())
        .count();
    let promise = Ruling::of(&file.project, &file.images).map(|ruling| ruling.promise);
    let model = file.model().map_err(sentence)?;
    Ok(format!("{images} {} {promise:?}", model.is_empty()))
}

/// A target whose files become project files.
fn target(name: &'static str, seeds: Vec<Vec<u8>>, pack: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Target {
    let folder = tempfile::tempdir().unwrap();
    Target {
        name,
        seeds,
        words: JSON,
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |file| {
            let path = folder.path().join("a.ganomaly.zip");
            fs::write(&path, pack(file)).unwrap();
            read(&path)
        }),
    }
}

#[test]
fn project() {
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
        b"\x14\0\0\0\x08\0",
        b"project.json",
        b"results.json",
        b"model.safetensors",
        b"files/",
        b"../",
        b"\0\x08",
        b"\x0c\0",
        b"\x0e\0",
        b"\x63\0",
        b"\xff\xff\xff\xff",
    ];
    let usual = usual();
    let stored = packed(&unpacked(&usual), ("", b""));
    Target {
        words,
        repair: repair::zip,
        ..target("project", vec![usual, stored], <[u8]>::to_vec)
    }
    .run();
}

/// A text of a project file, in an archive that is right.
fn text(name: &'static str, entry: &'static str) {
    let files = unpacked(&usual());
    let its = files.iter().find(|(name, _)| name == entry).unwrap().1.clone();
    target(name, vec![its], move |text| packed(&files, (entry, text))).run();
}

#[test]
fn project_text() {
    text("project_text", "project.json");
}

#[test]
fn results_text() {
    text("results_text", "results.json");
}
