//! The tensors of a module by name, for storing and loading: `generator.encoder.last.weight` and so on.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Shape, Tensor, TensorData, Transaction};

/// A tensor on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor {
    /// Dotted path in its module.
    pub name: String,
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Its values in row-major order.
    pub values: Vec<f32>,
}

/// Name and shape of every tensor, in the module's order. Reads nothing from the device.
pub fn shapes<M: Module>(module: &M) -> Vec<(String, Vec<usize>)> {
    let collected = collect(module);
    collected.names.into_iter().zip(collected.shapes).collect()
}

/// Reads every tensor of a module in one go. Call [`Module::valid`] first: it brings running statistics up to date.
///
/// # Errors
/// The device failed.
pub async fn read<M: Module>(module: &M) -> Result<Vec<HostTensor>, ExecutionError> {
    let collected = collect(module);
    let reading = collected
        .tensors
        .into_iter()
        .fold(Transaction::default(), Transaction::register);
    let data = reading.execute_async().await?;
    let named = collected.names.into_iter().zip(collected.shapes).zip(data);
    Ok(named
        .map(|((name, shape), data)| HostTensor {
            name,
            shape,
            values: floats(data),
        })
        .collect())
}

/// Values of 32-bit floating-point data, the only kind the networks have.
pub fn floats(data: TensorData) -> Vec<f32> {
    data.iter::<f32>().collect()
}

/// Replaces the values of every tensor of a module by those that `values` returns for its name and number of elements.
pub fn replace<M: Module>(module: M, values: impl FnMut(&str, usize) -> Vec<f32>) -> M {
    module.map(&mut Replacer {
        path: Vec::new(),
        values,
    })
}

/// Whether a container's name is part of the tensors' names. The variant of an enum, such as the choice of a method, is
/// not.
fn has_name(container_type: &str) -> bool {
    !container_type.starts_with("Enum:")
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    names: Vec<String>,
    shapes: Vec<Vec<usize>>,
    tensors: Vec<Tensor<1>>,
}

fn collect<M: Module>(module: &M) -> Collector {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        if has_name(container_type) {
            self.path.push(name.to_owned());
        }
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        if has_name(container_type) {
            self.path.pop();
        }
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val().detach();
        self.names.push(self.path.join("."));
        self.shapes.push(tensor.dims().to_vec());
        self.tensors.push(tensor.inner().flatten(0, D - 1));
    }
}

struct Replacer<F> {
    path: Vec<String>,
    values: F,
}

impl<F: FnMut(&str, usize) -> Vec<f32>> ModuleMapper for Replacer<F> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        if has_name(container_type) {
            self.path.push(name.to_owned());
        }
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        if has_name(container_type) {
            self.path.pop();
        }
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let require_grad = param.is_require_grad();
        param.map(|old| {
            let dims = old.dims();
            let values = (self.values)(&name, dims.iter().product());
            let data = TensorData::new(values, Shape::from(dims));
            Tensor::from_data(data, &old.device()).set_require_grad(require_grad)
        })
    }
}
