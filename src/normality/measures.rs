//! What pixels tell of an image: its contrast, its gradients, and how well it was rebuilt.

/// Added to contrast, deviation and gradient, so that flat images are not divided by nothing: about a pixel step.
pub const PIXEL_STEP: f64 = 0.01;

/// Mean absolute reconstruction error over the image's mean absolute deviation from its median: 1 is what a picture in a
/// single shade reaches.
pub fn relative_error(image: &[u8], reconstruction: &[f32]) -> f64 {
    let count = image.len().max(1) as f64;
    let error: f32 = image
        .iter()
        .zip(reconstruction)
        .map(|(&byte, &value)| (unit(byte) - value).abs())
        .sum();
    let median = median(image);
    let deviation: f64 = image.iter().map(|&byte| (f64::from(byte) - median).abs() / 127.5).sum();
    (f64::from(error) / count) / (deviation / count + PIXEL_STEP)
}

/// A byte as the networks see it, in [-1, 1].
fn unit(byte: u8) -> f32 {
    f32::from(byte) / 127.5 - 1.0
}

/// The median of bytes, by counting them.
fn median(values: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for &value in values {
        counts[usize::from(value)] += 1;
    }
    let at = |rank: usize| {
        let mut seen = 0;
        let found = counts.iter().position(|count| {
            seen += count;
            seen > rank
        });
        found.unwrap_or(0) as f64
    };
    let last = values.len().saturating_sub(1);
    (at(last / 2) + at(last.div_ceil(2))) / 2.0
}

/// Standard deviation of all pixels, in units of [-1, 1].
pub fn contrast(image: &[u8]) -> f64 {
    let count = image.len().max(1) as f64;
    let mean = image.iter().map(|&byte| f64::from(byte)).sum::<f64>() / count;
    let variance = image.iter().map(|&byte| (f64::from(byte) - mean).powi(2)).sum::<f64>() / count;
    variance.sqrt() / 127.5
}

/// Mean absolute difference of horizontal and of vertical neighbours, in units of [-1, 1].
pub fn gradient(image: &[u8], size: usize) -> f64 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    let mut add = |one: &[u8], other: &[u8]| {
        sum += one
            .iter()
            .zip(other)
            .map(|(&one, &other)| u64::from(one.abs_diff(other)))
            .sum::<u64>();
        count += one.len() as u64;
    };
    for plane in image.chunks_exact((size * size).max(1)) {
        for row in plane.chunks_exact(size) {
            add(&row[1..], &row[..size - 1]);
        }
        add(&plane[size..], &plane[..plane.len() - size]);
    }
    sum as f64 / count.max(1) as f64 / 127.5
}
