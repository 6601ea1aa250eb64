//! The picture of an evaluation: the ROC curve and the histogram of the scores, as SVG.

use crate::metrics::{Histogram, Ranking, histogram};
use crate::native::models::scoring::Judged;
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

const WIDTH: u32 = 1000;
const HEIGHT: u32 = 460;
const BINS: usize = 40;

/// Points of a curve that are nearer than this look like one: about two pixels.
const NEAR: f64 = 0.005;
const FONT: &str = "sans-serif";

/// Blue and orange: told apart by readers who cannot tell red from green, and in grey print.
const NORMAL: RGBColor = RGBColor(0, 92, 171);
const ANOMALOUS: RGBColor = RGBColor(230, 120, 0);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the ROC curve and, beside it, the scores of both classes, scaled so that the smallest score of the test set
/// is 0 and the largest 1.
///
/// # Errors
/// The drawing library failed.
pub fn draw(title: &str, judged: &Judged) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        area.fill(&WHITE)?;
        let area = area.titled(title, (FONT, 24))?;
        let (left, right) = area.split_horizontally(WIDTH * 45 / 100);
        draw_roc(&left, judged)?;
        draw_histogram(&right, judged)?;
        area.present()?;
    }
    Ok(svg)
}

fn draw_roc(area: &Area, judged: &Judged) -> Result<()> {
    let ranking = Ranking::new(&judged.normal, &judged.anomalous)?;
    let points: Vec<(f64, f64)> = ranking
        .roc()
        .iter()
        .map(|point| (point.false_positive_rate, point.true_positive_rate))
        .collect();
    let mut chart = ChartBuilder::on(area)
        .caption("ROC curve", (FONT, 18))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    chart
        .configure_mesh()
        .x_desc("normal images called anomalies")
        .y_desc("anomalies found")
        .axis_desc_style((FONT, 15))
        .light_line_style(TRANSPARENT)
        .draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], BLACK.mix(0.4)))?;
    chart.draw_series(LineSeries::new(thin(&points), NORMAL.stroke_width(3)))?;
    if let Some(at) = judged.at_threshold {
        let point = (at.false_alarm_rate, at.detection_rate);
        chart
            .draw_series([Circle::new(point, 6, ANOMALOUS.filled())])?
            .label("the model's threshold")
            .legend(|(x, y)| Circle::new((x + 10, y), 6, ANOMALOUS.filled()));
        legend(&mut chart, SeriesLabelPosition::LowerRight)?;
    }
    Ok(())
}

/// The points of a curve that can be told apart in the picture, and the last.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        let near = kept.last().is_some_and(|last| (x - last.0).hypot(y - last.1) < NEAR);
        if !near || index + 1 == points.len() {
            kept.push((x, y));
        }
    }
    kept
}

fn draw_histogram(area: &Area, judged: &Judged) -> Result<()> {
    let (normal, anomalous, threshold) = scaled(judged);
    let Histogram {
        normal: normal_counts,
        anomalous: anomalous_counts,
        ..
    } = histogram(&normal, &anomalous, BINS);
    let share = |counts: &[usize], total: usize| -> Vec<f64> {
        counts
            .iter()
            .map(|&count| 100.0 * count as f64 / total as f64)
            .collect()
    };
    let series = [
        ("normal images", NORMAL, share(&normal_counts, normal.len())),
        ("anomalies", ANOMALOUS, share(&anomalous_counts, anomalous.len())),
    ];
    let highest = series
        .iter()
        .flat_map(|(_, _, shares)| shares)
        .copied()
        .fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption("Scores of the test images", (FONT, 18))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..1.0, 0.0..highest * 1.05)?;
    chart
        .configure_mesh()
        .x_desc("anomaly score, scaled to 0 to 1 over the test set")
        .y_desc("% of the images of a kind")
        .axis_desc_style((FONT, 15))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (side, &(label, colour, ref shares)) in series.iter().enumerate() {
        // Side by side: the first kind has the left half of each bin.
        let bars = shares.iter().enumerate().map(|(bin, &height)| {
            let edge = |half: usize| (2 * bin + side + half) as f64 / (2 * BINS) as f64;
            Rectangle::new([(edge(0), 0.0), (edge(1), height)], colour.filled())
        });
        chart
            .draw_series(bars)?
            .label(label)
            .legend(move |(x, y)| Rectangle::new([(x, y - 6), (x + 14, y + 6)], colour.filled()));
    }
    if let Some(threshold) = threshold {
        chart
            .draw_series(LineSeries::new(
                [(threshold, 0.0), (threshold, highest * 1.05)],
                BLACK.stroke_width(2),
            ))?
            .label("the model's threshold")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 14, y)], BLACK.stroke_width(2)));
    }
    legend(&mut chart, SeriesLabelPosition::UpperRight)
}

fn legend<'a>(chart: &mut Chart<'a, 'a>, position: SeriesLabelPosition) -> Result<()> {
    chart
        .configure_series_labels()
        .position(position)
        .margin(12)
        .label_font((FONT, 15))
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()
        .map_err(|error| anyhow!("{error}"))
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// The scores of both kinds and the threshold, all by the range of the test set.
fn scaled(judged: &Judged) -> (Vec<f32>, Vec<f32>, Option<f64>) {
    let all = || judged.normal.iter().chain(&judged.anomalous).copied();
    let low = all().fold(f32::INFINITY, f32::min);
    let range = (all().fold(f32::NEG_INFINITY, f32::max) - low).max(f32::MIN_POSITIVE);
    let scale = |score: f32| (score - low) / range;
    let threshold = judged.at_threshold.map(|at| f64::from(scale(at.threshold)));
    (
        judged.normal.iter().copied().map(scale).collect(),
        judged.anomalous.iter().copied().map(scale).collect(),
        threshold.filter(|threshold| (0.0..=1.0).contains(threshold)),
    )
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
            assert!(svg.contains("a &amp; b") && !svg.contains("NaN"));
        }
    }

    #[test]
    fn a_curve_keeps_its_ends() {
        let points: Vec<(f64, f64)> = (0..=10_000)
            .map(|step| f64::from(step) / 10_000.0)
            .map(|x| (x, x))
            .collect();
        let thinned = thin(&points);
        assert!(thinned.len() < 300);
        assert_eq!((thinned[0], thinned[thinned.len() - 1]), ((0.0, 0.0), (1.0, 1.0)));
        assert_eq!(thin(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]).len(), 3);
    }
}
