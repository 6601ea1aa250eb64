//! Adam (Kingma and Ba, 2015, Algorithm 1), with PyTorch's constants.
//!
//! The moments of all parameters lie in two flat tensors. So an update takes a dozen operations for the whole network
//! instead of a dozen for each of its tensors: on a GPU every operation costs time of its own. The two tensors are also
//! all that is stored of an optimiser.

use crate::config::TrainingConfig;
use crate::networks::tensors::floats;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, ExecutionError, Gradients, Tensor, TensorData, Transaction};
use std::collections::BTreeMap;

/// Keeps the square root of the second moment away from zero; PyTorch's default.
const EPSILON: f64 = 1e-8;

/// The optimisers of a training run: one a network, by the network's name, made when it is first asked for.
#[derive(Debug, Clone)]
pub struct Optimizers {
    fresh: Adam,
    by_name: BTreeMap<String, Adam>,
}

impl Optimizers {
    /// None yet; all will have the settings of the run.
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            fresh: Adam::new(config),
            by_name: BTreeMap::new(),
        }
    }

    /// The optimiser of a network.
    pub fn named(&mut self, network: &str) -> &mut Adam {
        let fresh = &self.fresh;
        self.by_name.entry(network.to_owned()).or_insert_with(|| fresh.clone())
    }

    /// Sets the learning rate of the next step.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.fresh.learning_rate = rate;
        for optimizer in self.by_name.values_mut() {
            optimizer.learning_rate = rate;
        }
    }

    /// The state of all optimisers that have taken steps, by the names of their networks, read from the device in one go.
    ///
    /// # Errors
    /// The device failed.
    pub async fn states(&self) -> Result<BTreeMap<String, AdamState>, ExecutionError> {
        let trained = self
            .by_name
            .iter()
            .filter_map(|(network, adam)| Some((network, adam.steps, adam.moments.clone()?)));
        let (mut states, mut reading) = (BTreeMap::new(), Transaction::default());
        for (network, steps, (first, second)) in trained {
            reading = reading.register(first).register(second);
            let (first, second) = (Vec::new(), Vec::new());
            states.insert(network.clone(), AdamState { steps, first, second });
        }
        let moments = states
            .values_mut()
            .flat_map(|state| [&mut state.first, &mut state.second]);
        for (moment, data) in moments.zip(reading.execute_async().await?) {
            *moment = floats(data);
        }
        Ok(states)
    }
}

/// State of one network's optimiser.
#[derive(Debug, Clone, PartialEq)]
pub struct AdamState {
    /// Steps taken.
    pub steps: usize,
    /// Moments of the gradients, flat.
    pub first: Vec<f32>,
    /// Moments of their squares, flat.
    pub second: Vec<f32>,
}

/// The optimiser of one network.
#[derive(Debug, Clone)]
pub struct Adam {
    /// Learning rate of the next step.
    pub learning_rate: f64,
    beta1: f64,
    beta2: f64,
    steps: usize,
    /// First and second moment of all parameters, flat; none before the first step.
    moments: Option<(Tensor<1>, Tensor<1>)>,
}

impl Adam {
    /// A fresh optimiser with the settings of a training run.
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            learning_rate: config.learning_rate,
            beta1: config.beta1,
            beta2: config.beta2,
            steps: 0,
            moments: None,
        }
    }

    /// Goes on where another optimiser was.
    pub fn restore(&mut self, state: &AdamState, device: &Device) {
        let flat = |values: &[f32]| Tensor::from_data(TensorData::from(values), device);
        self.steps = state.steps;
        self.moments = Some((flat(&state.first), flat(&state.second)));
    }

    /// Moves the trainable parameters of `module` along their gradients.
    ///
    /// The gradients must be those of a loss that every trainable parameter takes part in; those of the module are taken
    /// out of them.
    pub fn step<M: Module>(&mut self, module: M, gradients: &mut Gradients) -> M {
        let mut gatherer = Gatherer {
            gradients,
            flat: Vec::new(),
        };
        module.visit(&mut gatherer);
        let update = self.update(Tensor::cat(gatherer.flat, 0));
        module.map(&mut Mover { update, offset: 0 })
    }

    /// The values to subtract from the parameters, flat.
    fn update(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        let Self { beta1, beta2, .. } = *self;
        let fresh_first = gradient.clone().mul_scalar(1.0 - beta1);
        let fresh_second = gradient.square().mul_scalar(1.0 - beta2);
        let (first, second) = match self.moments.take() {
            Some((first, second)) => (
                first.mul_scalar(beta1).add(fresh_first),
                second.mul_scalar(beta2).add(fresh_second),
            ),
            None => (fresh_first, fresh_second),
        };
        self.moments = Some((first.clone(), second.clone()));
        self.steps += 1;

        // m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps), rearranged so that the corrections are computed on the host.
        let steps = self.steps as f64;
        let second_correction = (1.0 - beta2.powf(steps)).sqrt();
        let rate = self.learning_rate * second_correction / (1.0 - beta1.powf(steps));
        let denominator = second.sqrt().add_scalar(EPSILON * second_correction);
        first.div(denominator).mul_scalar(rate)
    }
}

/// Collects the gradients of the trainable parameters in the module's order.
struct Gatherer<'a> {
    gradients: &'a mut Gradients,
    flat: Vec<Tensor<1>>,
}

impl ModuleVisitor for Gatherer<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !param.is_require_grad() {
            return;
        }
        let parameter = param.val();
        let gradient = parameter
            .grad_remove(self.gradients)
            .unwrap_or_else(|| parameter.inner().zeros_like());
        self.flat.push(gradient.flatten(0, D - 1));
    }
}

/// Subtracts from every trainable parameter its part of the flat update, in the same order.
struct Mover {
    update: Tensor<1>,
    offset: usize,
}

impl ModuleMapper for Mover {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.is_require_grad() {
            return param;
        }
        param.map(|parameter| {
            let parameter = parameter.inner();
            let shape = parameter.shape();
            let count = shape.num_elements();
            let update = self.update.clone().narrow(0, self.offset, count).reshape(shape);
            self.offset += count;
            Tensor::from_inner(parameter - update).require_grad()
        })
    }
}
