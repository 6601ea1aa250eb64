"""What the golden numbers of both methods share: blocks, weights, ten Adam steps, files.

Arithmetic is float64, starting from float32 weights and images, so that the numbers do not depend on the
machine's kernels; the results are stored as float32. Every script also runs itself in float32 and prints how far
that is from float64: the rounding error a correct float32 implementation may have.
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
ADAM = dict(lr=2e-4, betas=(0.5, 0.999), eps=1e-8)


class Block(nn.Module):
    """Convolution (plain or transposed) + batch norm (eps 1e-5, momentum 0.1); the caller applies the activation."""

    def __init__(self, conv, norm=True):
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(conv.out_channels) if norm else nn.Identity()

    def forward(self, x):
        return self.norm(self.conv(x))


class Features(nn.Module):
    """[batch, channels, size, size] -> [batch, width, side, side]: halves the map while no side falls under 4."""

    def __init__(self, size, channels, nf):
        super().__init__()
        self.initial = nn.Conv2d(channels, nf, 4, 2, 1, bias=False)
        self.pyramid = nn.ModuleList()
        size //= 2
        while size % 2 == 0 and size >= 8:
            self.pyramid.append(Block(nn.Conv2d(nf, 2 * nf, 4, 2, 1, bias=False)))
            nf, size = 2 * nf, size // 2
        self.width, self.side = nf, size

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
        self.last = nn.Conv2d(self.features.width, nz, self.features.side, 1, 0, bias=False)

    def forward(self, x, note=lambda name, value: None):
        return self.last(self.features(x, note))


class Model(nn.Module):
    """A method: two networks, with weights that keep every activation near 1 (N(0, 0.02) would let small ones die).

    A method has `inference(x)`, whose numbers come by name; `forward(x, note)`, which gives the losses by name; and
    `terms`, the names of the three that the generator's loss weighs.
    """

    def __init__(self, generator, discriminator, rng):
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        for name, module in self.named_modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                # The gain makes up for what the (leaky) ReLU takes away.
                gain = 1.0 if name.endswith(("last", "classifier")) else 1.6
                fill(module.weight, gain * deviation(module) * rng.standard_normal(module.weight.shape))
            elif isinstance(module, nn.BatchNorm2d):
                count = module.num_features
                fill(module.weight, 1 + 0.2 * rng.standard_normal(count))
                fill(module.bias, 0.2 * rng.standard_normal(count))
                fill(module.running_mean, 0.2 * rng.standard_normal(count))
                fill(module.running_var, rng.uniform(0.5, 1.5, count))

    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    def weights(self):
        """Parameters and running statistics by name."""
        return {name: value for name, value in self.state_dict().items() if "num_batches" not in name}

    def stored(self, name, value):
        """What the file has of a parameter, of its gradient or of a running statistic."""
        return value


def deviation(conv):
    """Standard deviation of weights that give outputs of about the size of the inputs.

    A stride of 2 leaves each output of a transposed convolution a quarter of the kernel; one on a 1 x 1 map, or a
    padded one there, leaves it one tap.
    """
    transposed = isinstance(conv, nn.ConvTranspose2d)
    taps = conv.kernel_size[0] * conv.kernel_size[1]
    if conv.stride == (1, 1) and (transposed or conv.padding != (0, 0)):
        taps = 1
    elif transposed:
        taps /= 4
    return (conv.in_channels * taps) ** -0.5


def fill(tensor, values):
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(np.asarray(values, np.float32)))


def discriminator_losses(real, fake):
    """Binary cross entropy of the probabilities of being real."""
    real_loss = F.binary_cross_entropy(real, torch.ones_like(real))
    fake_loss = F.binary_cross_entropy(fake, torch.zeros_like(fake))
    return dict(discriminator_real=real_loss, discriminator_fake=fake_loss, discriminator=(real_loss + fake_loss) / 2)


def gradients(loss, model, network):
    """Gradients of loss for every parameter of a network of the model, by name."""
    prefix = f"{network}."
    names, parameters = zip(*((n, p) for n, p in model.named_parameters() if n.startswith(prefix)))
    return dict(zip(names, torch.autograd.grad(loss, parameters)))


def ten_steps(model, x):
    """Losses before each of ten Adam steps of both networks, [10, 5]; the model is trained after it."""
    optimisers = {name: torch.optim.Adam(network.parameters(), **ADAM) for name, network in model.networks().items()}
    rows = []
    for k in range(STEPS):
        losses = model(torch.roll(x, k, dims=3))
        for name, network in model.networks().items():
            optimisers[name].zero_grad()
            losses[name].backward(inputs=list(network.parameters()))
            optimisers[name].step()
        rows.append(torch.stack([losses[n].detach() for n in (*model.terms, "generator", "discriminator")]))
    return torch.stack(rows)


def golden(method, config, dtype):
    """All golden tensors of a configuration of a method (a Model), computed in dtype."""
    config = dict(config)
    batch, rng = config.pop("batch"), np.random.default_rng(config.pop("seed"))
    size, channels = config["size"], config["channels"]
    x = torch.from_numpy(rng.uniform(-1, 1, (batch, channels, size, size)).astype(np.float32)).to(dtype)
    model = method(**config, rng=rng).to(dtype)
    initial = {name: value.clone() for name, value in model.weights().items()}
    out = {"input": x}

    def put(prefix, values, keep=lambda name, value: value):
        out.update((f"{prefix}.{name}", keep(name, value).detach().clone()) for name, value in values.items())

    put("weights", initial, model.stored)

    model.eval()
    with torch.no_grad():
        put("inference", model.inference(x))

    model.train()
    noted = {}
    losses = model(x, noted.__setitem__)
    put("train", noted)
    put("loss", losses)
    for name in model.networks():
        put("gradient", gradients(losses[name], model, name), model.stored)
    put("after_forward", {name: value for name, value in model.weights().items() if "running" in name})

    model.load_state_dict(initial, strict=False)
    out["steps.losses"] = ten_steps(model, x)
    put("after_steps", model.weights(), model.stored)
    return {name: np.ascontiguousarray(value.numpy()) for name, value in out.items()}


def write(method, configs):
    """Writes the golden file of each configuration; prints what float32 would have made of it."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name, config in configs.items():
        exact = golden(method, config, torch.float64)
        rounded = golden(method, config, torch.float32)
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
