//! The command line as its users meet it: the program is run on small made-up digits, on the CPU.
use crate::desk::{Desk, errors};
use serde_json::Value;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

const SMALL: &str = "--nf 2 --nz 8 --batch-size 16 --calibration 30 --device cpu";

#[test]
fn a_model_is_trained_judged_shown_and_listed() {
    let desk = Desk::new();
    desk.succeed(&format!(
        "train --dataset mnist --anomaly 2 --epochs 2 --out run {SMALL}"
    ));
    let log = String::from_utf8(desk.read("run/log.jsonl")).unwrap();
    let kinds: Vec<String> = log
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(kinds.first().map(String::as_str), Some("started"));
    assert_eq!(kinds.last().map(String::as_str), Some("finished"));
    assert_eq!(kinds.iter().filter(|kind| *kind == "epoch").count(), 2);

    let text = desk.succeed("evaluate --weights run/model.safetensors --device cpu --json report.json --picture a.svg");
    assert!(
        text.contains("AUC") && text.contains("digit 2 is the anomaly"),
        "{text}"
    );
    assert!(String::from_utf8(desk.read("a.svg")).unwrap().contains("ROC curve"));
    let report = desk.json("report.json");
    assert_eq!(report["metrics"]["anomalousImages"], 60);
    assert_eq!(report["metrics"]["normalImages"], 9 * 12);
    let batchwise = desk.succeed("evaluate --weights run/model.safetensors --device cpu --batch-statistics");
    assert!(batchwise.contains("authors' way"), "{batchwise}");

    let info: Value = serde_json::from_str(&desk.succeed("info run/model.safetensors --json")).unwrap();
    assert_eq!(
        info["card"]["metrics"], report["metrics"],
        "the card has the figures of the stored weights"
    );
    assert_eq!(info["card"]["data"]["normalImages"], 9 * 48 - 30);
    assert_eq!(
        (&info["calibrationImages"], &info["precision"]),
        (&Value::from(30), &Value::from("half (16 bits)"))
    );
    assert!(desk.succeed("info run/checkpoint.safetensors").contains("checkpoint"));

    fs::create_dir(desk.path("weights")).unwrap();
    fs::copy(
        desk.path("run/model.safetensors"),
        desk.path("weights/mnist-2.safetensors"),
    )
    .unwrap();
    desk.succeed("manifest weights");
    let manifest = desk.json("weights/manifest.json");
    let entry = &manifest["models"][0];
    assert_eq!(
        (&entry["id"], &entry["title"]),
        (&Value::from("mnist-2"), &Value::from("Digit 2 is the anomaly"))
    );
    assert_eq!(entry["bytes"], desk.read("weights/mnist-2.safetensors").len());
    assert_eq!(entry["card"], info["card"]);
    assert!(desk.fail("manifest run", 1).contains("checkpoint"));
}

#[test]
fn the_same_seed_gives_the_same_model_even_if_the_run_is_killed() {
    let desk = Desk::new();
    let train = format!("train --dataset mnist --anomaly 0 --epochs 6 {SMALL} --out");
    desk.succeed(&format!("{train} first"));
    desk.succeed(&format!("{train} second"));
    assert!(desk.read("first/model.safetensors") == desk.read("second/model.safetensors"));

    let mut run = desk
        .command(&format!("{train} third"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let checkpoint = desk.path("third/checkpoint.safetensors");
    while !checkpoint.exists() && run.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(
        !desk.path("third/model.safetensors").exists(),
        "the run was killed too late to test anything"
    );
    assert!(
        desk.fail(&format!("{train} third"), 1).contains("--resume"),
        "a run is not overwritten"
    );
    desk.succeed("train --resume --device cpu --out third");
    assert!(desk.read("first/model.safetensors") == desk.read("third/model.safetensors"));

    // Neither does it matter to what is learnt of normal images at the end.
    let beyond = format!("train --dataset mnist --anomaly 0 --score nearest-normal {SMALL} --out");
    desk.succeed(&format!("{beyond} fifth --epochs 2"));
    desk.succeed(&format!("{beyond} sixth --epochs 1"));
    let unfinished = desk.succeed("info sixth/checkpoint.safetensors");
    assert!(unfinished.contains("nearest-normal"), "{unfinished}");
    desk.succeed("train --resume --epochs 2 --device cpu --out sixth");
    assert!(desk.read("fifth/model.safetensors") == desk.read("sixth/model.safetensors"));
    let said = desk.fail("evaluate --weights fifth/model.safetensors --batch-statistics", 1);
    assert!(said.contains("scores by nearest-normal"), "{said}");
    let without = beyond.replace("--calibration 30", "--calibration 0");
    let said = desk.fail(&format!("{without} seventh"), 1);
    assert!(said.contains("--calibration 10"), "{said}");

    // A run that is made longer is the same as one that was that long from the start.
    desk.succeed(&format!(
        "train --dataset mnist --anomaly 0 --epochs 2 {SMALL} --out fourth"
    ));
    desk.succeed("train --resume --epochs 6 --device cpu --out fourth");
    assert!(
        desk.fail("train --resume --epochs 3 --out fourth", 1)
            .contains("cannot shorten")
    );
    assert!(desk.read("first/model.safetensors") == desk.read("fourth/model.safetensors"));
}

#[test]
fn a_folder_of_images_is_learnt_and_scored() {
    let desk = Desk::new();
    for shade in 0..20 {
        desk.picture(&format!("good/{}/{shade}.png", shade % 2), 100 + shade);
    }
    desk.write("good/notes.txt", b"not an image");
    desk.write("good/short.png", &desk.read("good/0/0.png")[..40]);
    let output = desk.run("train --images good --nf 2 --nz 8 --epochs 1 --batch-size 8 --device cpu --out run");
    assert!(output.status.success() && errors(&output).contains("notes.txt") && errors(&output).contains("short.png"));

    let table = desk.succeed("score --weights run/model.safetensors good/1 good/notes.txt --device cpu");
    assert_eq!(table.lines().count(), 1 + 11, "{table}");
    let csv = desk.succeed("score --weights run/model.safetensors good --device cpu --csv - --json scores.json");
    assert!(
        csv.starts_with("file,score,threshold,verdict,error\ngood/0/0.png,"),
        "{csv}"
    );
    let scores = desk.json("scores.json");
    let images = scores["images"].as_array().unwrap();
    assert_eq!(images.iter().filter(|image| image["error"].is_string()).count(), 2);
    assert_eq!(images.iter().filter(|image| image["score"].is_f64()).count(), 20);
    assert!(
        desk.fail("score --weights run/model.safetensors good/notes.txt --device cpu", 1)
            .contains("not one image")
    );

    let tune = "train --images good --from run/model.safetensors --epochs 1 --device cpu --out tuned";
    desk.succeed(tune);
    assert!(
        desk.succeed("info tuned/model.safetensors")
            .contains("tuned from   good")
    );
    assert!(
        desk.fail(&format!("{tune} --force --nf 4"), 1)
            .contains("cannot be changed")
    );
}

#[test]
fn samples_show_every_digit() {
    let desk = Desk::new();
    desk.succeed("samples --dataset mnist --seed 1 --each 8 --out samples");
    let list = desk.json("samples/mnist.json");
    let labels: Vec<u64> = list["labels"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    assert_eq!(labels, (0..80).map(|cell| cell % 10).collect::<Vec<_>>());
    let picture = image::open(desk.path("samples/mnist.png")).unwrap().to_luma8();
    assert_eq!(picture.dimensions(), (280, 224));
    // The bar of the digit 9 in the last cell.
    assert!(picture.get_pixel(9 * 28 + 22, 7 * 28 + 14).0[0] >= 155);
}

#[test]
fn the_official_split_and_runs_of_the_first_version() {
    let desk = Desk::new();
    desk.succeed(&format!(
        "train --dataset mnist --anomaly 2 --split official --epochs 1 --out official {SMALL}"
    ));
    let info: Value = serde_json::from_str(&desk.succeed("info official/model.safetensors --json")).unwrap();
    assert_eq!(info["card"]["data"]["normalImages"], 9 * 50 - 30);
    assert_eq!(info["card"]["metrics"]["anomalousImages"], 10);
    let text = desk.succeed("evaluate --weights official/model.safetensors --device cpu");
    assert!(
        text.contains("digit 2 is the anomaly, official split") && text.contains("90 normal, 10 anomalous"),
        "{text}"
    );

    desk.succeed(&format!(
        "train --dataset mnist --anomaly 2 --epochs 2 --out run {SMALL}"
    ));
    let mut plan = desk.json("run/run.json");
    plan["source"] = serde_json::json!({"mnist": {"class": 2, "protocol": "leave-one-out"}});
    desk.write("run/run.json", plan.to_string().as_bytes());
    desk.succeed("train --resume --epochs 3 --device cpu --out run");
    desk.succeed("train --resume --dataset mnist --anomaly 2 --epochs 4 --device cpu --out run");
}

#[test]
fn mistakes_get_a_sentence_and_leave_nothing_behind() {
    let desk = Desk::new();
    fs::create_dir(desk.path("empty")).unwrap();
    desk.write("text.safetensors", b"this is a text, not a model");
    for (arguments, word) in [
        (
            "train --dataset mnist --anomaly 10 --out run",
            "no class 10: choose one of 0, 1",
        ),
        (
            "train --dataset mnist --anomaly 2 --size 33 --out run",
            "multiple of 16",
        ),
        (
            "train --dataset mnist --anomaly 2 --limit 1 --calibration 9 --out run",
            "too few",
        ),
        (
            "train --dataset mnist --anomaly 2 --data empty --out run",
            "ganomaly fetch mnist",
        ),
        ("train --images empty --out run", "0 readable image(s)"),
        ("train --images missing --out run", "is not a folder"),
        ("train --out run --resume", "nothing to resume"),
        ("train --out run", "say what to train on"),
        ("train --dataset mnist --anomaly two --out run", "no class two"),
        ("train --dataset mnist --out run", "say which class stands alone"),
        ("evaluate --weights text.safetensors", "not a weights file"),
        ("info missing.safetensors", "missing.safetensors"),
        ("score --weights text.safetensors empty", "not a weights file"),
        ("manifest empty", "no *.safetensors"),
    ] {
        let said = desk.fail(arguments, 1);
        assert!(said.contains(word), "{arguments}\n{said}");
        assert!(!desk.path("run").exists(), "{arguments}");
    }
}
