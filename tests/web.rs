//! The same weights give the same scores in the browser: in a dedicated worker, on the CPU and on WebGPU.
#![cfg(target_arch = "wasm32")]

mod golden;

use burn::tensor::Tensor;
use ganomaly::config::TrainingConfig;
use ganomaly::data::{Images, Stream, seeded};
use ganomaly::device::{Compute, DeviceChoice, open};
use ganomaly::event::TrainingEvent;
use ganomaly::flow::ToTheEnd;
use ganomaly::networks::tensors::floats;
use ganomaly::optim::Optimizers;
use ganomaly::trainer::{Flow, Observer, ObserverError, Trainer};
use ganomaly::weights::{Precision, Weights};
use golden::{Golden, assert_close};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Relative to the largest value; far below the 1e-3 that scores must agree to.
const TOLERANCE: f32 = 1e-4;

async fn values(tensor: Tensor<1>) -> Vec<f32> {
    floats(tensor.into_data_async().await.expect("reading from the device"))
}

/// One configuration of each method.
fn configurations() -> [Golden; 2] {
    [Golden::grey32(), Golden::skip_grey32()]
}

async fn check_scores(compute: &Compute) {
    for golden in configurations() {
        let networks = golden.weights().networks(&compute.device).unwrap();
        let scores = networks.score(golden.input(&compute.device), &mut ToTheEnd).await;
        golden.check(
            "inference.score_squared",
            &values(scores.unwrap().score).await,
            TOLERANCE,
        );
    }
}

async fn check_first_step(compute: &Compute) {
    for golden in configurations() {
        let device = compute.device.clone().autodiff();
        let mut networks = golden.weights().networks(&device).unwrap();
        let mut optimizers = Optimizers::new(&TrainingConfig::default());
        let mut rng = seeded(0, Stream::Noise(0));
        let losses = values(networks.step(golden.input(&device), &mut optimizers, 0.0, &mut rng)).await;
        assert_close("losses", &losses, &golden.values("steps.losses")[..5], TOLERANCE);
    }
}

#[wasm_bindgen_test]
async fn the_cpu_agrees_with_pytorch() {
    check_scores(&Compute::cpu()).await;
    check_first_step(&Compute::cpu()).await;
}

// One test, because WebGPU can be started once in a worker's life.
#[wasm_bindgen_test]
async fn webgpu_agrees_with_pytorch() {
    let compute = open(DeviceChoice::Gpu).await.expect("this test needs WebGPU");
    check_scores(&compute).await;
    check_first_step(&compute).await;
}

/// Keeps the last checkpoint; stops after one epoch if asked to.
#[derive(Default)]
struct Keeper {
    stop_after_first: bool,
    epochs: usize,
    checkpoint: Vec<u8>,
}

impl Observer for Keeper {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        if let TrainingEvent::Checkpoint { epoch, bytes } = event {
            self.epochs = epoch;
            self.checkpoint = bytes;
        }
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        if self.stop_after_first && self.epochs == 1 {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }
}

#[wasm_bindgen_test]
async fn a_run_goes_on_from_its_checkpoint_as_if_it_had_never_stopped() {
    let compute = Compute::cpu();
    let mut card = Golden::two16().weights().card;
    card.training.epochs = 2;
    card.training.batch_size = 4;
    let mut images = Images::new(2, 16);
    for image in 0..9_usize {
        images.push(
            &(0..512)
                .map(|pixel| (pixel * (image + 3) % 251) as u8)
                .collect::<Vec<_>>(),
        );
    }
    let mut whole = Keeper::default();
    let mut trainer = Trainer::new(card.clone(), &compute).unwrap();
    trainer.run(&images, &mut whole).await.unwrap();
    assert_eq!(whole.epochs, 2);

    let mut first = Keeper {
        stop_after_first: true,
        ..Keeper::default()
    };
    Trainer::new(card, &compute)
        .unwrap()
        .run(&images, &mut first)
        .await
        .unwrap();
    assert_eq!(first.epochs, 1);
    let checkpoint = Weights::parse(&first.checkpoint).unwrap();
    let mut second = Keeper::default();
    let mut trainer = Trainer::resume(&checkpoint, &compute).unwrap();
    trainer.run(&images, &mut second).await.unwrap();
    assert!(second.checkpoint == whole.checkpoint, "the final weights differ");

    let half = Weights::parse(&whole.checkpoint)
        .unwrap()
        .to_bytes(Precision::Half)
        .unwrap();
    assert!(Weights::parse(&half).is_ok());
}
