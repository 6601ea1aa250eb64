//! `ganomaly project show`: what a project file holds.

use crate::native::projects::content::ProjectModel;
use crate::native::projects::file::ProjectFile;
use crate::native::projects::ruling::Ruling;
use crate::native::terminal::{Console, Outcome};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `project show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Project file
    pub project: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read.
pub fn run(args: &ShowArgs, console: Console) -> Result<Outcome> {
    let ProjectFile { project, images, .. } = ProjectFile::open(&args.project)?;
    let reviewed = images.iter().filter(|image| !image.review.is_empty());
    let mut rows = vec![
        ("name", project.name.clone()),
        ("created", project.created.clone()),
        ("modified", project.modified.clone()),
        ("normal images", project.normals.len().to_string()),
        ("checked images", images.len().to_string()),
        ("reviewed", reviewed.count().to_string()),
    ];
    if let Some(ruling) = Ruling::of(&project, &images) {
        let flagged = images.iter().filter(|image| ruling.flags(image));
        rows.push(("flagged", format!("{}: {}", flagged.count(), ruling.promise)));
    }
    match &project.model {
        None => rows.push(("model", "none yet".to_owned())),
        Some(ProjectModel { card, calibration, .. }) => {
            let promise = format!(
                "at most {:.1} % false alarms, if asked to be as strict as it can",
                100.0 * calibration.strictest_rate
            );
            let model = format!("{}, {}", card.method, card.data.protocol_in_words());
            rows.extend([("model", model), ("promise", promise)]);
        }
    }
    let rows = rows.into_iter();
    let lines: Vec<String> = rows.map(|(name, value)| format!("{name:15} {value}")).collect();
    console.print(lines.join("\n"))?;
    Ok(Outcome::Done)
}
