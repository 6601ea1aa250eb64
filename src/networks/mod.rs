//! Networks, one file each. Those of the papers are DCGAN style: 4x4 convolutions without biases, weights ~ N(0, 0.02),
//! batch normalisation with scale ~ N(1, 0.02). Beside them stands a frozen one that was trained on photographs.

pub mod batch_norm;
pub mod decoder;
pub mod discriminator;
pub mod efficientnet;
pub mod encoder;
pub mod generator;
pub mod init;
pub mod tensors;
pub mod unet;

pub use batch_norm::BatchNorm;
pub use decoder::Decoder;
pub use discriminator::{Discriminator, DiscriminatorOutput, FeatureDiscriminator};
pub use efficientnet::EfficientNet;
pub use encoder::Encoder;
pub use generator::{Generator, GeneratorOutput};
pub use unet::UNet;
