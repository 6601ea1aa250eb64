//! The pictures of a cell: curves, images and the map of features.

use super::Context;
use super::roles::Roles;
use crate::data::{Images, Stream, shuffled};
use crate::metrics::{Ranking, histogram};
use crate::native::models::scoring::Judged;
use crate::native::models::wait;
use crate::native::pictures::map::map;
use crate::native::pictures::sprite::sprite;
use crate::native::pictures::svg::thin;
use crate::native::results::{Details, Point, Sample};
use crate::score::{BATCH, Detector};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bins of the histogram.
const BINS: usize = 50;

/// Points of the ROC curve that are kept.
const ROC_POINTS: usize = 200;

/// Images of each kind, normal and anomalous, that are shown with their reconstructions.
const SAMPLES: usize = 8;

/// Images of each kind on the map.
const MAPPED: usize = 250;

fn curves(judged: &Judged) -> Result<Details> {
    let roc = Ranking::new(&judged.normal, &judged.anomalous)?.roc();
    Ok(Details {
        roc: thin(&roc, ROC_POINTS),
        histogram: histogram(&judged.normal, &judged.anomalous, BINS),
        samples: Vec::new(),
        map: Vec::new(),
    })
}

/// Curves of all scores, images with their reconstructions, and the map of the discriminator's features, of a seeded
/// choice of the test images. Nothing if the user stopped it.
///
/// # Errors
/// The device failed, a score is not finite, or a picture cannot be written.
pub fn pictures(detector: &Detector, roles: &Roles, judged: &Judged, context: &Context) -> Result<Option<Details>> {
    let seed = detector.card.training.seed;
    let kinds = [
        (false, &roles.test.normal, &roles.split.test_normal, &judged.normal),
        (
            true,
            &roles.test.anomalous,
            &roles.split.test_anomalous,
            &judged.anomalous,
        ),
    ];
    let mut details = curves(judged)?;
    // The features are the same for every form of the score: one map is enough.
    let mapped = if detector.card.score.is_paper() { MAPPED } else { 0 };
    let (mut features, mut points) = (Vec::new(), Vec::new());
    for (anomalous, images, places, scores) in kinds {
        let chosen = shuffled(images.len(), seed, Stream::Split);
        let shown: Vec<usize> = chosen.iter().copied().take(SAMPLES).collect();
        let class = |index: usize| context.images.class_of(places[index]).to_owned();
        let scored = wait(detector.score(images, &shown))?;
        for (&index, scored) in shown.iter().zip(scored) {
            details.samples.push(Sample {
                class: class(index),
                anomalous,
                score: scores[index],
                image: data_url(&images.select(&[index]))?,
                reconstruction: scored
                    .reconstruction
                    .map(|pixels| data_url(&single(&pixels, images)))
                    .transpose()?,
            });
        }
        for batch in chosen[..chosen.len().min(mapped)].chunks(BATCH) {
            features.extend(wait(detector.features(images, batch))?);
            points.extend(batch.iter().map(|&index| (class(index), anomalous)));
        }
    }
    let Some(places) = map(&features, context.interrupt)? else {
        return Ok(None);
    };
    details.map = places
        .into_iter()
        .zip(points)
        .map(|([x, y], (class, anomalous))| Point { x, y, class, anomalous })
        .collect();
    Ok(Some(details))
}

fn single(pixels: &[u8], like: &Images) -> Images {
    let mut single = Images::new(like.channels, like.size);
    single.push(pixels);
    single
}

fn data_url(image: &Images) -> Result<String> {
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(sprite(image, 1)?)))
}
