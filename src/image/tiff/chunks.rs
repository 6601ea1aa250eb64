//! The strips or tiles of a TIFF file, put together.

use super::header::Header;
use super::{Reader, sentence, unread};
use crate::image::{DecodeError, jpeg};
use ::tiff::decoder::{ChunkType, DecodingResult};
use ::tiff::tags::Tag;

/// The samples of an image, pixel by pixel, as they are stored.
pub(super) enum Samples {
    /// Of up to 8 bits.
    Short(Vec<u8>),
    /// Of 16 bits.
    Long(Vec<u16>),
}

/// # Errors
/// The file is cut short, damaged, or packed in a way that cannot be read.
pub(super) fn samples(reader: &mut Reader, header: &Header) -> Result<Samples, DecodeError> {
    let count = header.width as usize * header.height as usize * header.samples;
    let jpegs = header.is_jpeg.then(|| Jpegs::of(reader)).transpose()?;
    let mut image = if header.bits > 8 {
        Samples::Long(vec![0; count])
    } else {
        Samples::Short(vec![0; count])
    };
    for place in places(reader, header) {
        let (width, _) = reader.chunk_data_dimensions(place.index);
        let width = width as usize;
        let chunk = match &jpegs {
            Some(jpegs) => jpegs.samples(reader, &place)?,
            None => reader.read_chunk(place.index).map_err(|error| match error {
                // Rows may be missing at the end, which are white.
                _ if header.is_fax => unread("a TIFF that breaks the rules of its format"),
                error => sentence(error),
            })?,
        };
        match (&mut image, chunk) {
            (Samples::Short(image), DecodingResult::U8(packed)) if header.bits < 8 => {
                place.put(image, &unpacked(&packed, width, header.bits), width);
            }
            (Samples::Short(image), DecodingResult::U8(values)) => place.put(image, &values, width),
            (Samples::Long(image), DecodingResult::U16(values)) => place.put(image, &values, width),
            _ => return Err(unread("a TIFF of a rare kind")),
        }
    }
    Ok(image)
}

/// Where a strip or tile belongs.
struct Place {
    index: u32,
    left: usize,
    top: usize,
    /// The first of the samples of a pixel that are in it, and how many.
    first: usize,
    samples: usize,
    /// Those of a pixel of the image, and the image's width.
    of: usize,
    image_width: usize,
}

fn places(reader: &Reader, header: &Header) -> Vec<Place> {
    let (width, height) = reader.chunk_dimensions();
    let (planes, samples) = if header.is_planar {
        (header.samples, 1)
    } else {
        (1, header.samples)
    };
    let across = header.width.div_ceil(width);
    let each = across * header.height.div_ceil(height);
    let place = |plane: usize, chunk: u32| Place {
        index: plane as u32 * each + chunk,
        left: (chunk % across * width) as usize,
        top: (chunk / across * height) as usize,
        first: plane,
        samples,
        of: header.samples,
        image_width: header.width as usize,
    };
    (0..planes)
        .flat_map(|plane| (0..each).map(move |chunk| place(plane, chunk)))
        .collect()
}

impl Place {
    /// Copies the samples of a strip or tile, whose rows have so many pixels, as far as it lies in the image.
    fn put<T: Copy>(&self, image: &mut [T], values: &[T], width: usize) {
        let rows = image.chunks_exact_mut(self.image_width * self.of).skip(self.top);
        for (row, values) in rows.zip(values.chunks_exact(width * self.samples)) {
            let pixels = row.chunks_exact_mut(self.of).skip(self.left);
            for (pixel, values) in pixels.zip(values.chunks_exact(self.samples)) {
                pixel[self.first..][..self.samples].copy_from_slice(values);
            }
        }
    }
}

/// Samples of 1, 2 or 4 bits; a row begins with a new byte.
fn unpacked(packed: &[u8], width: usize, bits: u8) -> Vec<u8> {
    let in_byte = 8 / usize::from(bits);
    let sample = |row: &[u8], x: usize| {
        let shift = 8 - bits as usize * (x % in_byte + 1);
        row[x / in_byte] >> shift & ((1 << bits) - 1)
    };
    packed
        .chunks_exact(width.div_ceil(in_byte))
        .flat_map(|row| (0..width).map(move |x| sample(row, x)))
        .collect()
}

/// Strips or tiles that are JPEG files, without the tables that they share.
struct Jpegs {
    tables: Vec<u8>,
    starts: Vec<u64>,
    lengths: Vec<u64>,
}

impl Jpegs {
    fn of(reader: &mut Reader) -> Result<Self, DecodeError> {
        let (starts, lengths) = match reader.get_chunk_type() {
            ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
            ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
        };
        let mut numbers = |tag| reader.find_tag_unsigned_vec(tag).map(Option::unwrap_or_default);
        let (starts, lengths) = (numbers(starts).map_err(sentence)?, numbers(lengths).map_err(sentence)?);
        let tables = reader.find_tag_unsigned_vec(Tag::JPEGTables).map_err(sentence)?;
        Ok(Self {
            tables: tables.unwrap_or_default(),
            starts,
            lengths,
        })
    }

    /// The file of a strip or tile, with the tables before its own segments.
    fn file(&self, reader: &mut Reader, index: u32) -> Option<Vec<u8>> {
        let start = usize::try_from(*self.starts.get(index as usize)?).ok()?;
        let length = usize::try_from(*self.lengths.get(index as usize)?).ok()?;
        let chunk = reader.inner().get_ref().get(start..start.checked_add(length)?)?;
        let after_start = chunk.strip_prefix(b"\xff\xd8")?;
        let tables = self.tables.strip_suffix(b"\xff\xd9").unwrap_or(&self.tables);
        let before = match tables {
            [] => &b"\xff\xd8"[..],
            _ => tables,
        };
        Some([before, after_start].concat())
    }

    fn samples(&self, reader: &mut Reader, place: &Place) -> Result<DecodingResult, DecodeError> {
        let file = self.file(reader, place.index);
        let file = file.ok_or_else(|| DecodeError::damaged("it ends before its pixels do"))?;
        let (header, values) = jpeg::stored(&file)?;
        let (width, height) = reader.chunk_dimensions();
        let (data_width, data_height) = reader.chunk_data_dimensions(place.index);
        let (found_width, found_height) = (u32::from(header.width), u32::from(header.height));
        let is_whole = [data_width, width].contains(&found_width) && (data_height..=height).contains(&found_height);
        if !is_whole || header.bits != 8 || header.components.len() != place.samples {
            return Err(unread("a TIFF with JPEG of a rare kind"));
        }
        Ok(DecodingResult::U8(cropped(
            values,
            found_width,
            data_width,
            place.samples,
        )))
    }
}

/// Rows of fewer pixels.
fn cropped(values: Vec<u8>, from: u32, to: u32, samples: usize) -> Vec<u8> {
    if from == to {
        return values;
    }
    let rows = values.chunks_exact(from as usize * samples);
    rows.flat_map(|row| &row[..to as usize * samples]).copied().collect()
}
