//! Checksums and lengths that fit a changed file. Without them a parser would seldom see more than its beginning.
#![expect(clippy::ptr_arg, reason = "some make a file longer, and all are of one type")]

use flate2::Crc;

/// A file without checksums.
pub fn nothing(_: &mut Vec<u8>) {}

/// The checksums of PNG chunks.
pub fn png(file: &mut Vec<u8>) {
    let mut at = 8;
    while let Some(length) = read(file, at) {
        let end = at + 8 + u32::from_be_bytes(length) as usize;
        let Some(sum) = file.get(at + 4..end).map(crc) else {
            return;
        };
        write(file, end, sum.to_be_bytes());
        at = end + 4;
    }
}

/// The end of a JPEG file.
pub fn jpeg(file: &mut Vec<u8>) {
    file.extend(b"\xff\xd9");
}

/// The length of a RIFF file.
pub fn webp(file: &mut Vec<u8>) {
    let length = file.len().saturating_sub(8) as u32;
    write(file, 4, length.to_le_bytes());
}

/// The checksums of stored files in a zip archive.
pub fn zip(file: &mut Vec<u8>) {
    for at in 0..file.len() {
        if file[at..].starts_with(b"PK\x01\x02") {
            zip_entry(file, at);
        }
    }
}

/// `central` is where the entry is in the archive's directory.
fn zip_entry(file: &mut [u8], central: usize) -> Option<()> {
    let short = |at| Some(usize::from(u16::from_le_bytes(read(file, at)?)));
    let long = |at| Some(u32::from_le_bytes(read(file, at)?) as usize);
    let (method, length, local) = (short(central + 10)?, long(central + 20)?, long(central + 42)?);
    let start = local + 30 + short(local + 26)? + short(local + 28)?;
    let sum = crc(file.get(start..start + length)?).to_le_bytes();
    if method == 0 {
        write(file, central + 16, sum);
        write(file, local + 14, sum);
    }
    Some(())
}

/// The checksums of the headers in a tar archive, and whole blocks.
pub fn tar(file: &mut Vec<u8>) {
    const BLOCK: usize = 512;
    const SUM: std::ops::Range<usize> = 148..156;
    file.resize(file.len().next_multiple_of(BLOCK), 0);
    let mut at = 0;
    while let Some(header) = file.get_mut(at..at + BLOCK).filter(|header| header[0] != 0) {
        header[SUM].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let digits = header[124..136].iter().take_while(|byte| (b'0'..=b'7').contains(byte));
        let length = digits.fold(0, |length, digit| 8 * length + usize::from(digit - b'0'));
        at = at.saturating_add(BLOCK).saturating_add(length.next_multiple_of(BLOCK));
    }
}

/// The length of a safetensors header: up to the bracket that closes the first one.
pub fn safetensors(file: &mut Vec<u8>) {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (place, &byte) in file.iter().enumerate().skip(8) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' if !in_text => depth += 1,
            b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !in_text {
            let length = place as u64 - 7;
            write(file, 0, length.to_le_bytes());
            return;
        }
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn read<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..)?.first_chunk().copied()
}

fn write<const N: usize>(file: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = file.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = bytes;
    }
}
