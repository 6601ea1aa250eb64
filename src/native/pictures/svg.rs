//! Charts as SVG. Colours come from the style sheet of the page that they stand in, so that they follow light and dark
//! mode.

use crate::metrics::Histogram;
use crate::native::results::Point;
use maud::{Markup, html};

/// How charts look; the page gives the colours `--soft`, `--normal` and `--anomalous`.
pub const STYLE: &str = include_str!("charts.css");

/// Side of the square that charts are drawn in.
const SIDE: f64 = 240.0;

/// Left, top, right and bottom of the charts' frames.
const FRAME: [f64; 4] = [40.0, 10.0, 230.0, 200.0];

/// Most points of a curve.
const MOST_POINTS: usize = 256;

/// The ROC curve, and what a threshold does. `id` must be unique on the page, `name` says what it is of.
pub fn roc(id: &str, name: &str, points: &[[f64; 2]], auc: f64, threshold: Option<[f64; 2]>) -> Markup {
    let mut path = String::new();
    for (index, [x, y]) in thin(points, MOST_POINTS).into_iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        path += &format!("{command}{:.1} {:.1}", across(x), up(y));
    }
    let description =
        format!("It rises from 0 to 1 with an area of {auc:.3} under it; guessing has 0.5, the dashed line.");
    chart(
        id,
        &format!("ROC curve, {name}"),
        &description,
        html! {
            path.guess d=(format!("M{} {}L{} {}", across(0.0), up(0.0), across(1.0), up(1.0))) {}
            path.curve d=(path) {}
            @if let Some([x, y]) = threshold { circle.threshold cx=(across(x)) cy=(up(y)) r="3.5" {} }
            (axes("normal images called anomalies", "anomalies found", ["0", "0.5", "1"], ["0", "0.5", "1"]))
        },
    )
}

/// At most so many points of a curve, the first and the last among them.
pub fn thin(points: &[[f64; 2]], most: usize) -> Vec<[f64; 2]> {
    if points.len() <= most {
        return points.to_vec();
    }
    let last = points.len() - 1;
    let place = |index: usize| points.get(index * last / (most - 1)).copied();
    (0..most).filter_map(place).collect()
}

fn across(share: f64) -> f64 {
    FRAME[0] + share * (FRAME[2] - FRAME[0])
}

fn up(share: f64) -> f64 {
    FRAME[3] - share * (FRAME[3] - FRAME[1])
}

/// The scores of normal images and of anomalies, each as shares of its kind, and a threshold.
pub fn histogram(id: &str, name: &str, counts: &Histogram, threshold: Option<f32>) -> Markup {
    let shares = |counts: &[usize]| -> Vec<f64> {
        let all = counts.iter().sum::<usize>().max(1) as f64;
        counts.iter().map(|&count| count as f64 / all).collect()
    };
    let (normal, anomalous) = (shares(&counts.normal), shares(&counts.anomalous));
    let highest = normal
        .iter()
        .chain(&anomalous)
        .copied()
        .fold(f64::MIN_POSITIVE, f64::max);
    let [middle, low, high] =
        [(counts.low + counts.high) / 2.0, counts.low, counts.high].map(|score| format!("{score:.3}"));
    let [half, top] = [50.0, 100.0].map(|most| format!("{:.0} %", most * highest));
    let place = |score: f32| f64::from((score - counts.low) / (counts.high - counts.low));
    let threshold = threshold.map(place).filter(|place| (0.0..=1.0).contains(place));
    let description = format!(
        "Scores from {low} to {high}. Most normal images score about {}, most anomalies about {}.",
        most_frequent(counts, &counts.normal),
        most_frequent(counts, &counts.anomalous)
    );
    chart(
        id,
        &format!("Scores, {name}"),
        &description,
        html! {
            path.normal.area d=(steps(&normal, highest)) {}
            path.anomalous.area d=(steps(&anomalous, highest)) {}
            @if let Some(x) = threshold { path.threshold d=(format!("M{0:.1} {1}V{2}", across(x), up(0.0), up(1.0))) {} }
            (axes("anomaly score", "share of its kind", [&low, &middle, &high], ["0", &half, &top]))
        },
    )
}

/// The middle of the fullest bin.
fn most_frequent(counts: &Histogram, bins: &[usize]) -> String {
    let fullest = (0..bins.len()).max_by_key(|&bin| bins[bin]).unwrap_or(0);
    let place = (fullest as f32 + 0.5) / bins.len().max(1) as f32;
    format!("{:.3}", counts.low + place * (counts.high - counts.low))
}

fn steps(shares: &[f64], highest: f64) -> String {
    let mut path = format!("M{:.1} {:.1}", across(0.0), up(0.0));
    for (bin, share) in shares.iter().enumerate() {
        let right = across((bin + 1) as f64 / shares.len() as f64);
        path += &format!("V{:.1}H{right:.1}", up(share / highest));
    }
    path + &format!("V{:.1}Z", up(0.0))
}

/// The map of test images: dots are normal, crosses are anomalies.
pub fn map(id: &str, name: &str, points: &[Point]) -> Markup {
    let range = |value: fn(&Point) -> f32| {
        let low = points.iter().map(value).fold(f32::INFINITY, f32::min);
        let high = points.iter().map(value).fold(f32::NEG_INFINITY, f32::max);
        (low, (high - low).max(f32::MIN_POSITIVE))
    };
    let ((left, width), (bottom, height)) = (range(|point| point.x), range(|point| point.y));
    let (mut dots, mut crosses) = (String::new(), String::new());
    for point in points {
        let x = 8.0 + (SIDE - 16.0) * f64::from((point.x - left) / width);
        let y = SIDE - 8.0 - (SIDE - 16.0) * f64::from((point.y - bottom) / height);
        match point.anomalous {
            true => crosses += &format!("M{:.1} {:.1}l4 4m0-4l-4 4", x - 2.0, y - 2.0),
            false => dots += &format!("M{x:.1} {y:.1}h0"),
        }
    }
    let anomalous = points.iter().filter(|point| point.anomalous).count();
    let description = format!(
        "{} normal test images, as dots, and {anomalous} anomalies, as crosses; images whose features are alike lie near \
         each other.",
        points.len() - anomalous
    );
    chart(
        id,
        &format!("t-SNE map of the discriminator's features, {name}"),
        &description,
        html! {
            rect.frame x="1" y="1" width=(SIDE - 2.0) height=(SIDE - 2.0) rx="4" {}
            path.normal.dots d=(dots) {}
            path.anomalous.crosses d=(crosses) {}
        },
    )
}

fn chart(id: &str, title: &str, description: &str, content: Markup) -> Markup {
    html! {
        svg viewBox=(format!("0 0 {SIDE} {SIDE}")) role="img" aria-labelledby=(format!("{id}-title {id}-desc")) {
            title id=(format!("{id}-title")) { (title) }
            desc id=(format!("{id}-desc")) { (description) }
            (content)
        }
    }
}

/// A frame with three labels on each axis; the description tells readers of text the same.
fn axes(x: &str, y: &str, x_labels: [&str; 3], y_labels: [&str; 3]) -> Markup {
    let [left, top, right, bottom] = FRAME;
    let middle = (top + bottom) / 2.0;
    let shares = [0.0, 0.5, 1.0];
    html! {
        path.axis d=(format!("M{left} {top}V{bottom}H{right}")) {}
        g aria-hidden="true" {
            @for (share, label) in shares.into_iter().zip(x_labels) {
                @let anchor = if share == 1.0 { "end" } else if share == 0.0 { "start" } else { "middle" };
                text x=(across(share)) y=(bottom + 14.0) text-anchor=(anchor) { (label) }
            }
            @for (share, label) in shares.into_iter().zip(y_labels) {
                text x=(left - 4.0) y=(up(share) + 4.0) text-anchor="end" { (label) }
            }
            text x=((left + right) / 2.0) y=(bottom + 32.0) text-anchor="middle" { (x) }
            text transform=(format!("translate(10 {middle}) rotate(-90)")) text-anchor="middle" { (y) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    #[test]
    fn charts_of_anything_have_no_impossible_numbers() {
        let flat = metrics::histogram(&[1.0, 1.0], &[1.0], 4);
        let empty = Histogram {
            low: 0.0,
            high: 0.0,
            normal: vec![],
            anomalous: vec![],
        };
        let point = Point {
            x: 1.0,
            y: 1.0,
            class: "<a>".to_owned(),
            anomalous: false,
        };
        for drawn in [
            histogram("a", "x", &flat, Some(1.0)),
            histogram("a", "x", &empty, Some(1.0)),
            map("a", "x", &[]),
            map("a", "x", &[point.clone(), point]),
            roc("a", "<&>", &[], 0.5, None),
        ] {
            let svg = drawn.into_string();
            assert!(
                !svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<&>"),
                "{svg}"
            );
        }
    }

    #[test]
    fn long_curves_are_thinned_and_keep_their_ends() {
        let points: Vec<[f64; 2]> = (0..=10_000).map(|step| [f64::from(step) / 10_000.0; 2]).collect();
        let thinned = thin(&points, MOST_POINTS);
        assert_eq!(thinned.len(), MOST_POINTS);
        assert_eq!((thinned.first(), thinned.last()), (points.first(), points.last()));
    }
}
