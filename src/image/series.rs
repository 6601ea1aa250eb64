//! Files with more than one picture: the first alone is looked at, which the user may want to know.

use super::format::Format;
use super::metadata::{png_chunks, webp_chunks};
use super::{dicom, tiff};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

/// What a file has several of, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(tag = "kind", content = "count", rename_all = "camelCase")]
pub enum Series {
    /// Pages of a TIFF file.
    Pages(usize),
    /// Frames of a DICOM file.
    Frames(usize),
    /// Pictures of an animation.
    Animation(usize),
}

/// The series that begins with the picture that [`open`](super::open) decodes; None if it is the only one.
pub fn series(bytes: &[u8]) -> Option<Series> {
    let (kind, count): (fn(usize) -> Series, _) = match Format::of(bytes).ok()? {
        Format::Tiff => (Series::Pages, tiff::pages(bytes)),
        Format::Dicom => (Series::Frames, dicom::frames(bytes)),
        Format::Png => (Series::Animation, named(png_chunks(bytes), b"fcTL")),
        Format::WebP => (Series::Animation, named(webp_chunks(bytes), b"ANMF")),
        Format::Gif => (Series::Animation, gif_pictures(bytes)?),
        Format::Jpeg | Format::Bmp | Format::Pnm => return None,
    };
    (count > 1).then(|| kind(count))
}

fn named<'a>(chunks: impl Iterator<Item = (&'a [u8; 4], &'a [u8])>, wanted: &[u8; 4]) -> usize {
    chunks.filter(|(name, _)| *name == wanted).count()
}

/// None if the file ends before its pictures do.
fn gif_pictures(bytes: &[u8]) -> Option<usize> {
    const PICTURE: u8 = 0x2c;
    const EXTENSION: u8 = 0x21;
    let palette = |flags: u8| if flags & 0x80 == 0 { 0 } else { 6 << (flags & 7) };
    let mut at = 13 + palette(*bytes.get(10)?);
    let mut count = 0;
    loop {
        match *bytes.get(at)? {
            PICTURE => {
                count += 1;
                at += 11 + palette(*bytes.get(at + 9)?);
            }
            EXTENSION => at += 2,
            _ => return Some(count),
        }
        // Blocks of data, each after its length, up to one of none.
        while *bytes.get(at)? > 0 {
            at += 1 + usize::from(bytes[at]);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::gif::GifEncoder;
    use image::{Frame, RgbaImage};

    fn gif(pictures: usize) -> Vec<u8> {
        let mut file = Vec::new();
        let picture = RgbaImage::from_fn(9, 7, |x, y| image::Rgba([x as u8 * 20, y as u8 * 30, 9, 255]));
        let pictures = (0..pictures).map(|_| Frame::new(picture.clone()));
        GifEncoder::new(&mut file).encode_frames(pictures).unwrap();
        file
    }

    #[test]
    fn pictures_of_an_animation_are_counted() {
        assert_eq!(series(&gif(3)), Some(Series::Animation(3)));
        assert_eq!(series(&gif(1)), None);
        assert_eq!(series(&gif(3)[..60]), None);
        let chunk = |name: &[u8; 4]| [&[0, 0, 0, 0], &name[..], &[0; 4]].concat();
        let png = |names: &[&[u8; 4]]| {
            let chunks = names.iter().flat_map(|name| chunk(name));
            b"\x89PNG\r\n\x1a\n".iter().copied().chain(chunks).collect::<Vec<u8>>()
        };
        assert_eq!(
            series(&png(&[b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT"])),
            Some(Series::Animation(2))
        );
        assert_eq!(series(&png(&[b"IDAT"])), None);
    }

    #[test]
    fn pages_may_not_go_in_a_circle() {
        let page = |next: u8| [0, 0, next, 0, 0, 0];
        let file = |second: u8, third: u8| [&b"II*\0\x08\0\0\0"[..], &page(second), &page(third)].concat();
        assert_eq!(series(&file(14, 0)), Some(Series::Pages(2)));
        assert_eq!(series(&file(14, 8)), Some(Series::Pages(2)));
        assert_eq!(series(&file(0, 0)), None);
    }
}
