//! Colours that files store in other ways than as red, green and blue.

/// JFIF's colours, in the whole numbers of libjpeg (`build_ycc_rgb_table` in jdcolor.c).
pub(super) fn from_ycbcr([luma, blue, red]: [u8; 3]) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (luma, blue, red) = (i32::from(luma), i32::from(blue) - 128, i32::from(red) - 128);
    [
        luma + ((91_881 * red + HALF) >> 16),
        luma + ((-22_554 * blue - 46_802 * red + HALF) >> 16),
        luma + ((116_130 * blue + HALF) >> 16),
    ]
    .map(|value| value.clamp(0, 255) as u8)
}

/// Four inks, stored inverted, by the rule of Pillow's `convert`.
pub(super) fn from_inverted_inks([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    // Pillow divides by 255 in this way.
    let product = |ink: u8| {
        let scaled = u32::from(255 - ink) * u32::from(black) + 128;
        ((scaled >> 8) + scaled) >> 8
    };
    [cyan, magenta, yellow].map(|ink| black.saturating_sub(product(ink) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_pillows() {
        assert_eq!(from_ycbcr([76, 85, 255]), [254, 0, 0]);
        assert_eq!(from_ycbcr([255, 0, 128]), [255, 255, 28]);
        assert_eq!(from_inverted_inks([200, 100, 50, 255]), [200, 100, 50]);
        assert_eq!(from_inverted_inks([200, 100, 50, 0]), [0, 0, 0]);
    }
}
