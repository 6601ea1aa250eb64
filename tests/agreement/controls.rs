//! The controls of the tables against scikit-learn.
use ganomaly::card::{DataCard, ModelCard};
use ganomaly::config::{ModelConfig, TrainingConfig};
use ganomaly::data::Images;
use ganomaly::device::Compute;
use ganomaly::event::TrainingEvent;
use ganomaly::flow::Flow;
use ganomaly::methods::{MethodId, NearestNormals, Pca};
use ganomaly::trainer::{Observer, ObserverError, Trainer};
use pollster::block_on;
use safetensors::SafeTensors;

/// Of each score's own size: single precision against double.
const TOLERANCE: f64 = 2e-5;

/// A reconstruction error of an image that the components show whole is rounding, and no less than this.
const NOTHING: f64 = 1e-10;

fn images(golden: &SafeTensors, name: &str) -> Images {
    let view = golden.tensor(name).unwrap();
    let [_, channels, size, _] = view.shape() else {
        panic!("{name} is no set of images");
    };
    let mut images = Images::new(*channels, *size);
    for image in view.data().chunks(channels * size * size) {
        images.push(image);
    }
    images
}

fn numbers(golden: &SafeTensors, name: &str) -> Vec<f64> {
    let view = golden.tensor(name).unwrap();
    let (numbers, _) = view.data().as_chunks::<8>();
    numbers.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
}

/// Lets a control learn, or stops it at once.
struct Watch {
    flow: Flow,
    epochs: usize,
}

impl Observer for Watch {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        if let TrainingEvent::Checkpoint { epoch, .. } = event {
            self.epochs = epoch;
        }
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        self.flow
    }
}

/// A control that remembers at most so many images, if it remembers any.
fn trainer(method: MethodId, training: &Images, [remembered, seed]: [usize; 2]) -> Trainer {
    let model = ModelConfig {
        size: training.size,
        channels: training.channels,
        ..ModelConfig::default()
    };
    let settings = TrainingConfig {
        seed: seed as u64,
        ..TrainingConfig::default()
    };
    let mut card = ModelCard::new(method, model, settings, DataCard::default());
    if method == MethodId::of::<NearestNormals>() {
        card.settings.set("remembered", &remembered.to_string()).unwrap();
    }
    Trainer::new(card, &Compute::cpu()).unwrap()
}

fn run(method: MethodId, training: &Images, test: &Images, choice: [usize; 2]) -> Vec<f32> {
    let mut trainer = trainer(method, training, choice);
    let mut watch = Watch {
        flow: Flow::Continue,
        epochs: 0,
    };
    assert!(!block_on(trainer.run(training, &mut watch)).unwrap());
    assert_eq!((watch.epochs, trainer.card().epochs_trained), (1, 1));
    let indices: Vec<usize> = (0..test.len()).collect();
    let scored = block_on(trainer.detector().score(test, &indices)).unwrap();
    scored.into_iter().map(|scored| scored.score).collect()
}

const ALL: [usize; 2] = [100_000, 0];

#[test]
fn controls_agree_with_scikit_learn() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/controls.safetensors")).unwrap();
    let names = golden.names();
    let cases: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".pca")).collect();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let training = images(&golden, &format!("{case}.training"));
        let test = images(&golden, &format!("{case}.test"));
        for (method, key) in [
            (MethodId::of::<Pca>(), "pca"),
            (MethodId::of::<NearestNormals>(), "nearest"),
        ] {
            let expected = numbers(&golden, &format!("{case}.{key}"));
            let scores = run(method, &training, &test, ALL);
            assert_eq!(scores.len(), expected.len());
            for (found, expected) in scores.iter().map(|&score| f64::from(score)).zip(expected) {
                let error = (found - expected).abs();
                assert!(
                    error <= TOLERANCE * expected + NOTHING,
                    "{case} {key}: {found}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn a_bounded_choice_is_seeded_and_images_must_match() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/controls.safetensors")).unwrap();
    let (training, test) = (images(&golden, "1x16x400.training"), images(&golden, "1x16x400.test"));
    let nearest = MethodId::of::<NearestNormals>();
    let scores = |choice| run(nearest, &training, &test, choice);
    assert_eq!(scores([50, 1]), scores([50, 1]));
    assert_ne!(scores([50, 1]), scores([50, 2]));
    assert_eq!(scores([400, 1]), scores(ALL));
    let all = scores(ALL);
    // With fewer to choose from, the nearest are farther.
    assert!(scores([50, 1]).iter().zip(&all).all(|(few, all)| few >= all));
    let mut watch = Watch {
        flow: Flow::Continue,
        epochs: 0,
    };
    let colour = images(&golden, "3x16x900.training");
    for wrong in [&Images::new(1, 16), &colour] {
        assert!(block_on(trainer(nearest, &training, ALL).run(wrong, &mut watch)).is_err());
    }
}

#[test]
fn a_control_can_be_stopped() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/controls.safetensors")).unwrap();
    let training = images(&golden, "1x16x400.training");
    for method in [MethodId::of::<Pca>(), MethodId::of::<NearestNormals>()] {
        let mut watch = Watch {
            flow: Flow::Stop,
            epochs: 0,
        };
        let mut trainer = trainer(method, &training, ALL);
        assert!(block_on(trainer.run(&training, &mut watch)).unwrap(), "{method}");
        assert_eq!(trainer.card().epochs_trained, 0);
    }
}
