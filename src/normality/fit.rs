//! What is to be expected of an image of some complexity: a plane through normal images.

use super::{MEASURES, Point};

/// A plane through points, by least squares.
pub struct Fit {
    /// Intercept and slopes.
    pub plane: [f64; 1 + MEASURES],
    count: f64,
    mean: [f64; MEASURES],
    /// Inverse of the sums of products of the measures, each less its mean; 0 for a measure without a slope.
    inverse: [[f64; MEASURES]; MEASURES],
}

impl Fit {
    /// A level plane.
    pub fn level(points: &[Point]) -> Self {
        Self::with_inverse(points, |_| [[0.0; MEASURES]; MEASURES])
    }

    /// A measure that does not vary, or not by itself, has no slope.
    pub fn least_squares(points: &[Point]) -> Self {
        Self::with_inverse(points, |[[xx, xy], [_, yy]]| {
            let determinant = xx * yy - xy * xy;
            if determinant > 1e-9 * xx * yy {
                [[yy, -xy], [-xy, xx]].map(|row| row.map(|value| value / determinant))
            } else if xx > 0.0 {
                [[1.0 / xx, 0.0], [0.0, 0.0]]
            } else {
                [[0.0; MEASURES]; MEASURES]
            }
        })
    }

    fn with_inverse(points: &[Point], invert: impl Fn([[f64; 2]; 2]) -> [[f64; 2]; 2]) -> Self {
        let count = points.len().max(1) as f64;
        let mean = |value: &dyn Fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count;
        let [x, y] = [0, 1].map(|measure| mean(&|point| point.complexity[measure]));
        let z = mean(&Point::product);
        let (mut xx, mut xy, mut yy, mut xz, mut yz) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for point in points {
            let (dx, dy, dz) = (point.complexity[0] - x, point.complexity[1] - y, point.product() - z);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
            xz += dx * dz;
            yz += dy * dz;
        }
        let inverse = invert([[xx, xy], [xy, yy]]);
        let [b, c] = inverse.map(|[one, other]| one * xz + other * yz);
        Self {
            plane: [z - b * x - c * y, b, c],
            count,
            mean: [x, y],
            inverse,
        }
    }

    /// How far the plane goes along with a point of the fit, 0 to 1: without the point, its residual would be larger by
    /// the factor 1 / (1 - leverage) (Cook & Weisberg, Residuals and Influence in Regression, 1982, section 2.2).
    pub fn leverage(&self, point: Point) -> f64 {
        let [dx, dy] = [0, 1].map(|measure| point.complexity[measure] - self.mean[measure]);
        let [[xx, xy], [_, yy]] = self.inverse;
        1.0 / self.count + xx * dx * dx + 2.0 * xy * dx * dy + yy * dy * dy
    }
}
