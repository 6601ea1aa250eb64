//! What a detector sees: defects are drawn into normal images that it does not know, and scored.
//!
//! Nobody has to bring a bad image for it. It says what kinds of faults a model finds from which size on, and whether it is of
//! any use at all for these images; how often real defects are found, only real ones can tell.

use crate::data::{FramedImages, Images, Stream, seeded};
use crate::defects::Defect;
use crate::image::{Picture, Pixels, picture};
use crate::methods::Guests;
use crate::score::Detector;
use burn::tensor::ExecutionError;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// How large the defects are, in shares of the side of a frame.
const SHARES: [f64; 4] = [0.04, 0.08, 0.16, 0.32];

/// Images that each defect of each size is drawn into.
const DRAWN: usize = 4;

/// Share of them that must be found for defects of this size to count as seen.
const SEEN: f64 = 0.75;

/// Where a smaller share of all defects is found, a model is of no use.
const USEFUL: f64 = 0.25;

/// What a detector makes of defects that were drawn into normal images.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// Side of what a frame shows, in pixels of the images as they were brought: the mean over the images.
    pub pixels: f64,
    /// One trial of each kind and size: kind by kind, the smallest first.
    pub trials: Vec<Trial>,
}

/// Defects of one kind and size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Their kind.
    pub defect: Defect,
    /// Their length or width, in shares of the side of a frame.
    pub share: f64,
    /// Scores of the images that one was drawn into.
    pub scores: Vec<f32>,
}

/// From which size on defects of a kind are found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// The kind.
    pub defect: Defect,
    /// The size in pixels of the images as they were brought; none if even the largest are missed.
    pub from: Option<f64>,
}

/// A defect that is drawn.
#[derive(Debug, Clone, Copy)]
struct Drawing {
    defect: Defect,
    share: f64,
    /// The image that it is drawn into, and which of its frames.
    image: usize,
    frame: usize,
}

/// All that is drawn into some images, trial by trial; nothing if there are none.
fn drawings(images: &FramedImages) -> Vec<Drawing> {
    if images.is_empty() {
        return Vec::new();
    }
    let trials = Defect::ALL
        .into_iter()
        .flat_map(|defect| SHARES.map(|share| (defect, share)));
    let drawn = trials.flat_map(|trial| [trial; DRAWN]).enumerate();
    let drawing = |(number, (defect, share))| {
        let image = number % images.len();
        let frames = images.frames_of(image);
        let frame = frames.start + number / images.len() % frames.len();
        Drawing {
            defect,
            share,
            image,
            frame,
        }
    };
    drawn.map(drawing).collect()
}

/// Frames of these images with a defect each, trial by trial; `hosts` has the image of each.
pub(super) fn draw(images: &FramedImages, seed: u64) -> Guests {
    let frames = &images.frames;
    let mut guests = Guests {
        samples: Images::new(frames.channels, frames.size),
        hosts: Vec::new(),
    };
    for (number, drawing) in drawings(images).into_iter().enumerate() {
        let mut values = frames.image(drawing.frame).to_vec();
        let mut rng = seeded(seed, Stream::Defect(number));
        drawing.defect.draw(&mut values, frames.size, drawing.share, &mut rng);
        guests.samples.add(&Pixels { values, used: None });
        guests.hosts.push(drawing.image);
    }
    guests
}

impl Sight {
    /// From the scores of all frames of the images without a defect and of those with one, in the order of [`draw`].
    pub(super) fn of(images: &FramedImages, clean: &[f32], drawn: &[f32]) -> Self {
        let score = |(drawing, &altered): (Drawing, &f32)| {
            let others = images.frames_of(drawing.image).filter(|&frame| frame != drawing.frame);
            let score = others.map(|frame| clean[frame]).fold(altered, f32::max);
            (drawing, score)
        };
        let scored: Vec<(Drawing, f32)> = drawings(images).into_iter().zip(drawn).map(score).collect();
        let trial = |scored: &[(Drawing, f32)]| {
            let (Drawing { defect, share, .. }, _) = *scored.first()?;
            let scores = scored.iter().map(|&(_, score)| score).collect();
            Some(Trial { defect, share, scores })
        };
        Self {
            pixels: images.side(),
            trials: scored.chunks(DRAWN).filter_map(trial).collect(),
        }
    }

    /// What a detector sees that tells no scores of images as if they were unknown: of images that it has not learnt from.
    pub(super) async fn by(detector: &Detector, images: &FramedImages, seed: u64) -> Result<Self, ExecutionError> {
        let drawn = draw(images, seed).samples;
        let clean = detector.frame_scores(&images.frames).await?;
        let drawn = detector.frame_scores(&drawn).await?;
        Ok(Self::of(images, &clean, &drawn))
    }

    /// Some images' frames with one defect of each kind and size, trial by trial, to be shown.
    pub fn examples(images: &FramedImages, seed: u64) -> Vec<Picture> {
        let drawn = draw(images, seed).samples;
        let first = (0..drawn.len()).step_by(DRAWN);
        first
            .map(|index| picture(&drawn.bytes(index), drawn.channels, drawn.size))
            .collect()
    }

    /// What is found with a limit: a score that odd images are above.
    pub fn seen(&self, limit: f32) -> Vec<Seen> {
        let of = |defect: Defect| {
            let trials = self.trials.iter().filter(move |trial| trial.defect == defect);
            let found = trials.rev().take_while(|trial| trial.found(limit) >= SEEN);
            Seen {
                defect,
                from: found.last().map(|trial| trial.share * self.pixels),
            }
        };
        Defect::ALL.map(of).into()
    }

    /// Share of all defects that are found with a limit, 0 to 1.
    pub fn found(&self, limit: f32) -> f64 {
        self.trials.iter().map(|trial| trial.found(limit)).sum::<f64>() / self.trials.len().max(1) as f64
    }

    /// Whether so much is found with a limit that the model is of use.
    pub fn is_useful(&self, limit: f32) -> bool {
        self.found(limit) >= USEFUL
    }

    /// What is found with a limit, in a sentence.
    pub fn in_words(&self, limit: f32) -> String {
        let (seen, missed): (Vec<Seen>, Vec<Seen>) = self.seen(limit).into_iter().partition(|seen| seen.from.is_some());
        let from = |seen: &Seen| {
            format!(
                "{} from about {:.0} pixels on",
                seen.defect.in_words(),
                seen.from.unwrap_or_default()
            )
        };
        let found = [
            (!seen.is_empty()).then(|| format!("finds {}", listed(seen.iter().map(from)))),
            (!missed.is_empty()).then(|| {
                format!(
                    "does not find {}",
                    listed(missed.iter().map(|seen| seen.defect.in_words()))
                )
            }),
        ];
        let found = found.into_iter().flatten().collect::<Vec<_>>().join("; it ");
        let advice = match self.is_useful(limit) {
            true => "",
            false => {
                "; for defects like these it is of little use: try more tiles or a region, so that less is seen larger, or \
                 normal images that are more alike"
            }
        };
        format!("of defects drawn into normal images that it does not know, it {found}{advice}")
    }
}

impl Trial {
    /// Share of the images that are found with a limit.
    fn found(&self, limit: f32) -> f64 {
        let found = self.scores.iter().filter(|&&score| score > limit).count();
        found as f64 / self.scores.len().max(1) as f64
    }
}

fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framing::Frame;
    use crate::image::Framed;

    fn images(count: usize) -> FramedImages {
        let mut images = Images::new(1, 16);
        for index in 0..count {
            images.push(&vec![20 + index as u8; 256]);
        }
        images.into()
    }

    #[test]
    fn every_trial_draws_into_several_images() {
        let images = images(10);
        let guests = draw(&images, 3);
        assert_eq!(guests.samples.len(), Defect::ALL.len() * SHARES.len() * DRAWN);
        assert_eq!(guests.hosts[..12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        assert_ne!(guests.samples.image(0), images.frames.image(0));
        assert_eq!(guests.samples.image(3), draw(&images, 3).samples.image(3));
        assert!(draw(&FramedImages::default(), 3).samples.is_empty());
    }

    #[test]
    fn a_size_counts_as_seen_only_if_all_larger_ones_are() {
        let images = images(10);
        // Scratches: seen from the third size on, though the first is found by chance; spots: only the largest is missed.
        let drawn = |number: usize| match (number / 16, number / 4 % 4) {
            (0, 0 | 2 | 3) | (2, 0..=2) => 5.0,
            (0, 1) if number == 4 => 5.0,
            _ => 1.0,
        };
        let drawn: Vec<f32> = (0..Defect::ALL.len() * 16).map(drawn).collect();
        let sight = Sight::of(&images, &[0.0; 10], &drawn);
        assert_eq!(sight.trials.len(), 28);
        let seen = sight.seen(2.0);
        let from = |defect: Defect| seen.iter().find(|seen| seen.defect == defect).unwrap().from;
        assert!((from(Defect::Scratch).unwrap() - 0.16 * 16.0).abs() < 1e-9);
        assert_eq!((from(Defect::Spot), from(Defect::Blurred)), (None, None));
        let words = sight.in_words(2.0);
        assert!(
            words.contains("finds clear scratches from about 3 pixels on; it does not find faint"),
            "{words}"
        );
        assert!(words.contains("of little use"), "{words}");
        assert!((sight.found(0.0) - 1.0).abs() < 1e-9 && sight.in_words(0.0).ends_with("on"));
    }

    #[test]
    fn an_image_is_as_odd_as_its_oddest_frame() {
        let mut tiled = FramedImages::new(1, 16);
        for _ in 0..3 {
            tiled.push(&Framed {
                width: 40,
                height: 20,
                frames: vec![
                    Frame {
                        left: 0,
                        top: 0,
                        width: 20,
                        height: 20
                    };
                    2
                ],
                pixels: vec![9; 512].into(),
                remark: None,
            });
        }
        let sight = Sight::of(&tiled, &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0], &[0.0; 112]);
        // The first three go into the first frames, the next three into the second ones.
        assert_eq!(
            (sight.pixels, &sight.trials[0].scores[..]),
            (20.0, &[2.0, 2.0, 2.0, 1.0][..])
        );
        let whole = Sight::of(&images(4), &[9.0; 4], &[1.0; 112]);
        assert_eq!(
            whole.trials[0].scores, [1.0; 4],
            "its only frame is the one with the defect"
        );
    }
}
