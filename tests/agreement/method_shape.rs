//! What the shape of a method must hold, shown with the smallest methods of each kind: a score that searches by gradients,
//! several discriminators and a joint one, a training in phases, rows of numbers, a score and nothing else.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::tanh;
use ganomaly::card::{DataCard, ModelCard};
use ganomaly::config::{ConfigError, LatentDistance, ModelConfig, TrainingConfig, check_range};
use ganomaly::data::{Images, Stream, seeded};
use ganomaly::device::Compute;
use ganomaly::event::TrainingEvent;
use ganomaly::flow::{Flow, Pace, ToTheEnd, Work};
use ganomaly::loss;
use ganomaly::methods::{Gives, Method, MethodId, NoSettings, Scores, Step, Unfinished, proceed};
use ganomaly::networks::init::Init;
use ganomaly::networks::{Decoder, Discriminator, Encoder};
use ganomaly::trainer::{Observer, ObserverError, Trainer};
use pollster::block_on;
use rand::RngExt;

/// As AnoGAN: for each image the latent vector is sought, by gradient descent, whose image is nearest.
#[derive(Module, Debug)]
struct Search {
    generator: Decoder,
}

const SEARCH_STEPS: usize = 20;

impl Method for Search {
    const ID: &'static str = "search";
    const NAME: &'static str = "Search";
    const ABOUT: &'static str = "";
    const LOSSES: &'static [&'static str] = &["generator"];
    const GIVES: Gives = Gives::NOTHING;
    type Settings = NoSettings;

    fn init(model: &ModelConfig, _: &NoSettings, init: &mut Init) -> Self {
        Self {
            generator: Decoder::init(model, init),
        }
    }

    fn step(&mut self, image: Tensor<4>, step: &mut Step<'_, NoSettings>) -> Vec<Tensor<1>> {
        let [batch, ..] = image.dims();
        let latent = Tensor::<4>::zeros([batch, 8, 1, 1], &image.device());
        let loss = loss::contextual(image, self.generator.forward(latent + 0.5));
        step.minimise(&mut self.generator, "generator", &loss);
        vec![loss]
    }

    async fn score(&self, image: Tensor<4>, _: &NoSettings, pace: &mut dyn Pace) -> Result<Scores, Unfinished> {
        // On an autodiff device, but with running statistics and fixed weights.
        let generator = self.generator.clone().train().freeze();
        let [batch, ..] = image.dims();
        let image = Tensor::from_inner(image);
        let mut latent = Tensor::<4>::zeros([batch, 8, 1, 1], &image.device()).require_grad();
        for step in 0..SEARCH_STEPS {
            proceed(pace, step as f64 / SEARCH_STEPS as f64).await?;
            let losses = loss::distance(
                image.clone(),
                generator.forward(latent.clone()),
                LatentDistance::Squared,
            );
            let Some(gradient) = latent.grad(&losses.sum().backward()) else {
                break;
            };
            latent = Tensor::from_inner(latent.inner() - gradient.mul_scalar(5.0)).require_grad();
        }
        let found = generator.forward(latent);
        Ok(loss::distance(image, found, LatentDistance::Squared).inner().into())
    }

    fn score_in_words(_: &NoSettings) -> String {
        "distance to the nearest image of the generator".to_owned()
    }
}

/// As ALAD and EGBAD: encoder, generator of latent vectors that are drawn, a discriminator of images, one of latent vectors,
/// and a joint one.
#[derive(Module, Debug)]
struct Joint {
    encoder: Encoder,
    generator: Decoder,
    d_xx: Discriminator,
    d_zz: Linear,
    d_xz: Linear,
}

/// A matrix, for vectors.
#[derive(Module, Debug)]
struct Linear {
    weight: Param<Tensor<2>>,
}

impl Linear {
    fn init(shape: [usize; 2], init: &mut Init) -> Self {
        Self {
            weight: init.normal(0.0, shape),
        }
    }

    /// One logit a row.
    fn forward(&self, rows: Tensor<2>) -> Tensor<1> {
        rows.matmul(self.weight.val()).sum_dim(1).flatten(0, 1)
    }
}

fn joined(image: Tensor<4>, latent: Tensor<4>) -> Tensor<2> {
    Tensor::cat(vec![image.flatten(1, 3), latent.flatten(1, 3)], 1)
}

impl Method for Joint {
    const ID: &'static str = "joint";
    const NAME: &'static str = "Joint";
    const ABOUT: &'static str = "";
    const LOSSES: &'static [&'static str] = &["encoder and generator", "d_xx", "d_zz", "d_xz"];
    const GIVES: Gives = Gives::NOTHING;
    type Settings = NoSettings;

    fn init(model: &ModelConfig, _: &NoSettings, init: &mut Init) -> Self {
        let pixels = model.channels * model.size * model.size;
        Self {
            encoder: Encoder::init(model, init),
            generator: Decoder::init(model, init),
            d_xx: Discriminator::init(model, init),
            d_zz: Linear::init([model.latent_size, 1], init),
            d_xz: Linear::init([pixels + model.latent_size, 1], init),
        }
    }

    fn step(&mut self, image: Tensor<4>, step: &mut Step<'_, NoSettings>) -> Vec<Tensor<1>> {
        let latent = self.encoder.forward(image.clone());
        let rebuilt = self.generator.forward(latent.clone());
        let drawn = step.normal(latent.dims(), &image.device());
        let made = joined(self.generator.forward(drawn.clone()), drawn);
        let fooled = self.d_xz.clone().no_grad().forward(made.clone());
        let both = loss::non_saturating(fooled) + loss::contextual(image.clone(), rebuilt.clone());
        let (latent, rebuilt, joint) = (latent.detach(), rebuilt.detach(), made.detach());
        let (real, made) = (
            self.d_xx.forward(image.clone()).logit,
            self.d_xx.forward(rebuilt.clone()).logit,
        );
        let xx = loss::discriminator(real, made);
        let zz = loss::non_saturating(self.d_zz.forward(latent.clone().flatten(1, 3)));
        let xz = loss::discriminator(self.d_xz.forward(joined(image, latent)), self.d_xz.forward(joint));
        let mut gradients = both.backward();
        step.update(&mut self.encoder, "encoder", &mut gradients);
        step.update(&mut self.generator, "generator", &mut gradients);
        step.minimise(&mut self.d_xx, "d_xx", &xx);
        step.minimise(&mut self.d_zz, "d_zz", &zz);
        step.minimise(&mut self.d_xz, "d_xz", &xz);
        vec![both, xx, zz, xz]
    }

    async fn score(&self, image: Tensor<4>, _: &NoSettings, _: &mut dyn Pace) -> Result<Scores, Unfinished> {
        let latent = self.encoder.forward(image.clone());
        Ok(self.d_xz.forward(joined(image, latent)).neg().into())
    }

    fn score_in_words(_: &NoSettings) -> String {
        "logit of the joint discriminator".to_owned()
    }
}

/// As f-AnoGAN: first a generator, then an encoder while the generator stays as it is. On rows of numbers.
#[derive(Module, Debug)]
struct Phases {
    generator: Linear,
    encoder: Linear,
}

impl Method for Phases {
    const ID: &'static str = "phases";
    const NAME: &'static str = "Phases";
    const ABOUT: &'static str = "";
    const LOSSES: &'static [&'static str] = &["reconstruction"];
    const GIVES: Gives = Gives::NOTHING;
    type Settings = NoSettings;

    fn init(model: &ModelConfig, _: &NoSettings, init: &mut Init) -> Self {
        Self {
            generator: Linear::init([model.latent_size, model.channels], init),
            encoder: Linear::init([model.channels, model.latent_size], init),
        }
    }

    fn check(model: &ModelConfig) -> Result<(), ConfigError> {
        check_range("the side of a row", model.size, 1, 1)
    }

    fn step(&mut self, rows: Tensor<4>, step: &mut Step<'_, NoSettings>) -> Vec<Tensor<1>> {
        let loss = loss::contextual(rows.clone(), self.rebuilt(rows));
        match step.done < 0.5 {
            true => step.minimise(&mut self.generator, "generator", &loss),
            false => step.minimise(&mut self.encoder, "encoder", &loss),
        }
        vec![loss]
    }

    async fn score(&self, rows: Tensor<4>, _: &NoSettings, _: &mut dyn Pace) -> Result<Scores, Unfinished> {
        Ok(loss::distance(rows.clone(), self.rebuilt(rows), LatentDistance::Absolute).into())
    }

    fn score_in_words(_: &NoSettings) -> String {
        "mean of absolute differences".to_owned()
    }
}

impl Phases {
    fn rebuilt(&self, rows: Tensor<4>) -> Tensor<4> {
        let dims = rows.dims();
        let latent = tanh(rows.flatten::<2>(1, 3).matmul(self.encoder.weight.val()));
        latent.matmul(self.generator.weight.val()).reshape(dims)
    }
}

/// Keeps the events of a run.
#[derive(Default)]
struct Kept(Vec<TrainingEvent>);

impl Observer for Kept {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.0.push(event);
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        Flow::Continue
    }
}

/// Says stop after so many calls.
struct StopAfter(usize);

impl Pace for StopAfter {
    fn proceed(&mut self, _: f64) -> Work<'_, Flow> {
        self.0 = self.0.saturating_sub(1);
        let flow = if self.0 == 0 { Flow::Stop } else { Flow::Continue };
        Box::pin(std::future::ready(flow))
    }
}

fn noise(channels: usize, size: usize, count: usize) -> Images {
    let mut images = Images::new(channels, size);
    let mut rng = seeded(1, Stream::Split);
    for _ in 0..count {
        let pixels: Vec<u8> = (0..channels * size * size).map(|_| rng.random()).collect();
        images.push(&pixels);
    }
    images
}

fn card(method: MethodId, images: &Images) -> ModelCard {
    let model = ModelConfig {
        size: images.size,
        channels: images.channels,
        latent_size: 8,
        features: 4,
    };
    let training = TrainingConfig {
        epochs: 4,
        batch_size: 4,
        ..TrainingConfig::default()
    };
    ModelCard::new(method, model, training, DataCard::default())
}

/// Trains a method to the end.
fn trained(method: MethodId, images: &Images) -> (Trainer, Kept) {
    let mut trainer = Trainer::new(card(method, images), &Compute::cpu()).unwrap();
    let mut kept = Kept::default();
    assert!(!block_on(trainer.run(images, &mut kept)).unwrap());
    (trainer, kept)
}

fn scores(trainer: &Trainer, images: &Images, indices: &[usize]) -> Vec<f32> {
    let scored = block_on(trainer.detector().score(images, indices)).unwrap();
    scored.into_iter().map(|scored| scored.score).collect()
}

#[test]
fn a_score_may_search_by_gradients_and_be_stopped() {
    let images = noise(1, 16, 8);
    let (trainer, _) = trained(MethodId::of::<Search>(), &images);
    let detector = trainer.detector();
    let together = scores(&trainer, &images, &[0, 1, 2]);
    let alone = scores(&trainer, &images, &[1]);
    assert!(
        (together[1] - alone[0]).abs() < 1e-6,
        "a score depends on its image alone"
    );
    let networks = block_on(detector.weights())
        .unwrap()
        .networks(&Compute::cpu().device)
        .unwrap();
    let search = networks.of::<Search>().unwrap();
    let image = images.batch(&[1], &Compute::cpu().device);
    let start = search
        .generator
        .forward(Tensor::zeros([1, 8, 1, 1], &Compute::cpu().device));
    let start = loss::distance(image, start, LatentDistance::Squared).into_scalar::<f32>();
    assert!(
        alone[0] < start,
        "the search lowers the distance: {} from {start}",
        alone[0]
    );
    let stopped = block_on(detector.score_paced(&images, &[0], &mut StopAfter(3))).unwrap();
    assert_eq!(stopped, None);
    assert!(
        block_on(detector.score_paced(&images, &[0], &mut ToTheEnd))
            .unwrap()
            .is_some()
    );
}

#[test]
fn any_number_of_networks_and_optimisers_goes_on_from_a_checkpoint() {
    let images = noise(1, 16, 8);
    let (whole, kept) = trained(MethodId::of::<Joint>(), &images);
    let named = kept.0.iter().any(|event| match event {
        TrainingEvent::Step { losses, .. } => losses.get("d_xz").is_finite() && losses.get("d_zz").is_finite(),
        _ => false,
    });
    assert!(named, "losses are told by their names");

    let mut short = card(MethodId::of::<Joint>(), &images);
    short.training.epochs = 2;
    let mut first = Trainer::new(short, &Compute::cpu()).unwrap();
    block_on(first.run(&images, &mut Kept::default())).unwrap();
    let mut checkpoint = block_on(first.checkpoint()).unwrap();
    let optimizer = checkpoint.optimizer.as_ref().unwrap();
    let names: Vec<&str> = optimizer.by_network.keys().map(String::as_str).collect();
    assert_eq!(names, ["d_xx", "d_xz", "d_zz", "encoder", "generator"]);
    checkpoint.card.training.epochs = 4;
    let mut second = Trainer::resume(&checkpoint, &Compute::cpu()).unwrap();
    block_on(second.run(&images, &mut Kept::default())).unwrap();
    assert_eq!(scores(&second, &images, &[0, 1]), scores(&whole, &images, &[0, 1]));
}

#[test]
fn a_training_may_have_phases_and_its_samples_may_be_rows() {
    let rows = noise(5, 1, 8);
    let (trainer, _) = trained(MethodId::of::<Phases>(), &rows);
    let checkpoint = block_on(trainer.checkpoint()).unwrap();
    let optimizers = checkpoint.optimizer.unwrap().by_network;
    // Two steps in each of four epochs, the first half for the generator.
    let steps: Vec<(&str, usize)> = optimizers
        .iter()
        .map(|(name, state)| (name.as_str(), state.steps))
        .collect();
    assert_eq!(steps, [("encoder", 4), ("generator", 4)]);
    assert_eq!(scores(&trainer, &rows, &[0, 1, 2]).len(), 3);
    assert!(Trainer::new(card(MethodId::of::<Phases>(), &noise(1, 16, 2)), &Compute::cpu()).is_err());
}
