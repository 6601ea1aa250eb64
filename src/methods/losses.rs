//! The losses of a training step, by their names.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Losses of one step, or their mean over an epoch, in the order of the method's
/// [`LOSSES`](crate::methods::Method::LOSSES). As JSON an object with a number for each name.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    names: &'static [&'static str],
    values: Vec<f32>,
}

impl Losses {
    /// Values in the order of their names.
    pub fn new(names: &'static [&'static str], values: Vec<f32>) -> Self {
        Self { names, values }
    }

    /// The loss of this name; not a number if there is none.
    pub fn get(&self, name: &str) -> f32 {
        let found = self.iter().find(|(other, _)| *other == name);
        found.map_or(f32::NAN, |(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f32)> {
        self.names.iter().copied().zip(self.values.iter().copied())
    }

    /// Adds the losses of another step.
    pub fn add(&mut self, other: &Self) {
        for (sum, value) in self.values.iter_mut().zip(&other.values) {
            *sum += value;
        }
    }

    /// These losses divided by a number of steps.
    pub fn over(&self, count: usize) -> Self {
        let count = count.max(1) as f32;
        Self::new(self.names, self.values.iter().map(|value| value / count).collect())
    }
}

impl Serialize for Losses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Losses", self.values.len())?;
        for (name, value) in self.iter() {
            object.serialize_field(name, &value)?;
        }
        object.end()
    }
}
