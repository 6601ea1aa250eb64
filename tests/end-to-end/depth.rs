//! Images of more than 8 bits a value on the command line: their range is learnt, stored, shown, and may be set.

use crate::desk::{Desk, errors};
use image::{ImageBuffer, Luma};
use serde_json::{Value, json};

/// Discs on a ground that is never black, in so many bits of 16; larger numbers are brighter.
fn pictures(desk: &Desk, folder: &str, bits: u32, numbers: std::ops::Range<u32>) {
    std::fs::create_dir_all(desk.path(folder)).unwrap();
    for number in numbers {
        let picture = ImageBuffer::from_fn(40, 40, |x, y| {
            let inside = (f64::from(x) - 20.0).hypot(f64::from(y) - 20.0) < 12.0;
            let share = if inside { 0.5 + f64::from(number) / 100.0 } else { 0.2 };
            Luma([(share * f64::from((1_u32 << bits) - 1)) as u16])
        });
        picture.save(desk.path(&format!("{folder}/{number}.png"))).unwrap();
    }
}

fn card(desk: &Desk, weights: &str) -> Value {
    let info: Value = serde_json::from_str(&desk.succeed(&format!("info {weights} --json"))).unwrap();
    info["card"].clone()
}

const TRAIN: &str = "train --size 16 --nz 8 --nf 4 --batch-size 4 --epochs 1 --device cpu";

#[test]
fn the_range_of_deep_images_is_learnt_and_images_of_another_depth_are_pointed_out() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, 0..20);
    pictures(&desk, "full", 16, 0..2);
    desk.succeed(&format!("{TRAIN} --images good --out run"));
    // From 0.2 to at most 0.69 of 4095, and a quarter more at either end.
    let range = &card(&desk, "run/model.safetensors")["valueRange"];
    let (low, high) = (range["low"].as_u64().unwrap(), range["high"].as_u64().unwrap());
    assert!((300..=500).contains(&low) && (3000..=3350).contains(&high), "{range}");

    let scored = desk.run("score good/3.png full --weights run/model.safetensors --device cpu");
    assert!(scored.status.success(), "{}", errors(&scored));
    let said = errors(&scored);
    assert!(!said.contains("3.png:"), "{said}");
    assert_eq!(said.matches("go beyond").count(), 2, "{said}");
}

#[test]
fn the_range_can_be_set() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, 0..10);
    desk.succeed(&format!("{TRAIN} --images good --value-range 0,4095 --out run"));
    let range = &card(&desk, "run/model.safetensors")["valueRange"];
    assert_eq!(*range, json!({ "low": 0, "high": 4095 }));
    assert!(
        desk.succeed("info run/model.safetensors")
            .contains("0 to 4095 are black to white")
    );

    for wrong in ["4095,0", "7,7", "0", "0,70000", "a,b"] {
        let refused = desk.run(&format!("{TRAIN} --images good --value-range {wrong} --out other"));
        assert!(
            !refused.status.success() && errors(&refused).contains("0,4095"),
            "{wrong}: {}",
            errors(&refused)
        );
    }
}

#[test]
fn a_project_keeps_the_range_and_what_is_to_be_said() {
    let desk = Desk::new();
    pictures(&desk, "good", 12, 0..12);
    pictures(&desk, "full", 16, 0..1);
    desk.succeed("project create --normals good --size 16 --epochs 2 --device cpu --out mine.ganomaly.zip");
    let checked = desk.run("project check mine.ganomaly.zip full good/1.png --device cpu");
    assert!(checked.status.success(), "{}", errors(&checked));
    desk.succeed("project extract mine.ganomaly.zip --out taken");
    let range = &card(&desk, "taken/model.safetensors")["valueRange"];
    assert!(range["high"].as_u64().unwrap() < 4096, "{range}");
    assert_eq!(errors(&checked).matches("go beyond").count(), 1);
}
