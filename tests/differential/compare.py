"""Every image file in some folders, read by the program and by Pillow (DICOM by pydicom), pixel by pixel.

    pip install -r tests/golden/requirements.txt
    python tests/differential/compare.py FOLDERS... [--csv files.csv]

Prints how many files are of each class, the greatest difference in grey levels, and a file that has it; the CSV file has a
line for each file. Ends with 1 if a file differs by more than 2 grey levels or in its size, or is called damaged though Pillow reads it,
and no rule in `rules.py` says why. The rules need `djpeg` of libjpeg-turbo (Debian's `libjpeg-turbo-progs`).
"""

import argparse
import csv
import subprocess
import sys
import warnings
from collections import defaultdict
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from rules import damage_of, rule_of
from theirs import UNKNOWN, read

# Grey levels within which pixels are taken to be the same.
TOLERANCE = 2
# What ends the comparison with 1.
WRONG = ("DIFFERS", "SIZE DIFFERS", "CALLED DAMAGED, read by Pillow")


@dataclass
class Outcome:
    """What became of a file."""

    file: str
    format: str
    kind: str
    greatest: int = 0
    share: float = 0.0
    said: str = ""


class Program:
    """`decode.rs`, which answers the path of a file with what became of it."""

    def __init__(self):
        command = ["cargo", "test", "--quiet", "--release", "--test", "differential"]
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, path):
        """Pixels, or None and a word with a sentence."""
        self.process.stdin.write(f"{path.resolve()}\n".encode())
        self.process.stdin.flush()
        line = self.process.stdout.readline().decode().strip()
        if not line:
            sys.exit(f"the program ended at {path}")
        word, rest = line.split(" ", 1)
        if word not in ("grey", "colour"):
            return None, word, rest
        width, height = map(int, rest.split())
        shape = (height, width) if word == "grey" else (height, width, 3)
        return np.frombuffer(self.process.stdout.read(int(np.prod(shape))), np.uint8).reshape(shape), word, ""


def compared(path, program):
    """None if the file is no image for either."""
    ours, word, sentence = program.read(path)
    theirs = read(path)
    outcome = Outcome(str(path), theirs.format, "", said=sentence)
    if ours is None and theirs.pixels is None:
        if (word, theirs.format) == ("unknown", UNKNOWN):
            return None
        outcome.kind = "refused by both"
    elif ours is None and word == "damaged":
        damage = damage_of(theirs)
        outcome.kind = f"called damaged: {damage}" if damage else "CALLED DAMAGED, read by Pillow"
    elif ours is None:
        outcome.kind = f"read by Pillow; {sentence}"
    elif theirs.pixels is None:
        outcome.kind, outcome.said = "read here, refused by Pillow", theirs.said
    else:
        compare(outcome, ours, theirs)
    return outcome


def compare(outcome, ours, theirs):
    if ours.shape[:2] != theirs.pixels.shape[:2]:
        outcome.kind = rule_of(theirs, ours, None) or "SIZE DIFFERS"
        outcome.said = f"{ours.shape[:2]} here, {theirs.pixels.shape[:2]} there"
        return
    differences = np.abs(in_colour(ours) - in_colour(theirs.pixels)).max(axis=-1)
    outcome.greatest = int(differences.max(initial=0))
    outcome.share = float((differences > TOLERANCE).mean())
    if outcome.greatest == 0:
        outcome.kind = "the same"
    elif outcome.greatest <= TOLERANCE:
        outcome.kind = f"within {TOLERANCE} grey levels"
    else:
        outcome.kind = rule_of(theirs, ours, differences) or "DIFFERS"


def in_colour(pixels):
    pixels = pixels.astype(np.int16)
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)


def table(outcomes):
    kinds = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append(outcome)
    print(f"{'files':>6} {'most':>5}  class, and one of its files")
    for kind, its in sorted(kinds.items(), key=lambda item: -len(item[1])):
        most = max(its, key=lambda outcome: outcome.greatest)
        print(f"{len(its):>6} {most.greatest:>5}  {kind}\n{'':>14}{most.file}")
    print(f"{len(outcomes):>6}        in all")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    # Pillow and pydicom have their own thoughts about files like these.
    warnings.simplefilter("ignore")
    program = Program()
    paths = sorted(path for folder in arguments.folders for path in folder.rglob("*") if path.is_file())
    outcomes = [outcome for path in paths if (outcome := compared(path, program))]
    table(outcomes)
    if arguments.csv:
        with arguments.csv.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "format", "class", "greatest difference", f"share of pixels beyond {TOLERANCE}", "said"])
            writer.writerows(map(astuple, outcomes))
    sys.exit(any(outcome.kind in WRONG for outcome in outcomes))


if __name__ == "__main__":
    main()
