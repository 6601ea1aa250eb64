//! The frozen front end against PyTorch, and PatchCore on it against scikit-learn's nearest neighbours.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use ganomaly::card::{DataCard, ModelCard};
use ganomaly::config::{ModelConfig, TrainingConfig};
use ganomaly::data::{FramedImages, Images};
use ganomaly::device::Compute;
use ganomaly::event::TrainingEvent;
use ganomaly::flow::Flow;
use ganomaly::learning::{LearnError, Request, Start, learn};
use ganomaly::methods::{Guests, MethodId, MethodSettings, PatchCore};
use ganomaly::networks::EfficientNet;
use ganomaly::networks::efficientnet::Tap;
use ganomaly::networks::init::Init;
use ganomaly::networks::tensors::replace;
use ganomaly::trainer::{Observer, ObserverError, Trainer};
use ganomaly::weights::{FrontEnd, Precision, Weights};
use pollster::block_on;
use safetensors::SafeTensors;

const FRONT_END: &[u8] = include_bytes!("../../weights/front-ends/efficientnet-lite0.safetensors");

/// The script prints that PyTorch's own single precision stays within 2e-5 of double, in maps of up to 42.
const TOLERANCE: f32 = 2e-4;

/// Of scores, which are differences of distances over their spread.
const SCORE_TOLERANCE: f64 = 5e-3;

fn open(bytes: &[u8]) -> SafeTensors<'_> {
    SafeTensors::deserialize(bytes).unwrap()
}

fn floats(golden: &SafeTensors, name: &str) -> Vec<f32> {
    let (numbers, _) = golden.tensor(name).unwrap().data().as_chunks::<4>();
    numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

fn doubles(golden: &SafeTensors, name: &str) -> Vec<f64> {
    let (numbers, _) = golden.tensor(name).unwrap().data().as_chunks::<8>();
    numbers.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
}

/// The front end by itself, with the weights of the file.
fn front_end(device: &Device) -> EfficientNet {
    let file = open(FRONT_END);
    let blank = EfficientNet::init(&mut Init { device, rng: None });
    replace(blank, |name, count| {
        let (numbers, _) = file.tensor(name).unwrap().data().as_chunks::<2>();
        assert_eq!(numbers.len(), count, "{name}");
        Some(
            numbers
                .iter()
                .map(|&bytes| half::f16::from_le_bytes(bytes).to_f32())
                .collect(),
        )
    })
}

pub fn check_front_end(device: &Device) {
    let golden = open(include_bytes!("../golden/efficientnet.safetensors"));
    let view = golden.tensor("input").unwrap();
    let shape: [usize; 4] = view.shape().try_into().unwrap();
    let data = TensorData::new(floats(&golden, "input"), Shape::from(shape));
    let wide = [3, 8, 11].map(Tap::Wide);
    let taps: Vec<Tap> = (0..11).map(Tap::Output).chain(wide).collect();
    let mut maps = front_end(device)
        .maps(Tensor::from_data(data, device), &taps)
        .into_iter();
    for block in 0..=11 {
        for (tap, name) in [(Tap::Wide(block), "wide"), (Tap::Output(block), "block")] {
            if !taps.contains(&tap) {
                continue;
            }
            let found = maps.next().unwrap();
            let name = format!("{name}.{block}");
            assert_eq!(found.dims()[1], tap.channels(), "{name}");
            assert_eq!(found.dims(), golden.tensor(&name).unwrap().shape(), "{name}");
            let expected = floats(&golden, &name);
            let found = found.into_data().try_to_vec::<f32>().unwrap();
            let furthest = found.iter().zip(&expected).map(|(one, other)| (one - other).abs());
            let furthest = furthest.fold(0.0, f32::max);
            assert!(furthest <= TOLERANCE, "{name} differs by {furthest}");
        }
    }
    assert!(maps.next().is_none());
}

#[test]
fn every_block_of_the_front_end_agrees_with_pytorch() {
    check_front_end(&Device::flex());
}

/// Lets a method learn.
struct Watch;

/// Stops it at once.
struct Stop;

impl Observer for Stop {
    fn event(&mut self, _event: TrainingEvent) -> Result<(), ObserverError> {
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        Flow::Stop
    }
}

impl Observer for Watch {
    fn event(&mut self, _event: TrainingEvent) -> Result<(), ObserverError> {
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        Flow::Continue
    }
}

fn images(golden: &SafeTensors, name: &str) -> Images {
    let view = golden.tensor(name).unwrap();
    let [_, side, _] = view.shape() else {
        panic!("{name} is no set of images")
    };
    let mut images = Images::new(1, *side);
    view.data().chunks(side * side).for_each(|image| images.push(image));
    images
}

fn card(size: usize) -> ModelCard {
    let model = ModelConfig {
        size,
        channels: 1,
        ..ModelConfig::default()
    };
    let method = MethodId::of::<PatchCore>();
    ModelCard::new(method, model, TrainingConfig::default(), DataCard::default())
}

/// A model that has learnt nothing, with the random directions of the golden numbers.
fn beginning(golden: &SafeTensors, size: usize) -> Weights {
    let trainer = Trainer::new(card(size), &Compute::cpu()).unwrap();
    let trainer = trainer.with_front_end(&FrontEnd::parse(FRONT_END).unwrap());
    let mut weights = block_on(trainer.now().weights()).unwrap();
    for tensor in &mut weights.tensors {
        if let Some(number) = tensor.name.strip_prefix("directions.") {
            let step = tensor.values[0].abs();
            let signs = golden.tensor(&format!("signs.{number}")).unwrap();
            tensor.values = signs.data().iter().map(|&sign| step * f32::from(sign as i8)).collect();
        }
    }
    weights
}

fn check(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (&found, &expected) in found.iter().zip(expected) {
        let error = (f64::from(found) - expected).abs();
        assert!(
            error <= SCORE_TOLERANCE * expected.abs().max(1.0),
            "{found}, not {expected}"
        );
    }
}

#[test]
fn patchcore_agrees_with_scikit_learn() {
    let golden = open(include_bytes!("../golden/patchcore.safetensors"));
    let (normal, new) = (images(&golden, "normal"), images(&golden, "new"));
    let weights = beginning(&golden, normal.size);
    let mut trainer = Trainer::fine_tune(weights.card.clone(), &weights, &Compute::cpu()).unwrap();
    assert!(!block_on(trainer.run(&normal, &mut Watch)).unwrap());
    check(trainer.left_out(), &doubles(&golden, "left_out"));

    let detector = trainer.detector();
    let all: Vec<usize> = (0..new.len()).collect();
    let scores = |detector: &ganomaly::score::Detector| -> Vec<f32> {
        let scored = block_on(detector.score(&new, &all)).unwrap();
        scored.into_iter().map(|scored| scored.score).collect()
    };
    check(&scores(&detector), &doubles(&golden, "scores"));
    let looks = block_on(detector.look_closely(&new)).unwrap();
    let places: Vec<f32> = looks.iter().flat_map(|(_, maps)| maps[0].values.clone()).collect();
    check(&places, &doubles(&golden, "places"));

    // What is stored in half precision has been rounded before the thresholds were taken.
    let stored = block_on(detector.weights()).unwrap().to_bytes(Precision::Half).unwrap();
    let again = ganomaly::score::Detector::new(&Weights::parse(&stored).unwrap(), &Device::flex()).unwrap();
    for (before, after) in scores(&detector).into_iter().zip(scores(&again)) {
        assert!((before - after).abs() < 2e-2, "{before} {after}");
    }
}

#[test]
fn frames_of_one_image_do_not_vouch_for_each_other() {
    let golden = open(include_bytes!("../golden/patchcore.safetensors"));
    let normal = images(&golden, "normal");
    let left_out = |chosen: &[usize], owners: Vec<usize>| {
        let weights = beginning(&golden, normal.size);
        let mut trainer = Trainer::fine_tune(weights.card.clone(), &weights, &Compute::cpu()).unwrap();
        trainer.group(owners);
        block_on(trainer.run(&normal.select(chosen), &mut Watch)).unwrap();
        trainer.left_out().to_vec()
    };
    let once = left_out(&[0, 1, 2, 3], Vec::new());
    let twice = left_out(&[0, 0, 1, 1, 2, 2, 3, 3], vec![0, 0, 1, 1, 2, 2, 3, 3]);
    for (frame, score) in twice.into_iter().enumerate() {
        assert!((score - once[frame / 2]).abs() < 1e-3, "{frame}: {score} {once:?}");
    }
}

#[test]
fn guests_are_scored_as_if_their_image_were_unknown_and_change_nothing() {
    let golden = open(include_bytes!("../golden/patchcore.safetensors"));
    let normal = images(&golden, "normal");
    let left_out = |guests: Guests| {
        let weights = beginning(&golden, normal.size);
        let mut trainer = Trainer::fine_tune(weights.card.clone(), &weights, &Compute::cpu()).unwrap();
        trainer.invite(guests);
        block_on(trainer.run(&normal, &mut Watch)).unwrap();
        trainer.left_out().to_vec()
    };
    let alone = left_out(Guests::default());
    let twins = Guests {
        samples: normal.select(&[4, 1]),
        hosts: vec![4, 1],
    };
    let together = left_out(twins);
    assert_eq!(together[..normal.len()], alone);
    for (guest, host) in [(normal.len(), 4), (normal.len() + 1, 1)] {
        assert!((together[guest] - alone[host]).abs() < 1e-3, "{together:?}");
    }
}

/// They described images at one size.
#[test]
fn models_of_before_are_still_models() {
    let device = Device::flex();
    let card = card(32);
    let channels = |settings: &str| {
        let settings: MethodSettings = serde_json::from_str(settings).unwrap();
        let settings = card.method.checked(&card.model, &settings).unwrap();
        let mut init = Init {
            device: &device,
            rng: None,
        };
        let shapes = card.method.build(&card.model, &settings, &mut init).unwrap().shapes();
        let memory = shapes.into_iter().find(|(name, _)| name == "memory").unwrap();
        memory.1
    };
    assert_eq!(channels(r#"{"capacity": 2000, "remembered": 7}"#), [7, 384]);
    assert_eq!(
        channels(r#"{"capacity": 2000, "remembered": 7, "scales": 2}"#),
        [7, 592]
    );
}

#[test]
fn a_run_that_is_stopped_has_learnt_nothing_wherever_it_began() {
    let golden = open(include_bytes!("../golden/patchcore.safetensors"));
    let normal = images(&golden, "normal");
    let weights = beginning(&golden, normal.size);
    let normals = FramedImages::from(normal.select(&[0, 1, 2, 3, 4, 5, 0, 1, 2, 3]));
    let front_end = FrontEnd::parse(FRONT_END).unwrap();
    let request = Request {
        method: Some(MethodId::of::<PatchCore>()),
        size: Some(normal.size),
        ..Request::default()
    };
    for start in [
        Start::FrontEnd(&front_end),
        Start::From(&weights),
        Start::Resume(&weights),
    ] {
        let compute = Compute::cpu();
        let ended = block_on(learn(&normals, &request, start, &compute, &mut Stop));
        let is_alike = matches!(ended, Err(LearnError::NothingLearnt | LearnError::OtherRun(_)));
        assert!(is_alike, "{start:?}");
    }
}

#[test]
fn front_ends_that_are_none_are_refused() {
    let said = |bytes: &[u8]| FrontEnd::parse(bytes).unwrap_err().to_string();
    assert!(said(&FRONT_END[..FRONT_END.len() / 2]).contains("cut short"));
    assert!(said(b"<html>not found</html>").contains("not a weights file"));
    let model = block_on(Trainer::new(card(32), &Compute::cpu()).unwrap().now().weights()).unwrap();
    let model = model.to_bytes(Precision::Half).unwrap();
    assert!(said(&model).contains("not the front end's file"));
    let mut damaged = FRONT_END.to_vec();
    let last = damaged.len() - 1;
    damaged[last] = 0x7f;
    assert!(said(&damaged).contains("not finite"));
}
