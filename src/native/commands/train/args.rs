//! The arguments of `ganomaly train`.

use crate::config::{Augmentation, LatentDistance};
use crate::image::ValueRange;
use crate::methods::MethodId;
use crate::native::arguments::{
    AUGMENTATIONS, CHANNELS, DISTANCES, DataArgs, DeviceArgs, PRECISIONS, SCORES, TaskArgs, method, one_of, value_range,
};
use crate::native::datasets::Dataset;
use crate::normality::ScoreForm;
use crate::weights::Precision;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  ganomaly train --dataset mnist --anomaly 2 --out runs/mnist-2
  ganomaly train --dataset mnist --anomaly 2 --nf 16 --epochs 3 --limit 6400 --out runs/trial
  ganomaly train --out runs/mnist-2 --resume
  ganomaly train --dataset fashion-mnist --anomaly \"ankle boot\" --split official --out runs/boots
  ganomaly train --dataset xray.tar.gz --size 64 --epochs 25 --out runs/xray
  ganomaly train --images photos/good --size 64 --channels 3 --epochs 25 --out runs/photos
  ganomaly train --images photos/good --from runs/photos/model.safetensors --epochs 5 --out runs/tuned

The folder of the run gets checkpoint.safetensors after every epoch, log.jsonl with every event as a line of JSON,
run.json with the settings, and in the end model.safetensors.";

/// Arguments of `train`. Settings that are not given are those of the run that is resumed, of the model that is
/// fine-tuned, or the authors'.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TrainArgs {
    /// Labelled data set to train on: one that `ganomaly fetch` knows, or the path of a folder, .tar, .tar.gz or .zip with
    /// train/normal, test/normal, test/KIND for each kind of anomaly, or with a folder for each class; or its name in
    /// the folder of data sets. Masks are left out
    #[arg(long, value_name = "NAME|PATH", conflicts_with = "images")]
    pub dataset: Option<Dataset>,
    /// Folder of normal images to train on, sub-folders included
    #[arg(long, value_name = "FOLDER")]
    pub images: Option<PathBuf>,
    /// What is made of the data set.
    #[command(flatten)]
    pub task: TaskArgs,
    /// Folder of the run
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Go on with the run in that folder, after its last whole epoch
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Start anew in a folder that holds a run, and lose that run
    #[arg(long)]
    pub force: bool,
    /// Start from the weights of a model rather than from random ones
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Method of the papers [default: ganomaly]
    #[arg(long, value_parser = method())]
    pub method: Option<MethodId>,
    /// Side of the images in pixels, a multiple of 16 [default: 32]
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Colour channels: 1 (grey) or 3 (colour) [default: the data set's, else 1]
    #[arg(long, value_parser = one_of::<usize>(CHANNELS))]
    pub channels: Option<usize>,
    /// Values of images with more than 8 bits a value that are black and white, such as 0,4095 [default: as the training
    /// images have them]
    #[arg(long, value_name = "LOW,HIGH", value_parser = value_range)]
    pub value_range: Option<ValueRange>,
    /// Length of the latent vector [default: 100]
    #[arg(long, value_name = "N")]
    pub nz: Option<usize>,
    /// Channels after the first convolution: the width of the networks [default: 64]
    #[arg(long, value_name = "N")]
    pub nf: Option<usize>,
    /// Passes over the training images [default: 15]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Images a step [default: 64]
    #[arg(long, value_name = "N")]
    pub batch_size: Option<usize>,
    /// Learning rate of Adam [default: 2e-4]
    #[arg(long, value_name = "RATE")]
    pub learning_rate: Option<f64>,
    /// Weight of the adversarial loss [default: 1]
    #[arg(long, value_name = "W")]
    pub w_adv: Option<f64>,
    /// Weight of the contextual loss [default: 50, Skip-GANomaly's 40]
    #[arg(long, value_name = "W")]
    pub w_con: Option<f64>,
    /// Weight of the encoder loss, Skip-GANomaly's latent loss [default: 1]
    #[arg(long, value_name = "W")]
    pub w_enc: Option<f64>,
    /// How latent vectors are compared, in the loss and in the score [default: squared, as in the authors' code]
    #[arg(long, value_parser = one_of::<LatentDistance>(DISTANCES))]
    pub latent_distance: Option<LatentDistance>,
    /// How the training images are varied [default: none]
    #[arg(long, value_parser = one_of::<Augmentation>(AUGMENTATIONS))]
    pub augmentation: Option<Augmentation>,
    /// What the model scores images by [default: paper]
    #[arg(long, value_parser = one_of::<ScoreForm>(SCORES))]
    pub score: Option<ScoreForm>,
    /// Share of the reconstruction error in Skip-GANomaly's score [default: 0.9]
    #[arg(long, value_name = "0 to 1")]
    pub lambda: Option<f64>,
    /// Another setting of the method, by its name in the model's card; can be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Seed of the split, the first weights and the order of the images [default: 0]
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: Option<u64>,
    /// Normal images kept out of training to take the threshold from [default: 20 %, of a data set at most 1000]
    #[arg(long, value_name = "N")]
    pub calibration: Option<usize>,
    /// Use only the first N training images, for trials
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Number format of the model's weights [default: half]
    #[arg(long, value_parser = one_of::<Precision>(PRECISIONS))]
    pub precision: Option<Precision>,
    /// Where data sets are.
    #[command(flatten)]
    pub data: DataArgs,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Takes `NAME=VALUE` apart.
fn setting(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let setting = parts.map(|(name, value)| (name.to_owned(), value.to_owned()));
    setting.ok_or_else(|| "write it as NAME=VALUE, for example lossWeights.contextual=40".to_owned())
}

impl TrainArgs {
    /// The method's settings that are given, by their names in cards.
    pub fn method_settings(&self) -> Vec<(String, String)> {
        let distance = self.latent_distance.as_ref().map(ToString::to_string);
        let number = |value: Option<f64>| value.map(|value| value.to_string());
        let named = [
            ("lossWeights.adversarial", number(self.w_adv)),
            ("lossWeights.contextual", number(self.w_con)),
            ("lossWeights.encoder", number(self.w_enc)),
            ("latentDistance", distance),
            ("scoreLambda", number(self.lambda)),
        ];
        let given = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        given.chain(self.set.clone()).collect()
    }
}
