//! From stored values to grey levels: the bits that count, rescaling, the window.

use super::header::{Colour, Header, Shape, Window};
use image::{DynamicImage, ImageBuffer};

/// Of 8 bits if the values have no more, else of 16. None if there are too few values.
pub(super) fn image(header: &Header, values: Vec<u16>) -> Option<DynamicImage> {
    let (width, height) = (header.columns.into(), header.rows.into());
    let (white, mut levels) = match header.window {
        None if header.bits > 8 => as_stored(header, values),
        _ => by_window(header, values),
    };
    if header.colour == (Colour::Grey { is_inverted: true }) {
        levels.iter_mut().for_each(|level| *level = white - *level);
    }
    if header.bits <= 8 {
        let levels = levels.into_iter().map(|level| level as u8).collect();
        ImageBuffer::from_raw(width, height, levels).map(DynamicImage::ImageLuma8)
    } else {
        ImageBuffer::from_raw(width, height, levels).map(DynamicImage::ImageLuma16)
    }
}

/// The level of white, and those of the values: counted from the lowest that can be stored, as the file has them, because a
/// range is learnt for all images. What is no picture is as dark as the darkest that is.
fn as_stored(header: &Header, values: Vec<u16>) -> (u16, Vec<u16>) {
    let scale = Scale::of(header);
    let white = u16::MAX >> scale.below;
    let lowest = if header.is_signed { -i32::from(white / 2) - 1 } else { 0 };
    let (first, last) = extremes(header, scale, &values);
    let level = |value: u16| {
        let above = (scale.value(value).clamp(first, last) - lowest) as u16;
        if scale.slope < 0.0 { white - above } else { above }
    };
    (white, values.into_iter().map(level).collect())
}

/// The level of white, and those of the values by the file's window or, of few bits, by the range that is taken for one.
fn by_window(header: &Header, values: Vec<u16>) -> (u16, Vec<u16>) {
    let white = if header.bits <= 8 { 255 } else { u16::MAX };
    let share = shares(header, &values);
    let level = |value: u16| (share(value) * f64::from(white)).round() as u16;
    (white, values.into_iter().map(level).collect())
}

/// How much of white a stored value is, from 0 to 1.
fn shares(header: &Header, values: &[u16]) -> impl Fn(u16) -> f64 + use<> {
    let scale = Scale::of(header);
    let window = header.window.unwrap_or_else(|| range(header, scale, values));
    move |value| share(window, scale.rescaled(scale.value(value)))
}

/// From the bits of a value to what it means.
#[derive(Clone, Copy)]
struct Scale {
    /// Bits above and below those that count; old files have overlays there.
    above: u32,
    below: u32,
    is_signed: bool,
    slope: f64,
    intercept: f64,
}

impl Scale {
    fn of(header: &Header) -> Self {
        Self {
            above: 15 - u32::from(header.high_bit),
            below: 16 - u32::from(header.bits),
            is_signed: header.is_signed,
            slope: header.slope,
            intercept: header.intercept,
        }
    }

    fn value(self, stored: u16) -> i32 {
        let at_top = stored << self.above;
        if self.is_signed {
            (at_top as i16 >> self.below).into()
        } else {
            (at_top >> self.below).into()
        }
    }

    fn rescaled(self, value: i32) -> f64 {
        f64::from(value) * self.slope + self.intercept
    }
}

/// Without a window, values of up to 8 bits without a sign are taken as they are, and those with one from the lowest to the
/// highest of the image, leaving out what is no picture.
fn range(header: &Header, scale: Scale, values: &[u16]) -> Window {
    let (first, last) = if header.bits <= 8 && !header.is_signed {
        (0, (1 << header.bits) - 1)
    } else {
        extremes(header, scale, values)
    };
    let (first, last) = (scale.rescaled(first), scale.rescaled(last));
    Window {
        centre: f64::midpoint(first, last),
        width: (last - first).abs(),
        shape: Shape::LinearExact,
    }
}

fn extremes(header: &Header, scale: Scale, values: &[u16]) -> (i32, i32) {
    let padding = header.padding.map(|(first, last)| {
        let meant = |stored: u16| {
            if header.is_signed {
                i32::from(stored as i16)
            } else {
                stored.into()
            }
        };
        let (first, last) = (meant(first), meant(last));
        first.min(last)..=first.max(last)
    });
    let is_picture = |value: &i32| padding.as_ref().is_none_or(|padding| !padding.contains(value));
    let values = || values.iter().map(|&stored| scale.value(stored)).filter(is_picture);
    (values().min().unwrap_or(0), values().max().unwrap_or(0))
}

/// The formulas of part 3, C.11.2.1.
fn share(Window { centre, width, shape }: Window, value: f64) -> f64 {
    let (centre, width) = match shape {
        Shape::Linear => (centre - 0.5, width - 1.0),
        Shape::LinearExact => (centre, width),
        Shape::Sigmoid => return 1.0 / (1.0 + (-4.0 * (value - centre) / width).exp()),
    };
    if value <= centre - width / 2.0 {
        0.0
    } else if value > centre + width / 2.0 {
        1.0
    } else {
        (value - centre) / width + 0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_the_standards() {
        let shares = |shape, width| {
            let window = Window {
                centre: 100.0,
                width,
                shape,
            };
            [90.0, 100.0, 104.0, 110.0].map(|value| share(window, value))
        };
        assert_eq!(shares(Shape::Linear, 9.0), [0.0, 0.5625, 1.0, 1.0]);
        assert_eq!(shares(Shape::LinearExact, 16.0), [0.0, 0.5, 0.75, 1.0]);
        assert_eq!(shares(Shape::Linear, 1.0), [0.0, 1.0, 1.0, 1.0]);
        let [low, middle, high, _] = shares(Shape::Sigmoid, 16.0);
        assert!(
            (low + share(
                Window {
                    centre: 100.0,
                    width: 16.0,
                    shape: Shape::Sigmoid
                },
                110.0
            ) - 1.0)
                .abs()
                < 1e-12
        );
        assert!(middle == 0.5 && (high - 0.731).abs() < 1e-3);
    }

    #[test]
    fn only_the_stored_bits_count() {
        let scale = |high_bit: u32, bits: u32, is_signed| Scale {
            above: 15 - high_bit,
            below: 16 - bits,
            is_signed,
            slope: 1.0,
            intercept: 0.0,
        };
        assert_eq!(scale(11, 12, false).value(0xffff), 4095);
        assert_eq!(scale(11, 12, true).value(0x7fff), -1);
        assert_eq!(scale(15, 12, false).value(0x7fff), 0x7ff);
        assert_eq!(scale(7, 8, true).value(0x80), -128);
    }
}
