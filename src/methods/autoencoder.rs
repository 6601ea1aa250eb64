//! Plain convolutional autoencoder: encoder and decoder of the DCGAN kind, trained to rebuild normal images; an anomaly is
//! an image that is rebuilt badly (Sakurada and Yairi, "Anomaly Detection Using Autoencoders with Nonlinear
//! Dimensionality Reduction", MLSDA 2014). It is GANomaly's generator without the second encoder and the discriminator.
//!
//! ```text
//! ganomaly train --dataset mnist --anomaly 2 --method autoencoder --out runs/autoencoder-2
//! ```

use super::{Gives, Method, NoSettings, Scores, Step, Unfinished};
use crate::config::{LatentDistance, ModelConfig};
use crate::flow::Pace;
use crate::loss;
use crate::networks::init::Init;
use crate::networks::{Decoder, Encoder};
use burn::module::Module;
use burn::tensor::Tensor;

/// The two networks.
#[derive(Module, Debug)]
pub struct Autoencoder {
    /// x to z.
    pub encoder: Encoder,
    /// z to x'.
    pub decoder: Decoder,
}

impl Method for Autoencoder {
    const ID: &'static str = "autoencoder";
    const NAME: &'static str = "Autoencoder";
    const ABOUT: &'static str = "Autoencoder (Sakurada & Yairi, 2014): encoder, decoder";
    const LOSSES: &'static [&'static str] = &["reconstruction"];
    const GIVES: Gives = Gives {
        features: false,
        ..Gives::ALL
    };
    type Settings = NoSettings;

    fn init(model: &ModelConfig, _: &NoSettings, init: &mut Init) -> Self {
        Self {
            encoder: Encoder::init(model, init),
            decoder: Decoder::init(model, init),
        }
    }

    /// Minimises the mean squared difference of image and reconstruction.
    fn step(&mut self, image: Tensor<4>, step: &mut Step<'_, NoSettings>) -> Vec<Tensor<1>> {
        let reconstruction = self.decoder.forward(self.encoder.forward(image.clone()));
        let loss = loss::distance(image, reconstruction, LatentDistance::Squared).mean();
        let mut gradients = loss.backward();
        step.update(&mut self.encoder, "encoder", &mut gradients);
        step.update(&mut self.decoder, "decoder", &mut gradients);
        vec![loss]
    }

    /// The mean squared difference of image and reconstruction.
    async fn score(&self, image: Tensor<4>, _: &NoSettings, _: &mut dyn Pace) -> Result<Scores, Unfinished> {
        let latent = self.encoder.forward(image.clone());
        let reconstruction = self.decoder.forward(latent.clone());
        let score = loss::distance(image, reconstruction.clone(), LatentDistance::Squared);
        Ok(Scores {
            reconstruction: Some(reconstruction),
            latent: Some(latent),
            ..score.into()
        })
    }

    fn score_in_words(_: &NoSettings) -> String {
        "mean of squared differences of the pixels".to_owned()
    }
}
