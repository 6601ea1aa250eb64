"""What Pillow and pydicom make of a file."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from kinds import dicom_pixels

UNKNOWN = "unknown"


@dataclass
class Theirs:
    """Pixels of 8 bits, upright, [height, width] or [height, width, 3]; None if the file is refused."""

    file: bytes
    format: str
    pixels: np.ndarray | None = None
    said: str = ""
    image: Image.Image | None = None
    """As Pillow opened it, for its other marks."""


def read(path):
    file = path.read_bytes()
    is_dicom = file[128:132] == b"DICM" or file[:2] in (b"\2\0", b"\x08\0")
    by = by_pydicom if is_dicom else by_pillow
    return by(path, file)


def by_pydicom(path, file):
    theirs = Theirs(file, "DICOM")
    # Whatever goes wrong with a file that is not understood.
    try:
        theirs.pixels = short(dicom_pixels(file))
    except Exception as error:
        theirs.said = repr(error)
    return theirs


def by_pillow(path, file):
    theirs = Theirs(file, UNKNOWN)
    try:
        theirs.image = Image.open(path)
        theirs.format = theirs.image.format
        theirs.pixels = short(pixels(ImageOps.exif_transpose(theirs.image)))
    except UnidentifiedImageError:
        pass
    except Exception as error:
        theirs.said = repr(error)
    return theirs


def pixels(image):
    """Greys of 16 bits have all of them, where `convert` would cut them off at 255."""
    if image.mode.startswith("I"):
        return np.asarray(image).astype(np.int64).clip(0, 65535).astype(np.uint16)
    return np.asarray(image.convert("L" if image.mode in ("1", "L", "LA", "La") else "RGB"))


def short(pixels):
    return ((pixels.astype(np.int64) + 128) // 257).astype(np.uint8) if pixels.dtype == np.uint16 else pixels
