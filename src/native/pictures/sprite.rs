//! Many small images in one picture.

use crate::data::Images;
use crate::image::picture;
use anyhow::{Context, Result};
use image::{DynamicImage, ImageFormat, RgbaImage, imageops};
use std::io::Cursor;

/// A PNG of the images, row by row, so many in a row.
///
/// # Errors
/// The picture is too large to be encoded.
pub fn sprite(images: &Images, columns: usize) -> Result<Vec<u8>> {
    let (count, side) = (images.len(), images.size);
    let (width, height) = (columns * side, count.div_ceil(columns) * side);
    let mut sprite = RgbaImage::from_pixel(width as u32, height as u32, image::Rgba([0, 0, 0, 255]));
    for index in 0..count {
        let cell = picture(&images.bytes(index), images.channels, side);
        let cell = RgbaImage::from_raw(side as u32, side as u32, cell.rgba).context("an image is cut short")?;
        let (x, y) = (index % columns * side, index / columns * side);
        imageops::replace(&mut sprite, &cell, x as i64, y as i64);
    }
    let sprite = DynamicImage::from(sprite);
    let sprite: DynamicImage = match images.channels {
        1 => sprite.into_luma8().into(),
        _ => sprite.into_rgb8().into(),
    };
    let mut png = Cursor::new(Vec::new());
    sprite
        .write_to(&mut png, ImageFormat::Png)
        .context("cannot encode the picture")?;
    Ok(png.into_inner())
}
