//! The losses of GANomaly (paper, section 3.2). All are means, so that their size does not depend on the batch or the
//! image; each returns a tensor of one element unless stated.

use crate::config::LatentDistance;
use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// Eq. 1, adversarial loss by feature matching: L_adv = || f(x) - f(G(x)) ||_2, as the mean of squares like the
/// authors' code.
///
/// # Shapes
/// - both: `[batch, channels, side, side]`, the discriminator's features
pub fn adversarial(real: Tensor<4>, generated: Tensor<4>) -> Tensor<1> {
    (real - generated).square().mean()
}

/// Eq. 2, contextual loss: L_con = | x - G(x) |_1.
///
/// # Shapes
/// - both: `[batch, channels, size, size]`
pub fn contextual(image: Tensor<4>, reconstruction: Tensor<4>) -> Tensor<1> {
    (image - reconstruction).abs().mean()
}

/// Eq. 3, encoder loss: the mean over the batch of the distance of z and z'.
///
/// # Shapes
/// - both: `[batch, nz, 1, 1]`
pub fn encoder(latent: Tensor<4>, latent_reconstruction: Tensor<4>, distance: LatentDistance) -> Tensor<1> {
    latent_distance(latent, latent_reconstruction, distance).mean()
}

/// Distance of z and z' for each image: the anomaly score A(x) of Eq. 5 as well.
///
/// # Shapes
/// - both: `[batch, nz, 1, 1]`
/// - output: `[batch]`, 0 or more
pub fn latent_distance(latent: Tensor<4>, latent_reconstruction: Tensor<4>, distance: LatentDistance) -> Tensor<1> {
    let [batch, ..] = latent.dims();
    let difference: Tensor<2> = (latent - latent_reconstruction).flatten(1, 3);
    let per_value = match distance {
        LatentDistance::Squared => difference.square(),
        LatentDistance::Absolute => difference.abs(),
    };
    per_value.mean_dim(1).reshape([batch])
}

/// Binary cross entropy of the discriminator: the mean of -log D(x) over real images and -log(1 - D(x')) over
/// generated ones, halved. Takes logits: log(sigmoid) of them neither overflows nor needs clamping.
///
/// # Shapes
/// - both: `[batch]`, logits
pub fn discriminator(real: Tensor<1>, generated: Tensor<1>) -> Tensor<1> {
    let real = log_sigmoid(real).mean();
    let generated = log_sigmoid(generated.neg()).mean();
    (real + generated).mul_scalar(-0.5)
}
