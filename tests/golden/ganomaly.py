"""Golden numbers for GANomaly: activations, losses, gradients, ten Adam steps.

GANomaly: Semi-Supervised Anomaly Detection via Adversarial Training, Akcay et al. 2018, arXiv:1805.06725.

Arithmetic is float64, starting from float32 weights and images, so that the numbers do not depend on the
machine's kernels; the results are stored as float32. The script also runs itself in float32 and prints how far
that is from float64: the rounding error a correct float32 implementation may have.

    python tests/golden/ganomaly.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
STEPS = 10
WEIGHT_ADVERSARIAL, WEIGHT_CONTEXTUAL, WEIGHT_ENCODER = 1.0, 50.0, 1.0
ADAM = dict(lr=2e-4, betas=(0.5, 0.999), eps=1e-8)
CONFIGS = {
    "grey32": dict(size=32, channels=1, nz=10, nf=4, batch=4, seed=1),
    "colour64": dict(size=64, channels=3, nz=6, nf=2, batch=2, seed=2),
    "two16": dict(size=16, channels=2, nz=5, nf=2, batch=3, seed=3),
}


class Block(nn.Module):
    """Convolution (plain or transposed) + batch norm (eps 1e-5, momentum 0.1); the caller applies the activation."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(conv.out_channels)

    def forward(self, x):
        return self.norm(self.conv(x))


class Features(nn.Module):
    """[batch, channels, size, size] -> [batch, nf * size / 8, 4, 4]: halves the map while it is larger than 4 x 4."""

    def __init__(self, size, channels, nf):
        super().__init__()
        self.initial = nn.Conv2d(channels, nf, 4, 2, 1, bias=False)
        self.pyramid = nn.ModuleList()
        size //= 2
        while size > 4:
            self.pyramid.append(Block(nn.Conv2d(nf, 2 * nf, 4, 2, 1, bias=False)))
            nf, size = 2 * nf, size // 2
        self.width = nf

    def forward(self, x, note=lambda name, value: None):
        x = F.leaky_relu(self.initial(x), 0.2)
        note("initial", x)
        for i, block in enumerate(self.pyramid):
            x = F.leaky_relu(block(x), 0.2)
            note(f"pyramid.{i}", x)
        return x


class Encoder(nn.Module):
    """[batch, channels, size, size] -> latent [batch, nz, 1, 1]."""

    def __init__(self, size, channels, nz, nf):
        super().__init__()
        self.features = Features(size, channels, nf)
        self.last = nn.Conv2d(self.features.width, nz, 4, 1, 0, bias=False)

    def forward(self, x, note=lambda name, value: None):
        return self.last(self.features(x, note))


class Decoder(nn.Module):
    """Latent [batch, nz, 1, 1] -> [batch, channels, size, size] in (-1, 1): the encoder's mirror."""

    def __init__(self, size, channels, nz, nf):
        super().__init__()
        width = nf * size // 8
        self.initial = Block(nn.ConvTranspose2d(nz, width, 4, 1, 0, bias=False))
        self.pyramid = nn.ModuleList()
        while width > nf:
            self.pyramid.append(Block(nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False)))
            width //= 2
        self.last = nn.ConvTranspose2d(nf, channels, 4, 2, 1, bias=False)

    def forward(self, z, note=lambda name, value: None):
        z = F.relu(self.initial(z))
        note("initial", z)
        for i, block in enumerate(self.pyramid):
            z = F.relu(block(z))
            note(f"pyramid.{i}", z)
        return torch.tanh(self.last(z))


class Generator(nn.Module):
    """x -> z = G_E(x), x' = G_D(z), z' = E(x')."""

    def __init__(self, size, channels, nz, nf):
        super().__init__()
        self.encoder = Encoder(size, channels, nz, nf)
        self.decoder = Decoder(size, channels, nz, nf)
        self.second_encoder = Encoder(size, channels, nz, nf)

    def forward(self, x, note=lambda name, value: None):
        latent = self.encoder(x, lambda n, v: note(f"encoder.{n}", v))
        reconstruction = self.decoder(latent, lambda n, v: note(f"decoder.{n}", v))
        latent_reconstruction = self.second_encoder(reconstruction, lambda n, v: note(f"second_encoder.{n}", v))
        note("latent", latent)
        note("reconstruction", reconstruction)
        note("latent_reconstruction", latent_reconstruction)
        return latent, reconstruction, latent_reconstruction


class Discriminator(nn.Module):
    """x -> (probability [batch] of being real, features f(x) [batch, nf * size / 8, 4, 4])."""

    def __init__(self, size, channels, nf):
        super().__init__()
        self.features = Features(size, channels, nf)
        self.last = nn.Conv2d(self.features.width, 1, 4, 1, 0, bias=False)

    def forward(self, x, note=lambda name, value: None):
        features = self.features(x, note)
        output = torch.sigmoid(self.last(features)).flatten()
        note("output", output)
        return output, features


class Ganomaly(nn.Module):
    """The networks, with weights that keep every activation near 1 (N(0, 0.02) would let small networks die)."""

    def __init__(self, size, channels, nz, nf, rng):
        super().__init__()
        self.generator = Generator(size, channels, nz, nf)
        self.discriminator = Discriminator(size, channels, nf)
        for name, module in self.named_modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                gain = 1.0 if name.endswith("last") else 1.6  # makes up for what the (leaky) ReLU takes away
                fill(module.weight, gain * deviation(module) * rng.standard_normal(module.weight.shape))
            elif isinstance(module, nn.BatchNorm2d):
                count = module.num_features
                fill(module.weight, 1 + 0.2 * rng.standard_normal(count))
                fill(module.bias, 0.2 * rng.standard_normal(count))
                fill(module.running_mean, 0.2 * rng.standard_normal(count))
                fill(module.running_var, rng.uniform(0.5, 1.5, count))

    def weights(self):
        """Parameters and running statistics by name."""
        return {name: value for name, value in self.state_dict().items() if "num_batches" not in name}


def deviation(conv):
    """Standard deviation of weights that give outputs of about the size of the inputs.

    A stride of 2 leaves each output of a transposed convolution a quarter of the kernel; one on a 1 x 1 map, one tap.
    """
    inputs = conv.in_channels * 16
    if isinstance(conv, nn.ConvTranspose2d):
        inputs /= 4 if conv.stride == (2, 2) else 16
    return inputs**-0.5


def fill(tensor, values):
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(np.asarray(values, np.float32)))


def gradients(loss, module):
    """Gradients of loss for every parameter of module, by name."""
    names, parameters = zip(*module.named_parameters())
    return dict(zip(names, torch.autograd.grad(loss, parameters)))


def forward(model, x, note=lambda name, value: None):
    """One forward in training mode: the losses by name.

    The order in which D's running statistics see the images: x, x' detached, x'. f(x) of the adversarial loss is the
    detached feature map of D's own pass over x.
    """
    latent, reconstruction, latent_reconstruction = model.generator(x, note)
    d = model.discriminator
    real, real_features = d(x, lambda n, v: note(f"discriminator.real.{n}", v))
    fake, _ = d(reconstruction.detach(), lambda n, v: note(f"discriminator.fake.{n}", v))
    _, fake_features = d(reconstruction)

    adversarial = (real_features.detach() - fake_features).square().mean()
    contextual = (x - reconstruction).abs().mean()
    encoder = (latent - latent_reconstruction).square().mean()
    encoder_absolute = (latent - latent_reconstruction).abs().mean()
    image_terms = WEIGHT_ADVERSARIAL * adversarial + WEIGHT_CONTEXTUAL * contextual
    real_loss = F.binary_cross_entropy(real, torch.ones_like(real))
    fake_loss = F.binary_cross_entropy(fake, torch.zeros_like(fake))
    return dict(
        adversarial=adversarial,
        contextual=contextual,
        encoder=encoder,
        encoder_absolute=encoder_absolute,
        generator=image_terms + WEIGHT_ENCODER * encoder,
        generator_absolute=image_terms + WEIGHT_ENCODER * encoder_absolute,
        discriminator_real=real_loss,
        discriminator_fake=fake_loss,
        discriminator=(real_loss + fake_loss) / 2,
    )


def golden(size, channels, nz, nf, batch, seed, dtype):
    """All golden tensors of a configuration, computed in dtype."""
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(rng.uniform(-1, 1, (batch, channels, size, size)).astype(np.float32)).to(dtype)
    model = Ganomaly(size, channels, nz, nf, rng).to(dtype)
    initial = {name: value.clone() for name, value in model.weights().items()}
    out = {"input": x}

    def put(prefix, values):
        out.update((f"{prefix}.{name}", value.detach().clone()) for name, value in values.items())

    put("weights", initial)

    model.eval()
    with torch.no_grad():
        latent, reconstruction, latent_reconstruction = model.generator(x)
        difference = (latent - latent_reconstruction).flatten(1)
    put("inference", dict(
        latent=latent, reconstruction=reconstruction, latent_reconstruction=latent_reconstruction,
        score_squared=difference.square().mean(1), score_absolute=difference.abs().mean(1),
    ))

    model.train()
    noted = {}
    losses = forward(model, x, noted.__setitem__)
    put("train", noted)
    put("loss", losses)
    put("gradient.generator", gradients(losses["generator"], model.generator))
    put("gradient.discriminator", gradients(losses["discriminator"], model.discriminator))
    put("after_forward", {name: value for name, value in model.weights().items() if "running" in name})

    model.load_state_dict(initial, strict=False)
    pairs = [(name, getattr(model, name)) for name in ("generator", "discriminator")]
    optimisers = {name: torch.optim.Adam(network.parameters(), **ADAM) for name, network in pairs}
    rows = []
    for k in range(STEPS):
        losses = forward(model, torch.roll(x, k, dims=3))
        for name, network in pairs:
            optimisers[name].zero_grad()
            losses[name].backward(inputs=list(network.parameters()))
            optimisers[name].step()
        names = "adversarial", "contextual", "encoder", "generator", "discriminator"
        rows.append(torch.stack([losses[n].detach() for n in names]))
    out["steps.losses"] = torch.stack(rows)
    put("after_steps", model.weights())
    return {name: np.ascontiguousarray(value.numpy()) for name, value in out.items()}


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name, config in CONFIGS.items():
        exact = golden(**config, dtype=torch.float64)
        rounded = golden(**config, dtype=torch.float32)
        path = HERE / f"{name}.safetensors"
        # One metadata key only: the order of several is not fixed.
        save_file({n: v.astype(np.float32) for n, v in exact.items()}, path, {"config": json.dumps(config)})
        print(f"{path.name}: {len(exact)} tensors, {path.stat().st_size} bytes. float32 is off by at most:")
        worst = {}
        for n, value in exact.items():
            group = n if n.startswith("inference.score") else n.split(".")[0]
            error = np.abs(value - rounded[n]).max()
            worst[group] = max(worst.get(group, (0, 0, "")), (error, error / np.abs(value).max(), n))
        for group, (error, relative, n) in worst.items():
            if error > 0:
                print(f"  {group}: {error:.1e} ({relative:.1e} of the largest value) in {n}")


if __name__ == "__main__":
    main()
