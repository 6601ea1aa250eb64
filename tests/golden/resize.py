"""Golden numbers for resizing: Pillow's bilinear filter, which widens when it shrinks (antialiasing).

    python tests/golden/resize.py
"""

from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

HERE = Path(__file__).parent
# height, width, channels -> side of the square result
CASES = [
    (28, 28, 1, 32),
    (128, 96, 1, 32),
    (5, 7, 1, 16),
    (1, 1, 1, 16),
    (1, 9, 1, 16),
    (33, 31, 1, 32),
    (100, 3, 1, 16),
    (32, 32, 1, 32),
    (48, 60, 3, 32),
    (5, 7, 3, 16),
    (20, 90, 3, 32),
]


def picture(height, width, channels):
    """uint8 [height, width, channels]: a gradient, a hard-edged disc and, in the lower half, noise."""
    rng = np.random.default_rng([height, width, channels])
    y, x, c = np.meshgrid(*(np.arange(n) for n in (height, width, channels)), indexing="ij")
    image = (x * 255 // max(width - 1, 1) + 60 * c) % 256
    disc = (2 * y - height) ** 2 * width**2 + (2 * x - width) ** 2 * height**2 < (height * width) ** 2 // 2
    image = np.where(disc, 255 - 70 * c, image)
    noise = rng.integers(0, 256, image.shape)
    return np.where(2 * y > height, noise, image).astype(np.uint8)


def resize(pixels, side):
    """uint8 [height, width, channels] -> [side, side, channels]."""
    grey = pixels.shape[2] == 1
    image = Image.fromarray(pixels[:, :, 0] if grey else pixels)
    result = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR))
    return np.ascontiguousarray(result[:, :, None] if grey else result)


def main():
    tensors = {}
    for height, width, channels, side in CASES:
        name = f"{width}x{height}x{channels}_to_{side}"
        tensors[f"{name}.input"] = picture(height, width, channels)
        tensors[f"{name}.output"] = resize(tensors[f"{name}.input"], side)
    path = HERE / "resize.safetensors"
    save_file(tensors, path)
    print(f"{path.name}: {len(CASES)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
