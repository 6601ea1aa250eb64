//! The cards of models: what a run writes into them, and what commands read out of them.

use super::SOFTWARE;
use super::choices::ProtocolArg;
use super::mnist;
use super::plan::{Plan, Source};
use crate::config::ModelConfig;
use crate::event::{DataCard, ModelCard};
use std::path::Path;

/// A task on MNIST: the class that stands alone, and what it stands for.
pub type Task = (usize, ProtocolArg);

/// The card of the model that a plan makes from so many images. `base` is the name of the model that is fine-tuned.
pub fn card(plan: &Plan, normal_images: usize, calibration_images: usize, base: Option<&str>) -> ModelCard {
    ModelCard {
        name: name(&plan.source),
        method: plan.method,
        model: plan.model.clone(),
        training: plan.training.clone(),
        data: data_card(plan, normal_images, calibration_images),
        epochs_trained: 0,
        metrics: None,
        fine_tuned_from: base.map(str::to_owned),
        software: SOFTWARE.to_owned(),
    }
}

fn data_card(plan: &Plan, normal_images: usize, calibration_images: usize) -> DataCard {
    let limited = plan.limit.map_or("", |_| ", limited for a trial");
    let aside = format!("{calibration_images} training images set aside for calibration{limited}");
    match &plan.source {
        Source::Mnist { class, protocol } => DataCard {
            dataset: mnist::NAME.to_owned(),
            protocol: format!("{protocol}, pooled 80/20, {aside}"),
            anomalous_classes: anomalous_classes(*class, *protocol),
            normal_images,
            terms: mnist::TERMS.to_owned(),
        },
        Source::Folder(folder) => DataCard {
            dataset: folder_name(folder),
            protocol: format!("normal images only, {aside}"),
            anomalous_classes: Vec::new(),
            normal_images,
            terms: "the user's own images".to_owned(),
        },
    }
}

fn name(source: &Source) -> String {
    match source {
        Source::Mnist {
            class,
            protocol: ProtocolArg::LeaveOneOut,
        } => format!("mnist-{class}"),
        Source::Mnist {
            class,
            protocol: ProtocolArg::OneClass,
        } => format!("mnist-only-{class}"),
        Source::Folder(folder) => folder_name(folder),
    }
}

fn folder_name(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(|| "images".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn anomalous_classes(class: usize, protocol: ProtocolArg) -> Vec<String> {
    (0..mnist::CLASSES)
        .filter(|&other| (other == class) == (protocol == ProtocolArg::LeaveOneOut))
        .map(|other| other.to_string())
        .collect()
}

/// The task on MNIST that a model was trained for, if it was trained for one.
pub fn task(data: &DataCard) -> Option<Task> {
    let is_anomalous = |class: &usize| data.anomalous_classes.contains(&class.to_string());
    let mut classes = 0..mnist::CLASSES;
    let (class, protocol) = if data.protocol.starts_with(&ProtocolArg::OneClass.to_string()) {
        (classes.find(|class| !is_anomalous(class)), ProtocolArg::OneClass)
    } else {
        (classes.find(is_anomalous), ProtocolArg::LeaveOneOut)
    };
    class
        .filter(|_| data.dataset == mnist::NAME)
        .map(|class| (class, protocol))
}

/// What a model is for, in words.
pub fn title(card: &ModelCard) -> String {
    match task(&card.data) {
        Some((class, ProtocolArg::LeaveOneOut)) => format!("Digit {class} is the anomaly"),
        Some((class, ProtocolArg::OneClass)) => format!("Only digit {class} is normal"),
        None => card.name.clone(),
    }
}

/// A model's shape in words.
pub fn describe(model: &ModelConfig) -> String {
    let ModelConfig {
        size,
        channels,
        latent_size,
        features,
    } = model;
    format!("{size}x{size} pixels, {channels} channel(s), nz {latent_size}, nf {features}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Method, TrainingConfig};
    use crate::native::choices::PrecisionArg;

    fn card_of(source: Source, limit: Option<usize>) -> ModelCard {
        let plan = Plan {
            source,
            method: Method::default(),
            model: ModelConfig::default(),
            training: TrainingConfig::default(),
            calibration: None,
            limit,
            precision: PrecisionArg::Half,
            from: None,
        };
        card(&plan, 50_000, 1000, None)
    }

    #[test]
    fn a_card_tells_the_task_it_was_written_for() {
        for (protocol, name, title_text, anomalies) in [
            (ProtocolArg::LeaveOneOut, "mnist-3", "Digit 3 is the anomaly", 1),
            (ProtocolArg::OneClass, "mnist-only-3", "Only digit 3 is normal", 9),
        ] {
            let card = card_of(Source::Mnist { class: 3, protocol }, None);
            assert_eq!((card.name.as_str(), title(&card).as_str()), (name, title_text));
            assert_eq!(card.data.anomalous_classes.len(), anomalies);
            assert_eq!(task(&card.data), Some((3, protocol)));
        }
    }

    #[test]
    fn the_protocol_is_told_in_full() {
        let source = Source::Mnist {
            class: 2,
            protocol: ProtocolArg::LeaveOneOut,
        };
        let protocol = card_of(source, Some(100)).data.protocol;
        let expected =
            "leave-one-out, pooled 80/20, 1000 training images set aside for calibration, limited for a trial";
        assert_eq!(protocol, expected);
    }

    #[test]
    fn a_folder_of_images_has_no_task() {
        let card = card_of(Source::Folder("photos/good".into()), None);
        assert_eq!(
            (card.name.as_str(), title(&card).as_str(), task(&card.data)),
            ("good", "good", None)
        );
    }
}
