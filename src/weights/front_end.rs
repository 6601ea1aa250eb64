//! Frozen front ends as files: the published weights of a network that was trained on photographs, converted by
//! `tests/golden/efficientnet.py`. They are safetensors with a [`FrontEndCard`] under the metadata key
//! `ganomaly-front-end`.

use super::WeightsError;
use super::read::{Reader, check_lengths};
use crate::methods::Networks;
use crate::networks::EfficientNet;
use crate::networks::init::Init;
use crate::networks::tensors::{HostTensor, shapes};
use burn::tensor::Device;
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

const CARD_KEY: &str = "ganomaly-front-end";

/// The name that methods have for the network in their own, see [`Method::FRONT_END`](crate::methods::Method::FRONT_END).
const NETWORK: &str = "front_end";

/// Where a front end comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrontEndCard {
    /// A name for people.
    pub name: String,
    /// What it is and what it was trained on.
    pub about: String,
    /// Where its weights were published.
    pub source: String,
    /// Checksum of the published file.
    pub sha256: String,
    /// Licence of the weights.
    pub licence: String,
    /// The paper.
    pub cite: String,
}

/// The weights of a frozen front end.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontEnd {
    /// Where it comes from.
    pub card: FrontEndCard,
    tensors: Vec<HostTensor>,
}

impl FrontEnd {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        check_lengths(bytes)?;
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let texts = metadata.metadata().as_ref().ok_or(WeightsError::NoFrontEnd)?;
        let card = texts.get(CARD_KEY).ok_or(WeightsError::NoFrontEnd)?;
        let file = SafeTensors::deserialize(bytes)?;
        let mut reader = Reader::of(&file);
        let device = Device::flex();
        let mut blank = Init {
            device: &device,
            rng: None,
        };
        let expected = shapes(&EfficientNet::init(&mut blank));
        let take = |(name, shape): (String, Vec<usize>)| reader.take(&name, &shape);
        let tensors = expected.into_iter().map(take).collect::<Result<_, _>>()?;
        reader.must_be_empty()?;
        Ok(Self {
            card: serde_json::from_str(card)?,
            tensors,
        })
    }

    /// Puts the weights into networks that have a front end; others stay as they are.
    pub fn put_into(&self, networks: Networks) -> Networks {
        networks.replaced(&mut |name, _| {
            let own = name.strip_prefix(NETWORK)?.strip_prefix('.')?;
            let tensor = self.tensors.iter().find(|tensor| tensor.name == own)?;
            Some(tensor.values.clone())
        })
    }
}
