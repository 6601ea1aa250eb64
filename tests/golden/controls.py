"""Golden numbers for the controls: scikit-learn's PCA and nearest neighbours, in float64.

    python tests/golden/controls.py
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

HERE = Path(__file__).parent
# channels, size, training images, test images
CASES = [(1, 16, 400, 40), (3, 16, 900, 30), (1, 16, 20, 10), (1, 16, 3, 5)]
COMPONENTS, NEIGHBOURS = 32, 5


def pictures(rng, count, channels, size):
    """uint8 [count, channels, size, size]: smooth waves of random phase and strength, and some noise."""
    y, x = np.meshgrid(*[np.linspace(0, np.pi, size)] * 2, indexing="ij")
    image = np.zeros((count, channels, size, size))
    for wave in range(1, 7):
        strength, phase = rng.normal(0, 0.5 / wave, (2, count, channels, 1, 1))
        image += strength * np.sin(wave * x + 3 * phase) + phase * np.cos(wave * y + 3 * strength)
    image += rng.normal(0, 0.05, image.shape)
    return np.clip(127.5 * (image + 1), 0, 255).astype(np.uint8)


def main():
    rng = np.random.default_rng(5)
    tensors = {}
    for channels, size, training, test in CASES:
        known, new = pictures(rng, training, channels, size), pictures(rng, test, channels, size)
        new[:3] = known[:3]  # Seen before: the nearest one is at distance 0.
        flat_known, flat_new = (images.reshape(len(images), -1) / 127.5 - 1 for images in (known, new))
        components = min(COMPONENTS, training - 1)
        pca = PCA(components, svd_solver="full").fit(flat_known)
        error = ((flat_new - pca.inverse_transform(pca.transform(flat_new))) ** 2).mean(1)
        neighbours = NearestNeighbors(n_neighbors=min(NEIGHBOURS, training), algorithm="brute").fit(flat_known)
        distance = neighbours.kneighbors(flat_new)[0].mean(1)
        name = f"{channels}x{size}x{training}"
        tensors[f"{name}.training"], tensors[f"{name}.test"] = known, new
        tensors[f"{name}.pca"], tensors[f"{name}.nearest"] = error, distance
    path = HERE / "controls.safetensors"
    save_file(tensors, path)
    print(f"{path.name}: {len(CASES)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
