//! Weights files: what is written is read back, and nothing that is not a weights file gets through.

use crate::golden::Golden;
use ganomaly::weights::{Precision, Weights, WeightsError};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::{Dtype, TensorView};

/// Number format, shape and bytes of a tensor.
type Stored = (Dtype, Vec<usize>, Vec<u8>);

fn file(precision: Precision) -> Vec<u8> {
    let mut weights = Golden::two16().weights();
    weights.calibration = vec![0.5, 1.0, 2.0];
    weights.to_bytes(precision).unwrap()
}

/// A safetensors file with this header and nothing behind it.
fn with_header(header: &str) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes
}

/// The file with a text of its header replaced by one of the same length.
fn with_text(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let place = file
        .windows(old.len())
        .position(|window| window == old.as_bytes())
        .expect("text in the header");
    let mut changed = file.to_vec();
    changed[place..place + old.len()].copy_from_slice(new.as_bytes());
    changed
}

#[test]
fn full_precision_is_exact_and_half_precision_is_close() {
    let original = Golden::two16().weights();
    let full = Weights::parse(&file(Precision::Full)).unwrap();
    assert_eq!(full.card, original.card);
    assert_eq!(full.calibration, [0.5, 1.0, 2.0]);
    let half = Weights::parse(&file(Precision::Half)).unwrap();
    for tensor in &original.tensors {
        let same = |weights: &Weights| {
            weights
                .tensors
                .iter()
                .find(|other| other.name == tensor.name)
                .unwrap()
                .clone()
        };
        assert_eq!(&same(&full), tensor);
        for (half, full) in same(&half).values.iter().zip(&tensor.values) {
            assert!(
                (half - full).abs() <= full.abs() * 5e-4 + 1e-7,
                "{}: {half} is not near {full}",
                tensor.name
            );
        }
    }
    let values: usize = original.tensors.iter().map(|tensor| tensor.values.len()).sum();
    assert!(
        file(Precision::Full).len() - file(Precision::Half).len() >= 2 * values - 64,
        "two bytes a value are saved"
    );
}

#[test]
fn files_of_another_kind_get_a_sentence() {
    let good = file(Precision::Full);
    let refused = |bytes: &[u8]| Weights::parse(bytes).expect_err("a bad file").to_string();
    assert!(refused(b"").contains("not a weights file"));
    assert!(refused(b"just a text that somebody renamed").contains("not a weights file"));
    assert!(refused(&good[..good.len() - 100]).contains("cut short"));
    assert!(refused(&good[..300]).contains("cut short"));
    assert!(refused(&u64::MAX.to_le_bytes()).contains("its header claims"));
    assert!(refused(&with_header("{}")).contains("no card"));
    assert!(
        refused(&with_text(
            &good,
            r#"\"method\":\"ganomaly\""#,
            r#"\"method\":\"anogan12\""#
        ))
        .contains("anogan12")
    );
    assert!(refused(&with_text(&good, r#"\"latentSize\":5"#, r#"\"latentSize\":6"#)).contains("weights, but its card"));
    assert!(refused(&with_text(&good, r#"\"size\":16"#, r#"\"size\":17"#)).contains("image size 17"));
    assert!(refused(&with_text(&good, "encoder.last.weight", "encoder.lost.weight")).contains("missing"));
}

#[test]
fn a_header_that_claims_terabytes_is_refused() {
    let claim = r#"{"x":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}"#;
    assert!(matches!(
        Weights::parse(&with_header(claim)),
        Err(WeightsError::Format(_))
    ));
    let many = r#"{"x":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,8]}}"#;
    assert!(Weights::parse(&with_header(many)).is_err());
}

#[test]
fn values_that_are_not_numbers_are_refused() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut weights = Golden::two16().weights();
        weights.tensors[3].values[1] = bad;
        let parsed = Weights::parse(&weights.to_bytes(Precision::Full).unwrap());
        assert!(matches!(parsed, Err(WeightsError::NotFinite(_))), "{bad}");
    }
}

#[test]
fn tensors_of_another_shape_or_number_format_or_too_many_are_refused() {
    let good = file(Precision::Full);
    let rewritten = |change: &dyn Fn(&str, TensorView<'_>) -> Stored, extra: bool| {
        let parsed = safetensors::SafeTensors::deserialize(&good).unwrap();
        let (_, metadata) = safetensors::SafeTensors::read_metadata(&good).unwrap();
        let mut tensors: Vec<_> = parsed
            .tensors()
            .into_iter()
            .map(|(name, view)| (name.clone(), change(&name, view)))
            .collect();
        if extra {
            tensors.push(("another.running_thing".to_owned(), (Dtype::F32, vec![1], vec![0; 4])));
        }
        let views = tensors
            .iter()
            .map(|(name, (dtype, shape, bytes))| (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
        safetensors::serialize(views, metadata.metadata().clone()).unwrap()
    };
    let same = |_: &str, view: TensorView<'_>| (view.dtype(), view.shape().to_vec(), view.data().to_vec());
    assert!(Weights::parse(&rewritten(&same, false)).is_ok());
    assert!(matches!(
        Weights::parse(&rewritten(&same, true)),
        Err(WeightsError::Unexpected(_))
    ));
    let flat = |_: &str, view: TensorView<'_>| (view.dtype(), vec![view.data().len() / 4], view.data().to_vec());
    assert!(matches!(
        Weights::parse(&rewritten(&flat, false)),
        Err(WeightsError::Shape { .. })
    ));
    let integers = |_: &str, view: TensorView<'_>| (Dtype::I32, view.shape().to_vec(), view.data().to_vec());
    assert!(matches!(
        Weights::parse(&rewritten(&integers, false)),
        Err(WeightsError::Count { .. })
    ));
}

/// Damage at random places is found or harmless, never a panic; the seed is fixed.
#[test]
fn damaged_files_never_panic() {
    let good = file(Precision::Half);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let header = u64::from_le_bytes(good[..8].try_into().unwrap()) as usize;
    for _ in 0..300 {
        let mut damaged = good.clone();
        for _ in 0..rng.random_range(1..8) {
            let place = rng.random_range(0..header + 8);
            damaged[place] = rng.random();
        }
        let length = if rng.random_bool(0.2) {
            rng.random_range(0..damaged.len())
        } else {
            damaged.len()
        };
        if let Err(error) = Weights::parse(&damaged[..length]) {
            assert!(!error.to_string().is_empty());
        }
    }
}
