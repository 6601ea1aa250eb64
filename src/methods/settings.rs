//! A method's own settings: a type in its file, and by name in cards.

use crate::config::ConfigError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use tsify::Tsify;

/// The type of a method's settings. As JSON it is an object whose parts all have defaults.
pub trait Settings: Default + Clone + fmt::Debug + Send + Serialize + DeserializeOwned + 'static {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first value outside its range.
    fn validate(&self) -> Result<(), ConfigError>;
}

/// The settings of a method that has none of its own.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NoSettings {}

impl Settings for NoSettings {
    fn validate(&self) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// A method's settings as its card has them: an object of names and values. What a method does not know is left out when
/// it [reads](MethodSettings::read) them, what is missing has its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Tsify)]
#[serde(transparent)]
pub struct MethodSettings(#[tsify(type = "Record<string, any>")] Map<String, Value>);

impl MethodSettings {
    /// All settings of a method, in words of JSON.
    pub fn of<S: Settings>(settings: &S) -> Self {
        match serde_json::to_value(settings) {
            Ok(Value::Object(object)) => Self(object),
            // Settings are structs of numbers, words and structs of these.
            _ => Self::default(),
        }
    }

    /// The settings as the method has them.
    ///
    /// # Errors
    /// A value of the wrong kind or outside its range.
    pub fn read<S: Settings>(&self) -> Result<S, ConfigError> {
        let settings: S = serde_json::from_value(Value::Object(self.0.clone()))
            .map_err(|error| ConfigError::Setting(error.to_string()))?;
        settings.validate()?;
        Ok(settings)
    }

    /// These settings with those of `others` in their places.
    #[must_use]
    pub fn with(mut self, others: &Self) -> Self {
        merge(&mut self.0, &others.0);
        self
    }

    /// Changes one setting, for example `lossWeights.contextual`, to a value in JSON or a word.
    ///
    /// # Errors
    /// There is no such setting.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        let mut names = name.split('.');
        let first = names.next().and_then(|first| self.0.get_mut(first));
        let place = names.fold(first, |part, name| part.and_then(|part| part.get_mut(name)));
        let Some(place) = place.filter(|place| !place.is_object()) else {
            let known: Vec<String> = self.iter().map(|(name, _)| name).collect();
            return Err(ConfigError::NoSetting {
                name: name.to_owned(),
                known: known.join(", "),
            });
        };
        *place = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        Ok(())
    }

    /// Every setting with its full name, for example `lossWeights.contextual`.
    pub fn iter(&self) -> impl Iterator<Item = (String, Value)> {
        let mut all = Vec::new();
        flatten("", &self.0, &mut all);
        all.into_iter()
    }
}

fn merge(into: &mut Map<String, Value>, others: &Map<String, Value>) {
    for (name, other) in others {
        match (into.get_mut(name), other) {
            (Some(Value::Object(part)), Value::Object(other)) => merge(part, other),
            _ => drop(into.insert(name.clone(), other.clone())),
        }
    }
}

fn flatten(prefix: &str, part: &Map<String, Value>, all: &mut Vec<(String, Value)>) {
    for (name, value) in part {
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(part) => flatten(&format!("{name}."), part, all),
            value => all.push((name, value.clone())),
        }
    }
}

impl fmt::Display for MethodSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.iter().map(|(name, value)| format!("{name} {value}")).collect();
        formatter.write_str(&words.join(", "))
    }
}
