//! Which class of a data set stands alone, and who trains and tests.

use super::Labelled;
use super::catalogue;
use crate::data::place::NORMAL;
use crate::data::{self, Images, Protocol, Split, SplitConfig, SplitKind};
use crate::image::ValueRange;
use anyhow::{Result, bail, ensure};

/// A task on a loaded data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// The class that stands alone.
    pub class: usize,
    /// What it stands for.
    pub protocol: Protocol,
    /// Which images train and which test.
    pub split: SplitKind,
    /// The only class of anomalies that is tested, if not all are.
    pub only: Option<usize>,
}

/// Labelled images that were not trained on.
#[derive(Debug)]
pub struct TestImages {
    /// Normal ones.
    pub normal: Images,
    /// Anomalies.
    pub anomalous: Images,
}

impl TestImages {
    /// The test images of a split, with their values spread as a model with this range has it.
    pub fn of(labelled: &Labelled, split: &Split, value_range: Option<ValueRange>) -> Self {
        let [mut normal, mut anomalous] =
            [&split.test_normal, &split.test_anomalous].map(|indices| labelled.images.select(indices));
        normal.spread(value_range);
        anomalous.spread(value_range);
        Self { normal, anomalous }
    }
}

impl Labelled {
    /// The task that a user means. A data set with a class `normal` is for that class, unless a protocol is named; a
    /// `class` is then the only kind of anomaly to test. Else `class` is the one that stands alone, and the protocol is
    /// leave-one-out if none is named.
    ///
    /// # Errors
    /// There is no such class, or none is named where one must be; the official split is not known.
    pub fn task(&self, class: Option<&str>, protocol: Option<Protocol>, split: Option<SplitKind>) -> Result<Task> {
        let split = self.split_kind(split)?;
        let named = class.map(|class| self.class(class)).transpose()?;
        let normal = self.classes.iter().position(|class| class == NORMAL);
        ensure!(
            named.is_none() || self.classes.len() > 1 || protocol == Some(Protocol::OneClass),
            "{} has the one class {}, and nothing to tell it from: bring another class, or use `--protocol one-class` to \
             train on it alone",
            self.name,
            self.classes.join(", ")
        );
        let (class, protocol, only) = match (normal, named, protocol) {
            (Some(normal), named, None) | (Some(normal), named @ None, Some(Protocol::OneClass)) => {
                (normal, Protocol::OneClass, named.filter(|&named| named != normal))
            }
            (_, Some(class), protocol) => (class, protocol.unwrap_or(Protocol::LeaveOneOut), None),
            (_, None, _) => bail!(
                "{} has no class called normal or good, only {}: put the normal images into train/normal and \
                 test/normal{}",
                self.name,
                self.classes.join(", "),
                self.example()
            ),
        };
        Ok(Task {
            class,
            protocol,
            split,
            only,
        })
    }

    /// A class that may stand alone, in words: one that leaves images of other classes to train on.
    fn example(&self) -> String {
        let may_train = |index: usize| self.official_test.as_ref().is_none_or(|is_test| !is_test[index]);
        let leaves_some =
            |class: usize| (0..self.labels.len()).any(|index| self.labels[index] != class && may_train(index));
        let class = (0..self.classes.len()).find(|&class| leaves_some(class));
        class.map_or_else(String::new, |class| {
            format!(
                ", or say which class stands alone, for example `--anomaly {}`",
                self.classes[class]
            )
        })
    }

    /// The split that a user means: without a word the known data sets are pooled, as the authors have it, and folders
    /// keep their own if they have one.
    ///
    /// # Errors
    /// The official split is asked for and not known.
    pub fn split_kind(&self, split: Option<SplitKind>) -> Result<SplitKind> {
        let has_official = self.official_test.is_some();
        ensure!(
            has_official || split != Some(SplitKind::Official),
            "this copy of {} does not tell which images are its test set: use `--split pooled`",
            self.name
        );
        Ok(split.unwrap_or(match catalogue::find(&self.name) {
            None if has_official => SplitKind::Official,
            _ => SplitKind::Pooled,
        }))
    }

    /// Splits the images for a task; `calibration` training images are set aside for the threshold, or as many as
    /// [`data::default_calibration`] says.
    ///
    /// # Errors
    /// Too few images are normal.
    pub fn split(&self, task: &Task, calibration: Option<usize>, seed: u64) -> Result<Split> {
        let config = SplitConfig {
            class: task.class,
            protocol: task.protocol,
            kind: task.split,
            calibration,
            seed,
        };
        let mut split = data::split(&self.labels, self.official_test.as_deref(), &config)?;
        if let Some(only) = task.only {
            split.test_anomalous.retain(|&index| self.labels[index] == only);
        }
        Ok(split)
    }

    /// The names of the classes that are anomalies in a task.
    pub fn anomalous_classes(&self, task: &Task) -> Vec<String> {
        (0..self.classes.len())
            .filter(|&class| (class == task.class) == (task.protocol == Protocol::LeaveOneOut))
            .filter(|&class| task.only.is_none_or(|only| class == only))
            .map(|class| self.classes[class].clone())
            .collect()
    }

    /// Why a split cannot be judged, if it cannot: normal and anomalous test images are both needed.
    pub fn untestable(&self, split: &Split) -> Option<String> {
        let lacking = match (split.test_normal.is_empty(), split.test_anomalous.is_empty()) {
            (false, false) => return None,
            (true, true) => "test images",
            (true, false) => "normal test images",
            (false, true) => "anomalous test images",
        };
        Some(format!(
            "{} has no {lacking}: there are no test figures without images below test/normal and \
             test/<kind of anomaly>; its classes are {}",
            self.name,
            self.classes.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(classes: &[&str], labels: &[usize], is_test: Option<&[bool]>) -> Labelled {
        Labelled {
            name: "parts".to_owned(),
            terms: "",
            notes: Vec::new(),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            labels: labels.to_vec(),
            official_test: is_test.map(<[bool]>::to_vec),
            images: Images::blank(1, 16, labels.len()),
        }
    }

    fn parts() -> Labelled {
        let labels = [1, 1, 1, 1, 1, 1, 1, 0, 2];
        let is_test = [false, false, false, false, false, true, true, true, true];
        labelled(&["crack", "normal", "dent"], &labels, Some(&is_test))
    }

    #[test]
    fn everything_but_normal_is_an_anomaly() {
        let parts = parts();
        let all = parts.task(None, None, None).unwrap();
        assert_eq!(
            (all.class, all.protocol, all.split),
            (1, Protocol::OneClass, SplitKind::Official)
        );
        assert_eq!(parts.anomalous_classes(&all), ["crack", "dent"]);
        let split = parts.split(&all, None, 0).unwrap();
        assert_eq!((split.training.len(), split.calibration.len()), (3, 2));
        assert_eq!((split.test_normal.len(), split.test_anomalous.len()), (2, 2));
        assert_eq!(parts.untestable(&split), None);

        let dents = parts.task(Some("Dent"), None, None).unwrap();
        assert_eq!(parts.anomalous_classes(&dents), ["dent"]);
        assert_eq!(parts.split(&dents, None, 0).unwrap().test_anomalous, [8]);
        assert_eq!(parts.task(Some("normal"), None, None).unwrap(), all);
        let pooled = parts.task(None, None, Some(SplitKind::Pooled)).unwrap();
        assert_eq!(parts.split(&pooled, None, 0).unwrap().test_normal.len(), 2);
    }

    #[test]
    fn a_named_protocol_goes_before_a_class_called_normal() {
        let parts = parts();
        let task = parts.task(Some("crack"), Some(Protocol::LeaveOneOut), None).unwrap();
        assert_eq!(
            (task.class, parts.anomalous_classes(&task)),
            (0, vec!["crack".to_owned()])
        );
        let task = parts.task(None, Some(Protocol::OneClass), None).unwrap();
        assert_eq!(task, parts.task(None, None, None).unwrap());
    }

    #[test]
    fn what_cannot_be_done_gets_a_sentence() {
        let classes = labelled(&["cat", "dog"], &[0, 1, 0, 1], None);
        let error = |result: Result<Task>| result.unwrap_err().to_string();
        assert!(error(classes.task(None, None, None)).contains("`--anomaly cat`"));
        assert!(error(classes.task(Some("bird"), None, None)).contains("0 cat, 1 dog"));
        assert!(error(classes.task(Some("cat"), None, Some(SplitKind::Official))).contains("--split pooled"));

        let tests = labelled(&["crack", "dent"], &[0, 1], Some(&[true, true]));
        assert!(!error(tests.task(None, None, None)).contains("--anomaly"));

        let single = labelled(&["cat"], &[0; 10], None);
        assert!(!error(single.task(None, None, None)).contains("--anomaly"));
        assert!(error(single.task(Some("cat"), None, None)).contains("one-class"));
        assert!(single.task(Some("cat"), Some(Protocol::OneClass), None).is_ok());

        let normal = labelled(&["normal"], &[0; 10], None);
        let split = normal.split(&normal.task(None, None, None).unwrap(), None, 0).unwrap();
        assert!(normal.untestable(&split).unwrap().contains("no anomalous test images"));
    }
}
