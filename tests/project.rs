//! Projects on the command line: made, used, taken apart, and refused when they are not right.

mod desk;

use desk::Desk;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A quick recipe: two epochs instead of twenty.
const CREATE: &str = "project create --normals good --size 16 --epochs 2 --device cpu --out mine.ganomaly.zip";

/// Discs of many sizes and shades; odd ones are squares.
fn pictures(desk: &Desk, folder: &str, count: u32, odd: bool) {
    std::fs::create_dir_all(desk.path(folder)).unwrap();
    for index in 0..count {
        let radius = 5.0 + f64::from(index % 7);
        let picture = image::GrayImage::from_fn(40, 40, |x, y| {
            let (x, y) = (f64::from(x) - 20.0, f64::from(y) - 20.0);
            let inside = if odd {
                x.abs().max(y.abs()) < radius
            } else {
                x.hypot(y) < radius
            };
            image::Luma([if inside {
                250 - index as u8
            } else {
                10 + (index / 7) as u8
            }])
        });
        picture.save(desk.path(&format!("{folder}/{index}.png"))).unwrap();
    }
}

fn entries(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(File::open(desk.path("mine.ganomaly.zip")).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn json_of(desk: &Desk, name: &str) -> Value {
    let all = entries(desk);
    let (_, bytes) = all.iter().find(|(entry, _)| entry == name).unwrap();
    serde_json::from_slice(bytes).unwrap()
}

/// The project with some entries replaced.
fn changed(desk: &Desk, name: &str, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) {
    let mut archive = ZipWriter::new(File::create(desk.path(name)).unwrap());
    for (entry, bytes) in entries(desk) {
        if let Some(bytes) = change(&entry, bytes) {
            archive.start_file(entry, SimpleFileOptions::default()).unwrap();
            archive.write_all(&bytes).unwrap();
        }
    }
    archive.finish().unwrap();
}

#[test]
fn a_project_is_made_used_and_taken_apart() {
    let desk = Desk::new();
    pictures(&desk, "good", 40, false);
    desk.write("good/notes.txt", b"not an image");
    std::fs::copy(desk.path("good/3.png"), desk.path("good/again.png")).unwrap();
    let said = desk.run(CREATE);
    let said = desk::errors(&said);
    assert!(
        said.contains("notes.txt is left out") && said.contains("again.png is left out"),
        "{said}"
    );
    assert!(
        said.contains("40 normal images (20 to learn from, 4 for validation, 16 for calibration)"),
        "{said}"
    );
    let project = json_of(&desk, "project.json");
    assert_eq!(
        (&project["format"], &project["version"]),
        (&json!("ganomaly-project"), &json!(1))
    );
    assert_eq!(project["normals"].as_array().unwrap().len(), 40);
    assert_eq!(project["model"]["trainedOn"].as_array().unwrap().len(), 40);
    assert_eq!(project["model"]["known"].as_array().unwrap().len(), 20);
    assert_eq!(project["model"]["calibration"]["scores"].as_array().unwrap().len(), 16);
    assert_eq!(project["settings"]["framing"], json!({ "region": null, "tiles": 1 }));

    pictures(&desk, "new", 6, true);
    let said = desk::errors(&desk.run("project check mine.ganomaly.zip new good/5.png --device cpu"));
    assert!(said.contains("good/5.png is one of the normal images"), "{said}");
    let results = json_of(&desk, "results.json");
    let images = results["images"].as_array().unwrap();
    assert_eq!(images.len(), 7);
    assert!(
        images
            .iter()
            .all(|image| image["pValue"].as_f64().unwrap() >= 1.0 / 17.0 - 1e-9)
    );
    let shown = desk.succeed("project show mine.ganomaly.zip");
    assert!(
        shown.contains("checked images  7") && shown.contains("at most 5.9 % false alarms"),
        "{shown}"
    );

    // The project stands for its model wherever one is wanted.
    let again = desk.succeed("score --weights mine.ganomaly.zip new --false-alarms 10 --json - --device cpu");
    let again: Value = serde_json::from_str(&again).unwrap();
    for (image, other) in images.iter().zip(again["images"].as_array().unwrap()) {
        assert_eq!(image["score"], other["score"]);
    }

    desk.succeed("project extract mine.ganomaly.zip --out apart");
    assert_eq!(desk.read("apart/normals/7.png"), desk.read("good/7.png"));
    assert_eq!(desk.read("apart/images/2.png"), desk.read("new/2.png"));
    assert_eq!(
        String::from_utf8(desk.read("apart/results.csv"))
            .unwrap()
            .lines()
            .count(),
        8
    );
    assert!(desk.succeed("info apart/model.safetensors").contains("mine"));
}

#[test]
fn what_the_page_keeps_beside_stays() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, false);
    desk.succeed(CREATE);
    changed(&desk, "page.ganomaly.zip", |name, bytes| {
        let mut value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        match name {
            "project.json" => {
                value["batchRate"] = json!(10);
                value["settings"]["start"] = json!("nothing");
                Some(value.to_string().into_bytes())
            }
            "results.json" => {
                let normal = json_of(&desk, "project.json")["normals"][0].clone();
                value["images"] = json!([normal]);
                value["images"][0]["label"] = json!("normal");
                value["images"][0]["note"] = json!("a scratch?");
                Some(value.to_string().into_bytes())
            }
            _ => Some(bytes),
        }
    });
    std::fs::rename(desk.path("page.ganomaly.zip"), desk.path("mine.ganomaly.zip")).unwrap();
    pictures(&desk, "new", 2, true);
    desk.succeed("project check mine.ganomaly.zip new --device cpu");
    let project = json_of(&desk, "project.json");
    assert_eq!(
        (&project["batchRate"], &project["settings"]["start"]),
        (&json!(10), &json!("nothing"))
    );
    let images = json_of(&desk, "results.json")["images"].clone();
    assert_eq!(
        (&images[0]["label"], &images[0]["note"]),
        (&json!("normal"), &json!("a scratch?"))
    );
    assert_eq!(images.as_array().unwrap().len(), 3);
}

#[test]
fn files_that_are_not_right_are_refused_with_a_sentence() {
    let desk = Desk::new();
    pictures(&desk, "few", 9, false);
    let few = CREATE.replace("good", "few");
    assert!(
        desk.fail(&few, 1)
            .contains("9 normal image(s) are not enough: bring at least 10")
    );
    assert!(!desk.path("mine.ganomaly.zip").exists());
    assert!(
        desk.fail(&few.replace("--size 16", "--size 20"), 1)
            .contains("image size 20")
    );

    pictures(&desk, "good", 12, false);
    desk.succeed(CREATE);
    let whole = desk.read("mine.ganomaly.zip");
    desk.write("cut.ganomaly.zip", &whole[..whole.len() / 2]);
    changed(&desk, "later.ganomaly.zip", |name, bytes| {
        let later = |bytes: Vec<u8>| {
            String::from_utf8(bytes)
                .unwrap()
                .replace("\"version\":1", "\"version\":2")
        };
        Some(if name == "project.json" {
            later(bytes).into_bytes()
        } else {
            bytes
        })
    });
    changed(&desk, "headless.ganomaly.zip", |name, bytes| {
        (name != "project.json").then_some(bytes)
    });
    changed(&desk, "garbled.ganomaly.zip", |name, mut bytes| {
        if name.starts_with("files/") {
            bytes[20] ^= 1;
        }
        Some(bytes)
    });
    for (file, expected) in [
        ("cut", "not a project file, or it is damaged"),
        ("later", "is of version 2, this program knows 1: use a later version"),
        ("headless", "project.json is not in the project file"),
        ("missing", "cannot read missing.ganomaly.zip"),
    ] {
        let said = desk.fail(&format!("project show {file}.ganomaly.zip"), 1);
        assert!(said.contains(expected), "{file}: {said}");
    }
    let said = desk.fail("project extract garbled.ganomaly.zip --out apart", 1);
    assert!(said.contains("is damaged"), "{said}");
    assert!(
        desk.fail("project check mine.ganomaly.zip few/none --device cpu", 1)
            .contains("cannot find")
    );
    assert_eq!(desk.read("mine.ganomaly.zip"), whole);
}
