//! How far the places of normal images usually are from the memory: places where normal images vary may be farther.

/// A part of the mean spread that is added to that of each place: those of a few images are not exact.
const FLOOR: f64 = 0.5;

/// Added to every spread, so that nothing is divided by 0.
const SMALLEST: f64 = 1e-6;

/// What is usual at each place of a square map.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    /// Mean distance, row by row.
    pub mean: Vec<f32>,
    /// Standard deviation of the distances, never 0.
    pub spread: Vec<f32>,
}

/// Sums over the maps of normal images, each made as if its image were unknown.
#[derive(Debug, Clone)]
pub struct Sums {
    count: f64,
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    /// Over these maps.
    pub fn of(maps: &[Vec<f32>]) -> Self {
        let places = maps.first().map_or(0, Vec::len);
        let mut sums = Self {
            count: 0.0,
            values: vec![0.0; places],
            squares: vec![0.0; places],
        };
        for map in maps {
            sums.add(map, 1.0);
        }
        sums
    }

    /// Adds a map so many times.
    pub fn add(&mut self, map: &[f32], times: f64) {
        self.count += times;
        for (place, &distance) in map.iter().enumerate() {
            let distance = f64::from(distance);
            self.values[place] += times * distance;
            self.squares[place] += times * distance * distance;
        }
    }

    /// What is usual, smoothed over neighbouring places.
    pub fn usual(&self) -> Usual {
        let count = self.count.max(1.0);
        let mean: Vec<f64> = self.values.iter().map(|sum| sum / count).collect();
        let variances = self.squares.iter().zip(&mean).map(|(sum, mean)| sum / count - mean * mean);
        let spread = smoothed(&variances.map(|variance| variance.max(0.0).sqrt()).collect::<Vec<_>>());
        let floor = FLOOR * spread.iter().sum::<f64>() / spread.len().max(1) as f64 + SMALLEST;
        let single = |values: Vec<f64>, more: f64| values.iter().map(|value| (value + more) as f32).collect();
        Usual {
            mean: single(smoothed(&mean), 0.0),
            spread: single(spread, floor),
        }
    }
}

impl Usual {
    /// By how many deviations each place is farther than usual.
    pub fn standardised(&self, map: &[f32]) -> Vec<f32> {
        let usual = self.mean.iter().zip(&self.spread);
        let places = map.iter().zip(usual);
        places.map(|(distance, (mean, spread))| (distance - mean) / spread).collect()
    }
}

/// Means over each place and its neighbours, as far as there are some.
fn smoothed(map: &[f64]) -> Vec<f64> {
    let side = map.len().isqrt();
    let around = |place: usize| place.saturating_sub(1)..(place + 2).min(side);
    let mean = |place: usize| {
        let (row, column) = (place / side, place % side);
        let (rows, columns) = (around(row), around(column));
        let count = rows.len() * columns.len();
        let sum: f64 = rows.map(|row| columns.clone().map(|column| map[row * side + column]).sum::<f64>()).sum();
        sum / count as f64
    };
    (0..map.len()).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_counts_by_what_is_usual_at_its_place() {
        // The right half varies more.
        let map = |sign: f32| (0..36).map(move |place| if place % 6 < 3 { 1.0 + 0.1 * sign } else { 5.0 + 2.0 * sign });
        let maps: Vec<Vec<f32>> = [-1.0, 1.0, -1.0, 1.0].map(|sign| map(sign).collect()).into();
        let usual = Sums::of(&maps).usual();
        assert!((usual.mean[0] - 1.0).abs() < 1e-6 && (usual.mean[5] - 5.0).abs() < 1e-6);
        let mut odd = maps[0].clone();
        (odd[0], odd[5]) = (2.0, 6.0);
        let odd = usual.standardised(&odd);
        assert!(odd[0] > 1.5 && odd[5] < 0.5, "{odd:?}");
    }

    #[test]
    fn a_map_can_be_left_out() {
        let maps = [vec![1.0, 2.0, 3.0, 4.0], vec![2.0; 4], vec![7.0, 0.0, 0.5, 9.0]];
        let mut sums = Sums::of(&maps);
        sums.add(&maps[2], -1.0);
        assert_eq!(sums.usual(), Sums::of(&maps[..2]).usual());
    }

    #[test]
    fn what_never_varies_is_no_reason_to_divide_by_nothing() {
        let usual = Sums::of(&[vec![0.0; 4], vec![0.0; 4]]).usual();
        assert!(usual.standardised(&[0.0; 4]).iter().all(|value| *value == 0.0));
        assert!(Sums::of(&[]).usual().standardised(&[]).is_empty());
    }
}
