//! `ganomaly report` end to end, on made-up results.
use ganomaly::data::{Protocol, SplitKind};
use ganomaly::metrics::histogram;
use ganomaly::native::results::{
    Budget, Cell, Details, ImageCounts, Point, Record, Sample, Table, append, file, write_details,
};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const IMAGE: &str = "data:image/png;base64,iVBORw0KGgo=";

fn record(table: &str, class: &str, seed: u64, method: &str, auc: f64) -> Record {
    let gan = method.contains("ganomaly");
    Record {
        cell: Cell {
            table: Table::try_from(table.to_owned()).unwrap(),
            budget: Budget::Quick,
            protocol: Protocol::LeaveOneOut,
            split: SplitKind::Pooled,
            class: class.to_owned(),
            seed,
            method: method.to_owned(),
            options: vec![],
            changes: vec![],
        },
        auc,
        average_precision: 0.111,
        eer: 0.222,
        auc_by_class: Default::default(),
        epochs: if gan { vec![0.5, auc + 0.04, auc] } else { vec![] },
        images: ImageCounts {
            training: 1234,
            calibration: 100,
            test_normal: 567,
            test_anomalous: 89,
        },
        model: gan.then(Default::default),
        training: gan.then(Default::default),
        training_seconds: 30.0,
        milliseconds_per_image: 1.25,
        device: "made-up processor".to_owned(),
        software: "test".to_owned(),
        notes: vec!["a note with <b>markup</b> & a | bar".to_owned()],
    }
}

fn details() -> Details {
    let sample = |class: &str, anomalous, image: &str| Sample {
        class: class.to_owned(),
        anomalous,
        score: 0.125,
        image: image.to_owned(),
        reconstruction: Some(IMAGE.to_owned()),
    };
    let point = |x, anomalous| Point {
        x,
        y: 0.0,
        class: "1".to_owned(),
        anomalous,
    };
    Details {
        roc: vec![[0.0, 0.0], [0.0, 0.5], [1.0, 1.0]],
        histogram: histogram(&[0.1, 0.2], &[0.2, 0.4], 10),
        samples: vec![
            sample("<script>alert(1)</script>", false, IMAGE),
            sample("2", true, IMAGE),
            sample("elsewhere", true, "https://example.org/spy.png"),
            sample("broken", true, "data:image/png;base64,\" onerror=\"x"),
        ],
        map: vec![point(0.0, false), point(1.0, true)],
    }
}

/// Two seeds of two digits, a control that beats the GAN in one, an option, X-ray threats, a class that needs escaping.
fn fill(folder: &Path) {
    let path = file(folder, None);
    let mut records = Vec::new();
    for (class, seed, auc) in [("1", 0, 0.3), ("1", 1, 0.34), ("2", 0, 0.902), ("2", 1, 0.942)] {
        records.push(record("mnist", class, seed, "ganomaly", auc));
        records.push(record(
            "mnist",
            class,
            seed,
            "pca-32",
            if class == "1" { 0.5 } else { 0.878 },
        ));
        let mut option = record("mnist", class, seed, "ganomaly", auc + 0.01);
        option.cell.options = vec!["ema".to_owned()];
        records.push(option);
    }
    records.push(record("mnist", "<i>&", 0, "skip-ganomaly", 0.123));
    let mut threats = record("xray", "normal", 0, "ganomaly", 0.7);
    threats.auc_by_class = [("gun".to_owned(), 0.654), ("razor-blade".to_owned(), 0.321)].into();
    records.push(threats.clone());
    // A trial with other images, and the control on these.
    let mut trial = threats.clone();
    (trial.cell.changes, trial.auc) = (vec!["size-16".to_owned()], 0.3);
    records.push(trial.clone());
    (trial.cell.method, trial.auc) = ("pca-32".to_owned(), 0.2);
    records.push(trial);
    threats.cell.method = "pca-32".to_owned();
    (threats.auc, threats.epochs) = (0.802, vec![]);
    records.push(threats);
    for record in &records {
        append(&path, record).unwrap();
    }
    write_details(folder, &records[0].cell, &details()).unwrap();
}

fn report(folders: &[&Path], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ganomaly"));
    command.arg("report").args(folders).arg("--out").arg(out);
    command.output().unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_page_and_the_markdown_say_what_the_records_say() {
    let home = tempfile::tempdir().unwrap();
    fill(home.path());
    let out = home.path().join("report");
    let output = report(&[home.path()], &out);
    assert!(output.status.success(), "{}", complaint(&output));
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    let markdown = fs::read_to_string(out.join("report.md")).unwrap();

    let row = "<th scope=\"row\">GANomaly<small>2 seeds</small></th>\
               <td class=\"mean\">0.621<small>0.601–0.641</small><small>mean of 2 of 11</small></td>\
               <td class=\"missing\">missing</td><td>0.320<small>0.300–0.340</small></td>\
               <td>0.922<small>0.902–0.942</small></td>";
    assert!(page.contains(row), "the row of GANomaly");
    for text in [
        "Loses to PCA: AUC 0.621 against 0.689 over the 2 classes that both have; behind in 1 of 2: 1.",
        "Loses to PCA: AUC 0.700 against 0.802 over all threats; behind in none of 2.",
        "Beats PCA: AUC 0.300 against 0.200 over all threats; behind in none of 2.",
        "Choosing each model's best epoch on the test labels would claim 0.731 instead of 0.621",
        "Published: 0.625 (Akcay et al. 2018, GANomaly, table 1), here 0.621, a difference of -0.004",
        "There is no PCA control on the same classes",
        "0.631 (+0.010",
        "0.654",
        "1234, and 100 for the threshold",
        "NVIDIA GTX Titan X",
    ] {
        assert!(page.contains(text), "the page lacks {text:?}");
        assert!(markdown.contains(text), "the Markdown file lacks {text:?}");
    }
    assert!(
        markdown
            .contains("| GANomaly (2 seeds) | 0.621 0.601–0.641 (mean of 2 of 11) | missing | 0.320 | 0.922 | missing"),
        "{markdown}"
    );
    assert!(markdown.contains("a note with &lt;b&gt;markup&lt;/b&gt; &amp; a \\| bar"));
    assert!(page.contains("a note with &lt;b&gt;markup&lt;/b&gt; &amp; a | bar"));
    assert!(page.contains("<th scope=\"col\">&lt;i&gt;&amp;</th>"));
}

#[test]
fn the_report_of_the_tables_here_is_that_of_their_records() {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("weights/tables/quick");
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("report");
    let output = report(&[&tables], &out);
    assert!(output.status.success(), "{}", complaint(&output));
    let [made, kept] = [out, tables].map(|folder| fs::read_to_string(folder.join("report.md")).unwrap());
    assert!(
        made == kept,
        "weights/tables/quick/report.md is out of date: run `ganomaly report weights/tables/quick --out DIR` and take its report.md"
    );
}

#[test]
fn nothing_in_the_results_becomes_code_or_an_address() {
    let home = tempfile::tempdir().unwrap();
    fill(home.path());
    assert!(report(&[home.path()], &home.path().join("report")).status.success());
    let page = fs::read_to_string(home.path().join("report/index.html")).unwrap();
    assert!(page.contains("default-src 'none'") && page.contains(IMAGE) && page.contains("<svg"));
    for forbidden in ["<script", "<i>", "<b>markup", "example.org", "onerror", "NaN"] {
        assert!(!page.contains(forbidden), "the page has {forbidden}");
    }
}

#[test]
fn damaged_results_are_explained() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("report");
    let output = report(&[home.path()], &out);
    assert!(
        !output.status.success() && complaint(&output).contains("no results in"),
        "{}",
        complaint(&output)
    );
    let output = report(&[&home.path().join("missing")], &out);
    assert!(
        !output.status.success() && complaint(&output).contains("missing"),
        "{}",
        complaint(&output)
    );
    assert!(!out.exists());

    fill(home.path());
    let path = file(home.path(), None);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    let details = fs::read_dir(home.path().join("details"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    fs::write(details.path(), "{").unwrap();
    let output = report(&[home.path()], &out);
    assert!(output.status.success(), "{}", complaint(&output));
    let lines = whole.lines().count();
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    for text in [format!("line {lines}, is cut short"), "is damaged".to_owned()] {
        assert!(complaint(&output).contains(&text) && page.contains(&text), "{text}");
    }
    assert!(!page.contains("Loses to PCA: AUC 0.700"), "a torn record counts");

    fs::write(&path, format!("nonsense\n{whole}")).unwrap();
    let output = report(&[home.path()], &out);
    assert!(!output.status.success() && complaint(&output).contains("results.jsonl, line 1, is not a result"));
}

#[test]
fn of_a_cell_in_two_folders_the_last_counts() {
    let home = tempfile::tempdir().unwrap();
    let folders = ["a", "b"].map(|name| home.path().join(name));
    for (folder, auc) in folders.iter().zip([0.111, 0.777]) {
        append(&file(folder, Some((1, 2))), &record("cifar10", "cat", 0, "pca-32", auc)).unwrap();
    }
    let output = report(&[&folders[0], &folders[1]], home.path());
    assert!(output.status.success(), "{}", complaint(&output));
    let page = fs::read_to_string(home.path().join("index.html")).unwrap();
    assert!(page.contains("0.777") && !page.contains("0.111"));
}
