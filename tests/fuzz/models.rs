//! Weights files, the cards in them, and the plans of runs. The manifest of a folder of models is made of these alone.

use super::repair;
use super::runner::{Outcome, Target};
use burn::tensor::Device;
use ganomaly::card::{DataCard, ModelCard};
use ganomaly::config::{ModelConfig, TrainingConfig};
use ganomaly::image::ValueRange;
use ganomaly::methods::MethodId;
use ganomaly::native::commands::train::plan::Plan;
use ganomaly::native::commands::train::source::Source;
use ganomaly::native::models::card::title;
use ganomaly::networks::tensors::{HostTensor, is_trainable};
use ganomaly::normality::{Normality, ScoreForm};
use ganomaly::optim::AdamState;
use ganomaly::weights::{Best, OptimizerState, Precision, Weights};
use safetensors::SafeTensors;
use std::collections::HashMap;

/// No file here is longer than 64 KiB; what takes more memory is made of nothing.
const MEBIBYTES: usize = 64;

/// Longest file to begin with, in bytes.
const LONGEST_SEED: usize = 40_000;

/// What JSON consists of.
pub const JSON: &[&[u8]] = &[
    b"null",
    b"true",
    b"false",
    b"{}",
    b"[]",
    b"\"\"",
    b"-1",
    b"0.5",
    b"1e308",
    b"-1e-308",
    b"1e999",
    b"18446744073709551615",
    b"18446744073709551616",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"\xff",
    b"\xc3\xa9",
];

/// A model with the smallest networks of a method; its values are zeros.
pub fn model(method: MethodId) -> Weights {
    let model = ModelConfig {
        size: 16,
        channels: 1,
        latent_size: 2,
        features: 1,
    };
    let card = ModelCard::new(method, model, TrainingConfig::default(), DataCard::default());
    let shapes = card.blank_networks(&Device::flex()).unwrap().shapes();
    let zeros = |(name, shape): (String, Vec<usize>)| HostTensor {
        name,
        values: vec![0.0; shape.iter().product()],
        shape,
    };
    Weights {
        card,
        tensors: shapes.into_iter().map(zeros).collect(),
        calibration: vec![0.5, 1.0, 2.0],
        normality: None,
        optimizer: None,
        best: None,
    }
}

/// One that also knows what normal images are like.
fn with_normality() -> Weights {
    let mut weights = model(MethodId::default());
    weights.card.score = ScoreForm::NearestNormal;
    weights.normality = Some(Normality::new(ScoreForm::NearestNormal, vec![0.5; 6], 2));
    weights
}

/// A checkpoint of a run that is watched.
fn checkpoint() -> Weights {
    let weights = model(MethodId::default());
    let state = |network: &str| {
        let its = |tensor: &&HostTensor| tensor.name.starts_with(network) && is_trainable(&tensor.name);
        let count = weights
            .tensors
            .iter()
            .filter(its)
            .map(|tensor| tensor.values.len())
            .sum();
        let moment = vec![0.0; count];
        let (first, second) = (moment.clone(), moment);
        (
            network.to_owned(),
            AdamState {
                steps: 3,
                first,
                second,
            },
        )
    };
    let by_network = ["generator", "discriminator"].map(state).into();
    let best = Best {
        epoch: 1,
        loss: 0.5,
        tensors: weights.tensors.clone(),
    };
    Weights {
        optimizer: Some(OptimizerState { steps: 3, by_network }),
        best: Some(best),
        ..weights
    }
}

fn files() -> Vec<Vec<u8>> {
    let models = MethodId::ALL.iter().map(|&method| model(method));
    let all = models.chain([with_normality(), checkpoint()]);
    let files = all.map(|weights| weights.to_bytes(Precision::Half).unwrap());
    files.filter(|file| file.len() <= LONGEST_SEED).collect()
}

fn read(file: &[u8]) -> Outcome {
    let weights = Weights::parse(file).map_err(|error| error.to_string())?;
    let again = Weights::parse(&weights.to_bytes(Precision::Full).unwrap()).unwrap();
    assert!(again.tensors == weights.tensors && again.calibration == weights.calibration);
    Ok(format!(
        "{} {}",
        weights.card.method.id,
        title(&weights.card).is_empty()
    ))
}

#[test]
fn weights() {
    let words: &[&[u8]] = &[
        b"__metadata__",
        b"ganomaly",
        b"\"dtype\":\"F32\"",
        b"\"dtype\":\"F16\"",
        b"\"dtype\":\"I64\"",
        b"\"shape\":[",
        b"[0,0]",
        b"\"data_offsets\":[0,",
        b"generator.",
        b"optimizer.",
        b"best.",
        b"calibration.scores",
        b"normality.bank",
        b"4294967296",
        b"18446744073709551615",
        b"\x00\x7c",
        b"\\\"",
    ];
    Target {
        name: "weights",
        seeds: files(),
        words,
        repair: repair::safetensors,
        mebibytes: MEBIBYTES,
        parse: Box::new(read),
    }
    .run();
}

/// The card's text in a weights file.
fn text_of(file: &[u8]) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(file).unwrap();
    metadata.metadata().as_ref().unwrap()["ganomaly"].clone().into_bytes()
}

#[test]
fn card() {
    let base = model(MethodId::default()).to_bytes(Precision::Half).unwrap();
    let earlier = String::from_utf8(text_of(&base))
        .unwrap()
        .replace("\"settings\"", "\"former\"");
    let seeds = files()
        .into_iter()
        .map(|file| text_of(&file))
        .chain([earlier.into_bytes()]);
    Target {
        name: "card",
        seeds: seeds.collect(),
        words: JSON,
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(move |text| {
            let text = String::from_utf8_lossy(text).into_owned();
            let file = SafeTensors::deserialize(&base).unwrap();
            let metadata = HashMap::from([("ganomaly".to_owned(), text)]);
            read(&safetensors::serialize(file.tensors(), Some(metadata)).unwrap())
        }),
    }
    .run();
}

#[test]
fn plan() {
    let plan = Plan {
        source: Source::Folder("images".into()),
        method: MethodId::default(),
        score: ScoreForm::Paper,
        model: ModelConfig::default(),
        training: TrainingConfig::default(),
        settings: MethodId::default().default_settings(),
        value_range: Some(ValueRange { low: 0, high: 4095 }),
        calibration: Some(20),
        limit: None,
        precision: Precision::Half,
        from: None,
    };
    Target {
        name: "plan",
        seeds: vec![serde_json::to_vec(&plan).unwrap()],
        words: JSON,
        repair: repair::nothing,
        mebibytes: MEBIBYTES,
        parse: Box::new(|text| match Plan::read(text) {
            Ok(plan) => Ok(plan.method.id.to_owned()),
            Err(error) => Err(format!("{error:#}")),
        }),
    }
    .run();
}
