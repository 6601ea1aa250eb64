//! Names of files: as text, whatever bytes they are, and in the order in which people count.

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1252};
use std::cmp::Ordering;

/// A name as text: archives do not say how theirs are written. It is UTF-8 or Shift-JIS, or else Windows-1252, in which
/// all bytes mean something. What would move a terminal's cursor is replaced.
pub fn text_of(name: &[u8]) -> String {
    utf_8(name)
        .or_else(|| shift_jis(name))
        .unwrap_or_else(|| printable(&WINDOWS_1252.decode_without_bom_handling(name).0))
}

/// As [`text_of`], for zip files: names that are neither are in the code page of MS-DOS, which `dos` reads.
pub fn text_of_zipped(name: &[u8], dos: impl FnOnce() -> String) -> String {
    utf_8(name)
        .or_else(|| shift_jis(name))
        .unwrap_or_else(|| printable(&dos()))
}

fn utf_8(name: &[u8]) -> Option<String> {
    str::from_utf8(name).ok().map(printable)
}

/// Two letters of Chinese or Japanese in a row are wanted: one alone may be an accented letter of another encoding with
/// the letter after it.
fn shift_jis(name: &[u8]) -> Option<String> {
    let text = decoded(name, SHIFT_JIS)?;
    let is_east_asian = |letter: char| matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    let letters: Vec<char> = text.chars().collect();
    let has_word = letters.windows(2).any(|pair| pair.iter().copied().all(is_east_asian));
    has_word.then(|| printable(&text))
}

fn decoded(name: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(name)?;
    Some(text.into_owned())
}

fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// The order in which people count: `2.png` before `10.png`.
pub fn natural_order(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(pieces(other)).then_with(|| one.cmp(other))
}

/// A text in pieces that are compared one by one: a number by its length without zeros before it and then by its digits,
/// anything else byte by byte.
fn pieces(text: &str) -> impl Iterator<Item = (u8, usize, &[u8])> {
    let both_digits = |a: &u8, b: &u8| a.is_ascii_digit() && b.is_ascii_digit();
    text.as_bytes().chunk_by(both_digits).map(|piece| match piece {
        [digit, ..] if digit.is_ascii_digit() => {
            let zeros = piece.iter().take_while(|&&digit| digit == b'0').count();
            (b'0', piece.len() - zeros, &piece[zeros..])
        }
        _ => (piece[0], 0, &piece[1..]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_the_encoding_that_they_are_in() {
        for (bytes, text) in [
            (&b"scan 1.png"[..], "scan 1.png"),
            ("Prüfung/表.png".as_bytes(), "Prüfung/表.png"),
            (b"\x88\xea\x97\x97\x95\x5c.png", "一覧表.png"),
            (b"teil-\xe4.png", "teil-ä.png"),
            (b"teil-\xf6.png", "teil-ö.png"),
            (b"f\xfcr.png", "für.png"),
            (b"a\x1b[2J.png", "a\u{fffd}[2J.png"),
        ] {
            assert_eq!(text_of(bytes), text);
        }
        let dos = || "Löwe.png".to_owned();
        assert_eq!(text_of_zipped(b"L\x94we.png", dos), "Löwe.png");
        assert_eq!(text_of_zipped(b"\x88\xea\x97\x97\x95\x5c.png", dos), "一覧表.png");
    }

    #[test]
    fn numbers_are_ordered_as_people_count() {
        let mut names = ["b/1.png", "a/10.png", "a/2.png", "a/02.png", "a", "a/2.jpg", "ä/1"];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(
            names,
            ["a", "a/2.jpg", "a/02.png", "a/2.png", "a/10.png", "b/1.png", "ä/1"]
        );
    }
}
