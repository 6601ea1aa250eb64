//! Image files, a target for each format.
//!
//! The pixels of an image take at most `image::LARGEST_DECODED`, 256 MiB. A decoder may hold them once more in another
//! form: turned, in other colours, or as the coefficients of a progressive JPEG, which are twice as long.

use super::repair;
use super::runner::{Outcome, Target};
use ganomaly::framing::Framing;
use ganomaly::image::{LARGEST_DECODED, LARGEST_SIDE, decode_framed, fitted, glance, open, series, square};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage};
use safetensors::SafeTensors;
use std::io::Cursor;

/// All that a decoder may hold, in MiB: 256 of pixels in up to four forms.
const MEBIBYTES: usize = 4 * 256 + 64;

/// Larger images are not scaled here, which takes its time without anything new.
const MOST_PIXELS: u32 = 1 << 16;

/// The files in `tests/golden/` with wanted names.
fn golden(is_wanted: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let files: [&[u8]; 2] = [
        include_bytes!("../golden/kinds.safetensors"),
        include_bytes!("../golden/decode.safetensors"),
    ];
    let mut found = Vec::new();
    for file in files {
        let file = SafeTensors::deserialize(file).unwrap();
        let mut names = file.names();
        names.sort();
        for name in names {
            if name.strip_suffix(".file").is_some_and(&is_wanted) {
                found.push(file.tensor(name).unwrap().data().to_vec());
            }
        }
    }
    found
}

/// Those whose names have one of these endings.
fn golden_of(endings: &[&str]) -> Vec<Vec<u8>> {
    golden(|name| endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))))
}

/// An image as the `image` crate writes it.
fn written(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(19, 13, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 77]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A target of files that `open` decodes.
fn target(
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static [u8]],
    repair: fn(&mut Vec<u8>),
) -> Target {
    Target {
        name,
        seeds,
        words,
        repair,
        mebibytes: MEBIBYTES,
        parse: Box::new(read),
    }
}

fn read(file: &[u8]) -> Outcome {
    series(file);
    let image = open(file).map_err(|error| {
        let sentence = error.to_string();
        assert!(!sentence.contains(['{', '"', '`']), "names of code in `{sentence}`");
        sentence
    })?;
    let (width, height) = (image.width(), image.height());
    assert!((1..=LARGEST_SIDE).contains(&width) && (1..=LARGEST_SIDE).contains(&height));
    assert!(image.as_bytes().len() as u64 <= LARGEST_DECODED);
    if width * height <= MOST_PIXELS {
        scale(file);
    }
    Ok(format!("{:?}", image.color()))
}

/// In tiles, in grey or in colour, at a glance, and as a picture.
fn scale(file: &[u8]) {
    const SIZE: usize = 16;
    let channels = if file.len().is_multiple_of(2) { 1 } else { 3 };
    let framing = Framing {
        tiles: 2,
        ..Framing::default()
    };
    let framed = decode_framed(file, channels, SIZE, &framing).unwrap();
    glance(file).unwrap();
    fitted(file, SIZE as u32, None).unwrap();
    square(file, SIZE as u32, None).unwrap();
    assert_eq!(framed.pixels.values.len(), framed.frames.len() * channels * SIZE * SIZE);
}

#[test]
fn png() {
    let words: &[&[u8]] = &[
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"eXIf",
        b"zTXt",
        b"tEXt",
        b"iTXt",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"iCCP",
        b"sBIT",
        b"gAMA",
        b"Raw profile type exif\0",
        b"XML:com.adobe.xmp\0",
        b"\x89PNG\r\n\x1a\n",
    ];
    let seeds = [golden_of(&["png"]), vec![written(ImageFormat::Png)]].concat();
    target("png", seeds, words, repair::png).run();
}

#[test]
fn jpeg() {
    let words: &[&[u8]] = &[
        b"\xff\xd8",
        b"\xff\xd9",
        b"\xff\xda",
        b"\xff\xdb",
        b"\xff\xc0",
        b"\xff\xc1",
        b"\xff\xc2",
        b"\xff\xc3",
        b"\xff\xc4",
        b"\xff\xdd\0\x04\0\x01",
        b"\xff\xd0",
        b"\xff\xe0",
        b"\xff\xe1",
        b"\xff\xee",
        b"\xff\xdc\0\x04\0\x08",
        b"\xff\0",
        b"Exif\0\0",
        b"Adobe",
        b"JFIF\0",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"tiff:Orientation=\"6\"",
        b"\x40\0\x40\0",
        b"\x01\x11\0",
        b"\x02\x11\x01",
        b"\x01\x22\0",
        b"\x01\x41\0",
        b"\x01\x14\0",
    ];
    target("jpeg", golden_of(&["jpg", "refused"]), words, repair::jpeg).run();
}

#[test]
fn webp() {
    let words: &[&[u8]] = &[
        b"RIFF",
        b"WEBP",
        b"VP8 ",
        b"VP8L",
        b"VP8X",
        b"ALPH",
        b"ANIM",
        b"ANMF",
        b"EXIF",
        b"XMP ",
        b"ICCP",
        b"\x9d\x01\x2a",
        b"\x2f",
        b"Exif\0\0",
        b"\xff\x3f\0",
        b"\xff\x3f\xff\x3f",
    ];
    let seeds = [golden_of(&["webp"]), vec![written(ImageFormat::WebP)]].concat();
    target("webp", seeds, words, repair::webp).run();
}

#[test]
fn gif() {
    let words: &[&[u8]] = &[
        b"GIF87a",
        b"GIF89a",
        b"\x21\xf9\x04",
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01",
        b"\x21\xfe",
        b"\x2c\0\0\0\0",
        b"\x3b",
        b"\0\x40\0\x40",
        b"\x0c",
        b"\x80",
        b"\x40",
    ];
    let mut animated = Vec::new();
    let frames = [4, 7].map(|side| {
        Frame::new(RgbaImage::from_fn(side, 5, |x, _| {
            image::Rgba([x as u8 * 40, 9, 9, 255])
        }))
    });
    GifEncoder::new(&mut animated).encode_frames(frames).unwrap();
    let seeds = [golden_of(&["gif"]), vec![animated, written(ImageFormat::Gif)]].concat();
    target("gif", seeds, words, repair::nothing).run();
}

#[test]
fn bmp() {
    let words: &[&[u8]] = &[
        b"BM",
        b"\x0c\0\0\0",
        b"\x10\0\0\0",
        b"\x28\0\0\0",
        b"\x34\0\0\0",
        b"\x38\0\0\0",
        b"\x40\0\0\0",
        b"\x6c\0\0\0",
        b"\x7c\0\0\0",
        b"\x01\0\x01\0",
        b"\x01\0\x04\0",
        b"\x01\0\x08\0",
        b"\x01\0\x10\0",
        b"\x01\0\x18\0",
        b"\x01\0\x20\0",
        b"\0\0",
        b"\0\x01",
        b"\0\x02",
        b"\0\x40\0\0",
    ];
    let seeds = [golden_of(&["bmp"]), vec![written(ImageFormat::Bmp)]].concat();
    target("bmp", seeds, words, repair::nothing).run();
}

#[test]
fn pnm() {
    let words: &[&[u8]] = &[
        b"P1\n",
        b"P2\n",
        b"P3\n",
        b"P4\n",
        b"P5\n",
        b"P6\n",
        b" 255\n",
        b" 65535\n",
        b" 16384 16384 ",
        b"# ",
        b"\x0b",
        b"\n",
        b"00000000000000000001",
        b"-1",
        b"4294967296",
    ];
    let seeds = golden_of(&["pbm", "pgm", "ppm"]);
    target("pnm", seeds, words, repair::nothing).run();
}

#[test]
fn tiff() {
    // Heads of a directory's entries: a tag, the kind of its numbers and how many they are.
    let words: &[&[u8]] = &[
        b"II*\0",
        b"MM\0*",
        b"II+\0\x08\0\0\0",
        b"\0\x01\x03\0\x01\0\0\0",
        b"\x01\x01\x04\0\x01\0\0\0",
        b"\x02\x01\x03\0\x03\0\0\0",
        b"\x03\x01\x03\0\x01\0\0\0",
        b"\x06\x01\x03\0\x01\0\0\0",
        b"\x11\x01\x04\0\x01\0\0\0",
        b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0",
        b"\x15\x01\x03\0\x01\0\0\0",
        b"\x16\x01\x04\0\x01\0\0\0",
        b"\x17\x01\x04\0\x01\0\0\0",
        b"\x1c\x01\x03\0\x01\0\0\0\x02\0\0\0",
        b"\x3d\x01\x03\0\x01\0\0\0\x02\0\0\0",
        b"\x40\x01\x03\0\0\x03\0\0",
        b"\x42\x01\x03\0\x01\0\0\0\x10\0\0\0",
        b"\x43\x01\x03\0\x01\0\0\0\x10\0\0\0",
        b"\x44\x01\x04\0",
        b"\x52\x01\x03\0\x01\0\0\0\x01\0\0\0",
        b"\x53\x01\x03\0",
        b"\x5b\x01\x07\0",
        b"\x05\0\0\0",
        b"\x07\0\0\0",
        b"\x08\0\0\0",
        b"\x05\x80\0\0",
    ];
    target("tiff", golden_of(&["tif"]), words, repair::nothing).run();
}

#[test]
fn dicom() {
    let words: &[&[u8]] = &[
        b"1.2.840.10008.1.2\0",
        b"1.2.840.10008.1.2.1\0",
        b"1.2.840.10008.1.2.5\0",
        b"1.2.840.10008.1.2.4.50",
        b"1.2.840.10008.1.2.4.70",
        b"\x28\0\x02\0US\x02\0\x03\0",
        b"\x28\0\x04\0CS",
        b"\x28\0\x06\0US\x02\0\x01\0",
        b"\x28\0\x08\0IS\x02\x002 ",
        b"\x28\0\x10\0US\x02\0",
        b"\x28\0\x11\0US\x02\0",
        b"\x28\0\0\x01US\x02\0\x10\0",
        b"\x28\0\x01\x01US\x02\0\x0c\0",
        b"\x28\0\x02\x01US\x02\0\x0b\0",
        b"\x28\0\x03\x01US\x02\0\x01\0",
        b"\x28\0\x20\x01US\x02\0",
        b"\x28\0\x50\x10DS\x04\0",
        b"\x28\0\x51\x10DS\x04\0",
        b"\x28\0\x52\x10DS\x04\0-1e9",
        b"\x28\0\x53\x10DS\x04\x001e-9",
        b"MONOCHROME1 ",
        b"YBR_FULL",
        b"SIGMOID ",
        b"LINEAR_EXACT",
        b"\xe0\x7f\x10\0OW\0\0",
        b"\xfe\xff\0\xe0",
        b"\xfe\xff\x0d\xe0\0\0\0\0",
        b"\xfe\xff\xdd\xe0\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"SQ\0\0\xff\xff\xff\xff",
        b"UN\0\0\xff\xff\xff\xff",
    ];
    let seeds = golden(|name| name.starts_with("dicom-"));
    target("dicom", seeds, words, repair::nothing).run();
}
