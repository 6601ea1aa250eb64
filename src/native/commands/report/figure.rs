//! A figure over seeds: its mean and its spread.

/// The mean of a figure over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Their mean.
    pub mean: f64,
    /// In words: of two seeds the smallest and the largest, of more the sample standard deviation; empty of one.
    pub spread: String,
    /// Number of seeds.
    pub seeds: usize,
}

impl Figure {
    /// The mean of some values, one a seed; `None` of no values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let (mean, seeds) = (mean(values)?, values.len());
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let spread = match values {
            [_] => String::new(),
            &[first, second] => format!("{:.3}\u{2013}{:.3}", first.min(second), first.max(second)),
            _ => format!("± {:.3}", (squares / (seeds - 1) as f64).sqrt()),
        };
        Some(Self { mean, spread, seeds })
    }

    /// The mean as it is shown.
    pub fn text(&self) -> String {
        format!("{:.3}", self.mean)
    }
}

/// The mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The smallest and the largest, for example "2 to 5"; the one number if all are equal.
pub fn range(values: impl Iterator<Item = usize> + Clone) -> String {
    match (values.clone().min(), values.max()) {
        (Some(low), Some(high)) if low < high => format!("{low} to {high}"),
        (Some(low), _) => low.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_fits_the_number_of_seeds() {
        assert_eq!(Figure::of(&[]), None);
        let one = Figure::of(&[0.5]).unwrap();
        assert_eq!((one.mean, one.spread.as_str(), one.seeds), (0.5, "", 1));
        let two = Figure::of(&[0.75, 0.25]).unwrap();
        assert_eq!(
            (two.mean, two.spread.as_str(), two.seeds),
            (0.5, "0.250\u{2013}0.750", 2)
        );
        let three = Figure::of(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((three.mean, three.spread.as_str(), three.seeds), (2.0, "± 1.000", 3));
    }
}
