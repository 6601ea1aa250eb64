//! `ganomaly info`: what a weights file is.

use crate::card::ModelCard;
use crate::conformal::threshold;
use crate::framing::{Framing, Region};
use crate::metrics::Metrics;
use crate::native::models::read_weights;
use crate::native::terminal::{Console, Outcome};
use crate::networks::tensors::HostTensor;
use crate::normality::ScoreForm;
use crate::weights::Weights;
use anyhow::Result;
use burn::tensor::Device;
use clap::Args;
use safetensors::{Dtype, SafeTensors};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `info`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly info runs/mnist-2/model.safetensors")]
pub struct InfoArgs {
    /// Weights file or checkpoint
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Shares of false alarms whose thresholds are shown.
const FALSE_ALARMS: [f64; 3] = [0.01, 0.05, 0.1];

/// What the JSON output holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FileInfo<'a> {
    file: String,
    kind: &'static str,
    bytes: usize,
    precision: String,
    parameters: usize,
    card: &'a ModelCard,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    calibration_images: usize,
    thresholds: Vec<Threshold>,
    tensors: Vec<Tensor<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Threshold {
    false_alarms: f64,
    threshold: f32,
}

#[derive(Debug, Serialize)]
struct Tensor<'a> {
    name: &'a str,
    shape: &'a [usize],
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read or is not a usable weights file.
pub fn run(args: &InfoArgs, console: Console) -> Result<Outcome> {
    let (weights, bytes) = read_weights(&args.file)?;
    let info = FileInfo {
        file: args.file.display().to_string(),
        kind: match weights.optimizer {
            Some(_) => "checkpoint",
            None => "model",
        },
        bytes: bytes.len(),
        precision: precision(&weights, &bytes)?,
        parameters: weights.card.blank_networks(&Device::flex())?.parameters(),
        card: &weights.card,
        steps: weights.optimizer.as_ref().map(|optimizer| optimizer.steps),
        calibration_images: weights.calibration.len(),
        thresholds: thresholds(&weights.calibration),
        tensors: weights
            .tensors
            .iter()
            .map(|HostTensor { name, shape, .. }| Tensor { name, shape })
            .collect(),
    };
    console.print(match args.json {
        true => serde_json::to_string_pretty(&info)?,
        false => text(&info)?,
    })?;
    Ok(Outcome::Done)
}

fn thresholds(calibration: &[f32]) -> Vec<Threshold> {
    let at = |&false_alarms: &f64| {
        threshold(calibration, false_alarms).map(|threshold| Threshold {
            false_alarms,
            threshold,
        })
    };
    FALSE_ALARMS.iter().filter_map(at).collect()
}

/// The number format of the networks' tensors.
fn precision(weights: &Weights, bytes: &[u8]) -> Result<String> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut formats = Vec::new();
    for tensor in &weights.tensors {
        let format = match file.tensor(&tensor.name)?.dtype() {
            Dtype::F16 => "half (16 bits)",
            _ => "full (32 bits)",
        };
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Ok(formats.join(" and "))
}

fn looks_at(framing: &Framing) -> String {
    let region = framing.region;
    let part = if region == Region::WHOLE {
        "the whole image".to_owned()
    } else {
        let [left, top, width, height] =
            [region.left, region.top, region.width, region.height].map(|share| 100.0 * share);
        format!("{width:.0} % of its width from {left:.0} %, {height:.0} % of its height from {top:.0} %")
    };
    match framing.tiles {
        1 => format!("{part}, in one piece"),
        tiles => format!("{part}, in tiles, {tiles} along the shorter side"),
    }
}

fn text(info: &FileInfo) -> Result<String> {
    let card = info.card;
    let (data, training) = (&card.data, &card.training);
    let mut lines = Vec::new();
    let mut row = |key: &str, value: String| lines.push(format!("{key:12} {value}"));
    row("name", card.name.clone());
    row(
        "kind",
        format!("{} of {}, by {}", info.kind, card.method, card.software),
    );
    let (precision, parameters) = (&info.precision, info.parameters);
    row(
        "size",
        format!("{} bytes, {precision}, {parameters} parameters", info.bytes),
    );
    row("images", card.model.to_string());
    row("looks at", looks_at(&card.framing));
    if let Some(range) = card.value_range {
        row(
            "values",
            format!("{range} are black to white, of images with more than 8 bits a value"),
        );
    }
    let (epochs, seed) = (training.epochs, training.seed);
    row(
        "trained",
        format!("{} of {epochs} epochs, seed {seed}", card.epochs_trained),
    );
    let (batch, rate) = (training.batch_size, training.learning_rate);
    row("settings", format!("batch {batch}, learning rate {rate}"));
    row("method", card.settings.to_string());
    let score = match card.score {
        ScoreForm::Paper => format!("the paper's, {}", card.method.score_in_words(&card.settings)?),
        form => format!("{}, beyond the paper", form.id()),
    };
    row("score", score);
    row(
        "data",
        format!("{}: {} normal images", data.dataset, data.normal_images),
    );
    row("protocol", data.protocol_in_words());
    row("terms", data.terms.clone());
    for note in &data.notes {
        row("note", note.clone());
    }
    if !data.anomalous_classes.is_empty() {
        row("anomalies", data.anomalous_classes.join(", "));
    }
    if let Some(base) = &card.fine_tuned_from {
        row("tuned from", base.clone());
    }
    if let Some(steps) = info.steps {
        let goes_on = "the run can go on from here with `ganomaly train --resume`";
        row("steps", format!("{steps}; {goes_on}"));
    }
    if let Some(Metrics { auc, pr_auc, eer, .. }) = card.metrics {
        row("test AUC", format!("{auc:.4}, PR-AUC {pr_auc:.4}, EER {eer:.4}"));
    }
    row("calibration", format!("{} normal images", info.calibration_images));
    for at in &info.thresholds {
        let (threshold, rate) = (at.threshold, 100.0 * at.false_alarms);
        row("threshold", format!("{threshold:.6} for {rate:.0} % false alarms"));
    }
    lines.push("tensors".to_owned());
    lines.extend(
        info.tensors
            .iter()
            .map(|tensor| format!("  {} {:?}", tensor.name, tensor.shape)),
    );
    Ok(lines.join("\n"))
}
