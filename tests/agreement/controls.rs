//! The controls of the tables against scikit-learn.
use ganomaly::data::Images;
use ganomaly::native::controls::Control;
use ganomaly::native::terminal::{Console, Interrupt};
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

#[test]
fn controls_agree_with_scikit_learn() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/controls.safetensors")).unwrap();
    let names = golden.names();
    let cases: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".pca")).collect();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let training = images(&golden, &format!("{case}.training"));
        let test = images(&golden, &format!("{case}.test"));
        for (control, key) in Control::ALL.into_iter().zip(["pca", "nearest"]) {
            let expected = numbers(&golden, &format!("{case}.{key}"));
            let console = Console::new(true, false);
            let scored = control.run(&training, &test, None, console, &Interrupt::default());
            let scores = scored.unwrap().unwrap().scores;
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
    let run = |training: &Images, most| {
        let console = Console::new(true, false);
        Control::NearestNormals.run(training, &test, most, console, &Interrupt::default())
    };
    let scores = |most| run(&training, most).unwrap().unwrap().scores;
    assert_eq!(scores(Some((50, 1))), scores(Some((50, 1))));
    assert_ne!(scores(Some((50, 1))), scores(Some((50, 2))));
    assert_eq!(scores(Some((400, 1))), scores(None));
    let all = scores(None);
    // With fewer to choose from, the nearest are farther.
    assert!(scores(Some((50, 1))).iter().zip(&all).all(|(few, all)| few >= all));
    assert!(run(&Images::new(1, 16), None).is_err());
    assert!(run(&images(&golden, "3x16x900.training"), None).is_err());
}

#[test]
fn a_control_can_be_stopped() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/controls.safetensors")).unwrap();
    let (training, test) = (images(&golden, "1x16x400.training"), images(&golden, "1x16x400.test"));
    let interrupt = Interrupt::default();
    interrupt.ask();
    for control in Control::ALL {
        let scored = control.run(&training, &test, None, Console::new(true, false), &interrupt);
        assert_eq!(scored.unwrap(), None);
    }
}
