//! A figure over seeds: its mean and its spread.

/// The mean of a figure over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Their mean.
    pub mean: f64,
    /// Sample standard deviation of three seeds or more.
    pub deviation: Option<f64>,
    /// Smallest and largest of two seeds.
    pub range: Option<(f64, f64)>,
    /// Number of seeds; 0 where it differs or is not known.
    pub seeds: usize,
}

impl Figure {
    /// The mean of some values, one a seed; `None` of no values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        let mean = mean(values)?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let range = match values {
            &[first, second] => Some((first.min(second), first.max(second))),
            _ => None,
        };
        Some(Self {
            mean,
            deviation: (count > 2).then(|| (squares / (count - 1) as f64).sqrt()),
            range,
            seeds: count,
        })
    }

    /// A mean without a spread.
    pub fn bare(mean: f64) -> Self {
        Self {
            mean,
            deviation: None,
            range: None,
            seeds: 0,
        }
    }
}

/// The mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_fits_the_number_of_seeds() {
        assert_eq!(Figure::of(&[]), None);
        let one = Figure::of(&[0.5]).unwrap();
        assert_eq!((one.mean, one.deviation, one.range, one.seeds), (0.5, None, None, 1));
        let two = Figure::of(&[0.75, 0.25]).unwrap();
        assert_eq!(
            (two.mean, two.deviation, two.range, two.seeds),
            (0.5, None, Some((0.25, 0.75)), 2)
        );
        let three = Figure::of(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!(
            (three.mean, three.deviation, three.range, three.seeds),
            (2.0, Some(1.0), None, 3)
        );
    }
}
