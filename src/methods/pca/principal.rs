//! The largest eigenvalues of a symmetric matrix and their vectors, by subspace iteration.
//!
//! Source: Y. Saad, "Numerical Methods for Large Eigenvalue Problems", 2nd edition, section 5.2 (with projection).

use super::{Unfinished, proceed};
use crate::data::{Stream, seeded};
use crate::flow::Pace;
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use rand_distr::{Distribution, StandardNormal};

/// Vectors iterated beyond those asked for: the more there are, the fewer iterations are needed.
const GUARD: usize = 48;

/// The iteration ends when no eigenvalue changes by more than this share of itself. A vector's error is about the
/// square root of its value's.
const TOLERANCE: f64 = 1e-13;

/// Most iterations; eigenvalues that lie so near each other that this is not enough are equal for all that follows.
const MOST: usize = 300;

/// Eigenvalues of less than this share of the largest are zero: matrices that were multiplied in single precision have
/// such errors.
const ZERO: f64 = 1e-6;

/// The `count` largest eigenvalues of a symmetric matrix without negative ones, in falling order, and their vectors, one
/// a column. There are fewer where the matrix has fewer that are not zero.
///
/// # Errors
/// It was stopped.
pub async fn principal(
    matrix: &DMatrix<f64>,
    count: usize,
    pace: &mut dyn Pace,
) -> Result<(DVector<f64>, DMatrix<f64>), Unfinished> {
    let side = matrix.nrows();
    let block = (count + GUARD).min(side);
    if block == side {
        return Ok(largest(matrix.clone(), count));
    }
    let mut rng = seeded(0, Stream::Weights);
    let start = DMatrix::from_fn(side, block, |_, _| StandardNormal.sample(&mut rng));
    let mut basis = start.qr().q();
    let mut before: Option<DVector<f64>> = None;
    for _ in 0..MOST {
        proceed(pace, 1.0).await?;
        let image = matrix * &basis;
        let (values, _) = largest(basis.tr_mul(&image), block);
        basis = image.qr().q();
        if before.is_some_and(|before| settled(&before, &values, count)) {
            break;
        }
        before = Some(values);
    }
    let (values, vectors) = largest(basis.tr_mul(&(matrix * &basis)), count);
    Ok((values, basis * vectors))
}

fn settled(before: &DVector<f64>, after: &DVector<f64>, count: usize) -> bool {
    before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .take(count)
            .all(|(before, after)| (after - before).abs() <= TOLERANCE * after)
}

/// The largest eigenvalues of a small matrix that are not zero, in falling order, and their vectors.
fn largest(matrix: DMatrix<f64>, count: usize) -> (DVector<f64>, DMatrix<f64>) {
    if matrix.is_empty() {
        return (DVector::zeros(0), DMatrix::zeros(0, 0));
    }
    let found = SymmetricEigen::new(matrix);
    let values = &found.eigenvalues;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&left, &right| values[right].total_cmp(&values[left]));
    let limit = order.first().map_or(0.0, |&first| values[first] * ZERO);
    order.retain(|&index| values[index] > limit.max(0.0));
    order.truncate(count);
    let kept = DVector::from_iterator(order.len(), order.iter().map(|&index| values[index]));
    (kept, found.eigenvectors.select_columns(&order))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::ToTheEnd;
    use pollster::block_on;

    /// A matrix with these eigenvalues and arbitrary vectors.
    fn with_values(eigenvalues: &[f64]) -> DMatrix<f64> {
        let side = eigenvalues.len();
        let mut rng = seeded(1, Stream::Weights);
        let drawn: DMatrix<f64> = DMatrix::from_fn(side, side, |_, _| StandardNormal.sample(&mut rng));
        let vectors = drawn.qr().q();
        &vectors * DMatrix::from_diagonal(&DVector::from_column_slice(eigenvalues)) * vectors.transpose()
    }

    #[test]
    fn the_largest_eigenvalues_are_found_with_their_vectors() {
        let eigenvalues: Vec<f64> = (0..150).map(|index| 100.0 * 0.97_f64.powi(index)).collect();
        let matrix = with_values(&eigenvalues);
        let (values, vectors) = block_on(principal(&matrix, 5, &mut ToTheEnd)).unwrap();
        for (found, expected) in values.iter().zip(&eigenvalues) {
            assert!((found / expected - 1.0).abs() < 1e-10, "{found} {expected}");
        }
        let residual = &matrix * &vectors - &vectors * DMatrix::from_diagonal(&values);
        assert!(residual.abs().max() < 1e-4, "{}", residual.abs().max());
    }

    #[test]
    fn eigenvalues_of_zero_are_left_out() {
        let mut eigenvalues = vec![0.0; 120];
        eigenvalues[7] = 2.0;
        eigenvalues[90] = 1.0;
        let (values, vectors) = block_on(principal(&with_values(&eigenvalues), 5, &mut ToTheEnd)).unwrap();
        assert_eq!((values.len(), vectors.ncols()), (2, 2));
        let (values, _) = block_on(principal(&DMatrix::zeros(90, 90), 5, &mut ToTheEnd)).unwrap();
        assert_eq!(values.len(), 0);
    }
}
