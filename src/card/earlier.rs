//! Cards of earlier versions: the method's own settings lay among those of the training, and the protocol was a sentence.

use super::ModelCard;
use crate::data::{Protocol, SplitKind};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

/// Brings a card, or another object with the settings of a training, from the form of any version to today's.
pub fn upgrade(card: &mut Value) {
    // Settings that the method does not know are left out when it reads them.
    let among_others = card.get("training").cloned().unwrap_or_default();
    if let Some(card) = card.as_object_mut() {
        card.entry("settings").or_insert(among_others);
    }
    if let Some(data) = card.get_mut("data").and_then(Value::as_object_mut) {
        upgrade_data(data);
    }
}

/// Reads a card of any version, in a file that holds one.
///
/// # Errors
/// It is no card, or one with impossible settings.
pub fn any_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ModelCard, D::Error> {
    let mut card = Value::deserialize(deserializer)?;
    upgrade(&mut card);
    let mut card: ModelCard = serde_json::from_value(card).map_err(D::Error::custom)?;
    card.settings = card
        .method
        .checked(&card.model, &card.settings)
        .map_err(D::Error::custom)?;
    Ok(card)
}

fn upgrade_data(data: &mut Map<String, Value>) {
    let Some(Value::String(sentence)) = data.remove("protocol") else {
        return;
    };
    let protocols = [Protocol::LeaveOneOut, Protocol::OneClass];
    let protocol = protocols
        .into_iter()
        .find(|protocol| sentence.starts_with(&protocol.to_string()));
    data.extend(protocol.map(|protocol| ("protocol".to_owned(), protocol.to_string().into())));
    let mut told = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            data.entry(name).or_insert(value);
        }
    };
    let splits = [(SplitKind::Pooled, "pooled"), (SplitKind::Official, "official")];
    let split = splits
        .into_iter()
        .find(|(split, _)| sentence.contains(&split.to_string()));
    told("split", split.map(|(_, name)| name.into()));
    told("validationImages", number_before(&sentence, "for validation"));
    let calibration = number_before(&sentence, "training images set aside for calibration");
    told(
        "calibrationImages",
        calibration.or_else(|| number_before(&sentence, "for calibration")),
    );
    told(
        "limited",
        sentence.ends_with("limited for a trial").then(|| true.into()),
    );
}

/// The number in front of these words.
fn number_before(sentence: &str, words: &str) -> Option<Value> {
    let (before, _) = sentence.split_once(words)?;
    let number: usize = before.split_whitespace().last()?.parse().ok()?;
    Some(number.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> ModelCard {
        any_version(&mut serde_json::Deserializer::from_str(json)).unwrap()
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
