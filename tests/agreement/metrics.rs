//! The metrics against scikit-learn, ties and degenerate inputs included.

use ganomaly::metrics::Ranking;
use serde_json::Value;

const TOLERANCE: f64 = 1e-9;

fn scores(case: &Value, label: u64) -> Vec<f32> {
    let labels = case["labels"].as_array().unwrap();
    let scores = case["scores"].as_array().unwrap();
    let number = |value: &Value| match value.as_str() {
        Some(text) => text.parse().unwrap(),
        None => value.as_f64().unwrap() as f32,
    };
    let labelled = labels.iter().zip(scores);
    labelled
        .filter(|(is, _)| is.as_u64() == Some(label))
        .map(|(_, score)| number(score))
        .collect()
}

#[test]
fn metrics_agree_with_scikit_learn() {
    let golden: Value = serde_json::from_str(include_str!("../golden/metrics.json")).unwrap();
    let cases = golden.as_array().unwrap();
    let mut compared = 0;
    for case in cases {
        let name = case["name"].as_str().unwrap();
        if name.starts_with("more ") {
            continue; // Scores come in two lists here: lengths cannot disagree.
        }
        let ranking = Ranking::new(&scores(case, 0), &scores(case, 1));
        if case["error"] == true {
            assert!(ranking.is_err(), "{name} must be refused");
            continue;
        }
        let ranking = ranking.unwrap_or_else(|error| panic!("{name}: {error}"));
        for (what, found) in [
            ("roc_auc", ranking.auc()),
            ("average_precision", ranking.average_precision()),
            ("equal_error_rate", ranking.equal_error_rate()),
            ("best_f1", ranking.best_f1().0),
            ("best_f1_threshold", f64::from(ranking.best_f1().1)),
        ] {
            let expected = case[what].as_f64().unwrap();
            assert!(
                (found - expected).abs() < TOLERANCE,
                "{name}: {what} is {found}, not {expected}"
            );
        }
        let roc = ranking.roc();
        for (place, axis) in ["fpr", "tpr"].into_iter().enumerate() {
            let expected = case["roc"][axis].as_array().unwrap();
            assert_eq!(roc.len(), expected.len(), "{name}: points of the ROC curve");
            for (point, expected) in roc.iter().zip(expected) {
                assert!(
                    (point[place] - expected.as_f64().unwrap()).abs() < TOLERANCE,
                    "{name}: {axis}"
                );
            }
        }
        compared += 1;
    }
    assert!(compared > 10, "only {compared} cases were compared");
}
