//! `ganomaly report`: results as one web page and as Markdown, ours beside the controls and the published figures.
//!
//! `grid` makes tables of records, `figure` takes means over seeds, and `ablation` compares options; `words` and `facts`
//! are what the page (`html`, `cells`, `svg`) and the Markdown file (`markdown`) both say; `pictures::map` lays images out by
//! their features.

mod ablation;
mod cells;
mod facts;
mod figure;
mod grid;
mod html;
mod markdown;
mod words;

use crate::native::files::write_atomically;
use crate::native::results::published;
use crate::native::results::{self, Results};
use crate::native::terminal::{Console, Outcome, sentence};
use ablation::Ablation;
use anyhow::{Result, bail};
use clap::Args;
use grid::Grid;
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ganomaly report results --out report")]
pub struct ReportArgs {
    /// Folders of results; of a cell that is in several, the last folder's counts
    #[arg(required = true, value_name = "RESULTS")]
    pub folders: Vec<PathBuf>,
    /// Folder to write index.html and report.md to
    #[arg(long, value_name = "DIR", default_value = "report")]
    pub out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A folder has no results, a line of them is damaged, or a file cannot be written.
pub fn run(args: &ReportArgs, console: Console) -> Result<Outcome> {
    let found = results::read(&args.folders)?;
    for note in &found.notes {
        console.warn(format_args!("warning: {note}"));
    }
    if found.records.is_empty() {
        bail!("{}", nothing(&args.folders));
    }
    let (page, markdown) = write(&found, console)?;
    for (name, text) in [("index.html", page), ("report.md", markdown)] {
        let path = args.out.join(name);
        write_atomically(&path, text.as_bytes())?;
        console.note(format_args!("Wrote {}", path.display()));
    }
    Ok(Outcome::Done)
}

fn nothing(folders: &[PathBuf]) -> String {
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    format!(
        "no results in {}: name the folder that has results.jsonl, or make results first by `ganomaly reproduce`",
        names.join(", ")
    )
}

/// The page and the Markdown file.
fn write(found: &Results, console: Console) -> Result<(String, String)> {
    let grids = Grid::all(&found.records)?;
    let mut notes = found.notes.clone();
    let bar = console.bar(grids.len(), "pictures [{bar:30}] table {pos} of {len}");
    let mut pictures = Vec::new();
    for grid in &grids {
        let failed = |error| notes.push(sentence(&error));
        pictures.push(cells::load(grid, failed));
        bar.inc(1);
    }
    bar.finish_and_clear();
    for note in notes.iter().skip(found.notes.len()) {
        console.warn(format_args!("warning: {note}"));
    }
    let page = html::Page {
        grids: &grids,
        pictures: &pictures,
        ablation: &Ablation::new(&found.records),
        run_times: &published::run_times()?,
        sources: &published::sources()?,
        notes: &notes,
    };
    Ok((html::page(&page), markdown::document(&page)))
}
