"""Golden numbers for decoding: files of many kinds, and what Pillow makes of them at 32x32.

    python tests/golden/decode.py

Each case has the bytes of a file, `{name}.file`, and `{name}.grey` [32, 32] and `{name}.colour` [32, 32, 3].
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

HERE = Path(__file__).parent
SIDE = 32
HEIGHT, WIDTH = 40, 56
ORIENTATION = 0x0112


def colours():
    """uint8 [HEIGHT, WIDTH, 3]: smooth, so that JPEG keeps it, and different at every corner."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    red = 230 * x / WIDTH + 10
    green = 200 * y / HEIGHT + 30
    blue = 128 + 100 * np.sin((x + 2 * y) / 17)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def grey():
    """uint8 [HEIGHT, WIDTH]."""
    return colours()[:, :, 0] // 2 + colours()[:, :, 1] // 3


def opacity():
    """uint8 [HEIGHT, WIDTH]: from clear to opaque."""
    return np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def rotated(image, kind, orientation, **options):
    """A file that says by EXIF how it is to be turned."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return saved(image, kind, exif=exif, **options)


def animated(kind, **options):
    """Two frames; the first one counts."""
    first = Image.fromarray(colours())
    return saved(first, kind, save_all=True, append_images=[Image.new("RGB", first.size, "white")], duration=100, **options)


def adobe(file):
    """Where the segment APP14 begins and ends."""
    start = file.index(b"\xff\xee")
    return start, start + 2 + int.from_bytes(file[start + 2 : start + 4], "big")


def cmyk():
    """JPEG of four inks, stored inverted with Adobe's segment, as Photoshop and Pillow do."""
    inks = 255 - colours()
    black = np.full((HEIGHT, WIDTH, 1), 40, np.uint8)
    return saved(Image.fromarray(np.concatenate([inks, black], axis=-1), "CMYK"), "JPEG", quality=95)


def ycck():
    """The same inks as luma and chroma, and Adobe's segment saying so (its last byte is 2)."""
    red_green_blue = 255 - colours()
    luma = np.asarray(Image.fromarray(red_green_blue).convert("YCbCr"))
    black = np.full((HEIGHT, WIDTH, 1), 255 - 40, np.uint8)
    stored = np.concatenate([luma, black], axis=-1)
    # Pillow inverts what it stores.
    file = bytearray(saved(Image.fromarray(255 - stored, "CMYK"), "JPEG", quality=95))
    _, end = adobe(bytes(file))
    file[end - 1] = 2
    return bytes(file)


def without_adobe(file):
    start, end = adobe(file)
    return file[:start] + file[end:]


def files():
    """The file of each case."""
    picture = Image.fromarray(colours())
    clear = Image.fromarray(np.dstack([colours(), opacity()]))
    palette = picture.quantize(16)
    return {
        "grey.png": saved(Image.fromarray(grey()), "PNG"),
        "grey-alpha.png": saved(Image.merge("LA", [Image.fromarray(grey()), Image.fromarray(opacity())]), "PNG"),
        "alpha.png": saved(clear, "PNG"),
        "palette.png": saved(palette, "PNG"),
        "palette-transparent.png": saved(palette, "PNG", transparency=3),
        "one-bit.png": saved(Image.fromarray(grey()).convert("1"), "PNG"),
        "colour.bmp": saved(picture, "BMP"),
        "palette.bmp": saved(palette, "BMP"),
        "grey.jpg": saved(Image.fromarray(grey()), "JPEG", quality=95),
        "colour.jpg": saved(picture, "JPEG", quality=95, subsampling=0),
        "subsampled.jpg": saved(picture, "JPEG", quality=95, subsampling=2),
        "progressive.jpg": saved(picture, "JPEG", quality=95, subsampling=0, progressive=True),
        "cmyk.jpg": cmyk(),
        "cmyk-plain.jpg": without_adobe(cmyk()),
        "ycck.jpg": ycck(),
        "lossy.webp": saved(picture, "WEBP", quality=95),
        "lossless-alpha.webp": saved(clear, "WEBP", lossless=True, exact=True),
        "transparent.gif": saved(palette, "GIF", transparency=3),
        "animated.gif": animated("GIF"),
        "animated.png": animated("PNG"),
        "animated.webp": animated("WEBP", lossless=True),
        **{
            f"turned-{orientation}.jpg": rotated(picture, "JPEG", orientation, quality=95, subsampling=0)
            for orientation in range(1, 9)
        },
        "turned.png": rotated(picture, "PNG", 6),
        "turned.webp": rotated(picture, "WEBP", 8, lossless=True),
    }


def deep():
    """PNG of 16 bits, whose 8-bit values are rounded; Pillow itself would cut them off at 255, or lose the low byte."""
    levels = np.rint(grey() * 257.0 + 100).astype(np.uint16)
    shallow = Image.fromarray(np.rint(levels / 257).astype(np.uint8))
    return saved(Image.fromarray(levels), "PNG"), shallow


def scaled(image, mode):
    """uint8 [SIDE, SIDE] or [SIDE, SIDE, 3]."""
    return np.asarray(image.convert(mode).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def main():
    cases = {name: (file, ImageOps.exif_transpose(Image.open(io.BytesIO(file)))) for name, file in files().items()}
    cases["grey-16-bit.png"] = deep()
    tensors = {}
    for name, (file, image) in cases.items():
        tensors[f"{name}.file"] = np.frombuffer(file, np.uint8)
        tensors[f"{name}.grey"] = scaled(image, "L")
        tensors[f"{name}.colour"] = scaled(image, "RGB")
    path = HERE / "decode.safetensors"
    save_file(tensors, path)
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
