//! The pictures of each cell, folded up until the reader opens them.

use super::grid::{Grid, Kind};
use crate::native::pictures::svg;
use crate::native::results::{Cell, Details, Record, Sample, read_details};
use crate::native::terminal::sentence;
use maud::{Markup, html};

/// Most test images shown of a cell.
const MOST_SAMPLES: usize = 16;

/// A cell with its pictures.
pub struct Pictured<'a> {
    record: &'a Record,
    label: &'a str,
    details: Details,
}

/// The pictures of each GAN's cell, of the first seed that has some. Damaged files are told of in the notes.
pub fn load<'a>(grid: &'a Grid<'a>, notes: &mut Vec<String>) -> Vec<Pictured<'a>> {
    let place = |class: &str| grid.columns.iter().position(|column| column == class);
    let mut found = Vec::new();
    for row in grid.rows.iter().filter(|row| row.kind == Kind::Gan) {
        let mut records = row.records.clone();
        records.sort_by_key(|stored| {
            let Cell { class, seed, .. } = &stored.record.cell;
            (place(class), class, *seed)
        });
        for of_class in records.chunk_by(|left, right| left.record.cell.class == right.record.cell.class) {
            found.extend(of_class.iter().find_map(|stored| {
                let read = read_details(&stored.folder, &stored.record.cell);
                let details = read.unwrap_or_else(|error| {
                    notes.push(sentence(&error));
                    None
                })?;
                Some(Pictured {
                    record: &stored.record,
                    label: &row.label,
                    details,
                })
            }));
        }
    }
    found
}

/// A foldable part; `id` must be unique on the page.
pub fn markup(id: &str, pictured: &Pictured) -> Markup {
    let Pictured { record, label, details } = pictured;
    let Cell { class, seed, .. } = &record.cell;
    let name = format!("class {class}, {label}, seed {seed}");
    html! {
        details.cell {
            summary {
                span.name { "Class " b { (class) } ", " (label) }
                " " span.figures {
                    "AUC " (format!("{:.3}", record.auc)) ", average precision " (format!("{:.3}", record.average_precision))
                    ", equal error rate " (format!("{:.3}", record.eer)) " (seed " (seed) ")"
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
