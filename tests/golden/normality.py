"""Golden numbers for the scores that know the normal images: NumPy, and scikit-learn's neighbours and least squares.

    python tests/golden/normality.py
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestNeighbors

HERE = Path(__file__).parent
FORMS = {
    "nearest-normal": (dict(nearest=0.5, relative=1.0), ["sharpness"]),
    "nearest-normal-features": (dict(nearest=0.5, relative=1.5, features=0.5), ["contrast", "latent_length"]),
}


def terms(images, reconstructions, latents, features, bank):
    """Every term and every complexity, one value an image; images are float64 in [-1, 1]."""
    axes = (1, 2, 3)
    distance, _ = NearestNeighbors(n_neighbors=1).fit(bank).kneighbors(latents)
    median = np.median(images, axes, keepdims=True)
    error = np.abs(images - reconstructions).mean(axes)
    vertical, horizontal = (np.abs(np.diff(images, axis=axis)) for axis in (2, 3))
    neighbours = np.concatenate([part.reshape(len(images), -1) for part in (vertical, horizontal)], 1)
    gradient = neighbours.mean(1) + 0.01
    return dict(
        nearest=distance[:, 0] ** 2 / bank.shape[1],
        relative=error / (np.abs(images - median).mean(axes) + 0.01),
        features=features,
        sharpness=gradient / (images.std(axes) + 0.01),
        contrast=images.std(axes) + 0.01,
        latent_length=((latents - bank.mean(0)) ** 2).mean(1),
    )


def main():
    rng = np.random.default_rng(5)
    tensors = {}
    for name, (channels, size, nz) in {"grey": (1, 16, 6), "colour": (3, 16, 5)}.items():
        bank = rng.normal(size=(20, nz)).astype(np.float16).astype(np.float32)
        sets = {}
        for part, count in (("normal", 30), ("test", 10)):
            contrast = rng.uniform(5, 100, (count, 1, 1, 1))
            image = np.clip(128 + contrast * rng.normal(size=(count, channels, size, size)), 0, 255).astype(np.uint8)
            if part == "test":
                image[0] = 7  # flat
            scaled = image / 127.5 - 1
            reconstruction = np.clip(scaled + 0.1 * rng.normal(size=scaled.shape), -1, 1).astype(np.float32)
            latent = rng.normal(size=(count, nz)).astype(np.float32)
            features = rng.uniform(0.1, 2, count).astype(np.float32)
            sets[part] = terms(scaled, reconstruction.astype(np.float64), latent, features.astype(np.float64), bank)
            for key, value in dict(image=image, reconstruction=reconstruction, latent=latent, features=features).items():
                tensors[f"{name}.{part}.{key}"] = value
        tensors[f"{name}.bank"] = bank
        for form, (weights, complexity) in FORMS.items():
            product = {p: sum(w * np.log(t[k]) for k, w in weights.items()) for p, t in sets.items()}
            against = {p: np.log(np.stack([t[k] for k in complexity], 1)) for p, t in sets.items()}
            plane = LinearRegression().fit(against["normal"], product["normal"])
            score = product["test"] - plane.predict(against["test"])
            slopes = [*plane.coef_, 0][:2]
            tensors[f"{name}.{form}.plane"] = np.float32([plane.intercept_, *slopes])
            tensors[f"{name}.{form}.score"] = score.astype(np.float32)
    save_file(tensors, HERE / "normality.safetensors")


main()
