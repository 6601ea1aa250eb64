//! The cards of models: what a run writes into them, and what commands read out of them.

use crate::card::{DataCard, ModelCard};
use crate::data::{Images, Protocol, SplitKind};
use crate::native::datasets::catalogue::{self, OWN_TERMS};
use crate::native::datasets::{Dataset, Labelled, Task};
use crate::native::files::sha256_of;
use std::path::Path;

/// Letters of a fingerprint: 64 bits are enough to tell copies of data sets apart.
const FINGERPRINT: usize = 16;

/// What a model was trained for, as far as its card tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trained {
    /// The data set.
    pub dataset: Dataset,
    /// The class that stands alone, or of a data set with a class `normal` the only kind of anomaly that was tested.
    pub class: Option<String>,
    /// What it stands for. A data set that is a folder with a class `normal` needs none.
    pub protocol: Option<Protocol>,
    /// Which images trained and which test.
    pub split: SplitKind,
}

/// Where the images of a task on a labelled data set come from.
pub fn of_labelled(labelled: &Labelled, task: &Task, training: usize, calibration: usize, limited: bool) -> DataCard {
    DataCard {
        dataset: labelled.name.clone(),
        protocol: Some(task.protocol),
        split: Some(task.split),
        anomalous_classes: labelled.anomalous_classes(task),
        normal_images: training,
        calibration_images: calibration,
        limited,
        fingerprint: fingerprint(&labelled.images, &labelled.labels),
        terms: labelled.terms.to_owned(),
        notes: labelled.notes.clone(),
        ..DataCard::default()
    }
}

/// Where the images of a folder of normal images come from.
pub fn of_folder(folder: &Path, images: &Images, training: usize, calibration: usize, limited: bool) -> DataCard {
    DataCard {
        dataset: folder
            .file_name()
            .map_or_else(|| "images".to_owned(), |name| name.to_string_lossy().into_owned()),
        normal_images: training,
        calibration_images: calibration,
        limited,
        fingerprint: fingerprint(images, &[]),
        terms: OWN_TERMS.to_owned(),
        ..DataCard::default()
    }
}

/// What tells images and their classes, in this order, from any others.
pub fn fingerprint(images: &Images, labels: &[usize]) -> String {
    let labels = labels.iter().flat_map(|&label| (label as u64).to_le_bytes());
    let labels: Vec<u8> = labels.collect();
    let pixels = (0..images.len()).map(|index| images.bytes(index));
    sha256_of(std::iter::once(labels).chain(pixels))[..FINGERPRINT].to_owned()
}

/// A name for people: "mnist-3", "mnist-only-3", "cifar10-airplane", or that of the folder.
pub fn name(data: &DataCard) -> String {
    let Some(trained) = trained(data).filter(|trained| trained.dataset.known().is_some()) else {
        return data.dataset.clone();
    };
    let class = trained.class.unwrap_or_default().to_lowercase();
    let words: Vec<&str> = class.split(|c: char| !c.is_alphanumeric()).collect();
    let only = match trained.protocol {
        Some(Protocol::OneClass) => "only-",
        _ => "",
    };
    format!("{}-{only}{}", data.dataset, words.join("-"))
}

/// What a model was trained for, if that was a task on a labelled data set.
pub fn trained(data: &DataCard) -> Option<Trained> {
    let protocol = data.protocol?;
    // The first version knew no other split.
    let split = data.split.unwrap_or(SplitKind::Pooled);
    let dataset = Dataset::from(data.dataset.clone());
    let (class, protocol) = match (dataset.known(), protocol, data.anomalous_classes.as_slice()) {
        (Some(known), protocol, anomalous) => {
            let is_anomalous = |class: &str| anomalous.iter().any(|other| other == class);
            let stands_alone = |class: &&&str| is_anomalous(class) == (protocol == Protocol::LeaveOneOut);
            let class = known.classes.iter().find(stands_alone)?;
            (Some((*class).to_owned()), Some(protocol))
        }
        (None, Protocol::LeaveOneOut, anomalous) => (anomalous.first().cloned(), Some(protocol)),
        // One kind of anomaly may be all that there is, or the only one that was tested.
        (None, Protocol::OneClass, [only]) => (Some(only.clone()), None),
        (None, Protocol::OneClass, _) => (None, None),
    };
    Some(Trained {
        dataset,
        class,
        protocol,
        split,
    })
}

/// What a model is for, in words.
pub fn title(card: &ModelCard) -> String {
    let task = || {
        let trained = trained(&card.data)?;
        trained.dataset.known()?;
        let task = task_in_words(&trained.dataset.name(), &trained.class?, trained.protocol?);
        Some(capitalised(&task))
    };
    task().unwrap_or_else(|| card.name.clone())
}

/// A class that stands alone and what it stands for, in words.
pub fn task_in_words(dataset: &str, class: &str, protocol: Protocol) -> String {
    let class = catalogue::find(dataset).map_or_else(|| class.to_owned(), |known| known.class_in_words(class));
    match protocol {
        Protocol::LeaveOneOut => format!("{class} is the anomaly"),
        Protocol::OneClass => format!("only {class} is normal"),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::datasets::catalogue::{Known, find};

    fn labelled(name: &str, classes: &[&str]) -> Labelled {
        Labelled {
            name: name.to_owned(),
            terms: "",
            notes: Vec::new(),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            labels: Vec::new(),
            official_test: Some(Vec::new()),
            images: Images::new(1, 16),
        }
    }

    fn card_of(data: DataCard) -> ModelCard {
        ModelCard {
            name: name(&data),
            ..ModelCard::new(Default::default(), Default::default(), Default::default(), data)
        }
    }

    fn known_card(known: &Known, class: &str, protocol: Protocol, split: Option<SplitKind>) -> ModelCard {
        let labelled = labelled(known.name, &known.classes);
        let task = labelled.task(Some(class), Some(protocol), split).unwrap();
        card_of(of_labelled(&labelled, &task, 50_000, 1000, false))
    }

    #[test]
    fn a_card_tells_the_task_it_was_written_for() {
        use Protocol::{LeaveOneOut, OneClass};
        for (known, class, protocol, split, name, title_text) in [
            (
                "mnist",
                "3",
                LeaveOneOut,
                SplitKind::Pooled,
                "mnist-3",
                "Digit 3 is the anomaly",
            ),
            (
                "mnist",
                "3",
                OneClass,
                SplitKind::Official,
                "mnist-only-3",
                "Only digit 3 is normal",
            ),
            (
                "cifar10",
                "cat",
                LeaveOneOut,
                SplitKind::Pooled,
                "cifar10-cat",
                "Cat is the anomaly",
            ),
        ] {
            let known = find(known).unwrap();
            let card = known_card(known, class, protocol, Some(split));
            assert_eq!((card.name.as_str(), title(&card).as_str()), (name, title_text));
            let expected = Trained {
                dataset: Dataset::from(known.name.to_owned()),
                class: Some(class.to_owned()),
                protocol: Some(protocol),
                split,
            };
            assert_eq!(trained(&card.data), Some(expected));
        }
    }

    #[test]
    fn the_protocol_is_told_in_full() {
        let labelled = labelled("mnist", &find("mnist").unwrap().classes);
        let task = labelled.task(Some("2"), None, None).unwrap();
        let protocol = of_labelled(&labelled, &task, 100, 1000, true).protocol_in_words();
        let expected =
            "leave-one-out, pooled 80/20, 1000 training images set aside for calibration, limited for a trial";
        assert_eq!(protocol, expected);
    }

    #[test]
    fn a_folder_with_normal_images_is_judged_on_all_anomalies_or_on_one() {
        let labelled = labelled("xray", &["gun", "normal", "razor"]);
        for (class, words) in [(None, "gun, razor"), (Some("razor"), "razor")] {
            let task = labelled.task(class, None, None).unwrap();
            let card = card_of(of_labelled(&labelled, &task, 100, 20, false));
            assert_eq!(card.data.anomalous_classes.join(", "), words);
            let words = card.data.protocol_in_words();
            assert!(words.starts_with("one-class, official split, 20 "), "{words}");
            let found = trained(&card.data).unwrap();
            assert_eq!(
                (found.class.as_deref(), found.protocol, found.split),
                (class, None, SplitKind::Official)
            );
            assert_eq!((card.name.as_str(), title(&card).as_str()), ("xray", "xray"));
        }
    }

    #[test]
    fn a_folder_of_images_has_no_task() {
        let card = card_of(of_folder(Path::new("photos/good"), &Images::new(1, 16), 100, 20, false));
        assert_eq!(
            (card.name.as_str(), title(&card).as_str(), trained(&card.data)),
            ("good", "good", None)
        );
    }
}
