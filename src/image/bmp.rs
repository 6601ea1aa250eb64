//! BMP files whose headers the `image` crate takes otherwise than Pillow: those of OS/2 2, and those without a place of
//! the pixels.

use super::DecodeError;
use std::borrow::Cow;

/// Where the place of the pixels is written.
const PLACE: usize = 10;
/// Where the header begins that says what the pixels are, after the one of the file.
const HEADER: usize = 14;
/// The size of that of OS/2 1, whose numbers are half as long.
const OS2_1: usize = 12;
/// The size of Windows's. That of OS/2 2 begins with the same fields, of which a file may leave out the last ones.
const WINDOWS: usize = 40;

/// The same file as the `image` crate understands it.
///
/// # Errors
/// The pixels are packed as only OS/2 does, or the file is cut short.
pub(super) fn repaired(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    let mut file = with_windows_header(bytes)?;
    if let Some(place) = place_after_palette(&file) {
        file.to_mut()[PLACE..HEADER].copy_from_slice(&place.to_le_bytes());
    }
    Ok(file)
}

fn with_windows_header(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    let size = match bytes.get(HEADER) {
        Some(&size @ (16 | 64)) => usize::from(size),
        _ => return Ok(Cow::Borrowed(bytes)),
    };
    let (Some(header), Some(rest)) = (bytes.get(HEADER..HEADER + size), bytes.get(HEADER + size..)) else {
        return Err(DecodeError::damaged("its header is not complete"));
    };
    let mut windows = header.to_vec();
    windows.resize(WINDOWS, 0);
    windows[0] = WINDOWS as u8;
    // More kinds of packing than two mean other things on Windows.
    if windows[16] > 2 {
        return Err(DecodeError::unread("a BMP packed as only OS/2 did", "save it as PNG"));
    }
    let mut start = bytes[..HEADER].to_vec();
    let place = u32_at(bytes, PLACE).unwrap_or(0);
    let moved = place.wrapping_add_signed(WINDOWS as i32 - size as i32);
    start[PLACE..].copy_from_slice(&moved.to_le_bytes());
    Ok(Cow::Owned([&start[..], &windows, rest].concat()))
}

/// Where the pixels are if the file says that they are where its palette is.
fn place_after_palette(file: &[u8]) -> Option<u32> {
    let size = u32_at(file, HEADER)?;
    let is_first = size as usize == OS2_1;
    let bits = *file.get(HEADER + if is_first { 10 } else { 14 })?;
    let stated = if is_first { 0 } else { u32_at(file, HEADER + 32)? };
    let palette_start = size.checked_add(HEADER as u32)?;
    if bits > 8 || u32_at(file, PLACE)? != palette_start {
        return None;
    }
    let colours = if stated == 0 { 1 << bits } else { stated };
    colours
        .checked_mul(if is_first { 3 } else { 4 })?
        .checked_add(palette_start)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|&four| u32::from_le_bytes(four))
}
