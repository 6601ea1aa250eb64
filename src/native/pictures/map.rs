//! A map of images in two dimensions by their features: t-SNE (van der Maaten & Hinton 2008), exact.
//!
//! The features are standardised and brought to 50 principal components first. The map starts from the first two of
//! them and is computed on one thread, so that the same features always give the same map.

use crate::methods::pca::principal::principal;
use crate::native::terminal::Interrupt;
use anyhow::{Context, Result, ensure};
use bhtsne::tSNE;
use nalgebra::DMatrix;

/// Principal components that distances are taken of.
const COMPONENTS: usize = 50;

/// Images that each image minds, roughly; fewer on small maps.
const PERPLEXITY: f64 = 30.0;

/// Fewest images that t-SNE is of use for; of fewer the map is their first two principal components.
const FEWEST: usize = 8;

/// Standard deviation of the map that the iteration starts from.
const START: f64 = 1e-4;

/// A place for each image, such that images with alike features lie near each other. `features` has the features of
/// one image a row; meant for some hundred images, as time and memory grow with their square. The scale of the map has
/// no meaning. `None` if the user stopped it.
///
/// # Errors
/// The rows differ in length, a feature is not finite, or the system lets the program start no thread.
pub fn map(features: &[Vec<f32>], interrupt: &Interrupt) -> Result<Option<Vec<[f32; 2]>>> {
    let Some(width) = features.first().map(Vec::len) else {
        return Ok(Some(Vec::new()));
    };
    ensure!(
        features.iter().all(|row| row.len() == width),
        "the images have different numbers of features"
    );
    ensure!(
        features.iter().flatten().all(|value| value.is_finite()),
        "a feature is not a finite number: the model's weights are unusable"
    );
    let Some(reduced) = reduce(&standardise(features, width), interrupt) else {
        return Ok(None);
    };
    let places = if reduced.len() < FEWEST {
        start(&reduced, 1.0)
    } else {
        // Sums over threads depend on their number and chance, and t-SNE enlarges the last digit.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.context("cannot start a thread for the map")?;
        pool.install(|| embed(&reduced))
    };
    let places = places.into_iter().map(|place| place.map(|value| value as f32));
    Ok(Some(places.collect()))
}

/// Columns with mean 0 and variance 1; columns without variance become 0.
fn standardise(features: &[Vec<f32>], width: usize) -> DMatrix<f64> {
    let value = |row: usize, column: usize| f64::from(features[row][column]);
    let mut matrix = DMatrix::from_fn(features.len(), width, value);
    for mut column in matrix.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
        let deviation = (column.norm_squared() / column.len() as f64).sqrt();
        // What is left of equal values is rounding.
        column *= if deviation > 1e-6 * mean.abs().max(1e-6) {
            deviation.recip()
        } else {
            0.0
        };
    }
    matrix
}

/// The first principal components of each row, found from the products of every two rows: there are fewer rows than
/// columns. `None` if the user stopped it.
fn reduce(rows: &DMatrix<f64>, interrupt: &Interrupt) -> Option<Vec<Vec<f64>>> {
    let (products, mut interrupt) = (rows * rows.transpose(), interrupt.clone());
    let found = pollster::block_on(principal(&products, COMPONENTS, &mut interrupt));
    let (values, vectors) = found.ok()?;
    let place = |row: usize| {
        let components = vectors.row(row);
        components
            .iter()
            .zip(&values)
            .map(|(component, value)| component * value.sqrt())
            .collect()
    };
    Some((0..rows.nrows()).map(place).collect())
}

/// The first two components, scaled so that the first has this standard deviation.
fn start(reduced: &[Vec<f64>], deviation: f64) -> Vec<[f64; 2]> {
    let component = |row: &Vec<f64>, index: usize| row.get(index).copied().unwrap_or(0.0);
    let squares: f64 = reduced.iter().map(|row| component(row, 0).powi(2)).sum();
    let scale = deviation / (squares / reduced.len().max(1) as f64).sqrt().max(f64::MIN_POSITIVE);
    let place = |row| [0, 1].map(|index| component(row, index) * scale);
    reduced.iter().map(place).collect()
}

fn embed(reduced: &[Vec<f64>]) -> Vec<[f64; 2]> {
    // The library wants at least three times as many neighbours.
    let perplexity = PERPLEXITY.min(((reduced.len() - 1) / 3) as f64);
    let beginning: Vec<f64> = start(reduced, START).into_iter().flatten().collect();
    let places = tSNE::<f64, Vec<f64>, 2>::new(reduced)
        .perplexity(perplexity)
        .initial_embedding(beginning)
        // It squares the distances itself.
        .exact(|left, right| {
            let squares = left.iter().zip(right).map(|(left, right)| (left - right).powi(2));
            squares.sum::<f64>().sqrt()
        })
        .embedding();
    places.as_chunks::<2>().0.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two heaps of `each` images far from each other.
    fn heaps(each: usize, width: usize) -> Vec<Vec<f32>> {
        let value = |row: usize, column: usize| ((row * 31 + column * 17) % 101) as f32 / 101.0;
        (0..2 * each)
            .map(|row| {
                (0..width)
                    .map(|column| value(row, column) + if row < each { 0.0 } else { 9.0 })
                    .collect()
            })
            .collect()
    }

    fn mapped(features: &[Vec<f32>]) -> Vec<[f32; 2]> {
        map(features, &Interrupt::default()).unwrap().unwrap()
    }

    #[test]
    fn alike_images_lie_together_and_the_map_is_always_the_same() {
        let features = heaps(40, 200);
        let places = mapped(&features);
        assert_eq!(places, mapped(&features));
        let distance = |left: [f32; 2], right: [f32; 2]| (left[0] - right[0]).hypot(left[1] - right[1]);
        for (index, &place) in places.iter().enumerate() {
            let nearest = (0..80)
                .filter(|&other| other != index)
                .min_by(|&left, &right| distance(place, places[left]).total_cmp(&distance(place, places[right])));
            assert_eq!(
                nearest.unwrap() < 40,
                index < 40,
                "image {index} lies in the other heap"
            );
        }
    }

    #[test]
    fn any_features_have_a_map() {
        for features in [
            vec![],
            vec![vec![1.0, 2.0]],
            vec![vec![3.0; 5]; 30],
            heaps(4, 3),
            heaps(2, 1),
            vec![vec![]; 9],
        ] {
            let places = mapped(&features);
            assert_eq!(places.len(), features.len());
            assert!(places.iter().flatten().all(|value| value.is_finite()));
        }
        let interrupt = Interrupt::default();
        assert!(map(&[vec![f32::NAN]], &interrupt).is_err());
        assert!(map(&[vec![1.0], vec![]], &interrupt).is_err());
        interrupt.ask();
        assert_eq!(map(&heaps(99, 99), &interrupt).unwrap(), None);
    }
}
