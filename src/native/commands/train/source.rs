//! Where the images of a training run come from.

use crate::data::{Protocol, SplitKind};
use crate::native::commands::train::args::TrainArgs;
use crate::native::datasets::{Dataset, find_class};
use anyhow::{Result, bail};
use serde::{Deserialize, Deserializer, Serialize};
use std::path::{Path, PathBuf};

/// Where the images come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A labelled data set. Runs of the first version knew one, and left out what they had no choice in.
    #[serde(alias = "mnist")]
    Dataset {
        /// Which one.
        #[serde(default = "first_dataset")]
        dataset: Dataset,
        /// Class that stands alone, or the only one to test; of a known data set its name.
        #[serde(default, deserialize_with = "name_or_number")]
        class: Option<String>,
        /// What it stands for, if that is said.
        #[serde(default)]
        protocol: Option<Protocol>,
        /// Which images train and which test, if that is said.
        #[serde(default = "first_split")]
        split: Option<SplitKind>,
    },
    /// A folder of normal images.
    Folder(PathBuf),
}

fn first_dataset() -> Dataset {
    Dataset::from("mnist".to_owned())
}

fn first_split() -> Option<SplitKind> {
    Some(SplitKind::Pooled)
}

fn name_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Class {
        Number(usize),
        Name(String),
    }
    Ok(Option::deserialize(deserializer)?.map(|class| match class {
        Class::Number(number) => number.to_string(),
        Class::Name(name) => name,
    }))
}

impl Source {
    /// Colour channels of the images, unless the user says otherwise.
    pub fn channels(&self) -> usize {
        match self {
            Self::Dataset { dataset, .. } => dataset.channels(),
            Self::Folder(_) => 1,
        }
    }
}

/// The images that the arguments name, if they name any.
///
/// # Errors
/// The data set has no such class, or none is named where one must be.
pub fn source(args: &TrainArgs) -> Result<Option<Source>> {
    let task = &args.task;
    let has_task = task.anomaly.is_some() || task.protocol.is_some() || task.split.is_some();
    if has_task && args.dataset.is_none() {
        bail!("`--anomaly`, `--protocol` and `--split` are for a data set: name it with `--dataset`");
    }
    let dataset = match (&args.dataset, &args.images) {
        (Some(dataset), _) => dataset,
        (None, Some(folder)) => return Ok(Some(Source::Folder(absolute(folder)))),
        (None, None) => return Ok(None),
    };
    let known = dataset.known();
    let class = match (known, &task.anomaly) {
        (Some(known), Some(class)) => {
            let class = find_class(known.title, &known.classes, class)?;
            Some(known.classes[class].to_owned())
        }
        (Some(known), None) => bail!(
            "say which class stands alone, one of {}, for example `--anomaly 0`",
            known.classes.join(", ")
        ),
        // Which classes a folder has shows when it is read.
        (None, class) => class.clone(),
    };
    let dataset = match dataset {
        // Not through links: a data set goes by the name that the user gives it.
        Dataset::Folder(path) if path.exists() => Dataset::Folder(std::path::absolute(path)?),
        dataset => dataset.clone(),
    };
    Ok(Some(Source::Dataset {
        dataset,
        class,
        protocol: task.protocol.or(known.map(|_| Protocol::LeaveOneOut)),
        split: task.split.or(known.map(|_| SplitKind::Pooled)),
    }))
}

/// The whole path, so that the run can go on from another folder.
pub fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
