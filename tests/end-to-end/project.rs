//! Projects on the command line: made, used, taken apart, and refused when they are not right.

use crate::desk::{Desk, errors};
use ganomaly::learning::{Recipe, Request};
use ganomaly::native::files::sha256;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::ops::Bound;
use std::process::{Command, Stdio};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A quick recipe: two epochs instead of twenty.
const CREATE: &str =
    "project create --normals good --method ganomaly --size 16 --epochs 2 --device cpu --out mine.ganomaly.zip";

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
    let all = entries(desk).into_iter();
    let kept = all.filter_map(|(entry, bytes)| change(&entry, bytes).map(|bytes| (entry, bytes)));
    write_archive(desk, name, &kept.collect::<Vec<_>>(), CompressionMethod::Stored);
}

fn write_archive(desk: &Desk, name: &str, entries: &[(String, Vec<u8>)], method: CompressionMethod) {
    let mut archive = ZipWriter::new(File::create(desk.path(name)).unwrap());
    for (entry, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(entry, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

/// Pictures as files, in the order in which a project learns from them.
fn by_content(is_grey: bool) -> BTreeMap<String, Vec<u8>> {
    let picture = |number: u32| {
        let pixel = |x, y| {
            let shade = (x * 7 + y + number) as u8;
            image::Rgb([shade, shade, if is_grey { shade } else { 255 - shade }])
        };
        let mut file = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(20, 20, pixel);
        picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
        (sha256(file.get_ref()), file.into_inner())
    };
    (0..200).map(picture).collect()
}

#[test]
fn images_for_the_thresholds_do_not_decide_whether_a_project_is_in_colour() {
    let desk = Desk::new();
    let request = Request {
        seed: 1,
        ..Request::default()
    };
    let sample = Recipe::new([40, 40], &request, None).unwrap().sample;
    let [grey, coloured] = [true, false].map(by_content);
    for (folder, is_grey) in [("grey", true), ("coloured", false)] {
        std::fs::create_dir_all(desk.path(folder)).unwrap();
        let mut last = String::new();
        for place in 0..40 {
            let files = if sample.contains(&place) == is_grey {
                &grey
            } else {
                &coloured
            };
            let (id, file) = files.range((Bound::Excluded(last), Bound::Unbounded)).next().unwrap();
            desk.write(&format!("{folder}/{place:02}.png"), file);
            last = id.clone();
        }
        desk.succeed(&format!(
            "project create --normals {folder} --size 16 --epochs 10 --device cpu --force --out mine.ganomaly.zip"
        ));
        let channels = &json_of(&desk, "project.json")["model"]["card"]["model"]["channels"];
        assert_eq!(channels, &json!(if is_grey { 1 } else { 3 }), "{folder}");
    }
}

#[test]
fn the_same_images_in_another_order_make_the_same_model() {
    let desk = Desk::new();
    pictures(&desk, "good", 20, false);
    let model = || {
        let (_, model) = entries(&desk)
            .into_iter()
            .find(|(name, _)| name == "model.safetensors")
            .unwrap();
        model
    };
    desk.succeed(&format!("{CREATE} --name one"));
    let first = model();
    std::fs::create_dir(desk.path("other")).unwrap();
    for number in 0..20 {
        let renamed = format!("other/{:02}.png", 99 - number);
        std::fs::rename(desk.path(&format!("good/{number}.png")), desk.path(&renamed)).unwrap();
    }
    desk.succeed(&format!("{CREATE} --name one --force").replace("good", "other"));
    assert!(first == model());
}

/// A change of one of the two texts of a project.
fn edited(name: &'static str, edit: impl Fn(&mut Value)) -> impl Fn(&str, Vec<u8>) -> Option<Vec<u8>> {
    move |entry, bytes| {
        if entry != name {
            return Some(bytes);
        }
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        edit(&mut value);
        Some(value.to_string().into_bytes())
    }
}

/// Makes the changed project the one that is worked on.
fn take(desk: &Desk, name: &str) {
    std::fs::rename(desk.path(name), desk.path("mine.ganomaly.zip")).unwrap();
}

#[test]
fn a_project_is_made_used_and_taken_apart() {
    let desk = Desk::new();
    pictures(&desk, "good", 40, false);
    desk.write("good/notes.txt", b"not an image");
    std::fs::copy(desk.path("good/3.png"), desk.path("good/again.png")).unwrap();
    let said = desk.run(CREATE);
    let said = errors(&said);
    assert!(
        said.contains("notes.txt is left out") && said.contains("again.png is left out"),
        "{said}"
    );
    assert!(
        said.contains("40 normal images (20 to learn from, 4 for validation, 16 for calibration)"),
        "{said}"
    );
    assert!(
        said.contains("of defects drawn into normal images that it does not know, it "),
        "{said}"
    );
    let project = json_of(&desk, "project.json");
    assert_eq!(project["model"]["sight"]["trials"].as_array().unwrap().len(), 28);
    assert_eq!(
        (&project["format"], &project["version"]),
        (&json!("ganomaly-project"), &json!(1))
    );
    assert_eq!(project["normals"].as_array().unwrap().len(), 40);
    assert_eq!(project["model"]["trainedOn"].as_array().unwrap().len(), 40);
    assert_eq!(project["model"]["known"].as_array().unwrap().len(), 20);
    assert_eq!(project["model"]["calibration"]["scores"].as_array().unwrap().len(), 16);
    let settings = json!({
        "size": 16, "channels": null, "framing": { "region": null, "tiles": null }, "method": "ganomaly", "epochs": 2,
        "batchSize": null, "learningRate": null, "seed": 1,
    });
    assert_eq!(
        (&project["settings"], &project["model"]["settings"]),
        (&settings, &settings)
    );
    let names: Vec<&str> = project["normals"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|image| image["name"].as_str())
        .collect();
    assert!(
        names.contains(&"good/3.png") && names.iter().all(|name| name.starts_with("good/")),
        "{names:?}"
    );

    pictures(&desk, "new", 6, true);
    let said = errors(&desk.run("project check mine.ganomaly.zip new good/5.png --device cpu"));
    assert!(said.contains("good/5.png is one of the normal images"), "{said}");
    assert!(
        said.contains("7 image(s) checked") && said.contains("at most 6 % false alarms, the least that 16 calibration"),
        "{said}"
    );
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

    let kept = desk.read("mine.ganomaly.zip");
    let said = errors(&desk.run("project check mine.ganomaly.zip new --device cpu"));
    assert!(said.contains("all in the project already"), "{said}");
    assert!(
        desk.fail("project check mine.ganomaly.zip --device cpu", 1)
            .contains("nothing to check")
    );
    assert!(desk.fail(CREATE, 1).contains("--force"));
    assert_eq!(desk.read("mine.ganomaly.zip"), kept);
    desk.succeed(&format!("{CREATE} --force"));
    assert!(json_of(&desk, "results.json")["images"].as_array().unwrap().is_empty());
    desk.write("mine.ganomaly.zip", &kept);

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
fn a_whole_data_set_and_a_project_are_not_learnt_as_normal() {
    let desk = Desk::new();
    pictures(&desk, "set/train/good", 12, false);
    pictures(&desk, "set/test/good", 2, false);
    pictures(&desk, "set/test/square", 3, true);
    pictures(&desk, "set/ground_truth/square", 3, true);
    let said = desk.fail(&CREATE.replace("good", "set"), 1);
    assert!(
        said.contains("3 images of anomalies and 3 masks beside its normal images")
            && said.contains("use `--normals set/train/good` for the normal images alone"),
        "{said}"
    );
    desk.succeed(&CREATE.replace("good", "set/train/good"));
    for arguments in [
        "project create --normals mine.ganomaly.zip --out other.ganomaly.zip",
        "project check mine.ganomaly.zip mine.ganomaly.zip --device cpu",
    ] {
        let said = desk.fail(arguments, 1);
        assert!(
            said.contains("`ganomaly project extract mine.ganomaly.zip --out FOLDER`"),
            "{said}"
        );
    }

    let said = errors(&desk.run("project check mine.ganomaly.zip set/test set/ground_truth --device cpu"));
    assert!(
        said.contains("3 masks of a data set are left out, such as set/ground_truth/square/")
            && said.contains("5 image(s) checked"),
        "{said}"
    );
}

#[test]
fn what_the_page_keeps_beside_stays() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, false);
    desk.succeed(CREATE);
    let edit = edited("project.json", |project| {
        project["batchRate"] = json!(10);
        project["later"] = json!("project");
        for settings in ["/settings", "/model/settings"] {
            let settings = project.pointer_mut(settings).unwrap();
            settings["learningRate"] = json!(0.5);
            settings["framing"]["region"] = json!({ "left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4 });
            settings["later"] = json!("settings");
        }
        project["model"]["later"] = json!("model");
    });
    changed(&desk, "page.ganomaly.zip", edit);
    take(&desk, "page.ganomaly.zip");
    // One image waits for its score, one for another try.
    let normals = json_of(&desk, "project.json")["normals"].clone();
    let edit = edited("results.json", |results| {
        results["images"] = json!([normals[0], normals[1]]);
        results["images"][0]["label"] = json!("normal");
        results["images"][0]["note"] = json!("a scratch?");
        results["images"][1]["error"] = json!("the tab ran out of memory");
    });
    changed(&desk, "page.ganomaly.zip", edit);
    take(&desk, "page.ganomaly.zip");
    let before = json_of(&desk, "project.json");
    desk.succeed("project check mine.ganomaly.zip --device cpu");
    pictures(&desk, "new", 2, true);
    let said = errors(&desk.run("project check mine.ganomaly.zip new --device cpu"));
    assert!(
        said.contains("2 image(s) checked") && said.contains("10 % of those flagged are normal"),
        "{said}"
    );

    let mut project = json_of(&desk, "project.json");
    assert_eq!(project["batchRate"], json!(10.0));
    for key in ["batchRate", "modified"] {
        project[key] = before[key].clone();
    }
    assert_eq!(project, before);
    // The page compares the two as texts.
    let (_, text) = entries(&desk)
        .into_iter()
        .find(|(entry, _)| entry == "project.json")
        .unwrap();
    let framing = r#""framing":{"region":{"left":0.1,"top":0.2,"width":0.3,"height":0.4},"tiles":null}"#;
    assert_eq!(String::from_utf8(text).unwrap().matches(framing).count(), 2);
    let images = json_of(&desk, "results.json")["images"].clone();
    assert_eq!(
        (&images[0]["label"], &images[0]["note"]),
        (&json!("normal"), &json!("a scratch?"))
    );
    assert_eq!(images.as_array().unwrap().len(), 4);
    assert!(
        images
            .as_array()
            .unwrap()
            .iter()
            .all(|image| image["score"].is_f64() && image["error"].is_null())
    );
}

#[test]
fn images_that_were_lost_before_stay_listed_and_no_other_may_be_missing() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, false);
    desk.succeed(CREATE);
    let id = json_of(&desk, "project.json")["normals"][3]["id"].clone();
    let lost = format!("files/{}", id.as_str().unwrap());
    changed(&desk, "hole.ganomaly.zip", |name, bytes| {
        (name != lost).then_some(bytes)
    });
    take(&desk, "hole.ganomaly.zip");
    let hole = desk.read("mine.ganomaly.zip");
    pictures(&desk, "new", 2, true);
    let said = desk.fail("project check mine.ganomaly.zip new --device cpu", 1);
    assert!(
        said.contains("good/11.png cannot be copied") && said.contains("is not in the project file"),
        "{said}"
    );
    assert_eq!(desk.read("mine.ganomaly.zip"), hole);

    changed(
        &desk,
        "told.ganomaly.zip",
        edited("project.json", |project| project["missing"] = json!([id])),
    );
    take(&desk, "told.ganomaly.zip");
    desk.succeed("project check mine.ganomaly.zip new --device cpu");
    assert_eq!(json_of(&desk, "project.json")["missing"], json!([id]));
    assert!(entries(&desk).iter().all(|(entry, _)| *entry != lost));
}

#[test]
fn archives_that_mean_harm_do_none() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, false);
    desk.succeed(CREATE);
    let all = entries(&desk);
    let compressed =
        |entries: &[(String, Vec<u8>)]| write_archive(&desk, "bad.ganomaly.zip", entries, CompressionMethod::Deflated);
    compressed(&all);
    assert!(
        desk.fail("project extract bad.ganomaly.zip --out bad", 1)
            .contains("is compressed")
    );

    let bomb = all.iter().map(|(entry, bytes)| match entry.as_str() {
        "project.json" => (entry.clone(), [bytes.clone(), vec![b' '; 100 << 20]].concat()),
        _ => (entry.clone(), bytes.clone()),
    });
    compressed(&bomb.collect::<Vec<_>>());
    assert!(desk.read("bad.ganomaly.zip").len() < 4 << 20);
    assert!(
        desk.fail("project show bad.ganomaly.zip", 1)
            .contains("project.json is longer than 64 MiB")
    );

    // Two files of one name: the library does not write such archives.
    let more = [("projecT.json".to_owned(), b"{}".to_vec())];
    write_archive(
        &desk,
        "bad.ganomaly.zip",
        &[all.as_slice(), &more].concat(),
        CompressionMethod::Stored,
    );
    let mut bytes = desk.read("bad.ganomaly.zip");
    for at in 0..bytes.len() - 12 {
        if bytes[at..].starts_with(b"projecT.json") {
            bytes[at + 6] = b't';
        }
    }
    desk.write("bad.ganomaly.zip", &bytes);
    assert!(
        desk.fail("project show bad.ganomaly.zip", 1)
            .contains("two files of the same name")
    );

    // Names lead nowhere, are made different and are made shorter; an image that is listed twice is written once.
    let normals = all.iter().find(|(entry, _)| entry == "project.json").unwrap();
    let normals: Value = serde_json::from_slice(&normals.1).unwrap();
    let edit = edited("results.json", |results| {
        let names = [
            "../../evil.png",
            "a/evil.png",
            "C:\\x\\EVIL.png",
            "..",
            &format!("{}\u{e9}.png", "\u{e9}".repeat(200)),
        ];
        let mut images: Vec<Value> = normals["normals"].as_array().unwrap()[..names.len()].to_vec();
        for (image, name) in images.iter_mut().zip(names) {
            image["name"] = json!(name);
        }
        images.push(images[0].clone());
        results["images"] = json!(images);
    });
    changed(&desk, "odd.ganomaly.zip", edit);
    let mut file = File::options();
    let file = file.read(true).write(true).open(desk.path("odd.ganomaly.zip")).unwrap();
    let mut odd = ZipWriter::new_append(file).unwrap();
    odd.start_file("../../evil.png", SimpleFileOptions::default()).unwrap();
    odd.finish().unwrap();
    desk.succeed("project extract odd.ganomaly.zip --out deep/down/odd");
    let written = std::fs::read_dir(desk.path("deep/down/odd/images")).unwrap();
    let mut written: Vec<String> = written
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort_by_key(String::len);
    assert_eq!(written.len(), 5, "{written:?}");
    assert!(written[0] == "evil.png" && written[1].ends_with('-'), "{written:?}");
    let mut others = written[2..4].iter().map(|name| name.to_lowercase());
    assert!(others.all(|name| name.ends_with("-evil.png")), "{written:?}");
    assert!(
        written[4].len() <= 200 && written[4].ends_with("\u{e9}.png"),
        "{written:?}"
    );
    assert_eq!(std::fs::read_dir(desk.path("deep")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(desk.path("deep/down")).unwrap().count(), 1);
    assert!(!desk.path("evil.png").exists());
}

#[test]
fn without_a_word_a_project_looks_at_places() {
    let desk = Desk::new();
    pictures(&desk, "good", 30, false);
    pictures(&desk, "new/good", 10, false);
    pictures(&desk, "new/odd", 10, true);
    let said = desk.run("project create --normals good --size 64 --device cpu --out mine.ganomaly.zip");
    assert!(
        errors(&said).contains("30 normal images (each learnt from"),
        "{}",
        errors(&said)
    );
    let model = json_of(&desk, "project.json")["model"].clone();
    assert_eq!(model["card"]["method"], "patchcore");
    assert_eq!(
        model["split"],
        json!({"training": 30, "validation": 0, "calibration": 30})
    );
    assert_eq!(model["calibration"]["scores"].as_array().unwrap().len(), 30);
    desk.succeed("project check mine.ganomaly.zip new --device cpu");
    let results = json_of(&desk, "results.json");
    let odd = |folder: &str| {
        let images = results["images"].as_array().unwrap().iter();
        let of = images.filter(|image| image["name"].as_str().unwrap().contains(folder));
        of.filter(|image| image["pValue"].as_f64().unwrap() <= 0.05).count()
    };
    assert!(
        odd("odd/") >= 8 && odd("good/") <= 2,
        "{} {}",
        odd("odd/"),
        odd("good/")
    );
    // The same images make the same model.
    desk.succeed("project create --normals good --size 64 --device cpu --out again.ganomaly.zip");
    let score = |project: &str| desk.succeed(&format!("score --weights {project} new/odd/0.png --device cpu"));
    assert_eq!(score("mine.ganomaly.zip"), score("again.ganomaly.zip"));
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_keeps_its_best_epoch() {
    let desk = Desk::new();
    pictures(&desk, "good", 40, false);
    let endless = CREATE
        .replace("--epochs 2", "--epochs 5000 --size 64")
        .replace("--size 16", "");
    let mut run = desk.command(&endless).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("Epoch 1/")));
    let kill = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let said: Vec<String> = lines.collect();
    assert_eq!(run.wait().unwrap().code(), Some(130), "{said:?}");
    assert!(
        said.last().unwrap().starts_with("Stopped; the best epoch so far"),
        "{said:?}"
    );
    let shown = desk.succeed("project show mine.ganomaly.zip");
    assert!(shown.contains("normal images   40"), "{shown}");
}

#[test]
fn a_model_is_only_tried_on_images_that_are_new_to_it() {
    let desk = Desk::new();
    desk.succeed("train --dataset mnist --anomaly 2 --nf 2 --nz 8 --size 16 --epochs 1 --device cpu --out run");
    let trial =
        "project trial --dataset mnist --images 40 --draws 1 --epochs 1 --device cpu --from run/model.safetensors";
    assert!(desk.succeed(&format!("{trial} --anomaly 2")).contains("mean AUC"));
    for other in [
        "--anomaly 3",
        "--anomaly 2 --protocol one-class",
        "--anomaly 2 --split official",
    ] {
        let said = desk.fail(&format!("{trial} {other}"), 1);
        assert!(said.contains("new to it cannot be told"), "{other}: {said}");
    }
    // Another copy of the data set: these images have other places.
    let mut labels = desk.read("mnist/train-labels-idx1-ubyte");
    labels[8..28].rotate_left(1);
    desk.write("mnist/train-labels-idx1-ubyte", &labels);
    assert!(
        desk.fail(&format!("{trial} --anomaly 2"), 1)
            .contains("new to it cannot be told")
    );
    for rate in ["500", "-1", "nan"] {
        let said = desk.fail(&format!("{trial} --anomaly 2 --false-alarms {rate}"), 2);
        assert!(said.contains("choose 0 to 100 per cent"), "{said}");
    }
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

    assert!(
        desk.fail(&few.replace("mine.ganomaly.zip", "mine.zip"), 1)
            .contains("ends in .ganomaly.zip")
    );
    assert!(
        desk.fail(&few.replace("mine.ganomaly.zip", ".ganomaly.zip"), 1)
            .contains("--name")
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
    let garbled = desk.read("garbled.ganomaly.zip");
    pictures(&desk, "odd", 2, true);
    let said = desk.fail("project check garbled.ganomaly.zip odd --device cpu", 1);
    assert!(said.contains("cannot be copied, so nothing was written"), "{said}");
    assert_eq!(desk.read("garbled.ganomaly.zip"), garbled);
    assert!(
        desk.fail("project check mine.ganomaly.zip few/none --device cpu", 1)
            .contains("cannot find")
    );
    assert_eq!(desk.read("mine.ganomaly.zip"), whole);
}
