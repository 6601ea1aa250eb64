"""The differences to Pillow that src/README.md names, for files that both read."""

import io
import re
import subprocess
import zlib

import numpy as np
from PIL import Image

BITS, COLOUR, PLANES, EXTRA_SAMPLES, ORIENTATION = 258, 262, 284, 338, 274
# Another rounding may make a difference of 3 or 4 grey levels, in a few values of a thousand.
ROUNDING, FEW = 4, 0.001


def damage_of(theirs):
    """The rule by which the program calls a file damaged that Pillow reads; None if there is none."""
    found = (name for name, holds in DAMAGES.items() if holds(theirs))
    return next(found, None)


def rule_of(theirs, ours, differences):
    """The rule by which a file differs, in a pixel or, without differences, in its size; None if there is none."""
    found = (name for name, holds in RULES.items() if holds(theirs, ours, differences))
    return next(found, None)


def is_rounding(theirs, ours, differences):
    return has_jpeg(theirs) and differences is not None and differences.max() <= ROUNDING and (differences > 2).mean() <= FEW


def has_jpeg(theirs):
    return theirs.format in ("JPEG", "MPO", "DICOM") or theirs.format == "TIFF" and theirs.image.info.get("compression") == "jpeg"


def is_narrow_jpeg(theirs, ours, differences):
    return theirs.format == "JPEG" and min(theirs.image.size) <= 4


def is_broken_jpeg(theirs, *_):
    """libjpeg's own program says what is wrong with the data, and goes on."""
    if theirs.format != "JPEG":
        return False
    done = subprocess.run(["djpeg", "-outfile", "/dev/null"], input=theirs.file, capture_output=True)
    return bool(done.stderr)


def lacks_finer_scans(theirs, *_):
    """libjpeg smooths a picture of which there are only the means of its blocks."""
    is_progressive = theirs.format == "JPEG" and theirs.image.info.get("progressive")
    return is_progressive and not re.search(rb"\xff\xda\0\x08\x01..[\x01-\x3f]", theirs.file, re.DOTALL)


def leaves_out_runs(theirs, ours, differences):
    return theirs.format == "BMP" and theirs.image.info.get("compression") in (1, 2) and is_black(ours, differences)


def leaves_out_a_part(theirs, ours, differences):
    return theirs.format == "GIF" and (differences is None or is_black(ours, differences))


def is_black(ours, differences):
    return not ours[differences > 2].any()


def is_seen_through(theirs, ours, differences):
    if theirs.format != "WEBP" or not getattr(theirs.image, "is_animated", False):
        return False
    return not np.asarray(theirs.image.convert("RGBA"))[..., 3][differences > 2].any()


def tag(theirs, number):
    return theirs.image.tag_v2.get(number) if theirs.format == "TIFF" else None


def is_deep(theirs):
    return (tag(theirs, BITS) or (0,))[0] == 16


def is_turned_by_a_byte(theirs, ours, differences):
    # Once the image is loaded, the tag is gone.
    unloaded = Image.open(io.BytesIO(theirs.file)) if theirs.format == "TIFF" and differences is None else None
    return unloaded is not None and isinstance(unloaded.tag_v2.get(ORIENTATION), bytes)


def has_wrong_checksums(theirs):
    if theirs.format != "PNG":
        return False
    at = 8
    while at + 12 <= len(theirs.file):
        end = at + 8 + int.from_bytes(theirs.file[at : at + 4], "big")
        if zlib.crc32(theirs.file[at + 4 : end]) != int.from_bytes(theirs.file[end : end + 4], "big"):
            return True
        at = end + 4
    return False


def ends_in_directory(theirs):
    """After the last entry of a TIFF's directory stands where the next one is."""
    if theirs.format != "TIFF":
        return False
    order = "little" if theirs.file.startswith(b"II") else "big"
    start = int.from_bytes(theirs.file[4:8], order)
    entries = int.from_bytes(theirs.file[start : start + 2], order)
    return start + 2 + 12 * entries + 4 > len(theirs.file)


def is_shorter_than_said(theirs):
    return theirs.format == "BMP" and int.from_bytes(theirs.file[2:6], "little") > len(theirs.file)


DAMAGES = {
    "JPEG that ends too early, of which libjpeg warns": is_broken_jpeg,
    "PNG whose checksums are wrong": has_wrong_checksums,
    "PNG whose palette is missing": lambda theirs: theirs.format == "PNG" and b"PLTE" not in theirs.file,
    "BMP that is cut short": is_shorter_than_said,
    "TIFF whose directory is cut short": ends_in_directory,
}

RULES = {
    "JPEG: another rounding": is_rounding,
    "JPEG of at most 4 pixels' width or height": is_narrow_jpeg,
    "JPEG whose data break a rule, of which libjpeg warns": is_broken_jpeg,
    "progressive JPEG without its finer scans": lacks_finer_scans,
    "BMP whose runs leave out pixels": leaves_out_runs,
    "GIF whose first frame does not cover the image": leaves_out_a_part,
    "animated WebP: the colours of pixels that are not seen": is_seen_through,
    "TIFF of 16 bits whose white is zero": lambda theirs, *_: is_deep(theirs) and tag(theirs, COLOUR) == 0,
    "TIFF of 16 bits, multiplied by its opacity": lambda theirs, *_: is_deep(theirs) and 1 in (tag(theirs, EXTRA_SAMPLES) or ()),
    "TIFF of 16 bits, each colour for itself": lambda theirs, *_: is_deep(theirs) and tag(theirs, PLANES) == 2,
    "TIFF whose orientation is of an unusual type": is_turned_by_a_byte,
}
