//! Pictures of image files to be looked at: upright, with the pixels that are scored, made smaller. Images of more than 8
//! bits a value are shown by the range of the model that sees them, or else by what they use themselves.

use super::{DecodeError, Picture, ValueRange, is_deep, open, spread, to_byte};
use image::imageops::{FilterType, crop_imm, resize, thumbnail};
use image::{DynamicImage, GenericImageView, Rgb, RgbImage};

/// All of an image, at most `side` pixels wide and high, and never larger than it is.
///
/// # Errors
/// The file is empty, not an image, of a kind that cannot be read, too large, or damaged.
pub fn fitted(bytes: &[u8], side: u32, range: Option<ValueRange>) -> Result<Picture, DecodeError> {
    let image = colours(bytes, range)?;
    Ok(shrunk(&image, side, image.width().max(image.height())))
}

/// The square in the middle of an image, at most `side` pixels wide, and never larger than it is.
///
/// # Errors
/// As of [`fitted`].
pub fn square(bytes: &[u8], side: u32, range: Option<ValueRange>) -> Result<Picture, DecodeError> {
    let image = colours(bytes, range)?;
    let (width, height) = image.dimensions();
    let length = width.min(height);
    let middle = crop_imm(&image, (width - length) / 2, (height - length) / 2, length, length);
    Ok(shrunk(&*middle, side, length))
}

fn colours(bytes: &[u8], range: Option<ValueRange>) -> Result<RgbImage, DecodeError> {
    let image = open(bytes)?;
    if !is_deep(&image) {
        return Ok(image.into_rgb8());
    }
    let mut deep = image.into_rgb16();
    let range = range.unwrap_or_else(|| ValueRange::used_by(&deep));
    spread(&mut deep, Some(range));
    let (width, height) = deep.dimensions();
    let bytes = deep.into_raw().into_iter().map(to_byte).collect();
    // There are as many bytes as there were values.
    Ok(RgbImage::from_raw(width, height, bytes).unwrap_or_default())
}

/// Scales an image as one scales who wants `length` of its pixels to be `side`, if that is fewer. A large image is
/// averaged to twice the size at first, which is much quicker and cannot be told by eye.
fn shrunk(image: &impl GenericImageView<Pixel = Rgb<u8>>, side: u32, length: u32) -> Picture {
    let side = side.min(length);
    let size = |side: u32| {
        let scaled = |pixels: u32| (f64::from(pixels) * f64::from(side) / f64::from(length)).round() as u32;
        (scaled(image.width()).max(1), scaled(image.height()).max(1))
    };
    let (width, height) = size(side);
    let small = if length > 4 * side {
        let (twice_width, twice_height) = size(2 * side);
        let rough = thumbnail(image, twice_width, twice_height);
        resize(&rough, width, height, FilterType::Triangle)
    } else {
        resize(image, width, height, FilterType::Triangle)
    };
    Picture {
        width: width as usize,
        height: height as usize,
        rgba: DynamicImage::from(small).into_rgba8().into_raw(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, Luma, RgbaImage};
    use std::io::Cursor;

    fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_small_image_is_shown_pixel_by_pixel_without_its_transparency() {
        let image = RgbaImage::from_fn(5, 3, |x, y| image::Rgba([x as u8, y as u8, 200, (40 * x) as u8]));
        let picture = fitted(&png(image), 5, None).unwrap();
        assert_eq!((picture.width, picture.height), (5, 3));
        let expected: Vec<u8> = (0..3)
            .flat_map(|y| (0..5).flat_map(move |x| [x, y, 200, 255]))
            .collect();
        assert_eq!(picture.rgba, expected);
        assert_eq!(
            fitted(&png(RgbImage::new(5, 3)), 900, None).unwrap().rgba.len(),
            5 * 3 * 4
        );
    }

    /// By averages and without them.
    #[test]
    fn a_large_image_fits_and_keeps_its_places() {
        let halves = GrayImage::from_fn(600, 200, |x, _| Luma([if x < 300 { 0 } else { 255 }]));
        for side in [30, 240] {
            let picture = fitted(&png(halves.clone()), side, None).unwrap();
            assert_eq!((picture.width, picture.height), (side as usize, side as usize / 3));
            let row: Vec<u8> = picture
                .rgba
                .chunks(4)
                .take(picture.width)
                .map(|pixel| pixel[0])
                .collect();
            let (left, right) = row.split_at(picture.width / 2);
            assert!(left[..left.len() - 1].iter().all(|&grey| grey == 0), "{row:?}");
            assert!(right[1..].iter().all(|&grey| grey == 255), "{row:?}");
        }
    }

    #[test]
    fn a_square_is_of_the_middle() {
        let stripe = |width, height| {
            GrayImage::from_fn(width, height, move |x, y| {
                let along = if width > height { x } else { y };
                Luma([if (50..150).contains(&along) { 255 } else { 0 }])
            })
        };
        for (width, height) in [(200, 100), (100, 200)] {
            for (side, shown) in [(10, 10), (60, 60), (500, 100)] {
                let picture = square(&png(stripe(width, height)), side, None).unwrap();
                assert_eq!((picture.width, picture.height), (shown, shown));
                assert!(picture.rgba.iter().all(|&value| value == 255));
            }
        }
    }

    #[test]
    fn a_thread_of_pixels_is_at_least_one_wide() {
        let picture = fitted(&png(GrayImage::new(3000, 2)), 100, None).unwrap();
        assert_eq!((picture.width, picture.height), (100, 1));
    }

    #[test]
    fn deep_images_are_shown_by_a_range() {
        let ramp = image::ImageBuffer::from_fn(16, 16, |x, _| Luma([(100 * x) as u16]));
        let file = png(DynamicImage::ImageLuma16(ramp));
        let row = |range| fitted(&file, 16, range).unwrap().rgba.into_iter().step_by(4).take(16);
        assert_eq!(row(None).next_back(), Some(255));
        let range = Some(ValueRange { low: 0, high: 3000 });
        assert_eq!(row(range).nth(15), Some(128));
    }

    #[test]
    fn what_cannot_be_read_has_no_picture() {
        assert!(matches!(fitted(b"just a text", 10, None), Err(DecodeError::Format)));
        assert!(matches!(square(b"", 10, None), Err(DecodeError::Empty)));
    }
}
