//! The activations of every block, in training mode.

use super::{TOLERANCE, values};
use crate::golden::Golden;
use burn::tensor::activation::{leaky_relu, relu, sigmoid};
use burn::tensor::{Device, Tensor};
use ganomaly::methods::{Ganomaly, SkipGanomaly};
use ganomaly::networks::encoder::Pyramid;
use ganomaly::networks::{BatchNorm, Decoder, UNet};

pub fn check_blocks(device: &Device) {
    let device = device.clone().autodiff();
    for golden in Golden::all() {
        let (networks, input) = (golden.weights().networks(&device).unwrap(), golden.input(&device));
        match (networks.of::<Ganomaly>(), networks.of::<SkipGanomaly>()) {
            (Some(networks), _) => check_ganomaly(&golden, networks, input),
            (_, Some(networks)) => check_skip_ganomaly(&golden, networks, input),
            _ => panic!("{} is not checked here", networks.method()),
        }
    }
}

fn check<const D: usize>(golden: &Golden, name: &str, found: &Tensor<D>) {
    golden.check(&format!("train.{name}"), &values(found), TOLERANCE);
}

fn check_ganomaly(golden: &Golden, networks: &Ganomaly, input: Tensor<4>) {
    let generator = &networks.generator;
    let output = generator.forward(input.clone());
    check(golden, "latent", &output.latent);
    check(golden, "reconstruction", &output.reconstruction);
    check(golden, "latent_reconstruction", &output.latent_reconstruction);
    check_pyramid(golden, "encoder", &generator.encoder.features, input.clone());
    check_decoder(golden, &generator.decoder, output.latent);
    let second = &generator.second_encoder.features;
    check_pyramid(golden, "second_encoder", second, output.reconstruction.clone());
    for (name, image) in [("real", input), ("fake", output.reconstruction)] {
        let name = format!("discriminator.{name}");
        check_pyramid(golden, &name, &networks.discriminator.features, image.clone());
        let probability = sigmoid(networks.discriminator.forward(image).logit);
        check(golden, &format!("{name}.output"), &probability);
    }
}

fn check_skip_ganomaly(golden: &Golden, networks: &SkipGanomaly, input: Tensor<4>) {
    let reconstruction = networks.generator.forward(input.clone());
    check(golden, "reconstruction", &reconstruction);
    check_unet(golden, &networks.generator, input.clone());
    for (name, image) in [("real", input), ("fake", reconstruction)] {
        let name = format!("discriminator.{name}");
        check_pyramid(golden, &name, &networks.discriminator.features.features, image.clone());
        let output = networks.discriminator.forward(image);
        check(golden, &format!("{name}.features"), &output.features);
        check(golden, &format!("{name}.logit"), &output.logit);
    }
}

fn check_pyramid(golden: &Golden, name: &str, pyramid: &Pyramid, input: Tensor<4>) {
    let mut map = leaky_relu(pyramid.initial.forward(input), 0.2);
    check(golden, &format!("{name}.initial"), &map);
    for (index, block) in pyramid.pyramid.iter().enumerate() {
        map = block.forward(map);
        check(golden, &format!("{name}.pyramid.{index}"), &map);
    }
}

fn check_decoder(golden: &Golden, decoder: &Decoder, latent: Tensor<4>) {
    let mut map = decoder.initial.forward(latent);
    check(golden, "decoder.initial", &map);
    for (index, block) in decoder.pyramid.iter().enumerate() {
        map = block.forward(map);
        check(golden, &format!("decoder.pyramid.{index}"), &map);
    }
}

fn check_unet(golden: &Golden, unet: &UNet, image: Tensor<4>) {
    let normalised = |norm: &Option<BatchNorm>, map: Tensor<4>| match norm {
        Some(norm) => norm.forward(map),
        None => map,
    };
    let mut map = image;
    let mut skips = Vec::new();
    for (index, block) in unet.down.iter().enumerate() {
        let input = if index == 0 { map } else { leaky_relu(map, 0.2) };
        map = normalised(&block.norm, block.conv.forward(input));
        check(golden, &format!("generator.down.{index}"), &map);
        skips.push(map.clone());
    }
    skips.pop();
    for (index, block) in unet.up.iter().enumerate() {
        map = normalised(&block.norm, block.conv.forward(relu(map)));
        check(golden, &format!("generator.up.{index}"), &map);
        if let Some(skip) = skips.pop() {
            map = Tensor::cat(vec![skip, map], 1);
            check(golden, &format!("generator.joined.{index}"), &map);
        }
    }
}
