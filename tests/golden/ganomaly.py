"""Golden numbers for GANomaly: activations, losses, gradients, ten Adam steps.

GANomaly: Semi-Supervised Anomaly Detection via Adversarial Training, Akcay et al. 2018, arXiv:1805.06725.

    python tests/golden/ganomaly.py
"""

import torch
from common import Block, Encoder, Features, Model, discriminator_losses, write
from torch import nn
from torch.nn import functional as F

WEIGHT_ADVERSARIAL, WEIGHT_CONTEXTUAL, WEIGHT_ENCODER = 1.0, 50.0, 1.0
CONFIGS = {
    "grey32": dict(size=32, channels=1, nz=10, nf=4, batch=4, seed=1),
    "colour64": dict(size=64, channels=3, nz=6, nf=2, batch=2, seed=2),
    "two16": dict(size=16, channels=2, nz=5, nf=2, batch=3, seed=3),
}


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


class Ganomaly(Model):
    terms = "adversarial", "contextual", "encoder"

    def __init__(self, size, channels, nz, nf, rng):
        super().__init__(Generator(size, channels, nz, nf), Discriminator(size, channels, nf), rng)

    def inference(self, x):
        latent, reconstruction, latent_reconstruction = self.generator(x)
        difference = (latent - latent_reconstruction).flatten(1)
        return dict(
            latent=latent, reconstruction=reconstruction, latent_reconstruction=latent_reconstruction,
            score_squared=difference.square().mean(1), score_absolute=difference.abs().mean(1),
        )

    def forward(self, x, note=lambda name, value: None):
        """One forward in training mode: the losses by name.

        The order in which D's running statistics see the images: x, x' detached, x'. f(x) of the adversarial loss is
        the detached feature map of D's own pass over x.
        """
        latent, reconstruction, latent_reconstruction = self.generator(x, note)
        d = self.discriminator
        real, real_features = d(x, lambda n, v: note(f"discriminator.real.{n}", v))
        fake, _ = d(reconstruction.detach(), lambda n, v: note(f"discriminator.fake.{n}", v))
        _, fake_features = d(reconstruction)

        adversarial = (real_features.detach() - fake_features).square().mean()
        contextual = (x - reconstruction).abs().mean()
        encoder = (latent - latent_reconstruction).square().mean()
        encoder_absolute = (latent - latent_reconstruction).abs().mean()
        image_terms = WEIGHT_ADVERSARIAL * adversarial + WEIGHT_CONTEXTUAL * contextual
        return dict(
            adversarial=adversarial,
            contextual=contextual,
            encoder=encoder,
            encoder_absolute=encoder_absolute,
            generator=image_terms + WEIGHT_ENCODER * encoder,
            generator_absolute=image_terms + WEIGHT_ENCODER * encoder_absolute,
            **discriminator_losses(real, fake),
        )


if __name__ == "__main__":
    write(Ganomaly, CONFIGS)
