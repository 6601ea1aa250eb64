//! The pictures of each cell, folded up until the reader opens them.

use super::grid::{Grid, Kind, Row};
use crate::native::pictures::svg;
use crate::native::results::{Details, Sample, Stored, read_details};
use anyhow::Result;
use maud::{Markup, html};

/// Most test images shown of a cell.
const MOST_SAMPLES: usize = 16;

/// A cell with its pictures.
pub struct Pictured<'a> {
    stored: &'a Stored,
    label: &'a str,
    details: Details,
}

/// The pictures of each GAN's cell, of the first seed that has some. `failed` hears of damaged files.
pub fn load<'a>(grid: &'a Grid<'a>, mut failed: impl FnMut(anyhow::Error)) -> Vec<Pictured<'a>> {
    let mut found: Vec<Pictured> = Vec::new();
    for row in grid.rows.iter().filter(|row| row.kind == Kind::Gan) {
        for class in classes(grid, row) {
            let mut records: Vec<&Stored> = row.records.clone();
            records.retain(|stored| stored.record.cell.class == class);
            records.sort_by_key(|stored| stored.record.cell.seed);
            let with_details = records.into_iter().find_map(|stored| {
                let read: Result<_> = read_details(&stored.folder, &stored.record.cell);
                let details = read.unwrap_or_else(|error| {
                    failed(error);
                    None
                })?;
                Some(Pictured {
                    stored,
                    label: &row.label,
                    details,
                })
            });
            found.extend(with_details);
        }
    }
    found
}

/// The classes of a row's records, in the order of the columns.
fn classes<'a>(grid: &'a Grid, row: &'a Row) -> Vec<&'a str> {
    let place = |class: &str| grid.columns.iter().position(|column| column == class);
    let mut classes: Vec<&str> = row
        .records
        .iter()
        .map(|stored| stored.record.cell.class.as_str())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    classes.sort_by_key(|class| place(class));
    classes
}

/// One foldable part a cell.
pub fn markup(prefix: &str, cells: &[Pictured]) -> Markup {
    html! {
        @for (index, cell) in cells.iter().enumerate() {
            (cell_markup(&format!("{prefix}-{index}"), cell))
        }
    }
}

fn cell_markup(id: &str, cell: &Pictured) -> Markup {
    let record = &cell.stored.record;
    let name = format!("class {}, {}, seed {}", record.cell.class, cell.label, record.cell.seed);
    let details = &cell.details;
    html! {
        details.cell {
            summary {
                span.name { "Class " b { (record.cell.class) } ", " (cell.label) }
                " " span.figures {
                    "AUC " (format!("{:.3}", record.auc)) ", average precision " (format!("{:.3}", record.average_precision))
                    ", equal error rate " (format!("{:.3}", record.eer)) " (seed " (record.cell.seed) ")"
                }
            }
            div.charts {
                figure { (svg::roc(&format!("{id}-roc"), &name, &details.roc, record.auc, None)) figcaption { "ROC curve" } }
                figure {
                    (svg::histogram(&format!("{id}-scores"), &name, &details.histogram, None))
                    figcaption { "Scores: " (key("normal", "normal")) " and " (key("anomalous", "anomalies")) }
                }
                @if !details.map.is_empty() {
                    figure {
                        (svg::map(&format!("{id}-map"), &name, &details.map))
                        figcaption {
                            "t-SNE of the discriminator's features: " (key("normal", "● normal")) ", "
                            (key("anomalous", "✕ anomalies"))
                        }
                    }
                }
            }
            @for (anomalous, heading) in [(false, "Normal test images"), (true, "Anomalies")] {
                (samples(heading, details.samples.iter().take(MOST_SAMPLES).filter(|sample| sample.anomalous == anomalous)))
            }
        }
    }
}

fn key(class: &str, text: &str) -> Markup {
    html! { span.key.(class) { (text) } }
}

fn samples<'a>(heading: &str, samples: impl Iterator<Item = &'a Sample>) -> Markup {
    let shown: Vec<&Sample> = samples
        .filter(|sample| is_picture(&sample.image) && sample.reconstruction.as_deref().is_none_or(is_picture))
        .collect();
    html! {
        @if !shown.is_empty() {
            h4 { (heading) ": real, and what the generator makes of it" }
            div.samples {
                @for sample in shown {
                    @let score = format!("{:.4}", sample.score);
                    figure {
                        img src=(sample.image) alt=(format!("Test image of class {}, score {score}", sample.class));
                        @if let Some(reconstruction) = &sample.reconstruction {
                            img src=(reconstruction) alt="Its reconstruction";
                        }
                        figcaption { (sample.class) br; (score) }
                    }
                }
            }
        }
    }
}

/// Whether a text is a PNG as a data URL, and no other address.
fn is_picture(url: &str) -> bool {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    url.strip_prefix("data:image/png;base64,")
        .is_some_and(|data| data.bytes().all(base64))
}
