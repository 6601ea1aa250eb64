//! Folders and archives of images as users have them, with all that may be wrong with them, on the command line.
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgb, RgbImage};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const SMALL: &str = "--nf 2 --nz 8 --size 16 --epochs 1 --batch-size 4 --device cpu --force --out run";

struct Desk(TempDir);

impl Desk {
    /// Plates: 12 normal ones to train on, 4 to test on, and 3 anomalies of each of two kinds.
    fn with_plates() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (folder, count) in [
            ("train/normal", 12),
            ("test/normal", 4),
            ("test/crack", 3),
            ("test/Dent", 3),
        ] {
            for number in 0..count {
                desk.plate(&format!("plates/{folder}/{number}.png"), number * 10);
            }
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn plate(&self, name: &str, shade: u8) {
        self.save(name, GrayImage::from_pixel(20, 30, Luma([shade])));
    }

    fn save(&self, name: &str, image: impl Into<DynamicImage>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image.into().save(path).unwrap();
    }

    fn run(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ganomaly"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .env("GANOMALY_DATA", self.0.path());
        command.output().unwrap()
    }

    /// Runs a command that must succeed; gives what it prints and what it says.
    fn succeed(&self, arguments: &str) -> (String, String) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments}\n{said}");
        (String::from_utf8(output.stdout).unwrap(), said)
    }

    /// Runs a command that must fail; gives what it says.
    fn fail(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments}\n{said}");
        said
    }

    fn card(&self) -> Value {
        let (json, _) = self.succeed("info run/model.safetensors --json");
        serde_json::from_str::<Value>(&json).unwrap()["card"].take()
    }
}

/// A tar archive of a folder, not packed.
fn tar(folder: &Path, to: &Path) {
    let mut builder = tar::Builder::new(fs::File::create(to).unwrap());
    builder.append_dir_all(".", folder).unwrap();
    builder.finish().unwrap();
}

#[test]
fn a_folder_of_normal_images_and_anomalies_is_learnt_and_judged() {
    let desk = Desk::with_plates();
    desk.succeed(&format!("train --dataset plates {SMALL}"));
    let card = desk.card();
    assert_eq!(card["name"], "plates");
    assert_eq!(card["data"]["anomalousClasses"], serde_json::json!(["Dent", "crack"]));
    let data = &card["data"];
    assert_eq!([&data["protocol"], &data["split"]], ["one-class", "official"]);
    assert_eq!(data["calibrationImages"], 2);
    assert_eq!(card["data"]["normalImages"], 10);
    assert_eq!(card["data"]["terms"], "the user's own images");
    assert_eq!(card["metrics"]["normalImages"], 4);
    assert_eq!(card["metrics"]["anomalousImages"], 6);
    let first = fs::read(desk.path("run/model.safetensors")).unwrap();

    // The name in the card is found again in the folder of data sets.
    let (report, said) = desk.succeed("evaluate --weights run/model.safetensors --device cpu");
    assert!(report.contains("anomalies: Dent, crack, official split") && !said.contains("warning"));
    let (report, _) = desk.succeed("evaluate --weights run/model.safetensors --device cpu --anomaly dent");
    assert!(report.contains("4 normal, 3 anomalous"), "{report}");
    let (_, said) = desk.succeed("evaluate --weights run/model.safetensors --device cpu --split pooled");
    assert!(said.contains("was trained for another task"), "{said}");

    // An archive of the same files makes the same model.
    let archive = tempfile::tempdir().unwrap();
    tar(&desk.path("plates"), &archive.path().join("plates.tar"));
    fs::rename(desk.path("plates"), desk.path("elsewhere")).unwrap();
    desk.succeed(&format!(
        "train --dataset plates --data {} {SMALL}",
        archive.path().display()
    ));
    assert!(first == fs::read(desk.path("run/model.safetensors")).unwrap());
}

#[test]
fn classes_without_train_and_test_need_one_that_stands_alone() {
    let desk = Desk::with_plates();
    fs::rename(desk.path("plates/test"), desk.path("loose")).unwrap();
    fs::remove_dir_all(desk.path("loose/normal")).unwrap();
    for number in 0..20 {
        desk.plate(&format!("loose/crack/more-{number}.png"), number);
    }
    let said = desk.fail(&format!("train --dataset loose {SMALL}"));
    assert!(
        said.contains("no class called normal or good, only Dent, crack"),
        "{said}"
    );
    let said = desk.fail(&format!("train --dataset loose --anomaly crackle {SMALL}"));
    assert!(said.contains("0 Dent, 1 crack"), "{said}");
    let said = desk.fail(&format!(
        "train --dataset loose --anomaly dent --split official {SMALL}"
    ));
    assert!(said.contains("--split pooled"), "{said}");
    desk.succeed(&format!("train --dataset loose --anomaly dent {SMALL}"));
    let data = &desk.card()["data"];
    assert_eq!([&data["protocol"], &data["split"]], ["leave-one-out", "pooled"]);
    assert_eq!(data["calibrationImages"], 3);

    // One image more, and the split falls out otherwise: those that trained may test now.
    let judge = "evaluate --weights run/model.safetensors --device cpu";
    assert!(!desk.succeed(judge).1.contains("warning"));
    desk.plate("loose/crack/yet-another.png", 99);
    assert!(
        desk.succeed(judge)
            .1
            .contains("may have been trained on images that test it now")
    );

    // A class may be called as a part of the split is, too.
    fs::rename(desk.path("loose/Dent"), desk.path("loose/train")).unwrap();
    desk.succeed(&format!("train --dataset loose --anomaly train {SMALL}"));
    assert_eq!(desk.card()["data"]["anomalousClasses"], serde_json::json!(["train"]));
}

#[test]
fn without_anomalies_there_is_training_but_no_judgement() {
    let desk = Desk::with_plates();
    fs::remove_dir_all(desk.path("plates/test/crack")).unwrap();
    fs::remove_dir_all(desk.path("plates/test/Dent")).unwrap();
    let (_, said) = desk.succeed(&format!("train --dataset plates {SMALL}"));
    assert!(
        said.contains("no anomalous test images") && said.contains("without test figures"),
        "{said}"
    );
    assert_eq!(desk.card()["metrics"], Value::Null);
    let said = desk.fail("evaluate --weights run/model.safetensors --device cpu");
    assert!(
        said.contains("cannot be judged") && said.contains("no anomalous test images"),
        "{said}"
    );

    // Normal images that are all of the training set test nothing either.
    fs::remove_dir_all(desk.path("plates/test")).unwrap();
    let said = desk.fail("evaluate --weights run/model.safetensors --device cpu");
    assert!(said.contains("plates has no test images"), "{said}");
}

#[test]
fn without_normal_images_there_is_nothing_to_learn() {
    let desk = Desk::with_plates();
    fs::remove_dir_all(desk.path("plates/train")).unwrap();
    let said = desk.fail(&format!("train --dataset plates {SMALL}"));
    assert!(said.contains("0 normal images to train on"), "{said}");
    fs::remove_dir_all(desk.path("plates/test/normal")).unwrap();
    let said = desk.fail(&format!("train --dataset plates {SMALL}"));
    assert!(said.contains("no class called normal or good"), "{said}");
}

#[test]
fn unreadable_files_are_named_and_the_others_used() {
    let desk = Desk::with_plates();
    let whole = fs::read(desk.path("plates/train/normal/0.png")).unwrap();
    desk.write("plates/train/normal/short.png", &whole[..whole.len() / 2]);
    desk.write("plates/train/normal/empty.png", b"");
    desk.write("plates/train/normal/text.png", b"this is a text");
    desk.write("plates/train/normal/other.heic", b"\0\0\0\x18ftypheic");
    for junk in ["._0.png", ".DS_Store", "Thumbs.db", "labels.csv", "notes.txt", "a.json"] {
        desk.write(&format!("plates/train/normal/{junk}"), b"junk");
    }
    let (_, said) = desk.succeed(&format!("train --dataset plates {SMALL}"));
    for (file, reason) in [
        ("short.png", "damaged or cut short"),
        ("empty.png", "the file is empty"),
        ("text.png", "not an image"),
        ("other.heic", "a HEIC image"),
    ] {
        let line = said.lines().find(|line| line.contains(file)).unwrap_or_default();
        assert!(
            line.starts_with("warning: train/normal/") && line.contains(reason),
            "{said}"
        );
    }
    assert!(
        !said.contains("junk") && !said.contains("Thumbs") && !said.contains("csv"),
        "{said}"
    );
    let card = desk.card();
    assert_eq!(card["data"]["normalImages"], 10);
    let note = "4 of 26 files cannot be read and are left out";
    assert_eq!(card["data"]["notes"], serde_json::json!([note]));
    assert!(desk.succeed("info run/model.safetensors").0.contains(note));
    let (_, said) = desk.succeed(&format!("train --verbose --dataset plates {SMALL}"));
    assert!(said.contains("4 files that are not images"), "{said}");

    for number in 0..20 {
        desk.write(&format!("plates/train/normal/empty-{number}.png"), b"");
    }
    let (_, said) = desk.succeed(&format!("train --dataset plates {SMALL}"));
    assert_eq!(said.matches("is left out:").count(), 10, "{said}");
    assert!(said.contains("24 files are left out in all"), "{said}");
}

#[test]
fn sizes_and_depths_may_be_mixed() {
    let desk = Desk::with_plates();
    desk.save(
        "plates/train/normal/wide.bmp",
        RgbImage::from_pixel(90, 7, Rgb([9, 99, 200])),
    );
    desk.save(
        "plates/train/normal/deep.png",
        ImageBuffer::from_pixel(5, 5, Luma([40_000_u16])),
    );
    desk.save("plates/test/normal/clear.png", image::RgbaImage::new(8, 80));
    for channels in [1, 3] {
        let (_, said) = desk.succeed(&format!("train --dataset plates --channels {channels} {SMALL}"));
        assert!(!said.contains("warning"), "{said}");
        let card = desk.card();
        assert_eq!(card["model"]["channels"], channels);
        assert_eq!(
            (&card["data"]["normalImages"], &card["metrics"]["normalImages"]),
            (&12.into(), &5.into())
        );
    }
}

#[test]
fn archives_and_folders_that_cannot_be_used_get_a_sentence() {
    let desk = Desk::with_plates();
    desk.write("text.tar.gz", b"this is a text, not an archive");
    tar(&desk.path("plates"), &desk.path("short.tar"));
    let whole = fs::read(desk.path("short.tar")).unwrap();
    desk.write("short.tar", &whole[..whole.len() / 2 + 100]);
    desk.write("bad/train/normal/1.png", b"");
    fs::create_dir(desk.path("empty")).unwrap();
    fs::remove_dir_all(desk.path("plates")).unwrap();
    for (dataset, words) in [
        ("missing", "neither a folder nor an archive"),
        ("xray-threats", "https://domingomery.ing.puc.cl/material/gdxray/"),
        ("text.tar.gz", "is not a .tar, .tar.gz or .zip archive"),
        ("short.tar", "damaged or cut short"),
        ("empty", "no images in class folders"),
        ("bad", "not one of the 1 images"),
        ("cifar10 --anomaly cat", "ganomaly fetch cifar10"),
        ("fashion-mnist --anomaly bag", "ganomaly fetch fashion-mnist"),
    ] {
        let said = desk.fail(&format!("train --dataset {dataset} {SMALL}"));
        assert!(said.contains(words), "{dataset}\n{said}");
        assert!(!desk.path("run").exists(), "{dataset}");
    }
    let said = desk.fail("fetch xray-threats");
    assert!(said.contains("gdxray") && said.contains("train/normal"), "{said}");
}

#[test]
fn samples_are_of_the_test_set_of_a_folder() {
    let desk = Desk::with_plates();
    desk.succeed("samples --dataset plates --each 3 --size 16 --out samples");
    let list: Value = serde_json::from_slice(&fs::read(desk.path("samples/plates.json")).unwrap()).unwrap();
    assert_eq!(list["classes"], serde_json::json!(["Dent", "crack", "normal"]));
    assert_eq!(list["labels"], serde_json::json!([0, 1, 2, 0, 1, 2, 0, 1, 2]));
    let picture = image::open(desk.path("samples/plates.png")).unwrap();
    assert_eq!((picture.width(), picture.height()), (160, 16));
    let said = desk.fail("samples --dataset plates --each 4 --out samples");
    assert!(said.contains("3 test images of the class Dent"), "{said}");
}
