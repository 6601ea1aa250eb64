//! From the bytes of an image file to the pixels that the networks take, and back to pictures. The same code decodes
//! natively and in the browser, so that the same file gets the same score.

mod bmp;
mod colours;
mod depth;
mod dicom;
mod format;
mod jpeg;
mod metadata;
mod open;
mod orientation;
mod picture;
mod pnm;
mod series;
mod shown;
mod tiff;

pub use depth::{Pixels, ValueRange, from_byte, spread, to_byte};
pub use open::open;
pub use picture::{Picture, difference_map, difference_picture, heat_colour, picture, to_bytes};
pub use series::{Series, series};
pub use shown::{fitted, square};

use crate::framing::{Frame, Framing};
use image::imageops::{FilterType, crop_imm, resize};
use image::{DynamicImage, ImageBuffer, Luma, Pixel, Primitive, Rgb};
use thiserror::Error;

/// Largest width and height of an image file, in pixels.
pub const LARGEST_SIDE: u32 = 16_384;

/// Largest image file that is read, in bytes.
pub const LARGEST_FILE: usize = 64 << 20;

/// Most memory that the pixels of one file may take, in bytes. A decoder may hold them in several forms for a while;
/// tests/fuzz/images.rs says what is allowed in all.
pub const LARGEST_DECODED: u64 = 256 << 20;

/// An image that cannot be used.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// An empty file.
    #[error("the file is empty: copy or save it again")]
    Empty,
    /// Nothing that is known.
    #[error("this is not an image that can be read: use PNG, JPEG, TIFF, WebP, BMP, GIF, PGM, PPM or DICOM")]
    Format,
    /// A kind of file that is known and not read.
    #[error("this is {what}, which cannot be read: {advice}")]
    Unread {
        /// Its name, with an article.
        what: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// Too large to decode safely.
    #[error("the image is too large: at most {LARGEST_SIDE} pixels wide and high and 256 MiB decoded; make it smaller")]
    TooLarge,
    /// Cut short or damaged.
    #[error("the image file is damaged or cut short ({0}): open it in an image program and save it again")]
    Damaged(String),
    /// A number of channels that files do not have.
    #[error("image files have 1 (grey) or 3 (colour) channels, not {0}")]
    Channels(usize),
}

impl DecodeError {
    fn unread(what: impl Into<String>, advice: &'static str) -> Self {
        let what = what.into();
        Self::Unread { what, advice }
    }

    fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged(why.into())
    }
}

/// Decodes an image file and brings the whole of it to `[channels, size, size]`.
///
/// The whole image is scaled to a square, so that no part of it goes unseen. Everything is done as Pillow does it:
/// scaling is bilinear over the covered area, colour becomes grey by ITU-R 601 luma, transparency is dropped as by
/// `convert`, the image is turned as its EXIF data says, and an animation gives its first frame. Only images of more than
/// 8 bits a value keep their values, where Pillow clips them.
///
/// # Errors
/// The file is empty, not an image, too large or damaged.
pub fn decode(bytes: &[u8], channels: usize, size: usize) -> Result<Pixels, DecodeError> {
    scale(open(bytes)?, channels, size)
}

/// An image cut into frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed {
    /// Width of the upright image in pixels.
    pub width: u32,
    /// Height of the upright image in pixels.
    pub height: u32,
    /// Where the frames are in the image.
    pub frames: Vec<Frame>,
    /// The frames' pixels, `[frames, channels, size, size]`.
    pub pixels: Pixels,
    /// What is to be said of a verdict on it, once its values are spread as a model has it.
    pub remark: Option<String>,
}

impl Framed {
    /// Side of what a frame shows, in pixels of the file: that of a square as large.
    pub fn side(&self) -> f32 {
        let area = |frame: &Frame| frame.width as f32 * frame.height as f32;
        self.frames.first().map_or(0.0, |frame| area(frame).sqrt())
    }

    /// Spreads the values as a model with this range has it, see [`Pixels::spread`], and remarks if they do not suit it.
    pub fn spread(&mut self, range: Option<ValueRange>) {
        self.remark = self.pixels.remark(range);
        self.pixels.spread(range);
    }
}

/// Decodes an image file and brings each of its frames to `[channels, size, size]`, as [`decode`] does with the whole
/// image.
///
/// # Errors
/// The file is empty, not an image, too large or damaged.
pub fn decode_framed(bytes: &[u8], channels: usize, size: usize, framing: &Framing) -> Result<Framed, DecodeError> {
    let image = open(bytes)?;
    let (width, height) = (image.width(), image.height());
    let frames = framing.frames(width, height);
    Ok(Framed {
        width,
        height,
        pixels: Planes::of(image, channels)?.scaled(&frames, size),
        frames,
        remark: None,
    })
}

/// Brings an image of any size to `[channels, size, size]`, as [`decode`] does.
///
/// # Errors
/// Files do not have so many channels.
pub fn scale(image: DynamicImage, channels: usize, size: usize) -> Result<Pixels, DecodeError> {
    let whole = Frame {
        left: 0,
        top: 0,
        width: image.width(),
        height: image.height(),
    };
    Ok(Planes::of(image, channels)?.scaled(&[whole], size))
}

/// An image in the colours that the networks take, of 8 bits a value or more.
enum Planes {
    Grey(image::GrayImage),
    Colour(image::RgbImage),
    DeepGrey(ImageBuffer<Luma<u16>, Vec<u16>>),
    DeepColour(ImageBuffer<Rgb<u16>, Vec<u16>>),
}

impl Planes {
    fn of(image: DynamicImage, channels: usize) -> Result<Self, DecodeError> {
        match (channels, is_deep(&image)) {
            (1, false) if image.color().has_color() => Ok(Self::Grey(luma(&image.into_rgb8(), |value| value as u8))),
            (1, false) => Ok(Self::Grey(image.into_luma8())),
            (1, true) if image.color().has_color() => {
                Ok(Self::DeepGrey(luma(&image.into_rgb16(), |value| value as u16)))
            }
            (1, true) => Ok(Self::DeepGrey(image.into_luma16())),
            (3, false) => Ok(Self::Colour(image.into_rgb8())),
            (3, true) => Ok(Self::DeepColour(image.into_rgb16())),
            (other, _) => Err(DecodeError::Channels(other)),
        }
    }

    /// Parts of the image, `[frames, channels, size, size]`.
    fn scaled(&self, frames: &[Frame], size: usize) -> Pixels {
        match self {
            Self::Grey(image) => scaled(image, frames, size).into(),
            Self::Colour(image) => scaled(image, frames, size).into(),
            Self::DeepGrey(image) => Pixels::deep(scaled(image, frames, size)),
            Self::DeepColour(image) => Pixels::deep(scaled(image, frames, size)),
        }
    }
}

fn scaled<P>(image: &ImageBuffer<P, Vec<P::Subpixel>>, frames: &[Frame], size: usize) -> Vec<P::Subpixel>
where
    P: Pixel<Subpixel: Primitive> + 'static,
{
    let (side, channels) = (size as u32, usize::from(P::CHANNEL_COUNT));
    let mut values = Vec::with_capacity(frames.len() * channels * size * size);
    for &Frame {
        left,
        top,
        width,
        height,
    } in frames
    {
        let part = crop_imm(image, left, top, width, height);
        let part = resize(&*part, side, side, FilterType::Triangle);
        for channel in 0..channels {
            values.extend(part.pixels().map(|pixel| pixel.channels()[channel]));
        }
    }
    values
}

fn is_deep(image: &DynamicImage) -> bool {
    let color = image.color();
    color.bytes_per_pixel() > color.channel_count()
}

/// The `image` crate weighs colours by ITU-R 709; Pillow, and so the authors' code, by 601.
fn luma<T: Into<u32> + Primitive>(
    colour: &ImageBuffer<Rgb<T>, Vec<T>>,
    narrow: impl Fn(u32) -> T,
) -> ImageBuffer<Luma<T>, Vec<T>>
where
    Rgb<T>: Pixel<Subpixel = T>,
    Luma<T>: Pixel<Subpixel = T>,
{
    ImageBuffer::from_fn(colour.width(), colour.height(), |x, y| {
        let [red, green, blue] = colour.get_pixel(x, y).0.map(Into::into);
        Luma([narrow((299 * red + 587 * green + 114 * blue + 500) / 1000)])
    })
}

/// What an image is like, at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Whether it has colours that tell something.
    pub is_coloured: bool,
}

/// Looks at an image.
///
/// # Errors
/// The file is empty, not an image, too large or damaged.
pub fn glance(bytes: &[u8]) -> Result<Glance, DecodeError> {
    let image = open(bytes)?;
    Ok(Glance {
        width: image.width(),
        height: image.height(),
        is_coloured: is_coloured(&image),
    })
}

/// Whether more than one pixel in a hundred differs from grey by more than the tint that a camera or a JPEG file may add.
fn is_coloured(image: &DynamicImage) -> bool {
    const GREY: f32 = 24.0 / 255.0;
    if !image.color().has_color() {
        return false;
    }
    let small = image.thumbnail(64, 64).to_rgb16();
    // Of 12 bits in a file of 16, white is as bright as the image is.
    let brightest = small.iter().copied().max().unwrap_or(0);
    let white = f32::from(if is_deep(image) { brightest } else { u16::MAX });
    let is_grey = |&Rgb([red, green, blue]): &Rgb<u16>| {
        f32::from(red.max(green).max(blue) - red.min(green).min(blue)) <= GREY * white
    };
    let coloured = small.pixels().filter(|pixel| !is_grey(pixel)).count();
    100 * coloured > small.pixels().len()
}

/// Checks that an image may be decoded, before memory is taken for it.
fn check_size(width: u32, height: u32, pixel_bytes: u64) -> Result<(), DecodeError> {
    let is_small = width <= LARGEST_SIDE && height <= LARGEST_SIDE;
    let decoded = u64::from(width) * u64::from(height) * pixel_bytes;
    (is_small && decoded <= LARGEST_DECODED)
        .then_some(())
        .ok_or(DecodeError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, RgbImage};
    use std::io::Cursor;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn colour_becomes_planes_and_grey_becomes_luma() {
        let red = RgbImage::from_pixel(8, 8, Rgb([200, 100, 50]));
        let file = encoded(red, ImageFormat::Png);
        let colour = decode(&file, 3, 16).unwrap();
        let byte = |pixels: &Pixels, place: usize| to_byte(pixels.values[place]);
        assert_eq!(colour.values.len(), 3 * 16 * 16);
        assert_eq!([0, 256, 512].map(|place| byte(&colour, place)), [200, 100, 50]);
        assert_eq!(byte(&decode(&file, 1, 16).unwrap(), 0), 124);
    }

    #[test]
    fn greys_are_no_colours() {
        let red_corner = |x: u32, y: u32| x < 10 && y < 10;
        let image = |corner: Rgb<u8>| {
            RgbImage::from_fn(64, 64, |x, y| {
                let shade = (3 * x) as u8;
                if red_corner(x, y) {
                    corner
                } else {
                    Rgb([shade, shade + 4, shade + 9])
                }
            })
        };
        let is_coloured = |image: RgbImage| glance(&encoded(image, ImageFormat::Png)).unwrap().is_coloured;
        assert!(is_coloured(image(Rgb([200, 10, 10]))));
        assert!(!is_coloured(image(Rgb([9, 9, 9]))));
        let grey = glance(&encoded(GrayImage::new(8, 6), ImageFormat::Png)).unwrap();
        assert_eq!((grey.width, grey.height, grey.is_coloured), (8, 6, false));
    }

    #[test]
    fn every_format_of_the_image_crate_is_read() {
        use ImageFormat::{Bmp, Gif, Png, WebP};
        for format in [Bmp, Gif, Png, WebP] {
            let file = encoded(RgbImage::from_pixel(9, 7, Rgb([80, 80, 80])), format);
            let pixels = decode(&file, 1, 16).unwrap();
            assert_eq!((to_byte(pixels.values[0]), pixels.used), (80, None), "{format:?}");
        }
    }

    #[test]
    fn deep_images_keep_their_values() {
        let ramp = |x: u32, y: u32| (16 * x + y) as u16;
        let grey = ImageBuffer::from_fn(32, 16, |x, y| Luma([ramp(x, y)]));
        let colour = ImageBuffer::from_fn(32, 16, |x, y| Rgb([ramp(x, y), 0, ramp(x, y)]));
        let half = Framing {
            region: crate::framing::Region {
                width: 0.5,
                ..crate::framing::Region::WHOLE
            },
            ..Framing::default()
        };
        let file = encoded(DynamicImage::ImageLuma16(grey), ImageFormat::Png);
        let framed = decode_framed(&file, 1, 16, &half).unwrap();
        assert_eq!(framed.pixels.values[16 + 3], ramp(3, 1));
        assert_eq!(framed.pixels.used, Some(ValueRange { low: 0, high: 255 }));
        let file = encoded(DynamicImage::ImageRgb16(colour), ImageFormat::Png);
        let framed = decode_framed(&file, 3, 16, &half).unwrap();
        assert_eq!(framed.pixels.values[2 * 256 + 3], ramp(3, 0));
        let framed = decode_framed(&file, 1, 16, &half).unwrap();
        assert_eq!(framed.pixels.values[3], (48.0_f32 * 0.413).round() as u16);
        assert!(glance(&file).unwrap().is_coloured);
    }

    #[test]
    fn bad_files_get_a_sentence() {
        let file = encoded(GrayImage::new(64, 64), ImageFormat::Png);
        assert!(matches!(decode(b"", 1, 32), Err(DecodeError::Empty)));
        assert!(matches!(decode(b"just a text", 1, 32), Err(DecodeError::Format)));
        assert!(matches!(
            decode(&file[..file.len() / 2], 1, 32),
            Err(DecodeError::Damaged(_))
        ));
        let wide = encoded(GrayImage::new(20_000, 2), ImageFormat::Png);
        assert!(matches!(decode(&wide, 1, 32), Err(DecodeError::TooLarge)));
        assert!(matches!(decode(&file, 2, 32), Err(DecodeError::Channels(2))));
        let mut narrow = encoded(RgbImage::new(4, 4), ImageFormat::Gif);
        narrow[6..8].fill(0);
        assert!(matches!(decode(&narrow, 1, 32), Err(DecodeError::Damaged(_))));
    }

    #[test]
    fn headers_that_claim_much_are_refused_before_allocating() {
        for (format, offset) in [(ImageFormat::Png, 16), (ImageFormat::Bmp, 18)] {
            let mut file = encoded(GrayImage::new(4, 4), format);
            file[offset..offset + 4].copy_from_slice(&0x3fff_ffff_u32.to_be_bytes());
            assert!(decode(&file, 1, 32).is_err(), "{format:?}");
        }
        let mut gif = encoded(RgbImage::new(4, 4), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(decode(&gif, 1, 32).is_err());
    }
}
