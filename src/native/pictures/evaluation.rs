//! The picture of an evaluation, a file of its own: the ROC curve and the histogram of the scores.

use super::svg::{self, STYLE};
use crate::metrics::{Ranking, histogram};
use crate::native::models::scoring::Judged;
use anyhow::Result;
use maud::{PreEscaped, html};

const BINS: usize = 40;

/// Blue and orange: told apart by readers who cannot tell red from green, and in grey print. Not every program that shows
/// SVG knows variables.
const COLOURS: [(&str, &str); 3] = [
    ("var(--soft)", "#5a5a66"),
    ("var(--normal)", "#0060a8"),
    ("var(--anomalous)", "#b84a00"),
];

/// Draws the ROC curve and, beside it, the scores of both classes, each with the model's threshold if it has one.
///
/// # Errors
/// A score is not finite.
pub fn draw(title: &str, judged: &Judged) -> Result<String> {
    let points = Ranking::new(&judged.normal, &judged.anomalous)?.roc();
    let counts = histogram(&judged.normal, &judged.anomalous, BINS);
    let at = judged.at_threshold;
    let style = COLOURS
        .iter()
        .fold(STYLE.to_owned(), |style, (name, colour)| style.replace(name, colour));
    let rates = at.map(|at| [at.false_alarm_rate, at.detection_rate]);
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 290" width="1000" height="580" {
            style { (PreEscaped(style)) }
            rect width="500" height="290" fill="white" {}
            text x="250" y="18" text-anchor="middle" style="font-size: 12px" { (title) }
            svg x="5" y="25" width="240" height="240" { (svg::roc("roc", title, &points, judged.metrics.auc, rates)) }
            svg x="255" y="25" width="240" height="240" {
                (svg::histogram("scores", title, &counts, at.map(|at| at.threshold)))
            }
            text x="45" y="280" { "ROC curve" }
            @if at.is_some() {
                circle.threshold cx="120" cy="276.5" r="3.5" {}
                text x="127" y="280" { "the model's threshold" }
                path.threshold d="M424 271v11" {}
                text x="430" y="280" { "threshold" }
            }
            path.normal.area d="M295 272h9v9h-9Z" {}
            text x="308" y="280" { "normal" }
            path.anomalous.area d="M354 272h9v9h-9Z" {}
            text x="367" y="280" { "anomalies" }
        }
    };
    Ok(picture.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_scores_can_be_drawn() {
        for (normal, anomalous) in [(vec![0.1, 0.2, 0.3], vec![0.25, 0.9]), (vec![1.0], vec![1.0])] {
            let judged = Judged::new(normal, anomalous, Some(0.28)).unwrap();
            let svg = draw("a & b <c>", &judged).unwrap();
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
            assert!(svg.contains("a &amp; b") && !svg.contains("NaN") && !svg.contains("inf") && !svg.contains("var("));
        }
    }
}
