//! Which method: its name, and what can be asked of it before there are networks.

use super::model::build;
use super::{Gives, Method, MethodSettings, Networks, REGISTRY};
use crate::config::{ConfigError, ModelConfig};
use crate::networks::init::Init;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

/// A method of the registry, by name.
#[derive(Clone, Copy)]
pub struct MethodId(&'static Definition);

/// What a method's type says, without the type; see the constants and functions of [`Method`].
pub struct Definition {
    /// Its name in files and on the command line.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Its paper and its idea in half a sentence.
    pub about: &'static str,
    /// Names of the losses of a training step, in order.
    pub losses: &'static [&'static str],
    /// What it makes of a sample beside the score.
    pub gives: Gives,
    /// Whether it learns from all samples at once, in place of steps.
    pub learns_at_once: bool,
    /// Whether it tells what samples would score if their images were unknown.
    pub leaves_out: bool,
    /// Whether it sees images through a [`FrontEnd`](crate::weights::FrontEnd).
    pub front_end: bool,
    /// Side of the images as it sees them, if nothing is said.
    pub size: usize,
    /// Passes over the training images in its paper, if they are not those of GANomaly's on the same data.
    pub paper_epochs: Option<usize>,
    /// Whether its steps take so long that tables of the quick budget need narrower networks.
    pub is_heavy: bool,
    default_settings: fn() -> MethodSettings,
    checked: fn(&ModelConfig, &MethodSettings) -> Result<MethodSettings, ConfigError>,
    score_in_words: fn(&MethodSettings) -> Result<String, ConfigError>,
    build: fn(&ModelConfig, &MethodSettings, &mut Init) -> Result<Networks, ConfigError>,
}

impl Definition {
    /// Whether it is there to compare with: it needs no networks, and a GAN that is not better has shown nothing.
    pub fn is_control(&self) -> bool {
        self.learns_at_once && !self.front_end
    }
}

impl Deref for MethodId {
    type Target = Definition;

    fn deref(&self) -> &Definition {
        self.0
    }
}

struct Of<M>(PhantomData<M>);

impl<M: Method> Of<M> {
    const DEFINITION: Definition = Definition {
        id: M::ID,
        name: M::NAME,
        about: M::ABOUT,
        losses: M::LOSSES,
        gives: M::GIVES,
        learns_at_once: M::LEARNS_AT_ONCE,
        leaves_out: M::LEAVES_OUT,
        front_end: M::FRONT_END,
        size: M::SIZE,
        paper_epochs: M::PAPER_EPOCHS,
        is_heavy: M::IS_HEAVY,
        default_settings: || MethodSettings::of(&M::Settings::default()),
        checked: |model, settings| {
            M::check(model)?;
            Ok(MethodSettings::of(&settings.read::<M::Settings>()?))
        },
        score_in_words: |settings| Ok(M::score_in_words(&settings.read()?)),
        build: build::<M>,
    };
}

impl MethodId {
    /// All methods of the registry.
    pub const ALL: &[Self] = REGISTRY;

    /// The name of a method's type. It need not be in the registry, but only files of those that are can be read.
    pub const fn of<M: Method>() -> Self {
        Self(&Of::<M>::DEFINITION)
    }

    /// The method with this name in files and on the command line.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.id == id)
    }

    /// Its settings where nothing is said.
    pub fn default_settings(self) -> MethodSettings {
        (self.0.default_settings)()
    }

    /// All settings of the method, those that are not among these with their defaults, and without those that it does not
    /// know.
    ///
    /// # Errors
    /// The shape of the networks or a setting is not possible.
    pub fn checked(self, model: &ModelConfig, settings: &MethodSettings) -> Result<MethodSettings, ConfigError> {
        (self.0.checked)(model, settings)
    }

    /// What the paper's score is, in words that follow "the paper's".
    ///
    /// # Errors
    /// A setting is not possible.
    pub fn score_in_words(self, settings: &MethodSettings) -> Result<String, ConfigError> {
        (self.0.score_in_words)(settings)
    }

    /// Networks with the weights that `init` gives.
    ///
    /// # Errors
    /// A setting is not possible.
    pub fn build(
        self,
        model: &ModelConfig,
        settings: &MethodSettings,
        init: &mut Init,
    ) -> Result<Networks, ConfigError> {
        (self.0.build)(model, settings, init)
    }
}

impl Default for MethodId {
    fn default() -> Self {
        Self::ALL[0]
    }
}

impl PartialEq for MethodId {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for MethodId {}

impl PartialOrd for MethodId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// In the order of the registry.
impl Ord for MethodId {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |method: &Self| (Self::ALL.iter().position(|one| one == method), method.id);
        place(self).cmp(&place(other))
    }
}

impl Hash for MethodId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for MethodId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id)
    }
}

/// Its name for people.
impl fmt::Display for MethodId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Serialize for MethodId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

impl<'de> Deserialize<'de> for MethodId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::named(&id).ok_or_else(|| D::Error::custom(format!("no method is called `{id}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_a_name_of_its_own_and_possible_settings() {
        for (place, &method) in MethodId::ALL.iter().enumerate() {
            assert_eq!(MethodId::named(method.id), Some(method), "{method}");
            let twins = MethodId::ALL.iter().filter(|other| other.name == method.name);
            assert_eq!(twins.count(), 1, "{method}");
            let settings = method.default_settings();
            assert_eq!(method.checked(&ModelConfig::default(), &settings), Ok(settings));
            assert_eq!(MethodId::ALL.iter().filter(|other| **other < method).count(), place);
        }
    }
}
