//! Cards of earlier versions: the method's own settings lay among those of the training, and the protocol was a sentence.

use super::{DataCard, ModelCard};
use crate::config::{ConfigError, ModelConfig, TrainingConfig};
use crate::data::{Protocol, SplitKind};
use crate::framing::Framing;
use crate::methods::{MethodId, MethodSettings};
use crate::metrics::Metrics;
use crate::normality::ScoreForm;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Settings of a training as any version has them.
#[derive(Deserialize)]
pub struct AnyTraining {
    #[serde(flatten)]
    training: TrainingConfig,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl AnyTraining {
    /// The settings that every method has, and the method's own: those given beside them, or else those among them.
    ///
    /// # Errors
    /// The shape of the networks or a setting is not possible.
    pub fn split(
        self,
        method: MethodId,
        model: &ModelConfig,
        settings: Option<MethodSettings>,
    ) -> Result<(TrainingConfig, MethodSettings), ConfigError> {
        let settings = settings.unwrap_or_else(|| MethodSettings::from_map(self.others));
        Ok((self.training, method.checked(model, &settings)?))
    }
}

/// A card as any version has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnyCard {
    name: String,
    method: MethodId,
    model: ModelConfig,
    training: AnyTraining,
    settings: Option<MethodSettings>,
    #[serde(default)]
    score: ScoreForm,
    #[serde(default)]
    framing: Framing,
    data: DataCard,
    epochs_trained: usize,
    metrics: Option<Metrics>,
    fine_tuned_from: Option<String>,
    software: String,
}

impl TryFrom<AnyCard> for ModelCard {
    type Error = ConfigError;

    fn try_from(card: AnyCard) -> Result<Self, ConfigError> {
        let (training, settings) = card.training.split(card.method, &card.model, card.settings)?;
        Ok(Self {
            name: card.name,
            method: card.method,
            model: card.model,
            training,
            settings,
            score: card.score,
            framing: card.framing,
            data: card.data,
            epochs_trained: card.epochs_trained,
            metrics: card.metrics,
            fine_tuned_from: card.fine_tuned_from,
            software: card.software,
        })
    }
}

/// Where the images come from, as any version tells it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct AnyDataCard {
    dataset: String,
    protocol: String,
    split: Option<SplitKind>,
    anomalous_classes: Vec<String>,
    normal_images: usize,
    validation_images: Option<usize>,
    calibration_images: Option<usize>,
    limited: bool,
    fingerprint: String,
    terms: String,
    notes: Vec<String>,
}

impl From<AnyDataCard> for DataCard {
    fn from(card: AnyDataCard) -> Self {
        let sentence = card.protocol.as_str();
        let protocols = [Protocol::LeaveOneOut, Protocol::OneClass];
        let protocol = protocols
            .into_iter()
            .find(|protocol| sentence.starts_with(&protocol.to_string()));
        let splits = [SplitKind::Pooled, SplitKind::Official];
        let said = splits.into_iter().find(|split| sentence.contains(&split.to_string()));
        Self {
            dataset: card.dataset,
            protocol,
            split: card.split.or(said),
            anomalous_classes: card.anomalous_classes,
            normal_images: card.normal_images,
            validation_images: card
                .validation_images
                .or(number_before(sentence, "for validation"))
                .unwrap_or(0),
            calibration_images: card
                .calibration_images
                .or_else(|| number_before(sentence, "training images set aside for calibration"))
                .or_else(|| number_before(sentence, "for calibration"))
                .unwrap_or(0),
            limited: card.limited || sentence.ends_with("limited for a trial"),
            fingerprint: card.fingerprint,
            terms: card.terms,
            notes: card.notes,
        }
    }
}

/// The number in front of these words.
fn number_before(sentence: &str, words: &str) -> Option<usize> {
    let (before, _) = sentence.split_once(words)?;
    before.split_whitespace().last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> ModelCard {
        serde_json::from_str(json).unwrap()
    }

    const EARLIER: &str = r#"{
        "name": "mnist-2", "method": "METHOD", "model": {"size": 32, "channels": 1, "latentSize": 100, "features": 16},
        "training": {"epochs": 15, "batchSize": 64, "learningRate": 0.0002, "beta1": 0.5, "beta2": 0.999,
            "lossWeights": {"adversarial": 1, "contextual": 30, "encoder": 1}, "latentDistance": "absolute",
            "scoreLambda": 0.8, "augmentation": "flips-and-shifts", "resetDiscriminatorBelow": 0.00001, "seed": 3},
        "data": {"dataset": "mnist", "protocol": "PROTOCOL", "anomalousClasses": ["2"], "normalImages": 49000, "terms": ""},
        "epochsTrained": 15, "software": "ganomaly 0.1.0"
    }"#;

    #[test]
    fn settings_among_those_of_the_training_are_found() {
        for method in ["ganomaly", "skip-ganomaly"] {
            let card = read(&EARLIER.replace("METHOD", method));
            assert_eq!((card.training.seed, card.training.epochs), (3, 15));
            let settings: Vec<_> = card
                .settings
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            assert!(
                settings.contains(&"lossWeights.contextual 30.0".to_owned()),
                "{settings:?}"
            );
            assert!(
                settings.contains(&"latentDistance \"absolute\"".to_owned()),
                "{settings:?}"
            );
            let knows_lambda = settings.contains(&"scoreLambda 0.8".to_owned());
            assert_eq!(knows_lambda, method == "skip-ganomaly");
            let again = serde_json::to_string(&card).unwrap();
            assert_eq!(read(&again), card);
        }
    }

    #[test]
    fn sentences_about_protocols_are_understood() {
        for (sentence, protocol, split, [validation, calibration], limited) in [
            (
                "leave-one-out, pooled 80/20, 1000 training images set aside for calibration",
                Some(Protocol::LeaveOneOut),
                Some(SplitKind::Pooled),
                [0, 1000],
                false,
            ),
            (
                "one-class, official split, 20 training images set aside for calibration, limited for a trial",
                Some(Protocol::OneClass),
                Some(SplitKind::Official),
                [0, 20],
                true,
            ),
            (
                "normal images only, 12 training images set aside for calibration",
                None,
                None,
                [0, 12],
                false,
            ),
            (
                "normal images only: 51 to learn from, 10 for validation, 39 for calibration",
                None,
                None,
                [10, 39],
                false,
            ),
        ] {
            let json = EARLIER.replace("METHOD", "ganomaly").replace("PROTOCOL", sentence);
            let data = read(&json).data;
            assert_eq!((data.protocol, data.split), (protocol, split), "{sentence}");
            assert_eq!(
                [data.validation_images, data.calibration_images],
                [validation, calibration]
            );
            assert_eq!(data.limited, limited, "{sentence}");
        }
    }
}
