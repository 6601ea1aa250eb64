//! A table from nothing to its report: computed on made-up digits, stopped, gone on with, split over machines.
use crate::desk::{Desk, errors};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Two classes, of which one is named twice, one seed, small networks.
const SMALL: &str = "--classes 0,1,0 --nf 2 --size 16 --epochs 2 --device cpu";

/// The records of a file of results.
fn records(desk: &Desk, file: &str) -> Vec<Value> {
    let text = String::from_utf8(desk.read(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Class, method and options of each record, and its AUC.
fn figures(records: &[Value]) -> BTreeSet<(String, String)> {
    let cell = |record: &Value| format!("{} {} {}", record["class"], record["method"], record["options"]);
    records
        .iter()
        .map(|record| (cell(record), record["auc"].to_string()))
        .collect()
}

#[test]
fn a_table_is_computed_and_reported() {
    let desk = Desk::new();
    desk.succeed(&format!(
        "reproduce mnist --out results --scores nearest-normal {SMALL}"
    ));
    let records = records(&desk, "results/results.jsonl");
    // Two controls, three methods, each of these with two scores.
    assert_eq!(records.len(), 2 * (2 + 3 * 2));
    for record in &records {
        let auc = record["auc"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&auc));
        assert_eq!(record["protocol"], "leave-one-out");
        assert_eq!(record["split"], "pooled");
        assert_eq!(record["seed"], 0);
        assert_eq!(record["images"]["testAnomalous"], 60);
        let is_control = record["training"].is_null();
        let is_paper = record["options"].as_array().unwrap().is_empty();
        assert_eq!(
            record["epochs"].as_array().unwrap().len(),
            if is_control || !is_paper { 0 } else { 2 }
        );
        let changes = if is_control {
            json!(["size-16"])
        } else {
            json!(["nf-2", "epochs-2", "size-16"])
        };
        assert_eq!(record["changes"], changes, "{record}");
    }
    // The made-up classes differ in a bar's place: an easy task.
    let pca = records.iter().find(|record| record["method"] == "pca-32").unwrap();
    assert!(pca["auc"].as_f64().unwrap() > 0.9);

    let weights = fs::read_dir(desk.path("results/weights")).unwrap().count();
    assert_eq!(weights, 12);
    let one = "mnist-quick-leave-one-out-pooled-1-seed0-skip-ganomaly+nearest-normal+nf-2+epochs-2+size-16";
    let one = format!("results/weights/{one}.safetensors");
    let judged = desk.succeed(&format!("evaluate --weights {one} --json - --device cpu"));
    let judged: Value = serde_json::from_str(&judged).unwrap();
    let recorded = records.iter().find(|record| {
        record["class"] == "1" && record["method"] == "skip-ganomaly" && record["options"][0] == "nearest-normal"
    });
    assert_eq!(judged["metrics"]["auc"], recorded.unwrap()["auc"]);
    assert_eq!(fs::read_dir(desk.path("results/unfinished")).unwrap().count(), 0);

    desk.succeed("report results --out report");
    let page = String::from_utf8(desk.read("report/index.html")).unwrap();
    let markdown = String::from_utf8(desk.read("report/report.md")).unwrap();
    for record in &records {
        let auc = format!("{:.3}", record["auc"].as_f64().unwrap());
        assert!(page.contains(&auc) && markdown.contains(&auc), "{auc}");
    }
    for word in [
        "PCA",
        "Skip-GANomaly",
        "nearest-normal",
        "leakage",
        "data:image/png;base64,",
    ] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn a_killed_table_goes_on_and_shards_add_up() {
    let desk = Desk::new();
    let table = format!("reproduce mnist --methods ganomaly,pca-32 {SMALL}");
    desk.succeed(&format!("{table} --out whole --jobs 2"));
    let whole = figures(&records(&desk, "whole/results.jsonl"));
    assert_eq!(whole.len(), 4);

    // Killed as soon as one cell is done, with the next one under way.
    let mut running = desk
        .command(&format!("{table} --out killed --jobs 1"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let file = desk.path("killed/results.jsonl");
    let began = Instant::now();
    while !file.exists() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let before = String::from_utf8(fs::read(&file).unwrap()).unwrap();
    let first = before.lines().next().unwrap().to_owned();
    // As if it had been killed in the middle of a line.
    fs::write(&file, format!("{first}\n{}", &first[..first.len() / 2])).unwrap();
    desk.succeed(&format!("{table} --out killed"));
    let after = records(&desk, "killed/results.jsonl");
    assert_eq!(after.len(), 4, "what was done is not done again");
    assert_eq!(after[0], serde_json::from_str::<Value>(&first).unwrap());
    assert_eq!(figures(&after), whole);

    for shard in ["1/2", "2/2"] {
        desk.succeed(&format!("{table} --out shards --shard {shard}"));
    }
    let shards = [
        records(&desk, "shards/results-1-of-2.jsonl"),
        records(&desk, "shards/results-2-of-2.jsonl"),
    ];
    assert_eq!(shards.each_ref().map(Vec::len), [2, 2]);
    assert_eq!(figures(&shards.concat()), whole);
    for shard in &shards {
        let trained = shard.iter().filter(|record| record["method"] == "ganomaly");
        assert_eq!(trained.count(), 1, "the long cells are dealt out evenly");
    }
    let again = desk.run(&format!("{table} --out shards"));
    assert!(errors(&again).contains("All 4 cell(s) are done"), "{}", errors(&again));
    // Other settings are other cells, but the control has none of them.
    let other = desk.run(&format!("{table} --out shards").replace("--epochs 2", "--epochs 1"));
    assert!(
        errors(&other).contains("2 cell(s) to compute, 2 done before"),
        "{}",
        errors(&other)
    );
}

#[test]
fn scores_are_added_without_training_again() {
    let desk = Desk::new();
    let table = format!("reproduce mnist --methods ganomaly --out results {SMALL}");
    desk.succeed(&table);
    let paper = records(&desk, "results/results.jsonl");
    desk.succeed(&format!("{table} --scores nearest-normal,nearest-normal-features"));
    let all = records(&desk, "results/results.jsonl");
    assert_eq!((paper.len(), all.len()), (2, 6));
    assert_eq!(all[..2], paper[..]);
    for record in &all {
        let same = paper.iter().find(|paper| paper["class"] == record["class"]).unwrap();
        assert_eq!(
            record["trainingSeconds"], same["trainingSeconds"],
            "the training is the same"
        );
    }

    let one = "mnist-quick-leave-one-out-pooled-0-seed0-ganomaly+nearest-normal+nf-2+epochs-2+size-16.safetensors";
    let info = desk.succeed(&format!("info results/weights/{one} --json"));
    let info: Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["card"]["epochsTrained"], 2);

    let at_once = table.replace("--out results", "--out results2");
    desk.succeed(&format!("{at_once} --scores nearest-normal-features"));
    let at_once = records(&desk, "results2/results.jsonl");
    let form = |record: &&Value| record["options"][0] == "nearest-normal-features" && record["class"] == "0";
    let aucs = [&all, &at_once].map(|records| records.iter().find(form).unwrap()["auc"].clone());
    assert_eq!(
        aucs[0], aucs[1],
        "networks in half precision score alike whenever they are loaded"
    );
}

#[test]
fn mistakes_get_a_sentence() {
    let desk = Desk::new();
    for (arguments, code, words) in [
        ("reproduce mnist --classes ten --out r", 1, "mnist has no class ten"),
        ("reproduce mnist --shard 3/2 --out r", 2, "1/n to n/n"),
        (
            "reproduce mnist --methods gan --out r",
            2,
            "[possible values: ganomaly, ",
        ),
        ("reproduce xray --out r", 1, "xray-threats"),
        ("reproduce cifar10 --out r", 1, "ganomaly fetch cifar10"),
        ("reproduce mnist --size 0 --out r", 1, "multiple of 16"),
        (
            "reproduce mnist --size 100000 --methods pca-32 --out r",
            1,
            "multiple of 16",
        ),
        ("reproduce mnist --nf 0 --out r", 1, "nf"),
    ] {
        let said = desk.fail(arguments, code);
        assert!(said.contains(words), "{arguments}\n{said}");
        assert!(!desk.path("r").exists(), "{arguments}");
    }
    desk.succeed(&format!("reproduce mnist --methods pca-32 --out results {SMALL}"));
    let mut lines = desk.read("results/results.jsonl");
    lines.splice(0..0, b"{\"table\":\n".iter().copied());
    desk.write("results/results.jsonl", &lines);
    for arguments in [
        format!("reproduce mnist --methods pca-32 --out results {SMALL}"),
        "report results --out report".to_owned(),
    ] {
        let said = desk.fail(&arguments, 1);
        assert!(said.contains("results.jsonl, line 1, is not a result"), "{said}");
    }
}
