//! What a project is: the types of `project.json` and `results.json`, which the page documents (`www/inspect/project.js`).

use crate::card::{ModelCard, any_version};
use crate::conformal::Calibration;
use crate::framing::Region;
use crate::image::ValueRange;
use crate::learning::{Shares, Sight};
use crate::methods::MethodId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The model in the archive.
pub const MODEL_FILE: &str = "model.safetensors";

/// An image that was brought.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BroughtImage {
    /// SHA-256 of its file, in hexadecimal.
    pub id: String,
    /// For people only: it may have been a path.
    pub name: String,
    /// Length of its file.
    pub bytes: u64,
    /// Media type of its file.
    #[serde(rename = "type")]
    pub media_type: String,
}

/// An image that was checked, or is to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedImage {
    /// The image.
    #[serde(flatten)]
    pub image: BroughtImage,
    /// Its score, once it has one.
    #[serde(default)]
    pub score: Option<f32>,
    /// Its conformal p-value.
    #[serde(default)]
    pub p_value: Option<f64>,
    /// Why it has no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is to be said of its score: it has other values than the model knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// What a person says of the verdict: nothing, `accepted` or `rejected`.
    #[serde(default)]
    pub review: String,
    /// What a person has noted.
    #[serde(default)]
    pub note: String,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a project's model was learnt from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectModel {
    /// Its name.
    pub file: String,
    /// Its card.
    #[serde(deserialize_with = "any_version")]
    pub card: ModelCard,
    /// What its calibration promises.
    pub calibration: Calibration,
    /// The epoch that was kept.
    #[serde(default)]
    pub best_epoch: Option<usize>,
    /// How many images had which role.
    #[serde(default)]
    pub split: Option<Shares>,
    /// Settings of the run that made it.
    #[serde(default)]
    pub settings: Option<ProjectSettings>,
    /// The normal images that it was made of, by their ids.
    pub trained_on: Vec<String>,
    /// Of each frame that it remembers, the place of its image among those.
    #[serde(default)]
    pub known: Vec<usize>,
    /// What it sees of defects that were drawn into normal images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sight: Option<Sight>,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Settings of a project; what is left out, the recipe decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectSettings {
    /// Side of the images as the networks see them.
    pub size: Option<usize>,
    /// Colour channels.
    pub channels: Option<usize>,
    /// Which part of the images is looked at.
    pub framing: ProjectFraming,
    /// Values of images with more than 8 bits a value that are black and white.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_range: Option<ValueRange>,
    /// How anomalies are told from normal images.
    pub method: Option<MethodId>,
    /// Epochs at most.
    pub epochs: Option<usize>,
    /// Frames a step.
    pub batch_size: Option<usize>,
    /// Adam's learning rate.
    pub learning_rate: Option<f64>,
    /// Decides the roles of the images and the first weights.
    pub seed: u64,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// [`crate::framing::Framing`], but the whole image is no region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProjectFraming {
    /// The part that is looked at.
    pub region: Option<Region>,
    /// Tiles along its shorter side; none: as it suits the images.
    pub tiles: Option<usize>,
}

impl Default for ProjectSettings {
    fn default() -> Self {
        Self {
            size: None,
            channels: None,
            framing: ProjectFraming {
                region: None,
                tiles: None,
            },
            value_range: None,
            method: None,
            epochs: None,
            batch_size: None,
            learning_rate: None,
            seed: 1,
            other: Map::new(),
        }
    }
}

/// `project.json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// A UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// When it was made, ISO 8601.
    pub created: String,
    /// When it was last changed, ISO 8601.
    pub modified: String,
    /// Settings.
    #[serde(default)]
    pub settings: ProjectSettings,
    /// False alarms that are allowed, in per cent.
    #[serde(default = "usual_rate")]
    pub rate: f64,
    /// Normal images that are allowed among those flagged, in per cent, if that is what counts.
    #[serde(default)]
    pub batch_rate: Option<f64>,
    /// The normal images.
    pub normals: Vec<BroughtImage>,
    /// Ids of images that were lost before and so are not in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The model, if there is one.
    #[serde(default)]
    pub model: Option<ProjectModel>,
    /// What the page keeps beside.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// False alarms that a project allows if nothing is said, in per cent.
pub fn usual_rate() -> f64 {
    5.0
}

/// The time, as projects note it.
pub fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

/// A name for a project that no other has.
pub fn random_id() -> String {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid().to_string()
}
