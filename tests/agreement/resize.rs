//! Scaling of images against Pillow's.

use ganomaly::image::{decode, to_byte};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use safetensors::SafeTensors;
use std::io::Cursor;

/// Pillow computes in fixed point and rounds between its two passes.
const GREY_LEVELS: u8 = 2;

fn png(width: u32, height: u32, channels: usize, pixels: Vec<u8>) -> Vec<u8> {
    let image: DynamicImage = if channels == 1 {
        GrayImage::from_raw(width, height, pixels).unwrap().into()
    } else {
        RgbImage::from_raw(width, height, pixels).unwrap().into()
    };
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn scaling_agrees_with_pillow() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/resize.safetensors")).unwrap();
    let cases: Vec<&str> = golden
        .names()
        .into_iter()
        .filter_map(|name| name.strip_suffix(".input"))
        .collect();
    assert!(cases.len() >= 10);
    for case in cases {
        let input = golden.tensor(&format!("{case}.input")).unwrap();
        let output = golden.tensor(&format!("{case}.output")).unwrap();
        let (height, width) = (input.shape()[0], input.shape()[1]);
        let channels = input.shape().get(2).copied().unwrap_or(1);
        let side = output.shape()[0];
        let file = png(width as u32, height as u32, channels, input.data().to_vec());
        let found = decode(&file, channels, side).unwrap();
        let found: Vec<u8> = found.values.into_iter().map(to_byte).collect();
        for (index, expected) in output.data().iter().enumerate() {
            let found = found[index % channels * side * side + index / channels];
            assert!(
                found.abs_diff(*expected) <= GREY_LEVELS,
                "{case}[{index}]: {found} is not Pillow's {expected}"
            );
        }
    }
}
