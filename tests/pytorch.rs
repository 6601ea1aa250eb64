//! The networks, losses, gradients and optimiser against PyTorch, on the CPU and on the GPU.

mod golden;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::activation::{leaky_relu, sigmoid};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use ganomaly::config::{LatentDistance, TrainingConfig};
use ganomaly::device::{Compute, DeviceChoice, open};
use ganomaly::loss;
use ganomaly::methods::{Ganomaly, Networks, Training};
use ganomaly::networks::encoder::Pyramid;
use ganomaly::networks::{Decoder, tensors};
use golden::{Golden, assert_close};
use pollster::block_on;
use std::sync::LazyLock;

/// Largest error relative to the largest value. The float32 run of the golden script itself is off by up to 8e-6.
const TOLERANCE: f32 = 5e-5;

/// One GPU for all tests: a process can start it once.
static GPU: LazyLock<Compute> = LazyLock::new(|| {
    block_on(open(DeviceChoice::Gpu)).expect("these tests need a GPU or a software one such as Mesa's llvmpipe")
});

fn configurations() -> [Golden; 3] {
    [Golden::grey32(), Golden::colour64(), Golden::two16()]
}

/// The golden weights in the networks of GANomaly.
fn ganomaly(golden: &Golden, device: &Device) -> Ganomaly {
    match golden.weights().networks(device) {
        Networks::Ganomaly(networks) => networks,
        other => panic!("{other:?}"),
    }
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensors::floats(tensor.to_data())
}

fn check_inference(device: &Device) {
    for golden in configurations() {
        let networks = ganomaly(&golden, device);
        let input = golden.input(device);
        let output = networks.generator.forward(input.clone());
        for (name, found) in [
            ("latent", values(&output.latent)),
            ("reconstruction", values(&output.reconstruction)),
            ("latent_reconstruction", values(&output.latent_reconstruction)),
            (
                "score_squared",
                values(&networks.score(input.clone(), LatentDistance::Squared).score),
            ),
            (
                "score_absolute",
                values(&networks.score(input, LatentDistance::Absolute).score),
            ),
        ] {
            assert_close(name, &found, &golden.values(&format!("inference.{name}")), TOLERANCE);
        }
    }
}

/// The activations of a pyramid after each of its blocks.
fn check_pyramid(golden: &Golden, name: &str, pyramid: &Pyramid, input: Tensor<4>) -> Tensor<4> {
    let mut map = leaky_relu(pyramid.initial.forward(input), 0.2);
    assert_close(
        name,
        &values(&map),
        &golden.values(&format!("train.{name}.initial")),
        TOLERANCE,
    );
    for (index, block) in pyramid.pyramid.iter().enumerate() {
        map = block.forward(map);
        let golden = golden.values(&format!("train.{name}.pyramid.{index}"));
        assert_close(&format!("{name}.pyramid.{index}"), &values(&map), &golden, TOLERANCE);
    }
    map
}

fn check_decoder(golden: &Golden, decoder: &Decoder, latent: Tensor<4>) {
    let mut map = decoder.initial.forward(latent);
    assert_close(
        "decoder",
        &values(&map),
        &golden.values("train.decoder.initial"),
        TOLERANCE,
    );
    for (index, block) in decoder.pyramid.iter().enumerate() {
        map = block.forward(map);
        let golden = golden.values(&format!("train.decoder.pyramid.{index}"));
        assert_close(&format!("decoder.pyramid.{index}"), &values(&map), &golden, TOLERANCE);
    }
}

fn check_blocks(device: &Device) {
    let device = device.clone().autodiff();
    for golden in configurations() {
        let networks = ganomaly(&golden, &device);
        let generator = &networks.generator;
        let input = golden.input(&device);
        let output = generator.forward(input.clone());
        assert_close(
            "latent",
            &values(&output.latent),
            &golden.values("train.latent"),
            TOLERANCE,
        );
        let reconstruction = output.reconstruction;
        assert_close(
            "x'",
            &values(&reconstruction),
            &golden.values("train.reconstruction"),
            TOLERANCE,
        );
        check_pyramid(&golden, "encoder", &generator.encoder.features, input.clone());
        check_decoder(&golden, &generator.decoder, output.latent);
        check_pyramid(
            &golden,
            "second_encoder",
            &generator.second_encoder.features,
            reconstruction.clone(),
        );
        for (name, image) in [("real", input), ("fake", reconstruction)] {
            let discriminator = &networks.discriminator;
            check_pyramid(
                &golden,
                &format!("discriminator.{name}"),
                &discriminator.features,
                image.clone(),
            );
            let output = sigmoid(discriminator.forward(image).logit);
            let expected = golden.values(&format!("train.discriminator.{name}.output"));
            assert_close("D(x)", &values(&output), &expected, TOLERANCE);
        }
    }
}

/// Compares the gradient of each parameter with the golden one of its name.
struct GradientCheck<'a> {
    golden: &'a Golden,
    gradients: Gradients,
    path: Vec<String>,
    checked: usize,
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
            let expected = self.golden.values(&format!("gradient.{name}"));
            assert_close(&name, &values(&gradient), &expected, TOLERANCE);
            self.checked += 1;
        }
    }
}

fn check_gradients<M: Module>(golden: &Golden, network: &str, module: &M, gradients: Gradients) {
    let mut check = GradientCheck {
        golden,
        gradients,
        path: vec![network.to_owned()],
        checked: 0,
    };
    module.visit(&mut check);
    let expected = golden
        .named("gradient")
        .iter()
        .filter(|tensor| tensor.name.starts_with(network))
        .count();
    assert_eq!(check.checked, expected, "gradients of the {network}");
}

fn check_losses_and_gradients(device: &Device) {
    let device = device.clone().autodiff();
    for golden in configurations() {
        let Ganomaly {
            generator,
            discriminator,
        } = ganomaly(&golden, &device);
        let input = golden.input(&device);
        let output = generator.forward(input.clone());
        let real = discriminator.forward(input.clone());
        let fake = discriminator.forward(output.reconstruction.clone().detach());
        let judged = discriminator.clone().no_grad().forward(output.reconstruction.clone());

        let adversarial = loss::feature_matching(real.features.detach(), judged.features);
        let contextual = loss::contextual(input, output.reconstruction);
        let latents = || (output.latent.clone(), output.latent_reconstruction.clone());
        let encoder = |distance| loss::latent(latents().0, latents().1, distance);
        let discriminator_loss = loss::discriminator(real.logit, fake.logit);
        let squared = encoder(LatentDistance::Squared);
        let generator_loss = adversarial.clone() + contextual.clone().mul_scalar(50.0) + squared.clone();
        for (name, found) in [
            ("adversarial", &adversarial),
            ("contextual", &contextual),
            ("encoder", &squared),
            ("encoder_absolute", &encoder(LatentDistance::Absolute)),
            ("generator", &generator_loss),
            ("discriminator", &discriminator_loss),
        ] {
            assert_close(name, &values(found), &golden.values(&format!("loss.{name}")), TOLERANCE);
        }
        check_gradients(&golden, "generator", &generator, generator_loss.backward());
        check_gradients(&golden, "discriminator", &discriminator, discriminator_loss.backward());
    }
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

fn check_ten_steps(device: &Device, weights_tolerance: f32) {
    let device = device.clone().autodiff();
    for golden in configurations() {
        let networks = golden.weights().networks(&device);
        let mut training = Training::new(networks, TrainingConfig::default());
        let input = golden.input(&device);
        let losses: Vec<f32> = (0..10)
            .flat_map(|step| values(&training.step(rolled(&input, step))))
            .collect();
        assert_close("losses", &losses, &golden.values("steps.losses"), TOLERANCE);

        let mut found = block_on(tensors::read(&training.networks.valid())).unwrap();
        found.sort_by(|left, right| left.name.cmp(&right.name));
        let expected = golden.named("after_steps");
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.name, expected.name);
            assert_close(&found.name, &found.values, &expected.values, weights_tolerance);
        }
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
    check_ten_steps(&Compute::cpu().device, 5e-6);
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
    check_ten_steps(&GPU.device, 5e-6);
}
