//! `ganomaly score`: how anomalous are these images?

use crate::conformal::{images_needed, rates, strictest_rate};
use crate::data::FramedImages;
use crate::native::arguments::{DeviceArgs, per_cent};
use crate::native::files::{self, is_standard_output, write_result};
use crate::native::models::{read_weights, wait};
use crate::native::terminal::{Console, Outcome, sentence};
use crate::score::{BATCH, Detector};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  ganomaly score --weights runs/photos/model.safetensors photos/new
  ganomaly score --weights model.safetensors a.png b.png --false-alarms 1 --csv scores.csv
  ganomaly score --weights model.safetensors photos --json - | jq '.images[] | select(.verdict == \"anomaly\").file'";

/// Arguments of `score`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ScoreArgs {
    /// Weights file of the model, or project file
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// Image files, and folders whose files are taken, sub-folders included
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Percentage of normal images that may be called anomalies
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = per_cent, allow_negative_numbers = true)]
    pub false_alarms: f64,
    /// Write a table of comma-separated values rather than print one, `-` for the standard output
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write JSON rather than print a table, `-` for the standard output
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// One image's line.
#[derive(Debug, Serialize)]
struct Row {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f32>,
    /// "anomaly" if the score is above the threshold, else "normal"; "none" if the model has no threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What the JSON output holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ScoreTable {
    model: String,
    /// A share, 0 to 1.
    false_alarms: f64,
    threshold: Option<f32>,
    images: Vec<Row>,
}

/// Runs the command. It fails if not one image could be read.
///
/// # Errors
/// The weights cannot be used, a path does not exist, the device failed, a file cannot be written.
pub fn run(args: &ScoreArgs, console: Console) -> Result<Outcome> {
    let to_standard_output = |path: &Option<PathBuf>| path.as_deref().is_some_and(is_standard_output);
    ensure!(
        !(to_standard_output(&args.csv) && to_standard_output(&args.json)),
        "--csv and --json cannot both be written to the standard output"
    );
    let (weights, _) = read_weights(&args.weights)?;
    let files = files::list(&args.paths)?;
    if files.is_empty() {
        bail!("there are no files to score in the folders given");
    }
    let compute = args.device.open()?;
    let detector = Detector::new(&weights, &compute.device)?;
    let false_alarms = args.false_alarms / 100.0;
    let threshold = detector.threshold(false_alarms);
    console.note(format_args!("{} on {}", detector.card.name, compute.name));
    if threshold.is_none() {
        let reason = no_threshold(detector.calibration.len(), false_alarms);
        console.warn(format_args!("warning: there is no threshold and no verdict: {reason}"));
    }
    let table = ScoreTable {
        model: detector.card.name.clone(),
        false_alarms,
        threshold,
        images: score_files(&detector, threshold, &files, console)?,
    };
    output(args, &table, console)?;
    Ok(summary(&table, console))
}

/// Why a model has no threshold for a rate of false alarms, and what to do.
fn no_threshold(calibration: usize, false_alarms: f64) -> String {
    if calibration == 0 {
        return "the model has no calibration scores".to_owned();
    }
    let more = match false_alarms {
        0.0 => String::new(),
        rate => format!(", or use a model with {} or more", images_needed(rate)),
    };
    format!(
        "{calibration} calibration images promise no less than {:.2} % false alarms; give --false-alarms {} or more{more}",
        100.0 * strictest_rate(calibration),
        rates(calibration)[0]
    )
}

/// Scores files in batches, in their order.
fn score_files(detector: &Detector, threshold: Option<f32>, files: &[PathBuf], console: Console) -> Result<Vec<Row>> {
    let card = &detector.card;
    let bar = console.image_bar(files.len(), "scoring");
    let mut rows = Vec::with_capacity(files.len());
    for batch in files.chunks(BATCH) {
        let mut images = FramedImages::new(card.model.channels, card.model.size);
        let mut read = Vec::with_capacity(batch.len());
        for file in batch {
            let framed = files::read_image(file).and_then(|bytes| Ok(card.look_at(&bytes)?));
            read.push(framed.map(|framed| {
                images.push(&framed);
                framed.remark
            }));
        }
        let scored = wait(detector.score_images(&images))?;
        let mut scores = scored.into_iter().map(|scored| scored.score);
        for (file, read) in batch.iter().zip(read) {
            let warn = |text: &str| {
                bar.suspend(|| console.warn(format_args!("warning: {}: {text}", file.display())));
            };
            let score = read.and_then(|remark| {
                remark.as_deref().inspect(|remark| warn(remark));
                scores.next().context("the device gave no score")
            });
            if let Err(error) = &score {
                warn(&sentence(error));
            }
            rows.push(Row::new(file, score, threshold));
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(rows)
}

impl Row {
    fn new(file: &Path, score: Result<f32>, threshold: Option<f32>) -> Self {
        let error = score.as_ref().err().map(sentence);
        let score = score.ok();
        Self {
            file: file.display().to_string(),
            score,
            verdict: score.map(|score| match threshold {
                Some(threshold) if score > threshold => "anomaly",
                Some(_) => "normal",
                None => "none",
            }),
            error,
        }
    }

    /// The verdict, if there is one.
    fn word(&self) -> &str {
        self.verdict.filter(|&verdict| verdict != "none").unwrap_or_default()
    }

    fn cells(&self, threshold: Option<f32>) -> [String; 5] {
        let number = |value: Option<f32>| value.map(|value| value.to_string()).unwrap_or_default();
        [
            self.file.clone(),
            number(self.score),
            number(threshold),
            self.word().to_owned(),
            self.error.clone().unwrap_or_default(),
        ]
    }
}

fn output(args: &ScoreArgs, table: &ScoreTable, console: Console) -> Result<()> {
    if let Some(path) = args.csv.as_deref() {
        write_result(path, &csv_table(table)?, console)?;
    }
    if let Some(path) = args.json.as_deref() {
        write_result(path, &serde_json::to_string_pretty(table)?, console)?;
    }
    if args.csv.is_none() && args.json.is_none() {
        console.print(text_table(table))?;
    }
    Ok(())
}

fn csv_table(table: &ScoreTable) -> Result<String> {
    let rows = table.images.iter().map(|row| row.cells(table.threshold));
    files::comma_separated(["file", "score", "threshold", "verdict", "error"], rows)
}

fn text_table(table: &ScoreTable) -> String {
    let widths = table.images.iter().map(|row| row.file.chars().count());
    let width = widths.fold("file".len(), usize::max);
    let line = |file: &str, score: &str, threshold: &str, verdict: &str| {
        format!("{file:width$}  {score:>10}  {threshold:>10}  {verdict}")
    };
    let short = |value: Option<f32>| value.map(|value| format!("{value:.6}")).unwrap_or_default();
    let mut lines = vec![line("file", "score", "threshold", "verdict")];
    lines.extend(table.images.iter().map(|row| {
        let verdict = match &row.error {
            Some(error) => format!("not read: {error}"),
            None => row.word().to_owned(),
        };
        line(&row.file, &short(row.score), &short(table.threshold), &verdict)
    }));
    lines.join("\n")
}

fn summary(table: &ScoreTable, console: Console) -> Outcome {
    let count = |wanted: fn(&Row) -> bool| table.images.iter().filter(|row| wanted(row)).count();
    let unread = count(|row| row.error.is_some());
    let anomalies = count(|row| row.verdict == Some("anomaly"));
    console.note(format_args!(
        "{} image(s): {anomalies} called anomalies, {unread} not read",
        table.images.len()
    ));
    if unread == table.images.len() {
        console
            .warn("error: not one image could be read: use PNG, JPEG, TIFF, WebP, BMP, GIF, PGM, PPM or DICOM files");
        return Outcome::Failed;
    }
    Outcome::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_verdict_or_its_error() {
        let rows = |threshold| {
            [Ok(0.5), Ok(0.1), Err(anyhow::anyhow!("the file is empty"))]
                .map(|score| Row::new(Path::new("a, \"b\".png"), score, threshold))
                .into()
        };
        let table = |threshold| ScoreTable {
            model: "m".to_owned(),
            false_alarms: 0.05,
            threshold,
            images: rows(threshold),
        };
        let text = csv_table(&table(Some(0.2))).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "\"a, \"\"b\"\".png\",0.5,0.2,anomaly,");
        assert_eq!(lines[2], "\"a, \"\"b\"\".png\",0.1,0.2,normal,");
        assert_eq!(lines[3], "\"a, \"\"b\"\".png\",,0.2,,the file is empty");
        assert!(csv_table(&table(None)).unwrap().contains(",0.5,,,"));
        assert!(text_table(&table(Some(0.2))).contains("not read: the file is empty"));
    }

    #[test]
    fn a_model_without_a_threshold_says_why() {
        assert_eq!(no_threshold(0, 0.05), "the model has no calibration scores");
        assert_eq!(
            no_threshold(16, 0.05),
            "16 calibration images promise no less than 5.88 % false alarms; give --false-alarms 6 or more, or use a \
             model with 19 or more"
        );
        assert!(no_threshold(499, 0.0).ends_with("give --false-alarms 1 or more"));
    }
}
