//! Layouts of data sets and archives as they are met: understood and said, or refused with a sentence.
use crate::desk::{Desk, errors};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SMALL: &str = "--nf 2 --nz 8 --size 16 --epochs 1 --batch-size 4 --device cpu --force --out run";

/// Runs a command that must succeed; gives what it says.
fn said(desk: &Desk, arguments: &str) -> String {
    let output = desk.run(arguments);
    assert!(output.status.success(), "{arguments}\n{}", errors(&output));
    errors(&output)
}

fn data(desk: &Desk) -> Value {
    let card: Value = serde_json::from_str(&desk.succeed("info run/model.safetensors --json")).unwrap();
    card["card"]["data"].clone()
}

fn plates(desk: &Desk, folder: &str, count: u8) {
    for number in 0..count {
        desk.picture(&format!("{folder}/{number}.png"), number * 10);
    }
}

/// A desk with a data set in the layout of VisA.
fn with_visa() -> Desk {
    let desk = Desk::new();
    plates(&desk, "candle/Data/Images/Normal", 12);
    plates(&desk, "candle/Data/Images/Anomaly", 3);
    plates(&desk, "candle/Data/Masks/Anomaly", 3);
    desk
}

/// The files below a folder, by their paths inside.
fn files(folder: &Path, inside: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let below = entries.flat_map(|entry| {
        let name = format!("{inside}{}", entry.file_name().to_str().unwrap());
        match entry.path().is_dir() {
            true => files(&entry.path(), &format!("{name}/")),
            false => vec![(name, fs::read(entry.path()).unwrap())],
        }
    });
    below.collect()
}

#[test]
fn masks_are_left_out_and_what_was_understood_is_said() {
    let desk = with_visa();
    let said = said(&desk, &format!("train --dataset candle {SMALL}"));
    let understood = "candle: normal images: 12 in Data/Images/Normal; 1 kind of anomaly: Anomaly (3); \
                      3 masks left out, in Data/Masks/Anomaly";
    assert!(said.starts_with(understood), "{said}");
    assert_eq!(data(&desk)["anomalousClasses"], json!(["Anomaly"]));
    let table =
        "image,label,mask\ncandle/Data/Images/Anomaly/1.png,melded wax,\ncandle/Data/Images/Normal/1.png,normal,\n";
    desk.write("candle/image_anno.csv", table.as_bytes());
    desk.succeed(&format!("train --dataset candle {SMALL}"));
    assert_eq!(data(&desk)["anomalousClasses"], json!(["Anomaly", "melded wax"]));

    plates(&desk, "own/train/0.normal", 12);
    plates(&desk, "own/test/0.normal", 3);
    plates(&desk, "own/test/1.abnormal", 3);
    desk.succeed(&format!("train --dataset own {SMALL}"));
    assert_eq!(data(&desk)["anomalousClasses"], json!(["1.abnormal"]));
    assert_eq!(data(&desk)["normalImages"], 10);
}

#[test]
fn a_whole_data_set_is_not_taken_for_normal_images() {
    let desk = with_visa();
    let said = desk.fail(&format!("train --images candle {SMALL}"), 1);
    assert!(said.contains("3 images of anomalies and 3 masks"), "{said}");
    assert!(
        said.contains("candle/Data/Images/Normal` for the normal images alone"),
        "{said}"
    );
    desk.succeed(&format!("train --images candle/Data/Images/Normal {SMALL}"));
    let said = desk.fail(&format!("train --dataset candle/Data/Masks {SMALL}"), 1);
    assert!(
        said.contains("no class called normal") && !said.contains("--anomaly"),
        "{said}"
    );
}

#[test]
fn archives_in_any_order_make_the_model_of_the_folder() {
    let desk = with_visa();
    desk.succeed(&format!("train --dataset candle {SMALL}"));
    let model = desk.read("run/model.safetensors");
    let mut files = files(&desk.path("candle"), "set/");
    files.sort();
    files.reverse();
    let mut zip = ZipWriter::new(File::create(desk.path("candle.zip")).unwrap());
    let mut tar = tar::Builder::new(File::create(desk.path("candle.tar")).unwrap());
    for (name, bytes) in &files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    zip.finish().unwrap();
    tar.finish().unwrap();
    for archive in ["candle.zip", "candle.tar"] {
        desk.succeed(&format!("train --dataset {archive} {SMALL}"));
        assert!(model == desk.read("run/model.safetensors"), "{archive}");
    }
    desk.write("candle.tar.xz", b"\xfd7zXZ\0 and more");
    let said = desk.fail(&format!("train --dataset candle.tar.xz {SMALL}"), 1);
    assert!(said.contains("an xz archive, which is not read: unpack it"), "{said}");
}

#[test]
fn links_in_an_archive_are_images_and_the_lost_ones_are_named() {
    let desk = with_visa();
    let mut tar = tar::Builder::new(File::create(desk.path("linked.tar")).unwrap());
    tar.append_dir_all("set", desk.path("candle/Data/Images")).unwrap();
    for (kind, name, target) in [
        (tar::EntryType::Symlink, "set/Normal/a.png", "../Normal/3.png"),
        (tar::EntryType::Link, "set/Normal/b.png", "set/Normal/4.png"),
        (tar::EntryType::Symlink, "set/Normal/c.png", "99.png"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        tar.append_link(&mut header, name, target).unwrap();
    }
    tar.finish().unwrap();
    let said = said(&desk, &format!("train --dataset linked.tar {SMALL}"));
    assert!(said.contains("14 in set/Normal"), "{said}");
    assert!(
        said.contains("set/Normal/c.png is left out: it is a link to a file"),
        "{said}"
    );
    assert_eq!(
        data(&desk)["notes"],
        json!(["1 of 18 files cannot be read and are left out"])
    );
}

#[test]
fn a_data_set_that_was_given_by_its_path_must_be_named_again() {
    let desk = with_visa();
    fs::create_dir(desk.path("elsewhere")).unwrap();
    fs::rename(desk.path("candle"), desk.path("elsewhere/candle")).unwrap();
    desk.succeed(&format!("train --dataset elsewhere/candle {SMALL}"));
    let evaluate = "evaluate --weights run/model.safetensors --device cpu";
    let said = desk.fail(evaluate, 1);
    assert!(said.contains("say where it is with --dataset"), "{said}");
    desk.succeed(&format!("{evaluate} --dataset elsewhere/candle"));
}
