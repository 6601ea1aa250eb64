//! Files of every kind against what Pillow makes of them.

use ganomaly::image::{DecodeError, Series, decode, open, series, to_byte};
use image::DynamicImage;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Lossy formats may be computed in other ways, and Pillow's scaling rounds twice.
fn tolerance(case: &str) -> u8 {
    match case.rsplit('.').next() {
        Some("jpg" | "webp") => 4,
        _ => 2,
    }
}

#[test]
fn files_of_every_kind_look_as_in_pillow() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/decode.safetensors")).unwrap();
    let cases: Vec<&str> = golden
        .names()
        .into_iter()
        .filter_map(|name| name.strip_suffix(".file"))
        .collect();
    assert!(cases.len() >= 30);
    let mut wrong = Vec::new();
    for case in cases {
        let tensor = |part: &str| golden.tensor(&format!("{case}.{part}")).unwrap();
        for (channels, part) in [(1, "grey"), (3, "colour")] {
            let expected = tensor(part);
            let plane = expected.data().len() / channels;
            let side = expected.shape()[0];
            let found = decode(tensor("file").data(), channels, side).unwrap();
            let found: Vec<u8> = found.values.into_iter().map(to_byte).collect();
            let difference = (0..expected.data().len())
                .map(|index| found[index % channels * plane + index / channels].abs_diff(expected.data()[index]))
                .max();
            if difference > Some(tolerance(case)) {
                wrong.push(format!("{case}, {part}: differs by up to {difference:?} grey levels"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file that was cut short is refused, not filled up with grey.
#[test]
fn files_cut_short_are_refused() {
    let golden = SafeTensors::deserialize(include_bytes!("../golden/decode.safetensors")).unwrap();
    let mut accepted = Vec::new();
    for name in golden.names() {
        let Some(case) = name.strip_suffix(".file") else {
            continue;
        };
        let file = golden.tensor(name).unwrap();
        for part in [10, 50, 90] {
            let length = file.data().len() * part / 100;
            // Of an animation the first frame may be whole.
            if !case.starts_with("animated") && decode(&file.data()[..length], 1, 32).is_ok() {
                accepted.push(format!("{part} % of {case}"));
            }
        }
    }
    assert!(accepted.is_empty(), "{accepted:?}");
}

fn kinds() -> SafeTensors<'static> {
    SafeTensors::deserialize(include_bytes!("../golden/kinds.safetensors")).unwrap()
}

/// By how much an image differs from the golden numbers, at most; None if it has not got their size or depth.
fn difference(image: &DynamicImage, expected: &TensorView) -> Option<u16> {
    let size = [image.height() as usize, image.width() as usize];
    if expected.shape()[..2] != size {
        return None;
    }
    if expected.dtype() == Dtype::U16 {
        let levels = expected.data().as_chunks().0.iter().map(|&two| u16::from_le_bytes(two));
        let found = image.as_luma16()?;
        return found.iter().zip(levels).map(|(a, b)| a.abs_diff(b)).max();
    }
    let found = match expected.shape().len() {
        3 => image.to_rgb8().into_raw(),
        _ => image.to_luma8().into_raw(),
    };
    found
        .iter()
        .zip(expected.data())
        .map(|(a, b)| a.abs_diff(*b).into())
        .max()
}

/// Every kind of file that a format allows, pixel by pixel. Only JPEG may differ, whose decoder rounds as libjpeg does not,
/// most of all where it interpolates colours of a lower resolution, and BMP of 5 or 6 bits a value.
#[test]
fn every_kind_has_pillows_pixels() {
    const CASES: usize = 160;
    let golden = kinds();
    let mut wrong = Vec::new();
    let mut count = 0;
    for name in golden.names() {
        let Some(case) = name.strip_suffix(".pixels") else {
            continue;
        };
        count += 1;
        let expected = golden.tensor(name).unwrap();
        let file = golden.tensor(&format!("{case}.file")).unwrap();
        let image = match open(file.data()) {
            Ok(image) => image,
            Err(error) => {
                wrong.push(format!("{case}: {error}"));
                continue;
            }
        };
        let tolerance = match case {
            _ if case.ends_with(".jpg") || case.starts_with("jpeg") => 3,
            "555.bmp" | "565.bmp" => 1,
            _ => 0,
        };
        let difference = difference(&image, &expected);
        if difference.is_none_or(|difference| difference > tolerance) {
            let (width, height) = (image.width(), image.height());
            wrong.push(format!(
                "{case}: {width}x{height}, differs by up to {difference:?} grey levels"
            ));
        }
    }
    assert!(count >= CASES);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn kinds_that_are_not_read_are_named() {
    let golden = kinds();
    let as_jpeg = "save it again as PNG, or as a usual JPEG";
    let (as_png, export) = ("save it again as PNG", "export its picture as PNG");
    let again = "open it in an image program and save it again";
    for (case, words, advice) in [
        ("arithmetic", "a JPEG with arithmetic coding", as_jpeg),
        ("ratio-3-2", "a JPEG with colours sampled at an unusual ratio", as_jpeg),
        ("12-bits", "a JPEG of 12 bits a value", as_jpeg),
        ("hierarchical", "a hierarchical JPEG", as_jpeg),
        (
            "height-after-pixels",
            "a JPEG whose height stands after its pixels",
            as_jpeg,
        ),
        ("lossless-restart", "a lossless JPEG of a rare layout", as_jpeg),
        (
            "png-part-of-a-colour",
            "a PNG that breaks the rules of its format",
            again,
        ),
        ("gif-no-palette", "a GIF that breaks the rules of its format", again),
        ("gif-wide-codes", "a GIF that breaks the rules of its format", again),
        (
            "webp-lossless-mark",
            "a WebP that breaks the rules of its format",
            again,
        ),
        ("webp-lossy-mark", "a WebP that breaks the rules of its format", again),
        ("bmp-planes", "a BMP that breaks the rules of its format", again),
        (
            "bmp-pixels-past-the-row",
            "a BMP that breaks the rules of its format",
            again,
        ),
        ("bmp-runs-top-down", "a BMP that breaks the rules of its format", again),
        ("bmp-os2-packed", "a BMP packed as only OS/2 did", "save it as PNG"),
        ("bmp-of-a-jpeg", "a BMP of a rare kind", as_png),
        ("tiff-12-bits", "a TIFF of 12 bits a value", as_png),
        ("tiff-luma", "a TIFF whose colours are of a rare kind", as_png),
        ("tiff-jpeg-of-the-old-kind", "a TIFF with JPEG of the old kind", as_png),
        ("tiff-jpeg-2000", "a TIFF packed by JPEG 2000", as_png),
        ("tiff-lzma", "a TIFF packed by LZMA", as_png),
        ("tiff-zstandard", "a TIFF packed by Zstandard", as_png),
        ("tiff-webp", "a TIFF packed by WebP", as_png),
        (
            "tiff-group-4-short",
            "a TIFF that breaks the rules of its format",
            as_png,
        ),
        ("tiff-floats", "a TIFF of floating-point values", as_png),
        ("tiff-32-bits", "a TIFF of 32 bits a value", as_png),
        ("tiff-signed", "a TIFF of values with a sign", as_png),
        (
            "tiff-group-3",
            "a TIFF packed as fax machines do (CCITT group 3)",
            as_png,
        ),
        ("tiff-reverse-bits", "a TIFF whose bits are in reverse order", as_png),
        ("tiff-lab", "a TIFF whose colours are of a rare kind", as_png),
        ("dicom-32-bits", "a DICOM file of 32 bits a value", export),
        ("dicom-palette", "a DICOM file with a palette", export),
        (
            "dicom-no-meta-packed",
            "a DICOM file that does not say how it is packed",
            export,
        ),
        ("dicom-jpeg-2000", "a DICOM file packed by JPEG 2000", export),
        (
            "dicom-subsampled",
            "a DICOM file whose colours are of a rare kind",
            export,
        ),
    ] {
        let file = golden.tensor(&format!("{case}.refused.file")).unwrap();
        let sentence = open(file.data()).unwrap_err().to_string();
        let expected = format!("this is {words}, which cannot be read: {advice}");
        assert_eq!(sentence, expected, "{case}");
    }
}

#[test]
fn what_is_damaged_is_said_with_where() {
    let golden = kinds();
    for (case, place) in [
        ("png-checksum", "its PNG data cannot be understood"),
        ("png-no-palette", "its PNG data cannot be understood"),
        ("bmp-cut", "it ends before its pixels do"),
    ] {
        let file = golden.tensor(&format!("{case}.refused.file")).unwrap();
        let sentence = open(file.data()).unwrap_err().to_string();
        let expected = format!(
            "the image file is damaged or cut short ({place}): {}",
            "open it in an image program and save it again"
        );
        assert_eq!(sentence, expected, "{case}");
    }
}

/// Decoders of WebP read what is there, if it suffices for a picture; Pillow does not.
#[test]
fn a_webp_shorter_than_it_says_is_refused() {
    let golden = kinds();
    let file = golden.tensor("turned-named.webp.file").unwrap().data();
    let cut = &file[..file.len() - 2];
    assert!(matches!(open(cut), Err(DecodeError::Damaged(_))));
}

#[test]
fn what_a_file_has_several_of_is_counted() {
    let golden = kinds();
    for (case, expected) in [
        ("pages.tif", Some(Series::Pages(2))),
        ("dicom-frames", Some(Series::Frames(2))),
        ("turned.tif", None),
        ("dicom-grey", None),
    ] {
        let file = golden.tensor(&format!("{case}.file")).unwrap();
        assert_eq!(series(file.data()), expected, "{case}");
    }
}

/// Whatever a file is cut to, there is no panic, and no sentence holds the names of code.
#[test]
fn cut_and_changed_files_get_an_image_or_a_sentence() {
    let golden = kinds();
    for name in golden.names().into_iter().filter(|name| name.ends_with(".file")) {
        let file = golden.tensor(name).unwrap().data().to_vec();
        for place in (0..file.len()).step_by(7) {
            let mut changed = file.clone();
            changed[place] ^= 0x55;
            for bytes in [&file[..place], &changed] {
                series(bytes);
                let sentence = open(bytes).err().map(|error| error.to_string()).unwrap_or_default();
                assert!(!sentence.contains(['{', '"', '`']), "{name}: {sentence}");
            }
        }
    }
}
