"""Golden numbers for Skip-GANomaly: activations, losses, gradients, ten Adam steps.

Skip-GANomaly: Skip Connected and Adversarially Trained Encoder-Decoder Anomaly Detection, Akcay et al. 2019,
arXiv:1901.08954. The U-Net is recursive, as in pix2pix and in the authors' code: a level holds the next one.

    python tests/golden/skip_ganomaly.py
"""

import torch
from common import Block, Encoder, Model, discriminator_losses, write
from torch import nn
from torch.nn import functional as F

WEIGHT_ADVERSARIAL, WEIGHT_CONTEXTUAL, WEIGHT_LATENT = 1.0, 40.0, 1.0
SCORE_LAMBDA = 0.9
CONFIGS = {
    "skip_grey32": dict(size=32, channels=1, nz=10, nf=2, batch=4, seed=4),
    "skip_colour64": dict(size=64, channels=3, nz=6, nf=1, batch=2, seed=5),
    "skip_two48": dict(size=48, channels=2, nz=5, nf=1, batch=3, seed=6),
}


class Level:
    """x -> x beside what the levels from here inwards make of it, [batch, 2 * channels of x, side, side]."""

    def __init__(self, depth, down, up, within):
        self.depth, self.down, self.up, self.within = depth, down, up, within
        self.order = within.order + 1 if within else 0  # from the innermost outwards

    def __call__(self, x, note):
        joined = torch.cat([x, self.pass_on(F.leaky_relu(x, 0.2), note)], 1)
        note(f"joined.{self.order}", joined)
        return joined

    def pass_on(self, x, note):
        x = self.down(x)
        note(f"down.{self.depth}", x)
        if self.within:
            x = self.within(x, note)
        x = self.up(F.relu(x))
        note(f"up.{self.order}", x)
        return x


class UNet(nn.Module):
    """[batch, channels, size, size] -> the same in (-1, 1). What it notes comes before the activation function."""

    def __init__(self, size, channels, nf):
        super().__init__()
        self.down, self.up = nn.ModuleList(), nn.ModuleList()  # from the image inwards; from the innermost outwards
        widths = [channels, nf]
        while size % 4 == 0:
            widths.append(min(2 * widths[-1], 8 * nf))
            size //= 2
        self.outermost = None
        for depth in reversed(range(len(widths) - 1)):
            self.outermost = self.wrap(self.outermost, depth, *widths[depth:depth + 2])

    def wrap(self, within, depth, outer, inner):
        """A level around the one within: outer channels outside, inner ones inside."""
        down = nn.Conv2d(outer, inner, 4, 2, 1, bias=False)
        up = nn.ConvTranspose2d(2 * inner if within else inner, outer, 4, 2, 1, bias=False)
        self.down.insert(0, Block(down, norm=depth > 0 and within is not None))
        self.up.append(Block(up, norm=depth > 0))
        return Level(depth, self.down[0], self.up[-1], within)

    def forward(self, x, note=lambda name, value: None):
        return torch.tanh(self.outermost.pass_on(x, note))


class Discriminator(nn.Module):
    """x -> (probability [batch] of being real, features f(x) [batch, nz, 1, 1])."""

    def __init__(self, size, channels, nz, nf):
        super().__init__()
        self.features = Encoder(size, channels, nz, nf)
        self.classifier = nn.Conv2d(nz, 1, 3, 1, 1, bias=False)  # on a 1 x 1 map: all but the centre meets padding

    def forward(self, x, note=lambda name, value: None):
        features = self.features(x, note)
        logit = self.classifier(features)
        note("features", features)
        note("logit", logit.flatten())
        return torch.sigmoid(logit).flatten(), features


class SkipGanomaly(Model):
    terms = "adversarial", "contextual", "latent"

    def __init__(self, size, channels, nz, nf, rng):
        super().__init__(UNet(size, channels, nf), Discriminator(size, channels, nz, nf), rng)

    def stored(self, name, value):
        """Of the classifier the centre."""
        return value[:, :, 1:2, 1:2] if name == "discriminator.classifier.weight" else value

    def inference(self, x):
        reconstruction = self.generator(x)
        _, real = self.discriminator(x)
        _, fake = self.discriminator(reconstruction)
        error = SCORE_LAMBDA * (x - reconstruction).flatten(1).square().mean(1)
        latent = (real - fake).flatten(1)
        return dict(
            reconstruction=reconstruction, features_real=real, features_fake=fake,
            score_squared=error + (1 - SCORE_LAMBDA) * latent.square().mean(1),
            score_absolute=error + (1 - SCORE_LAMBDA) * latent.abs().mean(1),
        )

    def forward(self, x, note=lambda name, value: None):
        """One forward in training mode: the losses by name.

        The order in which D's running statistics see the images: x, x' detached, x'. f(x) of the latent loss is
        the detached one of D's own pass over x.
        """
        reconstruction = self.generator(x, lambda n, v: note(f"generator.{n}", v))
        note("reconstruction", reconstruction)
        d = self.discriminator
        real, real_features = d(x, lambda n, v: note(f"discriminator.real.{n}", v))
        fake, _ = d(reconstruction.detach(), lambda n, v: note(f"discriminator.fake.{n}", v))
        judged, fake_features = d(reconstruction)

        adversarial = F.binary_cross_entropy(judged, torch.ones_like(judged))
        contextual = F.l1_loss(reconstruction, x)
        latent = F.mse_loss(fake_features, real_features.detach())
        latent_absolute = F.l1_loss(fake_features, real_features.detach())
        image_terms = WEIGHT_ADVERSARIAL * adversarial + WEIGHT_CONTEXTUAL * contextual
        return dict(
            adversarial=adversarial,
            contextual=contextual,
            latent=latent,
            latent_absolute=latent_absolute,
            generator=image_terms + WEIGHT_LATENT * latent,
            generator_absolute=image_terms + WEIGHT_LATENT * latent_absolute,
            **discriminator_losses(real, fake),
        )


if __name__ == "__main__":
    write(SkipGanomaly, CONFIGS)
