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

/// Name and shape of every tensor, in the module's order. Reads nothing from the device, and makes no values that are not
/// there yet.
pub fn shapes<M: Module>(module: &M) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Shapes::default();
    module.visit(&mut shapes);
    shapes.all
}

/// Number of trainable values of a module: all but running statistics.
pub fn parameters<M: Module>(module: &M) -> usize {
    let shapes = shapes(module).into_iter();
    let trainable = shapes.filter(|(name, _)| is_trainable(name));
    trainable.map(|(_, shape)| shape.iter().product::<usize>()).sum()
}

/// Whether a tensor of this name is trained: running statistics are not.
pub fn is_trainable(name: &str) -> bool {
    !name.contains(".running_")
}

/// Reads every tensor of a module in one go. Call [`Module::valid`] first: it brings running statistics up to date.
///
/// # Errors
/// The device failed.
pub async fn read<M: Module>(module: &M) -> Result<Vec<HostTensor>, ExecutionError> {
    let mut values = Values::default();
    module.visit(&mut values);
    let reading = values.0.into_iter();
    let reading = reading.fold(Transaction::default(), Transaction::register);
    let data = reading.execute_async().await?;
    let named = shapes(module).into_iter().zip(data);
    Ok(named
        .map(|((name, shape), data)| HostTensor {
            name,
            shape,
            values: floats(data),
        })
        .collect())
}

/// Reads those tensors that are there, all in one go.
///
/// # Errors
/// The device failed.
pub async fn read_together(tensors: Vec<Option<Tensor<1>>>) -> Result<Vec<Option<Vec<f32>>>, ExecutionError> {
    let there: Vec<bool> = tensors.iter().map(Option::is_some).collect();
    let reading = tensors.into_iter().flatten();
    let reading = reading.fold(Transaction::default(), Transaction::register);
    let mut data = reading.execute_async().await?.into_iter();
    let values = there
        .into_iter()
        .map(|is_there| if is_there { data.next().map(floats) } else { None });
    Ok(values.collect())
}

/// Values of 32-bit floating-point data, the only kind the networks have.
pub fn floats(data: TensorData) -> Vec<f32> {
    data.iter::<f32>().collect()
}

/// A parameter that is not trained in steps.
pub fn fixed<const D: usize>(tensor: Tensor<D>) -> Param<Tensor<D>> {
    Param::from_tensor(tensor).set_require_grad(false)
}

/// Replaces the values of those tensors of a module for which `values` returns some, given the tensor's name and its number
/// of elements.
pub fn replace<M: Module>(module: M, values: impl FnMut(&str, usize) -> Option<Vec<f32>>) -> M {
    module.map(&mut Replacer {
        path: Vec::new(),
        values,
    })
}

#[derive(Default)]
struct Shapes {
    path: Vec<String>,
    all: Vec<(String, Vec<usize>)>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.all.push((self.path.join("."), param.lazy_shape().to_vec()));
    }
}

#[derive(Default)]
struct Values(Vec<Tensor<1>>);

impl ModuleVisitor for Values {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push(param.val().detach().inner().flatten(0, D - 1));
    }
}

struct Replacer<F> {
    path: Vec<String>,
    values: F,
}

impl<F: FnMut(&str, usize) -> Option<Vec<f32>>> ModuleMapper for Replacer<F> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let require_grad = param.is_require_grad();
        let dims = param.lazy_shape();
        let Some(values) = (self.values)(&name, dims.iter().product()) else {
            return param;
        };
        param.map(|old| {
            let dims = old.dims();
            let data = TensorData::new(values, Shape::from(dims));
            Tensor::from_data(data, &old.device()).set_require_grad(require_grad)
        })
    }
}
