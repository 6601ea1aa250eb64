//! The networks, losses, gradients and optimiser of both methods against PyTorch, on the CPU and on the GPU.

mod blocks;

use crate::golden::Golden;
use blocks::check_blocks;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use ganomaly::config::{LatentDistance, TrainingConfig};
use ganomaly::data::{Stream, seeded};
use ganomaly::device::{Compute, DeviceChoice, open};
use ganomaly::flow::ToTheEnd;
use ganomaly::methods::{Ganomaly, MethodSettings, Networks, Objective, SkipGanomaly};
use ganomaly::networks::tensors;
use ganomaly::optim::Optimizers;
use pollster::block_on;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Largest error relative to the largest value. The float32 run of the golden scripts themselves is off by up to 8e-6.
const TOLERANCE: f32 = 5e-5;

/// The same for weights and running statistics after ten steps, which the float32 run has right to 5e-7.
const WEIGHTS_TOLERANCE: f32 = 5e-6;

/// One GPU for all tests: a process can start it once.
static GPU: LazyLock<Compute> = LazyLock::new(|| {
    block_on(open(DeviceChoice::Gpu)).expect("these tests need a GPU or a software one such as Mesa's llvmpipe")
});

/// The distances of latent vectors, as the golden numbers name them.
const DISTANCES: [(&str, LatentDistance); 2] = [
    ("squared", LatentDistance::Squared),
    ("absolute", LatentDistance::Absolute),
];

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensors::floats(tensor.to_data())
}

fn check_inference(device: &Device) {
    for golden in Golden::all() {
        let input = golden.input(device);
        let check = |name: &str, found: &[f32]| golden.check(&format!("inference.{name}"), found, TOLERANCE);
        for (name, distance) in DISTANCES {
            let networks = golden.weights_by(distance).networks(device).unwrap();
            let scores = block_on(networks.score(input.clone(), &mut ToTheEnd)).unwrap();
            check("reconstruction", &values(&scores.reconstruction.unwrap()));
            check(&format!("score_{name}"), &values(&scores.score));
            let (latent, again) = (scores.latent.unwrap(), scores.latent_reconstruction.unwrap());
            let [of_image, of_reconstruction] = match networks.of::<Ganomaly>() {
                Some(_) => ["latent", "latent_reconstruction"],
                None => ["features_real", "features_fake"],
            };
            check(of_image, &values(&latent));
            check(of_reconstruction, &values(&again));
        }
    }
}

fn objective(networks: &Networks, image: Tensor<4>, settings: &MethodSettings) -> Objective {
    match (networks.of::<Ganomaly>(), networks.of::<SkipGanomaly>()) {
        (Some(networks), _) => networks.objective(image, &settings.read().unwrap()),
        (_, Some(networks)) => networks.objective(image, &settings.read().unwrap()),
        _ => panic!("{} has no objective of this kind", networks.method()),
    }
}

fn check_losses_and_gradients(device: &Device) {
    let device = device.clone().autodiff();
    for golden in Golden::all() {
        let networks = golden.weights().networks(&device).unwrap();
        let input = golden.input(&device);
        let latent = match networks.of::<Ganomaly>() {
            Some(_) => "encoder",
            None => "latent",
        };
        let check = |name: &str, found| golden.check(&format!("loss.{name}"), &values(found), TOLERANCE);

        let settings = |distance| golden.weights_by(distance).card.settings;
        let losses = objective(&networks, input.clone(), &settings(LatentDistance::Squared));
        check("adversarial", &losses.adversarial);
        check("contextual", &losses.contextual);
        check(latent, &losses.encoder);
        check("generator", &losses.generator);
        check("discriminator", &losses.discriminator);
        check_tensors(&golden, "after_forward", &networks, WEIGHTS_TOLERANCE);
        check_gradients(&golden, "generator", &networks, losses.generator.backward());
        check_gradients(&golden, "discriminator", &networks, losses.discriminator.backward());

        let losses = objective(&networks, input, &settings(LatentDistance::Absolute));
        check(&format!("{latent}_absolute"), &losses.encoder);
        check("generator_absolute", &losses.generator);
    }
}

/// Compares all golden tensors under a prefix with those of the networks.
fn check_tensors(golden: &Golden, prefix: &str, networks: &Networks, tolerance: f32) {
    let found = block_on(networks.valid().read()).unwrap();
    let found: HashMap<_, _> = found.into_iter().map(|tensor| (tensor.name, tensor.values)).collect();
    for expected in golden.named(prefix) {
        let name = expected.name;
        golden.check(&format!("{prefix}.{name}"), &found[&name], tolerance);
    }
}

/// Compares the gradient of each parameter with the golden one of its name.
struct GradientCheck<'a> {
    golden: &'a Golden,
    gradients: Gradients,
    path: Vec<String>,
    checked: Vec<String>,
}

impl ModuleVisitor for GradientCheck<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad_remove(&mut self.gradients) {
            let name = self.path.join(".");
            self.golden
                .check(&format!("gradient.{name}"), &values(&gradient), TOLERANCE);
            self.checked.push(name);
        }
    }
}

/// The gradients of a network's loss: all of its parameters, and no others, have the golden one.
fn check_gradients(golden: &Golden, network: &str, networks: &Networks, gradients: Gradients) {
    let mut check = GradientCheck {
        golden,
        gradients,
        path: Vec::new(),
        checked: Vec::new(),
    };
    match (networks.of::<Ganomaly>(), networks.of::<SkipGanomaly>()) {
        (Some(networks), _) => networks.visit(&mut check),
        (_, Some(networks)) => networks.visit(&mut check),
        _ => panic!("{} is not checked here", networks.method()),
    }
    let mut expected: Vec<String> = golden
        .named("gradient")
        .into_iter()
        .map(|tensor| tensor.name)
        .filter(|name| name.split('.').next() == Some(network))
        .collect();
    expected.sort();
    check.checked.sort();
    assert_eq!(check.checked, expected, "gradients of the {network}");
}

/// `input` with its pixels moved `by` columns to the right, the last ones coming in on the left.
fn rolled(input: &Tensor<4>, by: usize) -> Tensor<4> {
    let [batch, channels, height, width] = input.dims();
    let old = values(input);
    let new: Vec<f32> = (0..old.len())
        .map(|index| {
            let column = index % width;
            old[index - column + (column + width - by) % width]
        })
        .collect();
    Tensor::from_data(TensorData::new(new, [batch, channels, height, width]), &input.device())
}

fn check_ten_steps(device: &Device) {
    let device = device.clone().autodiff();
    for golden in Golden::all() {
        let mut networks = golden.weights().networks(&device).unwrap();
        let mut optimizers = Optimizers::new(&TrainingConfig::default());
        let input = golden.input(&device);
        let losses: Vec<f32> = (0..10)
            .flat_map(|step| {
                let mut rng = seeded(0, Stream::Noise(step));
                values(&networks.step(rolled(&input, step), &mut optimizers, 0.0, &mut rng))
            })
            .collect();
        golden.check("steps.losses", &losses, TOLERANCE);

        let expected = golden.named("after_steps").len();
        assert_eq!(networks.shapes().len(), expected);
        check_tensors(&golden, "after_steps", &networks, WEIGHTS_TOLERANCE);
    }
}

#[test]
fn inference_on_the_cpu() {
    check_inference(&Compute::cpu().device);
}

#[test]
fn activations_of_every_block_on_the_cpu() {
    check_blocks(&Compute::cpu().device);
}

#[test]
fn losses_and_gradients_on_the_cpu() {
    check_losses_and_gradients(&Compute::cpu().device);
}

#[test]
fn ten_adam_steps_on_the_cpu() {
    check_ten_steps(&Compute::cpu().device);
}

#[test]
fn inference_on_the_gpu() {
    check_inference(&GPU.device);
}

#[test]
fn activations_of_every_block_on_the_gpu() {
    check_blocks(&GPU.device);
}

#[test]
fn losses_and_gradients_on_the_gpu() {
    check_losses_and_gradients(&GPU.device);
}

#[test]
fn ten_adam_steps_on_the_gpu() {
    check_ten_steps(&GPU.device);
}
