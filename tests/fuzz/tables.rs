//! Files of data sets with a name, and results of the papers' tables. The published tables are part of the program.

use super::models::JSON;
use super::repair;
use super::runner::{Outcome, Target};
use ganomaly::data::{Protocol, SplitKind};
use ganomaly::metrics::histogram;
use ganomaly::native::datasets::{Labelled, Reading, catalogue, cifar, idx};
use ganomaly::native::results::{self, Budget, Cell, Details, Point, Record, Sample, Table};
use ganomaly::native::terminal::{Console, Interrupt};
use std::fs;
use std::path::Path;

/// No file here is longer than 64 KiB.
const MEBIBYTES: usize = 64;

/// Bytes of an image of Fashion-MNIST.
const PICTURE: usize = 28 * 28;

/// Bytes of a record of CIFAR-10.
const RECORD: usize = 1 + 3 * 32 * 32;

fn idx_file(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
    let start = [0, 0, 8, dimensions.len() as u8];
    let sides = dimensions.iter().flat_map(|side| side.to_be_bytes());
    start.into_iter().chain(sides).chain(values.iter().copied()).collect()
}

fn told(loaded: anyhow::Result<Labelled>) -> Outcome {
    let labelled = loaded.map_err(|error| format!("{error:#}"))?;
    assert_eq!(labelled.images.len(), labelled.labels.len());
    assert!(labelled.labels.iter().all(|&label| label < labelled.classes.len()));
    Ok(format!("{} images", labelled.labels.len()))
}

/// A target whose files take the place of one of those that a folder needs.
fn target(
    name: &'static str,
    (place, seeds): (&'static str, Vec<Vec<u8>>),
    others: &[(&str, &[u8])],
    read: impl Fn(&Path) -> Outcome + 'static,
) -> Target {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in others {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    Target {
        name,
        seeds,
        words: &[],
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |file| {
            fs::write(folder.path().join(place), file).unwrap();
            read(folder.path())
        }),
    }
}

fn load_idx(folder: &Path) -> Outcome {
    let interrupt = Interrupt::default();
    let reading = Reading::new((1, 16), Console::silent(), &interrupt);
    told(idx::load(
        catalogue::find("fashion-mnist").unwrap(),
        Some(folder),
        reading,
    ))
}

const IMAGES: &str = "pool-images-idx3-ubyte";
const LABELS: &str = "pool-labels-idx1-ubyte";
const MAGIC: &[&[u8]] = &[
    b"\0\0\x08\x01",
    b"\0\0\x08\x03",
    b"\0\0\0\x1c",
    b"\0\0\0\x02",
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
    b"\xff\xff\xff\xff",
];

#[test]
fn idx_images() {
    let seed = idx_file(&[2, 28, 28], &[7; 2 * PICTURE]);
    let labels = idx_file(&[2], &[0, 9]);
    Target {
        words: MAGIC,
        ..target("idx_images", (IMAGES, vec![seed]), &[(LABELS, &labels)], load_idx)
    }
    .run();
}

#[test]
fn idx_labels() {
    let seed = idx_file(&[2], &[0, 9]);
    let images = idx_file(&[2, 28, 28], &[7; 2 * PICTURE]);
    Target {
        words: MAGIC,
        ..target("idx_labels", (LABELS, vec![seed]), &[(IMAGES, &images)], load_idx)
    }
    .run();
}

#[test]
fn cifar_batch() {
    let batch = vec![3; RECORD];
    let others = [
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
        "test_batch.bin",
    ];
    let others = others.map(|name| (name, batch.as_slice()));
    let load = |folder: &Path| {
        let interrupt = Interrupt::default();
        let reading = Reading::new((3, 16), Console::silent(), &interrupt);
        told(cifar::load(catalogue::find("cifar10").unwrap(), Some(folder), reading))
    };
    Target {
        repair: |file| file.resize(file.len().next_multiple_of(RECORD), 0),
        ..target(
            "cifar_batch",
            ("data_batch_1.bin", vec![batch.repeat(2)]),
            &others,
            load,
        )
    }
    .run();
}

fn cell() -> Cell {
    Cell {
        table: Table::try_from("mnist".to_owned()).unwrap(),
        budget: Budget::Quick,
        protocol: Protocol::LeaveOneOut,
        split: SplitKind::Pooled,
        class: "3".to_owned(),
        seed: 7,
        method: "ganomaly".to_owned(),
        options: vec!["flips".to_owned()],
        changes: Vec::new(),
    }
}

fn record() -> Record {
    Record {
        cell: cell(),
        auc: 0.75,
        average_precision: 0.5,
        eer: 0.25,
        auc_by_class: [("1".to_owned(), 0.25)].into(),
        epochs: vec![0.5, 0.75],
        images: Default::default(),
        model: Some(Default::default()),
        training: Some(Default::default()),
        training_seconds: 1.5,
        milliseconds_per_image: 0.25,
        device: "a processor".to_owned(),
        software: "test".to_owned(),
        notes: vec!["one".to_owned()],
    }
}

#[test]
fn results_lines() {
    let line = serde_json::to_string(&record()).unwrap();
    let seeds = [
        format!("{line}\n"),
        format!("{line}\n{line}\n"),
        format!("{line}\n{}", &line[..99]),
    ];
    let read = |folder: &Path| {
        let folders = [folder.to_path_buf()];
        let found = results::read(&folders).map_err(|error| format!("{error:#}"))?;
        for stored in &found.records {
            assert!(!stored.record.cell.id().contains(['/', '\\', '.']));
        }
        Ok(format!("{} notes", found.notes.len()))
    };
    Target {
        words: JSON,
        ..target(
            "results_lines",
            ("results.jsonl", seeds.map(String::into_bytes).to_vec()),
            &[],
            read,
        )
    }
    .run();
}

#[test]
fn details() {
    let details = Details {
        roc: vec![[0.0, 0.0], [0.5, 1.0], [1.0, 1.0]],
        histogram: histogram(&[0.1, 0.2], &[0.7], 4),
        samples: vec![Sample {
            class: "3".to_owned(),
            anomalous: true,
            score: 0.5,
            image: "data:image/png;base64,".to_owned(),
            reconstruction: None,
        }],
        map: vec![Point {
            x: 0.5,
            y: -0.5,
            class: "3".to_owned(),
            anomalous: false,
        }],
    };
    let folder = tempfile::tempdir().unwrap();
    results::write_details(folder.path(), &cell(), &details).unwrap();
    let path = fs::read_dir(folder.path().join("details"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let seed = fs::read(&path).unwrap();
    Target {
        name: "details",
        seeds: vec![seed],
        words: JSON,
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |file| {
            fs::write(&path, file).unwrap();
            match results::read_details(folder.path(), &cell()) {
                Ok(found) => Ok(format!("{}", found.is_some())),
                Err(error) => Err(format!("{error:#}")),
            }
        }),
    }
    .run();
}
