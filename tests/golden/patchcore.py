"""PatchCore as `src/methods/patchcore.rs` has it: what it scores images by that are left out, and new ones.

Writes `patchcore.safetensors`. The front end is that of `efficientnet.py`, the nearest places are found by scikit-learn,
the rest is NumPy in float64. All places are remembered, so that no choice is drawn.
"""

import numpy as np
import torch
from common import HERE
from efficientnet import maps_of
from safetensors.numpy import save_file
from safetensors.torch import load_file
from sklearn.neighbors import NearestNeighbors
from torch.nn import functional as F

SIZE, NORMAL, NEW = 96, 6, 3
WIDE = {"wide.3": 144, "block.6": None, "block.8": None, "wide.11": 672}
HALF = ["block.8", "wide.11"]
DIRECTIONS = 96


def half(values):
    return np.asarray(values, np.float32).astype(np.float16).astype(np.float64)


def describe(images, tensors, directions):
    """Parts of the descriptions of places, of the images and then of those half as large: [images, places, numbers] each."""
    x = torch.tensor(images / 127.5 - 1)[:, None].repeat(1, 3, 1, 1)
    half = F.interpolate(x, scale_factor=0.5, mode="area")
    parts = []
    for taps, maps in ((WIDE, maps_of(x, tensors)), (HALF, maps_of(half, tensors))):
        for name in taps:
            map = F.avg_pool2d(maps[name], 3, 1, 1, count_include_pad=False)
            if map.shape[-1] > SIZE // 16:
                map = F.avg_pool2d(map, map.shape[-1] // (SIZE // 16))
            map = F.interpolate(map, size=(SIZE // 16, SIZE // 16), mode="nearest")
            places = F.normalize(map.flatten(2).transpose(1, 2), dim=2).numpy()
            parts.append(places @ directions[name] if name in directions else places)
    return parts


def smoothed(map):
    side = int(len(map) ** 0.5)
    image = torch.tensor(map.reshape(1, 1, side, side))
    return F.avg_pool2d(image, 3, 1, 1, count_include_pad=False).flatten().numpy()


def usual(maps):
    spread = smoothed(maps.std(0))
    return smoothed(maps.mean(0)), spread + 0.5 * spread.mean() + 1e-6


def score(map, mean, spread):
    z = np.sort((map - mean) / spread)[::-1]
    return z[: round(0.07 * len(z))].mean()


def main():
    rng = np.random.default_rng(5)
    coarse = rng.uniform(0, 255, [1, 1, 8, 8]) + rng.normal(0, 12, [NORMAL + NEW, 1, 8, 8])
    images = F.interpolate(torch.tensor(coarse), size=(SIZE, SIZE), mode="bicubic").clamp(0, 255).round().numpy()[:, 0]
    images[NORMAL + 1, 20:30, 40:70] = 255  # a scratch
    images[NORMAL + 2] //= 2  # darker
    images = images.astype(np.uint8)

    front_end = load_file(HERE.parents[1] / "weights" / "front-ends" / "efficientnet-lite0.safetensors")
    tensors = {name: tensor.double() for name, tensor in front_end.items()}
    signs = {name: rng.choice([-1, 1], [wide, DIRECTIONS]) for name, wide in WIDE.items() if wide}
    parts = describe(images, tensors, {name: half(values / DIRECTIONS**0.5) for name, values in signs.items()})
    scaled = []
    for part in parts:
        known = part[:NORMAL].reshape(-1, part.shape[2])
        scaled.append(part * half(1 / np.linalg.norm(known - known.mean(0), axis=1).mean()))
    places = np.concatenate(scaled, 2)

    def distances(image, memory):
        nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(half(memory.reshape(-1, memory.shape[2])))
        return nearest.kneighbors(image)[0][:, 0]

    others = [np.delete(np.arange(NORMAL), i) for i in range(NORMAL)]
    maps = np.array([distances(places[i], places[others[i]]) for i in range(NORMAL)])
    left_out = [score(maps[i], *usual(maps[others[i]])) for i in range(NORMAL)]
    new = np.array([distances(places[i], places[:NORMAL]) for i in range(NORMAL, NORMAL + NEW)])
    mean, spread = usual(maps)
    golden = {
        "normal": images[:NORMAL], "new": images[NORMAL:],
        "left_out": np.array(left_out), "scores": np.array([score(map, mean, spread) for map in new]),
        "places": (new - mean) / spread,
    }
    golden |= {f"signs.{i}": values.astype(np.int8) for i, values in enumerate(signs.values())}
    save_file(golden, HERE / "patchcore.safetensors")
    print("left out", np.round(left_out, 3), "new", np.round(golden["scores"], 3))


if __name__ == "__main__":
    main()
