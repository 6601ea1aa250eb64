//! What suits images: colours and tiles, by a glance at some of them.

use super::CHANNELS;
use crate::framing::{Framing, Region};
use crate::image::Glance;
use crate::methods::MethodId;
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// How images are best looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Suited {
    /// Width of the images in pixels: the median.
    pub width: u32,
    /// Their height: the median.
    pub height: u32,
    /// 3, colour, if most of them are coloured, else 1, grey.
    pub channels: usize,
    /// Tiles for large or long images. Networks that see small images and begin from nothing see each image in one piece: tiles
    /// would have to be so many that learning takes an hour.
    pub framing: Framing,
}

impl Suited {
    /// By some of the images, of which this region counts. Only images that are learnt from may be among them: what sets the
    /// limits is to be as new as the images to come.
    pub fn of(glances: &[Glance], region: Region, method: MethodId) -> Self {
        let [width, height] = [|glance: &Glance| glance.width, |glance: &Glance| glance.height].map(|side| {
            let mut rising: Vec<u32> = glances.iter().map(side).collect();
            rising.sort_unstable();
            rising.get(rising.len() / 2).copied().unwrap_or(0)
        });
        let coloured = glances.iter().filter(|glance| glance.is_coloured).count();
        let framing = match method.front_end {
            true => Framing::suited(region, width, height),
            false => Framing {
                region,
                ..Framing::default()
            },
        };
        Self {
            width,
            height,
            channels: if 2 * coloured > glances.len() { 3 } else { CHANNELS },
            framing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_the_images_decide() {
        let glance = |width, is_coloured| Glance {
            width,
            height: 1200,
            is_coloured,
        };
        let glances = [glance(1600, true), glance(9, false), glance(1600, true)];
        let suited = |method: &str| Suited::of(&glances, Region::WHOLE, MethodId::named(method).unwrap());
        assert_eq!((suited("patchcore").width, suited("patchcore").channels), (1600, 3));
        assert_eq!(
            (suited("patchcore").framing.tiles, suited("ganomaly").framing.tiles),
            (3, 1)
        );
        let none = Suited::of(&[], Region::WHOLE, MethodId::default());
        assert_eq!((none.width, none.channels, none.framing), (0, 1, Framing::default()));
    }
}
