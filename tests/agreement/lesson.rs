//! What lessons show is what the networks do: traced layers against PyTorch and against arithmetic by hand, training step
//! by step against a run.

use crate::golden::{Golden, assert_close};
use burn::tensor::Tensor;
use ganomaly::data::{Images, Stream, seeded};
use ganomaly::device::Compute;
use ganomaly::event::TrainingEvent;
use ganomaly::experiment::{Experiment, ExperimentImages, ExperimentSettings};
use ganomaly::image::heat_colour;
use ganomaly::methods::{Ganomaly, Losses, MethodSettings};
use ganomaly::trace::{Activation, Layer, LayerKind, SubNetwork, Trace, trace};
use ganomaly::trainer::{Flow, Observer, ObserverError, Trainer};
use rand::RngExt;

/// As for PyTorch elsewhere: relative to the largest value.
const TOLERANCE: f32 = 5e-5;
const EPSILON: f32 = 1e-5;

fn traced(golden: &Golden) -> (Trace, Vec<f32>) {
    let device = Compute::cpu().device;
    let input: Tensor<4> = golden.input(&device).slice(0..1);
    let networks = golden.weights().networks(&device).unwrap();
    let networks = networks.of::<Ganomaly>().unwrap();
    let image = ganomaly::networks::tensors::floats(input.to_data());
    (pollster::block_on(trace(networks, input)).unwrap(), image)
}

fn last(trace: &Trace, network: SubNetwork) -> Vec<f32> {
    let mut layers = trace.layers.iter().filter(|layer| layer.network == network);
    trace.values[layers.next_back().unwrap().maps.range()].to_vec()
}

#[test]
fn sub_networks_end_where_pytorch_does() {
    for golden in [Golden::grey32(), Golden::colour64(), Golden::two16()] {
        let (trace, _) = traced(&golden);
        for (network, name) in [
            (SubNetwork::Encoder, "inference.latent"),
            (SubNetwork::Decoder, "inference.reconstruction"),
            (SubNetwork::SecondEncoder, "inference.latent_reconstruction"),
        ] {
            let found = last(&trace, network);
            let expected = &golden.values(name)[..found.len()];
            assert_close(name, &found, expected, TOLERANCE);
        }
    }
}

/// The value of one pixel, computed from what the layer says of itself.
fn by_hand(trace: &Trace, layer: &Layer, input: &[f32], [channel, row, column]: [usize; 3]) -> f32 {
    let [inputs, height, width] = layer.input;
    let weights = &trace.values[layer.weights.range()];
    let side = layer.kernel;
    let mut sum = 0.0;
    for source in 0..inputs {
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            // The pixel of the input that this weight of the kernel meets, if there is one.
            let meets = |place: usize, offset: usize, length: usize| match layer.kind {
                LayerKind::Convolution => (place * layer.stride + offset)
                    .checked_sub(layer.padding)
                    .filter(|&at| at < length),
                LayerKind::TransposedConvolution => {
                    let moved = (place + layer.padding).checked_sub(offset)?;
                    (moved % layer.stride == 0)
                        .then_some(moved / layer.stride)
                        .filter(|&at| at < length)
                }
            };
            let (Some(y_in), Some(x_in)) = (meets(row, y, height), meets(column, x, width)) else {
                continue;
            };
            let pair = match layer.kind {
                LayerKind::Convolution => channel * inputs + source,
                LayerKind::TransposedConvolution => source * layer.output[0] + channel,
            };
            sum += weights[(pair * side + y) * side + x] * input[(source * height + y_in) * width + x_in];
        }
    }
    if let Some(norm) = &layer.norm {
        let norm = &trace.values[norm.range()];
        let of = |part: usize| norm[part * layer.output[0] + channel];
        sum = (sum - of(2)) / (of(3) + EPSILON).sqrt() * of(0) + of(1);
    }
    match layer.activation {
        Activation::LeakyRelu => sum.max(0.2 * sum),
        Activation::Relu => sum.max(0.0),
        Activation::Tanh => sum.tanh(),
        Activation::Linear => sum,
    }
}

#[test]
fn every_kind_of_layer_can_be_computed_by_hand() {
    for golden in [Golden::grey32(), Golden::two16()] {
        let (trace, image) = traced(&golden);
        let mut rng = seeded(1, Stream::Split);
        let mut input = image;
        for layer in &trace.layers {
            let maps = trace.values[layer.maps.range()].to_vec();
            let [channels, height, width] = layer.output;
            assert_eq!(maps.len(), channels * height * width, "{}", layer.name);
            for _ in 0..20 {
                let at = [channels, height, width].map(|length| rng.random_range(0..length));
                let found = by_hand(&trace, layer, &input, at);
                let expected = maps[(at[0] * height + at[1]) * width + at[2]];
                assert!(
                    (found - expected).abs() < 1e-3 * expected.abs().max(1.0),
                    "{} {at:?}: {found}, not {expected}",
                    layer.name
                );
            }
            input = maps;
        }
    }
}

fn noise(count: usize, seed: u64) -> Images {
    let mut images = Images::new(1, 16);
    let mut rng = seeded(seed, Stream::Split);
    for _ in 0..count {
        let pixels: Vec<u8> = (0..256).map(|_| rng.random()).collect();
        images.push(&pixels);
    }
    images
}

fn settings() -> ExperimentSettings {
    ExperimentSettings {
        size: 16,
        batch_size: 4,
        ..ExperimentSettings::default()
    }
}

fn experiment(settings: &ExperimentSettings) -> Experiment {
    let images = ExperimentImages {
        training: noise(10, 1),
        normal: noise(5, 2),
        anomalous: noise(3, 3),
    };
    Experiment::new(settings, images, &Compute::cpu()).unwrap()
}

/// Notes the losses of every step.
#[derive(Default)]
struct Notes(Vec<Losses>);

impl Observer for Notes {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        if let TrainingEvent::Step { losses, .. } = event {
            self.0.push(losses);
        }
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        Flow::Continue
    }
}

#[test]
fn steps_one_by_one_are_those_of_a_run() {
    let mut watched = experiment(&settings());
    let mut card = watched.card().clone();
    card.training.epochs = 3;
    let steps = pollster::block_on(watched.step(6)).unwrap();
    let mut run = Notes::default();
    let mut trainer = Trainer::new(card, &Compute::cpu()).unwrap();
    pollster::block_on(trainer.run(&noise(10, 1), &mut run)).unwrap();
    assert_eq!(steps, run.0, "two batches an epoch");
    assert_eq!(watched.card().epochs_trained, 3);
}

#[test]
fn an_experiment_can_be_looked_at_and_used() {
    let mut watched = experiment(&settings());
    let before = pollster::block_on(watched.look()).unwrap();
    pollster::block_on(watched.step(5)).unwrap();
    let after = pollster::block_on(watched.look()).unwrap();
    assert_eq!((after.step, after.normal.len(), after.anomalous.len()), (5, 5, 3));
    assert_eq!((after.normal_pictures.len(), after.anomalous_pictures.len()), (5, 3));
    let (anomalies, shown) = (noise(3, 3), &after.anomalous_pictures[2]);
    let colours = shown.difference.rgba.chunks_exact(4);
    for ((pixel, rebuilt), colour) in anomalies
        .bytes(2)
        .iter()
        .zip(shown.reconstruction.rgba.chunks_exact(4))
        .zip(colours)
    {
        assert_eq!(colour, heat_colour(f32::from(pixel.abs_diff(rebuilt[0])) / 255.0));
    }
    assert_ne!(before.normal, after.normal);
    let detector = pollster::block_on(watched.detector()).unwrap();
    let mut rising = after.normal.clone();
    rising.sort_by(f32::total_cmp);
    assert_eq!(
        detector.calibration, rising,
        "thresholds come from the normal images that are only looked at"
    );
}

/// A weight of the losses, as the page gives it.
fn weight(loss: &str, weight: f64) -> MethodSettings {
    serde_json::from_value(serde_json::json!({ "lossWeights": { loss: weight } })).unwrap()
}

#[test]
fn loss_weights_count_from_the_next_step_on() {
    let change = |weights: &MethodSettings| {
        let mut watched = experiment(&settings());
        let mut losses = pollster::block_on(watched.step(2)).unwrap();
        watched.set(weights).unwrap();
        let all = watched.card().settings.clone();
        assert_eq!(all.clone().with(weights), all);
        losses.extend(pollster::block_on(watched.step(2)).unwrap());
        losses
    };
    let plain = pollster::block_on(experiment(&settings()).step(4)).unwrap();
    assert_eq!(change(&MethodSettings::default()), plain);
    let changed = change(&weight("contextual", 0.0));
    assert_eq!(changed[..2], plain[..2]);
    let [new, old] = [&changed[2], &plain[2]];
    for term in ["contextual", "adversarial", "encoder"] {
        assert_eq!(new.get(term), old.get(term));
    }
    assert!(
        (new.get("generator") - new.get("adversarial") - new.get("encoder")).abs() < 1e-5,
        "the third step's sum is weighted anew"
    );
    assert_ne!(
        changed[3].get("contextual"),
        plain[3].get("contextual"),
        "and moves the networks elsewhere"
    );

    let mut watched = experiment(&settings());
    let said = watched.set(&weight("encoder", -1.0)).unwrap_err().to_string();
    assert!(said.contains("encoder weight"), "{said}");
    assert_eq!(
        pollster::block_on(watched.step(4)).unwrap(),
        plain,
        "and the run goes on as before"
    );
}

#[test]
fn loss_weights_and_seeds_make_a_difference_and_mistakes_are_said() {
    let steps = |settings: &ExperimentSettings| pollster::block_on(experiment(settings).step(4)).unwrap();
    let plain = steps(&settings());
    assert_eq!(plain, steps(&settings()));
    assert_ne!(plain, steps(&ExperimentSettings { seed: 1, ..settings() }));
    assert_ne!(
        plain[3],
        steps(&ExperimentSettings {
            settings: weight("adversarial", 0.0),
            ..settings()
        })[3]
    );
    let impossible = ExperimentSettings { size: 20, ..settings() };
    assert!(impossible.model().unwrap_err().to_string().contains("multiple of 16"));
}
