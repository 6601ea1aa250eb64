//! `ganomaly info`: what a weights file is.

use crate::card::ModelCard;
use crate::conformal::threshold;
use crate::framing::{Framing, Region};
use crate::methods::Networks;
use crate::native::models::read_weights;
use crate::native::terminal::{Console, Outcome};
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
        kind: if weights.optimizer.is_some() {
            "checkpoint"
        } else {
            "model"
        },
        bytes: bytes.len(),
        precision: precision(&weights, &bytes)?,
        parameters: Networks::blank(&weights.card, &Device::flex())?.parameters(),
        card: &weights.card,
        steps: weights.optimizer.as_ref().map(|optimizer| optimizer.steps),
        calibration_images: weights.calibration.len(),
        thresholds: thresholds(&weights.calibration),
        tensors: weights
            .tensors
            .iter()
            .map(|tensor| Tensor {
                name: &tensor.name,
                shape: &tensor.shape,
            })
            .collect(),
    };
    if args.json {
        console.print(serde_json::to_string_pretty(&info)?)?;
    } else {
        console.print(text(&info)?)?;
    }
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
    let Region {
        left,
        top,
        width,
        height,
    } = framing.region;
    let part = if framing.region == Region::WHOLE {
        "the whole image".to_owned()
    } else {
        let [left, top, width, height] = [left, top, width, height].map(|share| 100.0 * share);
        format!("{width:.0} % of its width from {left:.0} %, {height:.0} % of its height from {top:.0} %")
    };
    match framing.tiles {
        1 => format!("{part}, in one piece"),
        tiles => format!("{part}, in tiles, {tiles} along the shorter side"),
    }
}

fn text(info: &FileInfo) -> Result<String> {
    let ModelCard {
        name,
        method,
        model,
        training,
        settings,
        score,
        framing,
        data,
        epochs_trained,
        metrics,
        fine_tuned_from,
        software,
    } = info.card;
    let score = match score {
        ScoreForm::Paper => format!("the paper's, {}", method.score_in_words(settings)?),
        form => format!("{}, beyond the paper", form.id()),
    };
    let mut rows = vec![
        ("name", name.clone()),
        ("kind", format!("{} of {method}, by {software}", info.kind)),
        (
            "size",
            format!(
                "{} bytes, {}, {} parameters",
                info.bytes, info.precision, info.parameters
            ),
        ),
        ("images", model.to_string()),
        ("looks at", looks_at(framing)),
        (
            "trained",
            format!("{epochs_trained} of {} epochs, seed {}", training.epochs, training.seed),
        ),
        (
            "settings",
            format!(
                "batch {}, learning rate {}",
                training.batch_size, training.learning_rate
            ),
        ),
        ("method", settings.to_string()),
        ("score", score),
        (
            "data",
            format!("{}: {} normal images", data.dataset, data.normal_images),
        ),
        ("protocol", data.protocol_in_words()),
        ("terms", data.terms.clone()),
    ];
    rows.extend(data.notes.iter().map(|note| ("note", note.clone())));
    if !data.anomalous_classes.is_empty() {
        rows.push(("anomalies", data.anomalous_classes.join(", ")));
    }
    if let Some(base) = fine_tuned_from {
        rows.push(("tuned from", base.clone()));
    }
    if let Some(steps) = info.steps {
        rows.push((
            "steps",
            format!("{steps}; the run can go on from here with `ganomaly train --resume`"),
        ));
    }
    if let Some(metrics) = metrics {
        rows.push((
            "test AUC",
            format!(
                "{:.4}, PR-AUC {:.4}, EER {:.4}",
                metrics.auc, metrics.pr_auc, metrics.eer
            ),
        ));
    }
    rows.push(("calibration", format!("{} normal images", info.calibration_images)));
    for Threshold {
        false_alarms,
        threshold,
    } in &info.thresholds
    {
        rows.push((
            "threshold",
            format!("{threshold:.6} for {:.0} % false alarms", 100.0 * false_alarms),
        ));
    }
    let mut lines: Vec<String> = rows
        .into_iter()
        .map(|(key, value)| format!("{key:12} {value}"))
        .collect();
    lines.push("tensors".to_owned());
    lines.extend(
        info.tensors
            .iter()
            .map(|tensor| format!("  {} {:?}", tensor.name, tensor.shape)),
    );
    Ok(lines.join("\n"))
}
