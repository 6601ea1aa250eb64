//! The scores that know the normal images, against NumPy and scikit-learn.
use ganomaly::normality::{Evidence, Normality, Point, ScoreForm};
use safetensors::SafeTensors;

/// Largest error; the golden numbers are float64 stored as float32.
const TOLERANCE: f32 = 1e-4;

struct Golden(SafeTensors<'static>);

impl Golden {
    fn floats(&self, name: &str) -> Vec<f32> {
        let view = self
            .0
            .tensor(name)
            .unwrap_or_else(|_| panic!("no golden tensor {name}"));
        let (numbers, _) = view.data().as_chunks::<4>();
        numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    fn bytes(&self, name: &str) -> &'static [u8] {
        self.0.tensor(name).unwrap().data()
    }

    fn shape(&self, name: &str) -> Vec<usize> {
        self.0.tensor(name).unwrap().shape().to_vec()
    }

    /// The images of a part.
    fn points(&self, normality: &Normality, part: &str) -> Vec<Point> {
        let shape = self.shape(&format!("{part}.image"));
        let (count, size) = (shape[0], shape[3]);
        let image = self.bytes(&format!("{part}.image"));
        let [reconstruction, latent, features] =
            ["reconstruction", "latent", "features"].map(|name| self.floats(&format!("{part}.{name}")));
        let of = |index: usize, values: usize| index * values / count..(index + 1) * values / count;
        (0..count)
            .map(|index| {
                normality.point(&Evidence {
                    image: &image[of(index, image.len())],
                    size,
                    reconstruction: &reconstruction[of(index, reconstruction.len())],
                    latent: &latent[of(index, latent.len())],
                    feature_distance: features[index],
                })
            })
            .collect()
    }
}

#[test]
fn scores_are_those_of_scikit_learn() {
    let golden = Golden(SafeTensors::deserialize(include_bytes!("../golden/normality.safetensors")).unwrap());
    for name in ["grey", "colour"] {
        for form in [ScoreForm::NearestNormal, ScoreForm::NearestNormalFeatures] {
            let bank = golden.floats(&format!("{name}.bank"));
            let latent_size = golden.shape(&format!("{name}.bank"))[1];
            let mut normality = Normality::new(form, bank, latent_size);
            normality.fit(&golden.points(&normality, &format!("{name}.normal")));
            let scores: Vec<f32> = golden
                .points(&normality, &format!("{name}.test"))
                .into_iter()
                .map(|point| normality.score(point))
                .collect();
            for (what, found) in [("plane", normality.plane.to_vec()), ("score", scores)] {
                let expected = golden.floats(&format!("{name}.{}.{what}", form.id()));
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(&expected) {
                    assert!(
                        (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0),
                        "{name} {form:?} {what}: {found}, not {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_calibration_image_is_scored_by_what_the_others_tell() {
    let golden = Golden(SafeTensors::deserialize(include_bytes!("../golden/normality.safetensors")).unwrap());
    let bank = golden.floats("grey.bank");
    let mut normality = Normality::new(ScoreForm::NearestNormal, bank, golden.shape("grey.bank")[1]);
    let points = golden.points(&normality, "grey.normal");
    for count in [points.len(), 8] {
        let points = &points[..count];
        let scores = normality.fit(points);
        for (index, score) in scores.iter().enumerate() {
            let others: Vec<Point> = [&points[..index], &points[index + 1..]].concat();
            normality.fit(&others);
            let expected = normality.score(points[index]);
            assert!(
                (score - expected).abs() < 1e-3,
                "{index} of {count}: {score}, {expected}"
            );
        }
    }
}

#[test]
fn few_or_equal_images_still_give_numbers() {
    let mut normality = Normality::new(ScoreForm::NearestNormalFeatures, vec![0.0; 3], 3);
    let evidence = Evidence {
        image: &[9; 256],
        size: 16,
        reconstruction: &[0.0; 256],
        latent: &[0.0; 3],
        feature_distance: 0.0,
    };
    let point = normality.point(&evidence);
    for points in [&[][..], &[point], &[point, point]] {
        let scores = normality.fit(points);
        assert!(scores.len() == points.len() && scores.iter().all(|score| score.is_finite()));
        assert!(normality.plane.iter().all(|value| value.is_finite()));
        assert!(
            normality.score(point).is_finite(),
            "a flat image that is its own nearest normal"
        );
    }
}
