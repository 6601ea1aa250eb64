//! Batch normalisation as `torch.nn.BatchNorm2d` has it.

use super::init::Init;
use burn::module::{Flag, Module, Param, RunningState};
use burn::tensor::module::{batch_norm, batch_norm_train};
use burn::tensor::{Tensor, TensorData};

const EPSILON: f64 = 1e-5;
const MOMENTUM: f64 = 0.1;

/// Batch normalisation over `[batch, channels, height, width]`.
///
/// On an autodiff device it normalises by the statistics of the batch, and updates the running statistics. Elsewhere
/// (after [`Module::valid`]) and when it is [frozen](Module::freeze) it normalises by the running statistics, so that the
/// result of an image does not depend on its batch.
///
/// The running variance is the unbiased one, as in PyTorch, so that weights give the same scores in both; burn's own
/// layer keeps the biased one.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// Scale gamma, `[channels]`.
    pub weight: Param<Tensor<1>>,
    /// Shift beta, `[channels]`.
    pub bias: Param<Tensor<1>>,
    /// Running mean, `[channels]`.
    pub running_mean: RunningState<Tensor<1>>,
    /// Running variance (unbiased), `[channels]`.
    pub running_var: RunningState<Tensor<1>>,
    /// Whether it trains on an autodiff device. [`Module::freeze`] clears it, for gradients through networks that score.
    pub training: Param<Flag>,
}

impl BatchNorm {
    /// Scale ~ N(1, 0.02), shift 0, running mean 0, running variance 1.
    pub fn init(channels: usize, init: &mut Init) -> Self {
        let zeros = || Tensor::zeros([channels], init.device);
        Self {
            bias: Param::from_data(TensorData::zeros::<f32, _>([channels]), init.device),
            running_mean: RunningState::new(zeros()),
            running_var: RunningState::new(zeros().add_scalar(1.0)),
            weight: init.normal(1.0, [channels]),
            training: Param::from_bool(true),
        }
    }

    /// # Shapes
    /// - input and output: `[batch, channels, height, width]`
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        if !(input.device().is_autodiff() && self.training.is_enabled()) {
            let (mean, variance) = (self.running_mean.value(), self.running_var.value());
            return batch_norm(input, weight, bias, mean, variance, EPSILON);
        }
        let [batch, _, height, width] = input.dims();
        let count = (batch * height * width) as f64;
        let normalised = batch_norm_train(input, weight, bias, EPSILON);
        track(&self.running_mean, normalised.mean);
        track(&self.running_var, normalised.variance.mul_scalar(count / (count - 1.0)));
        normalised.output
    }
}

/// Moves a running statistic towards that of the batch.
fn track(running: &RunningState<Tensor<1>>, batch: Tensor<1>) {
    let kept = running.value_sync().mul_scalar(1.0 - MOMENTUM);
    running.update(kept.add(batch.detach().mul_scalar(MOMENTUM)));
}
