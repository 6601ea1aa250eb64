//! Conformal verdicts against SciPy.

use ganomaly::conformal::{discovery_limit, false_alarms_interval, p_value, true_rate_interval};
use serde_json::Value;

fn golden(part: &str) -> Vec<Value> {
    let golden: Value = serde_json::from_str(include_str!("../golden/conformal.json")).unwrap();
    golden[part].as_array().unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn p_values_agree() {
    for case in golden("p_values") {
        let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect::<Vec<_>>();
        let (calibration, scores) = (single(numbers(&case["calibration"])), single(numbers(&case["scores"])));
        for (score, expected) in scores.into_iter().zip(numbers(&case["p_values"])) {
            let found = p_value(&calibration, score);
            assert!((found - expected).abs() < 1e-12, "{score}: {found}, not {expected}");
        }
    }
}

#[test]
fn intervals_agree() {
    for case in golden("intervals") {
        let count = |name: &str| case[name].as_u64().unwrap() as usize;
        let (calibration, rate) = (count("calibration"), case["rate"].as_f64().unwrap());
        let found = true_rate_interval(calibration, rate).unwrap();
        for (found, expected) in found.into_iter().zip(numbers(&case["true_rate"])) {
            assert!(
                (found - expected).abs() < 1e-9,
                "{calibration} at {rate}: {found}, not {expected}"
            );
        }
        let found = false_alarms_interval(calibration, rate, count("tested")).unwrap();
        let expected: Vec<usize> = numbers(&case["false_alarms"])
            .into_iter()
            .map(|count| count as usize)
            .collect();
        assert_eq!(found, expected[..], "{calibration} at {rate}");
    }
}

#[test]
fn false_discoveries_agree() {
    for case in golden("discoveries") {
        let p_values = numbers(&case["p_values"]);
        let limit = discovery_limit(&p_values, case["rate"].as_f64().unwrap());
        let flagged = limit.map_or(0, |limit| p_values.iter().filter(|&&value| value <= limit).count());
        assert_eq!(flagged as u64, case["flagged"].as_u64().unwrap());
    }
}
