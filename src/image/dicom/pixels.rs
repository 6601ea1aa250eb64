//! The values of the first frame, as they are stored.

use super::dataset::{Dataset, Pixels};
use super::header::{Colour, Header};
use super::packing::Packing;
use super::{rle, unread};
use crate::image::{DecodeError, jpeg};

/// The values of a frame.
pub(super) enum Stored {
    Grey(Vec<u16>),
    /// Three values a pixel.
    Colour(Vec<u8>, Colour),
}

/// # Errors
/// The pixels are damaged, too few, or packed in a way that cannot be read.
pub(super) fn stored(file: &Dataset, header: &Header) -> Result<Stored, DecodeError> {
    let pixels = usize::from(header.rows) * usize::from(header.columns);
    let planes = usize::from(header.samples * (header.allocated / 8));
    match (file.packing, &file.pixels) {
        (Packing::None, Some(Pixels::Plain(bytes))) => {
            let frame = bytes.get(..pixels * planes);
            let frame = frame.ok_or_else(|| DecodeError::damaged("it has fewer pixels than it says"))?;
            Ok(from_bytes(header, frame, pixels))
        }
        (Packing::Rle, Some(Pixels::Packed { table, fragments })) => {
            let frame = first_frame(table, &fragments[..fragments.len().min(1)], 1);
            let planes = rle::planes(&frame, planes, pixels);
            let planes = planes.ok_or_else(|| DecodeError::damaged("its runs cannot be understood"))?;
            Ok(from_planes(header, &planes, pixels))
        }
        (Packing::Jpeg, Some(Pixels::Packed { table, fragments })) => {
            from_jpeg(header, &first_frame(table, fragments, header.frames))
        }
        _ => Err(DecodeError::damaged("its pixels are not packed as it says")),
    }
}

fn from_bytes(header: &Header, frame: &[u8], pixels: usize) -> Stored {
    match (header.samples, header.allocated) {
        (1, 8) => Stored::Grey(frame.iter().map(|&value| value.into()).collect()),
        (1, _) => Stored::Grey(frame.as_chunks().0.iter().map(|&two| u16::from_le_bytes(two)).collect()),
        _ if header.is_planar => Stored::Colour(interleaved(frame, pixels), header.colour),
        _ => Stored::Colour(frame.to_vec(), header.colour),
    }
}

/// RLE stores the bytes of all pixels apart, the high ones first.
fn from_planes(header: &Header, planes: &[u8], pixels: usize) -> Stored {
    match (header.samples, header.allocated) {
        (1, 8) => Stored::Grey(planes.iter().map(|&value| value.into()).collect()),
        (1, _) => {
            let (high, low) = planes.split_at(pixels);
            let values = high
                .iter()
                .zip(low)
                .map(|(&high, &low)| u16::from_be_bytes([high, low]));
            Stored::Grey(values.collect())
        }
        _ => Stored::Colour(interleaved(planes, pixels), header.colour),
    }
}

fn interleaved(planes: &[u8], pixels: usize) -> Vec<u8> {
    (0..pixels)
        .flat_map(|pixel| [0, 1, 2].map(|plane| planes[plane * pixels + pixel]))
        .collect()
}

fn from_jpeg(header: &Header, frame: &[u8]) -> Result<Stored, DecodeError> {
    if !frame.starts_with(b"\xff\xd8") {
        return Err(DecodeError::damaged("its JPEG data cannot be understood"));
    }
    let (found, values) = jpeg::stored(frame)?;
    if (found.height, found.width) != (header.rows, header.columns) {
        return Err(DecodeError::damaged("its size contradicts itself"));
    }
    match (found.components.len(), header.samples, found.bits) {
        (1, 1, 8) => Ok(Stored::Grey(values.into_iter().map(u16::from).collect())),
        (1, 1, _) => {
            let values = values.as_chunks().0.iter().map(|&two| u16::from_ne_bytes(two));
            Ok(Stored::Grey(values.collect()))
        }
        (3, 3, 8) => Ok(Stored::Colour(values, jpeg_colour(&found, header.colour))),
        _ => Err(unread("a DICOM file with JPEG of a rare kind")),
    }
}

/// A mark in the JPEG data counts more than what the file says.
fn jpeg_colour(found: &jpeg::Header, said: Colour) -> Colour {
    match found.colour {
        jpeg::Colour::Rgb if found.is_marked => Colour::Rgb,
        _ if found.is_marked => Colour::YCbCr,
        _ => said,
    }
}

/// The fragments of the first frame, together.
fn first_frame(table: &[u8], fragments: &[&[u8]], frames: u32) -> Vec<u8> {
    /// The head of an item, which the table counts too.
    const HEAD: usize = 8;
    if frames <= 1 {
        return fragments.concat();
    }
    let second = table
        .get(4..)
        .and_then(<[u8]>::first_chunk)
        .map(|&four| u32::from_le_bytes(four) as usize);
    let mut place = 0;
    let mut frame = Vec::new();
    for fragment in fragments {
        let is_over = match second {
            Some(second) => place >= second,
            None => ends_jpeg(&frame),
        };
        if is_over && place > 0 {
            break;
        }
        frame.extend_from_slice(fragment);
        place += HEAD + fragment.len();
    }
    frame
}

/// A zero may follow the mark of the end, so that the length is even.
fn ends_jpeg(frame: &[u8]) -> bool {
    frame.strip_suffix(b"\0").unwrap_or(frame).ends_with(b"\xff\xd9")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_where_the_table_says_or_where_its_jpeg_does() {
        let fragments: [&[u8]; 4] = [b"\xff\xd8ab", b"c\xff\xd9\0", b"\xff\xd8de", b"\xff\xd9"];
        let first = b"\xff\xd8abc\xff\xd9\0";
        assert_eq!(first_frame(&[0, 0, 0, 0, 24, 0, 0, 0], &fragments, 2), first);
        assert_eq!(first_frame(&[], &fragments, 2), first);
        assert_eq!(first_frame(&[], &fragments, 1), fragments.concat());
    }
}
