//! From the samples of a TIFF file to an image.

use super::chunks::Samples;
use super::header::{Colour, Header};
use crate::image::colours::{from_inverted_inks, from_ycbcr};
use image::{DynamicImage, ImageBuffer, Pixel};

/// None if there are too few samples.
pub(super) fn image(header: &Header, samples: &Samples) -> Option<DynamicImage> {
    match samples {
        Samples::Short(samples) => short(header, samples),
        Samples::Long(samples) => long(header, samples),
    }
}

fn short(header: &Header, samples: &[u8]) -> Option<DynamicImage> {
    let pixels = samples.chunks_exact(header.samples);
    let straight = |pixel: &[u8], place: usize| straight(header, pixel, place, u8::MAX);
    let rgb = |pixels: Vec<u8>| built(header, pixels).map(DynamicImage::ImageRgb8);
    match header.colour {
        Colour::WhiteIsZero | Colour::BlackIsZero => {
            let white = 255 / ((1_u16 << header.bits) - 1) as u8;
            let flip = if header.colour == Colour::WhiteIsZero { 255 } else { 0 };
            let greys = pixels.map(|pixel| (straight(pixel, 0) * white) ^ flip);
            built(header, greys.collect()).map(DynamicImage::ImageLuma8)
        }
        Colour::Palette => {
            let colours = header.palette.len() / 3;
            let of = |index: u8| {
                [0, 1, 2].map(|channel| (header.palette[channel * colours + usize::from(index)] >> 8) as u8)
            };
            rgb(pixels.flat_map(|pixel| of(pixel[0])).collect())
        }
        Colour::Rgb => rgb(pixels
            .flat_map(|pixel| [0, 1, 2].map(|place| straight(pixel, place)))
            .collect()),
        Colour::YCbCr => rgb(pixels
            .flat_map(|pixel| from_ycbcr([pixel[0], pixel[1], pixel[2]]))
            .collect()),
        Colour::Cmyk => rgb(pixels.flat_map(|pixel| from_inks(pixel, |value| value)).collect()),
    }
}

fn long(header: &Header, samples: &[u16]) -> Option<DynamicImage> {
    let pixels = samples.chunks_exact(header.samples);
    let straight = |pixel: &[u16], place: usize| straight(header, pixel, place, u16::MAX);
    match header.colour {
        Colour::WhiteIsZero | Colour::BlackIsZero => {
            let flip = if header.colour == Colour::WhiteIsZero {
                u16::MAX
            } else {
                0
            };
            let greys = pixels.map(|pixel| straight(pixel, 0) ^ flip);
            built(header, greys.collect()).map(DynamicImage::ImageLuma16)
        }
        Colour::Rgb => {
            let colours = pixels.flat_map(|pixel| [0, 1, 2].map(|place| straight(pixel, place)));
            built(header, colours.collect()).map(DynamicImage::ImageRgb16)
        }
        Colour::Cmyk => {
            let to_short = |value: u16| ((u32::from(value) + 128) / 257) as u8;
            let colours = pixels.flat_map(|pixel| from_inks(pixel, to_short));
            built(header, colours.collect()).map(DynamicImage::ImageRgb8)
        }
        Colour::Palette | Colour::YCbCr => None,
    }
}

fn built<P: Pixel>(header: &Header, pixels: Vec<P::Subpixel>) -> Option<ImageBuffer<P, Vec<P::Subpixel>>> {
    ImageBuffer::from_raw(header.width, header.height, pixels)
}

/// A colour, divided by the opacity by which it was multiplied, as Pillow does it: cut off, and black where nothing is
/// seen.
fn straight<T: Copy + Into<u32> + TryFrom<u32>>(header: &Header, pixel: &[T], place: usize, opaque: T) -> T {
    let colour = pixel[place];
    let alpha = pixel.get(header.colour.samples()).filter(|_| header.is_premultiplied);
    let Some(&alpha) = alpha else {
        return colour;
    };
    let (alpha, opaque) = (alpha.into(), opaque.into());
    let divided = (colour.into() * opaque).checked_div(alpha).unwrap_or(0);
    T::try_from(divided.min(opaque)).unwrap_or(colour)
}

/// TIFF stores inks as they are: 0 is none.
fn from_inks<T: Copy>(inks: &[T], to_short: impl Fn(T) -> u8) -> [u8; 3] {
    from_inverted_inks([0, 1, 2, 3].map(|place| 255 - to_short(inks[place])))
}
