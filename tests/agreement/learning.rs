//! From normal images to a calibrated detector: roles, the epoch that is kept, going on after a break, and the promise.

use ganomaly::config::Augmentation;
use ganomaly::conformal::false_alarms_interval;
use ganomaly::data::{FramedImages, Images, Stream, seeded};
use ganomaly::device::Compute;
use ganomaly::event::TrainingEvent;
use ganomaly::framing::Framing;
use ganomaly::learning::{LearnError, Learnt, Recipe, Request, Start, learn};
use ganomaly::trainer::{Flow, Observer, ObserverError};
use ganomaly::weights::{Precision, Weights};
use rand::RngExt;

const SIZE: usize = 16;

/// Bright discs on dark ground, at random places and of random sizes.
fn discs(count: usize, seed: u64) -> FramedImages {
    let mut images = Images::new(1, SIZE);
    let mut rng = seeded(seed, Stream::Split);
    for _ in 0..count {
        let [x, y] = [(); 2].map(|()| rng.random_range(5.0..11.0));
        let radius: f64 = rng.random_range(2.0..5.0);
        let pixels: Vec<u8> = (0..SIZE * SIZE)
            .map(|place| {
                let distance = ((place % SIZE) as f64 - x).hypot((place / SIZE) as f64 - y);
                let noise: f64 = rng.random_range(0.0..20.0);
                (220.0 / (1.0 + (2.0 * (distance - radius)).exp()) + noise) as u8
            })
            .collect();
        images.push(&pixels);
    }
    FramedImages::from(images)
}

fn request(epochs: usize) -> Request {
    Request {
        size: Some(SIZE),
        epochs: Some(epochs),
        ..Request::default()
    }
}

/// Notes what happens, and stops after so many epochs.
#[derive(Default)]
struct Notes {
    stop_after: Option<usize>,
    checkpoints: Vec<Vec<u8>>,
    validation: Vec<f32>,
}

impl Observer for Notes {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        match event {
            TrainingEvent::Epoch { validation, .. } => self.validation.extend(validation),
            TrainingEvent::Checkpoint { bytes, .. } => self.checkpoints.push(bytes),
            _ => {}
        }
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        match self.stop_after {
            Some(epochs) if self.checkpoints.len() >= epochs => Flow::Stop,
            _ => Flow::Continue,
        }
    }
}

fn run(images: &FramedImages, request: &Request, start: Start, notes: &mut Notes) -> Result<Learnt, LearnError> {
    pollster::block_on(learn(images, request, start, &Compute::cpu(), notes))
}

fn bytes(learnt: &Learnt) -> Vec<u8> {
    let weights = pollster::block_on(learnt.detector.weights()).unwrap();
    weights.to_bytes(Precision::Full).unwrap()
}

#[test]
fn a_run_that_broke_off_ends_as_if_it_had_not() {
    let images = discs(40, 1);
    let request = request(4);
    let mut whole = Notes::default();
    let uninterrupted = run(&images, &request, Start::Nothing, &mut whole).unwrap();
    assert_eq!(whole.checkpoints.len(), 4);

    let mut broken = Notes {
        stop_after: Some(2),
        ..Notes::default()
    };
    assert!(run(&images, &request, Start::Nothing, &mut broken).unwrap().stopped);
    let checkpoint = Weights::parse(broken.checkpoints.last().unwrap()).unwrap();
    let resumed = run(&images, &request, Start::Resume(&checkpoint), &mut Notes::default()).unwrap();
    assert_eq!(bytes(&resumed), bytes(&uninterrupted));
    assert_eq!(resumed.known, uninterrupted.known);
}

#[test]
fn a_run_goes_on_with_its_own_images_and_settings_only() {
    let images = discs(40, 1);
    let request = request(2);
    let mut notes = Notes::default();
    run(&images, &request, Start::Nothing, &mut notes).unwrap();
    let checkpoint = Weights::parse(&notes.checkpoints[0]).unwrap();
    let resume = |images: &FramedImages, request: &Request| {
        run(images, request, Start::Resume(&checkpoint), &mut Notes::default())
    };
    let fewer = resume(&discs(39, 1), &request);
    assert!(
        matches!(fewer, Err(LearnError::OtherRun(_))),
        "images would change their roles"
    );
    let other_seed = Request {
        seed: 1,
        ..request.clone()
    };
    assert!(matches!(resume(&images, &other_seed), Err(LearnError::OtherRun(_))));
    let mut tiled = request.clone();
    tiled.framing = Framing {
        tiles: 2,
        ..Framing::default()
    };
    assert!(matches!(resume(&images, &tiled), Err(LearnError::OtherRun(_))));
}

#[test]
fn the_epoch_that_rebuilds_the_validation_images_best_is_kept() {
    let images = discs(30, 2);
    // So high a rate makes some epochs worse than the one before.
    let wild = Request {
        learning_rate: Some(0.02),
        ..request(12)
    };
    let mut whole = Notes::default();
    run(&images, &wild, Start::Nothing, &mut whole).unwrap();
    let losses = whole.validation;
    let best = (1..losses.len()).find(|&epoch| losses[epoch] > losses[epoch - 1]);
    let best = best.expect("an epoch that is worse than the one before");
    let stopped_after = |epochs| {
        let mut notes = Notes {
            stop_after: Some(epochs),
            ..Notes::default()
        };
        run(&images, &wild, Start::Nothing, &mut notes).unwrap()
    };
    let (at_best, one_later) = (stopped_after(best), stopped_after(best + 1));
    assert_eq!(one_later.detector.card.epochs_trained, best, "{losses:?}");
    assert_eq!(bytes(&one_later), bytes(&at_best));
}

#[test]
fn a_model_to_start_from_is_not_made_worse_and_the_run_ends_in_time() {
    let images = discs(30, 4);
    let base = run(&images, &request(30), Start::Nothing, &mut Notes::default()).unwrap();
    let base = pollster::block_on(base.detector.weights()).unwrap();
    let harmful = Request {
        learning_rate: Some(0.5),
        ..request(100)
    };
    let mut notes = Notes::default();
    let tuned = run(&images, &harmful, Start::From(&base), &mut notes).unwrap();
    assert_eq!(tuned.detector.card.epochs_trained, 0, "{:?}", notes.validation);
    let kept = pollster::block_on(tuned.detector.weights()).unwrap();
    assert_eq!(kept.tensors, base.tensors, "the start is what is kept");
    let patience = Recipe::new([30, 30], &harmful, None).unwrap().training.patience;
    assert_eq!(notes.validation.len(), patience);
}

#[test]
fn stopped_before_anything_is_learnt() {
    let mut at_once = Notes {
        stop_after: Some(0),
        ..Notes::default()
    };
    let stopped = run(&discs(20, 5), &request(3), Start::Nothing, &mut at_once);
    assert!(matches!(stopped, Err(LearnError::NothingLearnt)));
}

#[test]
fn many_frames_do_not_make_long_epochs() {
    let recipe = |images, frames, request: &Request| Recipe::new([images, frames], request, None).unwrap();
    let steps = |images, frames| recipe(images, frames, &Request::default()).training.steps_per_epoch;
    assert_eq!(steps(20, 20), 12, "few images are passed over several times");
    assert!(steps(100, 2500) > steps(100, 100));
    assert_eq!(
        steps(100, 44_100),
        100,
        "so many frames are never seen all in one epoch"
    );
    let plain = Request {
        augmentation: Some(Augmentation::None),
        ..Request::default()
    };
    assert_eq!(recipe(100, 100, &plain).training.augmentation, Augmentation::None);
}

/// The promise itself: of new normal images, as many are flagged as the interval says. Runs that learn little are enough,
/// the promise does not depend on what was learnt.
#[test]
fn new_normal_images_are_flagged_as_often_as_promised() {
    const RATE: f64 = 0.1;
    const TESTED: usize = 300;
    let mut inside = 0;
    for seed in 0..6 {
        let all = discs(50 + TESTED, 100 + seed);
        let [given, new]: [Vec<usize>; 2] = [(0..50).collect(), (50..50 + TESTED).collect()];
        let request = Request { seed, ..request(1) };
        let learnt = run(&all.select(&given), &request, Start::Nothing, &mut Notes::default()).unwrap();
        let limit = learnt
            .detector
            .threshold(RATE)
            .expect("19 calibration images promise 10 %");
        let scored = pollster::block_on(learnt.detector.score_images(&all.select(&new))).unwrap();
        let flagged = scored.iter().filter(|scored| scored.score > limit).count();
        let [low, high] = false_alarms_interval(learnt.shares.calibration, RATE, TESTED).unwrap();
        inside += usize::from((low..=high).contains(&flagged));
    }
    assert!(
        inside >= 5,
        "{inside} of 6 inside an interval that holds in 95 of 100 cases"
    );
}
