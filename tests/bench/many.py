"""Many images of mixed formats, three in a hundred of them broken, through the command line: whether every file gets a score
or a reason, and how much more memory ten thousand take than a hundred.

    pip install -r tests/golden/requirements.txt
    GANOMALY=target/release/ganomaly python tests/bench/many.py [--count 10000] [--folder FOLDER]

Needs Linux. Prints times, the most memory of each command, and how many files each reason was given for. FOLDER keeps the images, in
`normals`, `few` and `many`, for `many.mjs`; without it they are removed.
"""

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from kinds import dicom, saved, tiff

FEW = 100
# One file in so many is broken.
BROKEN = 33
WIDTH, HEIGHT = 320, 240
GANOMALY = os.environ.get("GANOMALY", "ganomaly")


def picture(random):
    """Stripes and noise, like no other."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    slope, shift = random.uniform(5, 9), random.uniform(0, 6)
    stripes = 128 + 90 * np.sin((x + 2 * y) / slope + shift)
    noise = random.normal(0, 4, (HEIGHT, WIDTH, 3))
    return Image.fromarray((stripes[..., None] + noise).clip(0, 255).astype(np.uint8))


def deep(image):
    return np.asarray(image.convert("L")).astype(np.uint16) * 16


WHOLE = {
    "jpg": lambda image: saved(image, "JPEG", quality=85),
    "progressive.jpg": lambda image: saved(image, "JPEG", progressive=True),
    "grey.jpg": lambda image: saved(image.convert("L"), "JPEG"),
    "png": lambda image: saved(image, "PNG", compress_level=1),
    "alpha.png": lambda image: saved(image.convert("RGBA"), "PNG", compress_level=1),
    "deep.png": lambda image: saved(Image.fromarray(deep(image)), "PNG", compress_level=1),
    "tif": lambda image: saved(image, "TIFF", compression="tiff_lzw"),
    "deep.tif": lambda image: saved(Image.fromarray(deep(image)), "TIFF"),
    "webp": lambda image: saved(image, "WEBP", method=0),
    "bmp": lambda image: saved(image, "BMP"),
    "gif": lambda image: saved(image.quantize(64), "GIF"),
    "pgm": lambda image: saved(image.convert("L"), "PPM"),
    "dcm": lambda image: dicom(deep(image), bits=12, WindowCenter=2048, WindowWidth=4000),
}


def unlike(file, random):
    """With a few bytes of its own behind it: a file that is twice there is looked at once."""
    return file + random.bytes(8)


FAULTS = {
    "cut.jpg": lambda image, random: WHOLE["jpg"](image)[:2000],
    "cut.png": lambda image, random: WHOLE["png"](image)[:2000],
    "changed.png": lambda image, random: WHOLE["png"](image).replace(b"IDAT", b"IDAT\xff", 1),
    "cut.tif": lambda image, random: WHOLE["deep.tif"](image)[: 8 + WIDTH],
    "floats.tif": lambda image, random: tiff(np.asarray(image.convert("L")).astype(np.float32), 1, t339=3),
    "avif": lambda image, random: unlike(struct.pack(">I", 28) + b"ftypavif", random),
    "text.png": lambda image, random: unlike(b"This is a text. ", random),
}


def write(folder, count, seed, broken=0):
    """Files of every format in turn, and so many broken ones of every kind in turn."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    whole, faults = list(WHOLE.items()), list(FAULTS.items())
    for number in range(count - broken):
        name, make = whole[number % len(whole)]
        (folder / f"{number}.{name}").write_bytes(make(picture(random)))
    for number in range(broken):
        name, make = faults[number % len(faults)]
        (folder / f"broken-{number}.{name}").write_bytes(make(picture(random), random))


def run(*arguments):
    """What a command prints, its seconds, its most memory in MB, and its exit status."""
    began, most = time.monotonic(), 0
    with tempfile.TemporaryFile("w+") as out:
        command = [GANOMALY, *map(str, arguments), "--quiet", "--device", "cpu"]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        while process.poll() is None:
            # What the kernel keeps of the ended process would begin with the memory of this one.
            held = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            most = int(held[1]) if held else most
            time.sleep(0.02)
        out.seek(0)
        return out.read(), time.monotonic() - began, most * 1024 / 1e6, process.returncode


def reasons(lines):
    """How often each was given."""
    return Counter(re.sub(r"^warning: .*?: ", "", line) for line in lines)


def score(folder, project):
    table = folder.with_suffix(".json")
    said, seconds, megabytes, status = run("score", "--weights", project, folder, "--json", table)
    images = json.loads(table.read_text())["images"]
    wrong = [image["file"] for image in images if ("broken-" in image["file"]) != ("error" in image)]
    given = Counter(image["error"] for image in images if "error" in image)
    tell("score", folder, len(images), given, wrong, seconds, megabytes, status)
    return megabytes


def check(folder, project):
    said, seconds, megabytes, status = run("project", "check", project, folder)
    images = json.loads(zipfile.ZipFile(project).read("results.json"))["images"]
    warned = [line for line in said.splitlines() if line.startswith("warning: ")]
    given = reasons(line for line in warned if "broken-" in line)
    wrong = [line for line in warned if "broken-" not in line]
    tell("project check", folder, len(images) + sum(given.values()), given, wrong, seconds, megabytes, status)
    return megabytes


def tell(command, folder, count, given, wrong, seconds, megabytes, status):
    files, broken = (len(list(folder.glob(pattern))) for pattern in ("*", "broken-*"))
    print(f"\n{command} on {files} files: {seconds:.0f} s, at most {megabytes:.0f} MB, ended with {status}")
    print(f"{count} accounted for, {sum(given.values())} of {broken} broken ones with a reason, {len(wrong)} others:")
    print(*wrong[:5], sep="\n", end="\n" if wrong else "")
    for reason, number in given.most_common():
        print(f"{number:>6}  {reason}")


def measure(folder, count):
    write(folder / "normals", FEW, 1)
    write(folder / "few", FEW, 2, broken=FEW // BROKEN)
    write(folder / "many", count, 3, broken=count // BROKEN)
    size = sum(path.stat().st_size for path in (folder / "many").iterdir())
    print(f"{count} files of {size / 1e6:.0f} MB")
    for command in (score, check):
        # A project of its own each: `check` keeps the images in it.
        most = []
        for part in ("few", "many"):
            project = folder / f"{command.__name__}-{part}.ganomaly.zip"
            said, *_, status = run("project", "create", "--normals", folder / "normals", "--out", project)
            if status:
                sys.exit(said)
            most.append(command(folder / part, project))
        print(f"\n{command.__name__}: {most[1] - most[0]:.0f} MB more for {count} files than for {FEW}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.folder:
        measure(arguments.folder, arguments.count)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.count)


if __name__ == "__main__":
    main()
