//! The losses of GANomaly (paper, section 3.2) and Skip-GANomaly (paper, section III-B). All are means, so that they do
//! not grow with the batch or the image. Each returns a tensor of one element, except [`distance`].

use crate::config::LatentDistance;
use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// GANomaly, Eq. 1, adversarial loss by feature matching: L_adv = || f(x) - f(G(x)) ||_2, as the mean of squares like
/// the authors' code.
///
/// # Shapes
/// - both: `[batch, channels, side, side]`, the discriminator's features
pub fn feature_matching(real: Tensor<4>, generated: Tensor<4>) -> Tensor<1> {
    (real - generated).square().mean()
}

/// Skip-GANomaly, Eq. 1, the generator's side of the adversarial loss: the mean of -log D(x'), the form that does not
/// saturate, as in the authors' code. Takes logits.
///
/// # Shapes
/// - input: `[batch]`, logits
pub fn non_saturating(generated: Tensor<1>) -> Tensor<1> {
    log_sigmoid(generated).mean().neg()
}

/// Eq. 2 of both papers, contextual loss: L_con = | x - G(x) |_1.
///
/// # Shapes
/// - both: `[batch, channels, size, size]`
pub fn contextual(image: Tensor<4>, reconstruction: Tensor<4>) -> Tensor<1> {
    (image - reconstruction).abs().mean()
}

/// Eq. 3: the encoder loss of GANomaly, which compares z and z', and the latent loss of Skip-GANomaly, which compares
/// f(x) and f(x'). The mean over the batch of their distance.
///
/// # Shapes
/// - both: `[batch, values, side, side]`
pub fn latent(real: Tensor<4>, generated: Tensor<4>, by: LatentDistance) -> Tensor<1> {
    distance(real, generated, by).mean()
}

/// Distance of two maps for each image of a batch. The papers' anomaly scores are made of it as well.
///
/// # Shapes
/// - both: `[batch, channels, side, side]`
/// - output: `[batch]`, 0 or more
pub fn distance(real: Tensor<4>, generated: Tensor<4>, by: LatentDistance) -> Tensor<1> {
    let [batch, ..] = real.dims();
    let difference: Tensor<2> = (real - generated).flatten(1, 3);
    let per_value = match by {
        LatentDistance::Squared => difference.square(),
        LatentDistance::Absolute => difference.abs(),
    };
    per_value.mean_dim(1).reshape([batch])
}

/// Binary cross entropy of the discriminator: half the sum of the mean of -log D(x) over real images and the mean of
/// -log(1 - D(x')) over generated ones. Takes logits, whose log(sigmoid) neither overflows nor needs clamping.
///
/// # Shapes
/// - both: `[batch]`, logits
pub fn discriminator(real: Tensor<1>, generated: Tensor<1>) -> Tensor<1> {
    let real = log_sigmoid(real).mean();
    let generated = log_sigmoid(generated.neg()).mean();
    (real + generated).mul_scalar(-0.5)
}
