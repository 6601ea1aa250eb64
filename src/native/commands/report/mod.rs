//! `ganomaly report`: results as one web page and as Markdown, ours beside the controls and the published figures.
//!
//! `grid` makes tables of records, `figure` takes means over seeds, and `ablation` compares options; `words` and `facts`
//! are what the page (`html`, `cells`) and the Markdown file (`markdown`) both say.

mod ablation;
mod cells;
mod facts;
mod figure;
mod grid;
mod html;
mod markdown;
mod words;

use crate::native::files::write_atomically;
use crate::native::results::{self, published};
use crate::native::terminal::{Console, Outcome};
use ablation::Ablation;
use anyhow::{Result, ensure};
use clap::Args;
use grid::Grid;
use html::Page;
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
    warn(&found.notes, console);
    ensure!(
        !found.records.is_empty(),
        "no results in {}: name the folder that has results.jsonl, or make results first by `ganomaly reproduce`",
        args.folders
            .iter()
            .map(|folder| folder.display().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    );
    let grids = Grid::all(&found.records)?;
    let mut notes = Vec::new();
    let bar = console.bar(grids.len(), "pictures [{bar:30}] table {pos} of {len}");
    let mut pictures = Vec::new();
    for grid in &grids {
        pictures.push(cells::load(grid, &mut notes));
        bar.inc(1);
    }
    bar.finish_and_clear();
    warn(&notes, console);
    let page = Page {
        grids: &grids,
        pictures: &pictures,
        ablation: &Ablation::new(&found.records),
        run_times: &facts::run_times(&grids, &published::run_times()?),
        notes: &[found.notes, notes].concat(),
    };
    for (name, text) in [
        ("index.html", html::page(&page)),
        ("report.md", markdown::document(&page)),
    ] {
        let path = args.out.join(name);
        write_atomically(&path, text.as_bytes())?;
        console.note(format_args!("Wrote {}", path.display()));
    }
    Ok(Outcome::Done)
}

fn warn(notes: &[String], console: Console) {
    for note in notes {
        console.warn(format_args!("warning: {note}"));
    }
}
