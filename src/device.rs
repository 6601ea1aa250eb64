//! Picking and starting a device to compute on: the only place that knows the backends.

use burn::tensor::wgpu::{WgpuBackend, wgpu};
use burn::tensor::{Device, ExecutionError, Tensor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Side of the matrix in the trial computation, which a GPU must get right before it is used.
const TRIAL_SIDE: usize = 32;

/// What the user asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// The GPU if a real one works, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU, or an error. A software GPU counts.
    Gpu,
}

/// A device that works.
#[derive(Debug, Clone)]
pub struct Compute {
    /// Where tensors go. Training takes its [`Device::autodiff`].
    pub device: Device,
    /// What it is, for people.
    pub name: String,
    /// Whether it is a GPU.
    pub is_gpu: bool,
}

impl Compute {
    /// The CPU; always there.
    pub fn cpu() -> Self {
        let vectors = if cfg!(target_arch = "wasm32") {
            "WebAssembly SIMD"
        } else {
            "native"
        };
        Self {
            device: Device::flex(),
            name: format!("CPU ({vectors})"),
            is_gpu: false,
        }
    }

    /// Training steps between two readings of the losses. A GPU has to wait for each reading, the CPU has not.
    pub fn steps_per_report(&self) -> usize {
        if self.is_gpu { 8 } else { 1 }
    }
}

/// A device that cannot be used.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// No adapter, or its driver refuses.
    #[error("no GPU can be used here ({0}): compute on the CPU instead")]
    NoGpu(String),
    /// The adapter computes wrongly or not at all.
    #[error("the GPU ({name}) fails a trial computation ({reason}): compute on the CPU instead")]
    Trial {
        /// Name of the adapter.
        name: String,
        /// What went wrong.
        reason: String,
    },
}

/// A sentence for the user about a device that failed in the middle of its work.
pub fn failure(error: &ExecutionError) -> String {
    let text = error.to_string();
    let reason = text
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or("no reason given");
    format!("the GPU was lost or failed ({reason}): go on with the CPU, or start again")
}

/// Starts the chosen device. In a browser the GPU can be started once in a worker's life.
///
/// # Errors
/// The GPU was asked for and does not work.
pub async fn open(choice: DeviceChoice) -> Result<Compute, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(Compute::cpu()),
        DeviceChoice::Gpu => open_gpu().await.map(|(compute, _)| compute),
        DeviceChoice::Auto => Ok(match open_gpu().await {
            Ok((compute, is_hardware)) if is_hardware => compute,
            _ => Compute::cpu(),
        }),
    }
}

/// The GPU, and whether it is hardware rather than software.
async fn open_gpu() -> Result<(Compute, bool), DeviceError> {
    let options = Device::wgpu_options().graphics_api(graphics_api());
    let started = options.init_with_setup_async().await;
    let (device, setup) = started.map_err(|error| DeviceError::NoGpu(error.to_string()))?;
    let adapter = setup.adapter.get_info();
    let name = [adapter.name, adapter.driver].into_iter().find(|text| !text.is_empty());
    let compute = Compute {
        device,
        name: name.unwrap_or_else(|| "name unknown".to_owned()),
        is_gpu: true,
    };
    let is_hardware = adapter.device_type != wgpu::DeviceType::Cpu;
    match trial(&compute.device).await {
        Ok(()) => Ok((compute, is_hardware)),
        Err(reason) => Err(DeviceError::Trial {
            name: compute.name,
            reason,
        }),
    }
}

/// Only Vulkan on Linux: to try OpenGL as well finds no further GPU, and prints errors on machines without a display.
fn graphics_api() -> WgpuBackend {
    if cfg!(target_os = "linux") {
        WgpuBackend::Vulkan
    } else {
        WgpuBackend::Auto
    }
}

/// Multiplies two matrices of ones.
async fn trial(device: &Device) -> Result<(), String> {
    let ones = Tensor::<2>::ones([TRIAL_SIDE, TRIAL_SIDE], device);
    let product = ones.clone().matmul(ones).into_data_async().await;
    let product = product.map_err(|error| error.to_string())?;
    if product.iter::<f32>().all(|value| value == TRIAL_SIDE as f32) {
        Ok(())
    } else {
        Err("a matrix product is wrong".to_owned())
    }
}
