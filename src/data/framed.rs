//! Images that are looked at in one frame or in several.

use super::Images;
use crate::image::Framed;
use std::ops::Range;

/// The frames of some images, image by image.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FramedImages {
    /// The frames of all images, in their order.
    pub frames: Images,
    /// Where the frames of each image end.
    ends: Vec<usize>,
    /// Side of what a frame of each image shows, in pixels of the file.
    sides: Vec<f32>,
}

impl FramedImages {
    /// No images yet.
    pub fn new(channels: usize, size: usize) -> Self {
        Self {
            frames: Images::new(channels, size),
            ends: Vec::new(),
            sides: Vec::new(),
        }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds an image.
    ///
    /// # Panics
    /// Its frames are of another shape: a mistake in the program, not in its input.
    pub fn push(&mut self, image: &Framed) {
        self.frames.add(&image.pixels);
        self.ends.push(self.frames.len());
        self.sides.push(image.side());
    }

    /// Side of what a frame shows, in pixels of the files: the mean over the images. What is half as large as in the file is
    /// 2 pixels wide there and 1 here.
    pub fn side(&self) -> f64 {
        self.sides.iter().copied().map(f64::from).sum::<f64>() / self.sides.len().max(1) as f64
    }

    /// The frames of an image.
    ///
    /// # Panics
    /// There is no such image.
    pub fn frames_of(&self, image: usize) -> Range<usize> {
        let start = image.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[image]
    }

    /// The images at these indices, in this order.
    pub fn select(&self, images: &[usize]) -> Self {
        let frames: Vec<usize> = images.iter().flat_map(|&image| self.frames_of(image)).collect();
        let ends = images.iter().scan(0, |end, &image| {
            *end += self.frames_of(image).len();
            Some(*end)
        });
        Self {
            frames: self.frames.select(&frames),
            ends: ends.collect(),
            sides: images.iter().map(|&image| self.sides[image]).collect(),
        }
    }

    /// The score of each image: the highest score of its frames.
    ///
    /// # Panics
    /// There is not one score for each frame.
    pub fn highest(&self, frame_scores: &[f32]) -> Vec<f32> {
        let images = 0..self.len();
        // A score that is not a number counts as the highest of all, so that it does not pass for normal.
        let highest = |frames: Range<usize>| frame_scores[frames].iter().copied().max_by(f32::total_cmp);
        images
            .map(|image| highest(self.frames_of(image)).unwrap_or(f32::NAN))
            .collect()
    }
}

impl From<Images> for FramedImages {
    /// Images that are looked at in one piece.
    fn from(images: Images) -> Self {
        Self {
            ends: (1..=images.len()).collect(),
            sides: vec![images.size as f32; images.len()],
            frames: images,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_keep_their_frames() {
        let framed = |values: &[u8]| Framed {
            width: 1,
            height: 1,
            frames: Vec::new(),
            pixels: values.iter().flat_map(|&value| [value; 4]).collect::<Vec<u8>>().into(),
            remark: None,
        };
        let mut images = FramedImages::new(1, 2);
        for values in [&[1][..], &[2, 3], &[4, 5, 6]] {
            images.push(&framed(values));
        }
        assert_eq!((images.len(), images.frames.len()), (3, 6));
        let chosen = images.select(&[2, 0]);
        assert_eq!((chosen.frames_of(0), chosen.frames_of(1)), (0..3, 3..4));
        assert_eq!(chosen.frames.bytes(2), [6; 4]);
        assert_eq!(chosen.highest(&[0.5, 2.0, 1.0, -1.0]), [2.0, -1.0]);
        assert_eq!(FramedImages::from(chosen.frames).len(), 4);
    }
}
