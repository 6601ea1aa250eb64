//! Why an image has its score: where it is odd, which term of the score says so, and which normal images are nearest.

use crate::data::FramedImages;
use crate::framing::{Frame, Region};
use crate::heatmap::{Heatmap, Spot};
use crate::image::{Framed, Picture, difference_map, picture};
use crate::normality::Contribution;
use crate::score::{Detector, Scored};
use burn::tensor::ExecutionError;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// Nearest normal images that are named.
const NEIGHBOURS: usize = 5;

/// Differences that are shown in full, even if the image has no larger one: a normal image should not look odd. Of
/// pixels in shares of their range; of features in shares of their mean.
const FULL_DIFFERENCE: f32 = 0.25;
const FULL_FEATURE_DIFFERENCE: f32 = 1.5;

/// False alarms that are allowed where nothing is said.
const USUAL_RATE: f64 = 0.05;

/// A normal image that the model knows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Neighbour {
    /// Its frame's place among those that the model knows.
    pub index: usize,
    /// Mean squared distance of the latent vectors.
    pub distance: f32,
}

/// A part of the image with a score of its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Tile {
    /// Where it is.
    pub region: Region,
    /// Its score.
    pub score: f32,
}

/// Ways to see where an image is odd, as far as its method has them: pictures with the image's proportions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Heatmaps {
    /// How far each place is from what is usual there, of a method that scores place by place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub places: Option<Picture>,
    /// Where the reconstruction differs from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub reconstruction: Option<Picture>,
    /// Where the discriminator finds other features in the reconstruction.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub features: Option<Picture>,
}

/// Why an image has its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The score: the highest of the tiles'.
    pub score: f32,
    /// Its conformal p-value.
    pub p_value: f64,
    /// Terms of the score of the tile with the highest one; none with the papers' scores.
    pub terms: Vec<Contribution>,
    /// What the image's complexity adds: less than 0 for one that is busier than most normal images, of which more was to be
    /// expected. With what the terms contribute it makes the score.
    pub complexity: f32,
    /// That tile as the networks see it.
    pub input: Picture,
    /// What the networks make of it, if the method rebuilds images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub reconstruction: Option<Picture>,
    /// The image's width in pixels.
    pub width: u32,
    /// The image's height in pixels.
    pub height: u32,
    /// Where the image is odd.
    pub heatmaps: Heatmaps,
    /// Places that are odd by themselves, the oddest first, of a method that scores place by place.
    pub spots: Vec<Spot>,
    /// The nearest normal images of that tile, the nearest first; none with the papers' scores.
    pub nearest: Vec<Neighbour>,
    /// All tiles, row by row: one if the image is looked at in one piece.
    pub tiles: Vec<Tile>,
}

/// Looks closely at one image, framed as the detector's card says. `limit` is the score from which on an image counts as odd,
/// if not that of 5 % false alarms.
///
/// # Errors
/// The device failed.
pub async fn explain(detector: &Detector, framed: &Framed, limit: Option<f32>) -> Result<Explanation, ExecutionError> {
    let limit = limit
        .or_else(|| detector.threshold(USUAL_RATE))
        .unwrap_or(f32::INFINITY);
    let model = &detector.card.model;
    let mut images = FramedImages::new(model.channels, model.size);
    images.push(framed);
    let frames = &images.frames;
    let seen = detector.look_closely(frames).await?;
    let tile = |(frame, (scored, _)): (&Frame, &(Scored, _))| Tile {
        region: frame.region(framed.width, framed.height),
        score: scored.score,
    };
    let tiles: Vec<Tile> = framed.frames.iter().zip(&seen).map(tile).collect();
    let mut differences = Heatmap::new(framed.width, framed.height);
    let mut features = differences.clone();
    for (index, (tile, (scored, levels))) in tiles.iter().zip(&seen).enumerate() {
        if let Some(reconstruction) = &scored.reconstruction {
            let map = difference_map(&frames.bytes(index), reconstruction, model.channels);
            differences.add(tile.region, &map, model.size);
        }
        for level in levels {
            features.add(tile.region, &level.values, level.side);
        }
    }
    let gives = detector.card.method.gives;
    let has_features = seen.iter().any(|(_, levels)| !levels.is_empty());
    let by_places = has_features && !gives.features;
    let highest = (0..tiles.len()).max_by(|&one, &other| tiles[one].score.total_cmp(&tiles[other].score));
    // There is at least one frame.
    let highest = highest.unwrap_or_default();
    let (closest, _) = &seen[highest];
    let terms = detector.contributions(closest);
    // With the papers' scores, which have no terms, there is none.
    let complexity = match terms.as_slice() {
        [] => 0.0,
        terms => closest.score - terms.iter().map(|term| term.contribution).sum::<f32>(),
    };
    let show = |pixels: &[u8]| picture(pixels, model.channels, model.size);
    Ok(Explanation {
        score: closest.score,
        p_value: detector.p_value(closest.score),
        complexity,
        terms,
        input: show(&frames.bytes(highest)),
        reconstruction: closest.reconstruction.as_deref().map(show),
        width: framed.width,
        height: framed.height,
        spots: if by_places { features.spots(limit) } else { Vec::new() },
        heatmaps: Heatmaps {
            places: by_places.then(|| features.picture_up_to(2.0 * limit)),
            reconstruction: gives.reconstruction.then(|| differences.picture(FULL_DIFFERENCE)),
            features: gives.features.then(|| features.picture(FULL_FEATURE_DIFFERENCE)),
        },
        nearest: detector
            .neighbours(closest.latent.as_deref().unwrap_or_default(), NEIGHBOURS)
            .into_iter()
            .map(|(index, distance)| Neighbour { index, distance })
            .collect(),
        tiles,
    })
}
