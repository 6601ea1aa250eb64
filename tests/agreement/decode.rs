//! Files of every kind against what Pillow makes of them.

use ganomaly::image::decode;
use safetensors::SafeTensors;

/// Lossy formats may be computed in other ways, and Pillow's scaling rounds twice.
fn tolerance(case: &str) -> u8 {
    match case.rsplit('.').next() {
        Some("jpg" | "webp") => 4,
        _ => 2,
    }
}

#[test]
fn files_of_every_kind_look_as_in_pillow() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/decode.safetensors")).unwrap();
    let cases: Vec<&str> = golden
        .names()
        .into_iter()
        .filter_map(|name| name.strip_suffix(".file"))
        .collect();
    assert!(cases.len() >= 30);
    let mut wrong = Vec::new();
    for case in cases {
        let tensor = |part: &str| golden.tensor(&format!("{case}.{part}")).unwrap();
        for (channels, part) in [(1, "grey"), (3, "colour")] {
            let expected = tensor(part);
            let plane = expected.data().len() / channels;
            let side = expected.shape()[0];
            let found = decode(tensor("file").data(), channels, side).unwrap();
            let difference = (0..expected.data().len())
                .map(|index| found[index % channels * plane + index / channels].abs_diff(expected.data()[index]))
                .max();
            if difference > Some(tolerance(case)) {
                wrong.push(format!("{case}, {part}: differs by up to {difference:?} grey levels"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file that was cut short is refused, not filled up with grey.
#[test]
fn files_cut_short_are_refused() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/decode.safetensors")).unwrap();
    let mut accepted = Vec::new();
    for name in golden.names() {
        let Some(case) = name.strip_suffix(".file") else {
            continue;
        };
        let file = golden.tensor(name).unwrap();
        for part in [10, 50, 90] {
            let length = file.data().len() * part / 100;
            // Of an animation the first frame may be whole.
            if !case.starts_with("animated") && decode(&file.data()[..length], 1, 32).is_ok() {
                accepted.push(format!("{part} % of {case}"));
            }
        }
    }
    assert!(accepted.is_empty(), "{accepted:?}");
}
