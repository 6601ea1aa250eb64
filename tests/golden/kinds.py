"""Golden numbers for decoding: one small file of each kind that a format allows, and the pixels that Pillow makes of it.

    apt-get install libjpeg-turbo-progs
    python tests/golden/kinds.py

Each case has the bytes of a file, `{name}.file`, and `{name}.pixels` [height, width] or [height, width, 3], upright and
not scaled. Deep greys of TIFF and DICOM are uint16. Files that are to be refused have no pixels.
"""

import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image, ImageOps, PngImagePlugin
from pydicom import uid
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_rescale, apply_windowing
from safetensors.numpy import save_file

HERE = Path(__file__).parent
ORIENTATION = 0x0112
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def colours(width=24, height=18):
    """An image of smooth colours, different at every corner."""
    y, x = np.mgrid[0:height, 0:width]
    red = 230 * x / width + 10
    green = 200 * y / height + 30
    blue = 128 + 100 * np.sin((x + 2 * y) / 9)
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# --- JPEG


def cjpeg(*options, image=None, scans=None):
    """What libjpeg-turbo's own program writes."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-quality", "90", "-optimize", *options]
        if scans:
            script = Path(folder) / "scans"
            script.write_text(scans)
            options += ["-scans", str(script)]
        given = saved(image or colours(), "PPM")
        return subprocess.run(["cjpeg", *options], input=given, capture_output=True, check=True).stdout


def segments(file):
    """Where each segment of a JPEG file before its pixels begins, by its marker."""
    places, at = {}, 2
    while True:
        marker = file[at + 1]
        places.setdefault(marker, at)
        if marker == 0xDA:
            return places
        at += 2 + int.from_bytes(file[at + 2 : at + 4], "big")


def without(file, marker):
    start = segments(file)[marker]
    return file[:start] + file[start + 2 + int.from_bytes(file[start + 2 : start + 4], "big") :]


def without_tables(file):
    """The Huffman tables are the usual ones, and left out."""
    while 0xC4 in segments(file):
        file = without(file, 0xC4)
    return file


def segment(marker, body):
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def with_segments(file, *added):
    """The segments come first."""
    return file[:2] + b"".join(added) + file[2:]


def before(file, marker, junk):
    """Bytes that belong to nothing stand before a segment."""
    start = segments(file)[marker]
    return file[:start] + junk + file[start:]


def changed(file, marker, offset, value):
    """One byte of a segment is another; 1 is its marker, from 4 on it is what the segment holds."""
    place = segments(file)[marker] + offset
    return file[:place] + bytes([value]) + file[place + 1 :]


def with_other_tables(file):
    """The Huffman tables have the numbers 2 and 3, which a baseline file may not have."""
    file, at = bytearray(file), 2
    while file[at + 1] != 0xDA:
        if file[at + 1] == 0xC4:
            file[at + 4] |= 2
        at += 2 + int.from_bytes(file[at + 2 : at + 4], "big")
    for place in range(at + 6, at + 12, 2):
        file[place] |= 0x22
    return bytes(file)


def lossless(levels, bits, predictor):
    """Lossless JPEG (SOF3) of greys: differences to the pixel on the left or above, 17 categories of 5 bits each."""
    height, width = levels.shape
    code = ""
    for y in range(height):
        for x in range(width):
            left, above = int(levels[y, x - 1]), int(levels[y - 1, x])
            guess = 1 << (bits - 1) if x == y == 0 else left if y == 0 else above if x == 0 else (left, above)[predictor - 1]
            difference = int(levels[y, x]) - guess
            size = abs(difference).bit_length()
            code += f"{size:05b}"
            if size:
                code += f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}"
    code += "1" * (-len(code) % 8)
    data = bytes(int(code[at : at + 8], 2) for at in range(0, len(code), 8)).replace(b"\xff", b"\xff\0")
    frame = bytes([bits]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes([1, 1, 0x11, 0])
    table = bytes([0] + [17 if length == 5 else 0 for length in range(1, 17)] + list(range(17)))
    scan = bytes([1, 1, 0, predictor, 0, 0])
    return b"\xff\xd8" + segment(0xC3, frame) + segment(0xC4, table) + segment(0xDA, scan) + data + b"\xff\xd9"


def exif(orientation, is_long=False):
    """EXIF with a single tag."""
    if is_long:
        return b"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0" + bytes([orientation, 0, 0, 0]) + bytes(4)
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation, 0, 0]) + bytes(4)


def jpegs():
    apart, usual = "0;\n1;\n2;\n", cjpeg("-sample", "2x2")
    turned = cjpeg("-sample", "1x1", image=colours(16, 8))
    name = b"Exif\0\0"
    samplings = ["4x1", "1x4", "4x2", "2x4", "2x2,1x2,2x1", "2x2,1x2,1x2", "2x1,1x1,1x2", "1x1,2x2,1x1", "2x2,2x2,1x1", "2x2,2x1,1x1"]
    return {
        **{f"scans-apart-{sampling}": cjpeg("-sample", sampling, scans=apart) for sampling in ("1x1", "2x1", "1x2", "2x2")},
        **{f"sampled-{sampling.replace(',', '-')}": cjpeg("-sample", sampling) for sampling in samplings},
        **{f"progressive-{sampling}": cjpeg("-progressive", "-sample", sampling) for sampling in ("1x1", "2x2", "2x2,1x2,2x1")},
        **{f"size-{w}x{h}": cjpeg("-sample", "2x2", image=colours(w, h)) for w, h in ((1, 1), (5, 9), (17, 16))},
        "luma-apart": cjpeg("-sample", "2x2", scans="0;\n1,2;\n"),
        "scans-apart-restart": cjpeg("-sample", "2x2", "-restart", "1B", scans=apart),
        "restart-block": cjpeg("-sample", "2x2", "-restart", "1B"),
        "restart-row": cjpeg("-sample", "2x1", "-restart", "1"),
        "progressive-restart": cjpeg("-progressive", "-sample", "2x2", "-restart", "1B"),
        "grey": cjpeg("-grayscale"),
        "grey-sampled-2x2": changed(cjpeg("-grayscale"), 0xC0, 11, 0x22),
        "baseline-no": cjpeg("-quality", "3", "-sample", "1x1"),
        "rgb": saved(colours(), "JPEG", keep_rgb=True, quality=90),
        "rgb-by-adobe": with_segments(without(usual, 0xE0), segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")),
        "jfif-before-adobe": with_segments(usual, segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")),
        "no-mark": without(usual, 0xE0),
        "extraneous-bytes": before(usual, 0xC4, b"\0abc\xff\0\x12"),
        "fill-bytes": before(usual, 0xC0, b"\xff\xff\xff"),
        "more-after-the-end": usual + b"\0" * 9 + usual[:99],
        # What libjpeg passes over.
        "tables-of-arithmetic": with_segments(usual, segment(0xCC, b"\0\x10")),
        "height-again": with_segments(usual, segment(0xDC, b"\0\x12")),
        "restart-before-pixels": before(usual, 0xC0, b"\xff\xd3"),
        "unknown-adobe": with_segments(without(usual, 0xE0), segment(0xEE, b"Adobe\0\x64\0\0\0\0\x09")),
        "parts-of-progressive": changed(changed(usual, 0xDA, 11, 1), 0xDA, 13, 0x21),
        "four-tables": with_other_tables(usual),
        "no-tables": without_tables(saved(colours(), "JPEG", quality=90)),
        "cmyk": saved(colours().convert("CMYK"), "JPEG", quality=90),
        "lossless-left": lossless(np.asarray(colours().convert("L")), 8, 1),
        "lossless-above": lossless(np.asarray(colours().convert("L")), 8, 2),
        "turned-long": with_segments(turned, segment(0xE1, name + exif(6, is_long=True))),
        "turned-name-twice": with_segments(turned, segment(0xE1, name * 2 + exif(8))),
        "turned-in-two": with_segments(turned, segment(0xE1, name + exif(5)[:9]), segment(0xE1, name + exif(5)[9:])),
        "turned-by-xmp": with_segments(turned, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP.encode())),
        "turned-exif-before-xmp": with_segments(
            turned, segment(0xE1, name + exif(3)), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP.encode())
        ),
        "exif-of-nothing": with_segments(turned, segment(0xE1, name + bytes(range(200, 230)))),
        "exif-cut-short": with_segments(turned, segment(0xE1, name + exif(6)[:15])),
        "exif-past-its-end": with_segments(turned, segment(0xE1, name + exif(6)[:7] + b"\x99" + exif(6)[8:])),
        "exif-of-a-text": with_segments(turned, segment(0xE1, name + exif(6)[:13] + b"\x02" + exif(6)[14:])),
        "turned-9": with_segments(turned, segment(0xE1, name + exif(9))),
    }


def refused_jpegs():
    usual = cjpeg("-sample", "2x2")
    return {
        "arithmetic": changed(usual, 0xC0, 1, 0xC9),
        "ratio-3-2": changed(changed(usual, 0xC0, 11, 0x31), 0xC0, 14, 0x21),
        "12-bits": changed(changed(usual, 0xC0, 4, 12), 0xC0, 1, 0xC1),
        "hierarchical": changed(usual, 0xC0, 1, 0xC5),
        "height-after-pixels": changed(changed(usual, 0xC0, 5, 0), 0xC0, 6, 0),
        "lossless-restart": with_segments(lossless(np.asarray(colours().convert("L")), 8, 1), segment(0xDD, b"\0\x18")),
    }


# --- PNG, WebP, GIF


def chunk(name, body):
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png(added, at_end=False):
    """With a chunk before or after the pixels."""
    file = saved(colours(12, 6), "PNG")
    place = file.index(b"IEND" if at_end else b"IDAT") - 4
    return file[:place] + added + file[place:]


def pngs():
    profile = b"\nexif\n%8d\n" % (6 + len(exif(6))) + (b"Exif\0\0" + exif(6)).hex().encode() + b"\n"
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP, zip=True)
    return {
        "turned": png(chunk(b"eXIf", exif(6))),
        "turned-after-pixels": png(chunk(b"eXIf", exif(8)), at_end=True),
        "turned-named": png(chunk(b"eXIf", b"Exif\0\0" + exif(7))),
        "turned-by-profile": png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile))),
        "turned-by-xmp": png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP.encode()), at_end=True),
        "turned-by-packed-xmp": saved(colours(12, 6), "PNG", pnginfo=text),
        "two-bits": saved(colours(12, 6).quantize(4), "PNG", bits=2),
    }


def webp(name, body, flag):
    """An extended file with a chunk after the pixels."""
    file = saved(colours(12, 6), "WEBP", lossless=True)
    size = b"".join((side - 1).to_bytes(3, "little") for side in (12, 6))
    header = b"VP8X" + (10).to_bytes(4, "little") + bytes([flag, 0, 0, 0]) + size
    added = name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
    whole = b"WEBP" + header + file[12:] + added
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def webps():
    return {
        "turned": webp(b"EXIF", exif(6), 8),
        "turned-named": webp(b"EXIF", b"Exif\0\0" + exif(8), 8),
        "turned-named-twice": webp(b"EXIF", b"Exif\0\0" * 2 + exif(5), 8),
        "turned-by-xmp": webp(b"XMP ", XMP.encode(), 4),
    }


def refused_rasters():
    """Files that break a rule of PNG, WebP or GIF."""
    gif = saved(colours(12, 6).quantize(4), "GIF")
    end = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    codes = gif.index(b",", end) + 10
    lossless, lossy = (saved(colours(12, 6), "WEBP", lossless=is_lossless) for is_lossless in (True, False))
    palette = saved(colours(12, 6).quantize(4), "PNG")
    place = palette.index(b"PLTE") - 4
    length = 12 + int.from_bytes(palette[place : place + 4], "big")
    checksum = palette.index(b"IDAT") + 4 + int.from_bytes(palette[palette.index(b"IDAT") - 4 : palette.index(b"IDAT")], "big")
    return {
        "png-part-of-a-colour": png(chunk(b"PLTE", b"\1\2\3\4")),
        "png-checksum": palette[:checksum] + b"\0\0\0\0" + palette[checksum + 4 :],
        "png-no-palette": palette[:place] + palette[place + length :],
        "gif-no-palette": gif[:10] + bytes([gif[10] & 0x7F]) + gif[11:13] + gif[end:],
        "gif-wide-codes": gif[:codes] + b"\x0d" + gif[codes + 1 :],
        "webp-lossless-mark": lossless.replace(b"\x2f", b"\x2e", 1),
        "webp-lossy-mark": lossy.replace(b"\x9d\x01\x2a", b"\x9d\x01\x2b"),
    }


# --- BMP, PNM


def bmp(header, palette, rows, place=None):
    """`place` is where the pixels are said to be."""
    data = header + palette + rows
    place = place or 14 + len(header) + len(palette)
    return b"BM" + (14 + len(data)).to_bytes(4, "little") + bytes(4) + place.to_bytes(4, "little") + data


def bmps():
    def numbers(length, *values):
        return b"".join(value.to_bytes(length, "little") for value in values)

    plain = saved(colours(12, 6), "BMP")
    greys = np.asarray(colours(12, 6).convert("L"))[::-1]
    four = [(30, 60, 90), (200, 10, 20), (5, 250, 100), (0, 0, 255)]
    rows = (greys // 64).tobytes()
    runs = b"".join(b"".join(bytes([1, level]) for level in row) + b"\0\0" for row in greys // 64) + b"\0\1"
    palette = b"".join(bytes(colour) + b"\0" for colour in four)
    fields = numbers(4, 12, 6) + numbers(2, 1, 8) + numbers(4, 0, 72, 0, 0, 4, 4)
    words = np.asarray(colours(12, 6)).astype(np.uint16)[::-1] >> 3
    word = lambda shift: ((words[..., 0] << shift) | (words[..., 1] << 5) | words[..., 2]).astype("<u2").tobytes()
    deep = numbers(4, 40, 12, 6) + numbers(2, 1, 16)
    return {
        "reserved-bytes": plain[:6] + b"abcd" + plain[10:],
        "os2-1": bmp(numbers(4, 12) + numbers(2, 12, 6, 1, 8), b"".join(map(bytes, four)) + bytes(252 * 3), rows),
        "os2-2": bmp(numbers(4, 64) + fields + bytes(24), palette, rows),
        "top-down": bmp(numbers(4, 40, 12, 2**32 - 6) + fields[8:], palette, rows),
        "pixels-at-palette": bmp(numbers(4, 40) + fields, palette, rows, place=54),
        "runs": bmp(numbers(4, 40, 12, 6) + numbers(2, 1, 8) + numbers(4, 1, len(runs), 0, 0, 4, 4), palette, runs),
        "run-past-the-row": bmp(numbers(4, 40, 12, 6) + numbers(2, 1, 8) + numbers(4, 1, 26, 0, 0, 4, 4), palette, b"\x0d\2\0\0" + b"\x0c\1\0\0" * 5 + b"\0\1"),
        "555": bmp(deep + numbers(4, 0, 144, 0, 0, 0, 0), b"", word(10)),
        "565": bmp(deep + numbers(4, 3, 144, 0, 0, 0, 0) + numbers(4, 0xF800, 0x7E0, 0x1F), b"", word(11)),
    }


def refused_bmps():
    def numbers(length, *values):
        return b"".join(value.to_bytes(length, "little") for value in values)

    palette = bytes(range(16))
    plain = saved(colours(12, 6), "BMP")
    fields = lambda height, packing, size: numbers(4, 40, 12, height) + numbers(2, 1, 8) + numbers(4, packing, size, 0, 0, 4, 4)
    runs = b"\x0c\1\0\0" * 6 + b"\0\1"
    huffman = numbers(4, 64, 12, 6) + numbers(2, 1, 1) + numbers(4, 3, 12, 0, 0, 2, 2) + bytes(24)
    return {
        "bmp-planes": plain[:26] + b"\2" + plain[27:],
        "bmp-pixels-past-the-row": bmp(fields(6, 1, 38), palette, b"\0\x0e" + bytes(14) + runs[2:]),
        "bmp-runs-top-down": bmp(fields(2**32 - 6, 1, len(runs)), palette, runs),
        "bmp-os2-packed": bmp(huffman, palette[:8], bytes(12)),
        "bmp-of-a-jpeg": bmp(fields(6, 4, 99), b"", cjpeg()),
        "bmp-cut": plain[:-9],
    }


def pnms():
    greys = np.asarray(colours(12, 6).convert("L")).astype(int)
    text = lambda levels: b" ".join(b"%d" % level for level in np.ravel(levels))
    wide = lambda levels: np.asarray(levels).astype(">u2").tobytes()
    return {
        "bits-text.pbm": b"P1\n# made by hand\n12 6\n" + b"".join(b"%d" % level for level in np.ravel(greys // 128)),
        "bits.pbm": saved(colours(12, 6).convert("1"), "PPM"),
        "text.pgm": b"P2 12 6 255\n" + text(greys),
        "text.ppm": b"P3 12 6 100\n" + text(np.asarray(colours(12, 6)).astype(int) * 100 // 255),
        "grey.pgm": saved(colours(12, 6).convert("L"), "PPM"),
        "grey-100.pgm": b"P5\n12 6\n# a hundred and one levels\n100\n" + (greys * 100 // 255).astype(np.uint8).tobytes(),
        "grey-1023.pgm": b"P5 12 6 1023\n" + wide(greys * 4),
        "grey-65535.pgm": b"P5 12 6 65535\n" + wide(greys * 257),
        "colour.ppm": saved(colours(12, 6), "PPM"),
        "colour-1023.ppm": b"P6 12 6 1023\n" + wide(np.asarray(colours(12, 6)).astype(int) * 4),
    }


# --- TIFF


def tiff(levels, colour, bits=None, order="<", big=False, tile=None, planar=False, **tags):
    """A file that Pillow cannot write. `levels` [height, width] or [height, width, samples]; tags by number, as `t123`."""
    levels = levels if levels.ndim == 3 else levels[..., None]
    height, width, samples = levels.shape
    bits = bits or levels.dtype.itemsize * 8
    step = tile or max(height, width)

    def packed(part):
        if bits >= 8:
            return part.astype(part.dtype.newbyteorder(order)).tobytes()
        digits = np.unpackbits(part[..., None], axis=-1)[..., 8 - bits :]
        return np.packbits(digits.reshape(len(part), -1), axis=1).tobytes()

    def chunk(plane, top, left):
        part = plane[top : top + step, left : left + step]
        missing = [(0, (tile or size) - size) for size in part.shape[:2]]
        return packed(np.pad(part, [*missing, (0, 0)]))

    planes = [levels[..., [sample]] for sample in range(samples)] if planar else [levels]
    chunks = [chunk(plane, y, x) for plane in planes for y in range(0, height, step) for x in range(0, width, step)]
    start = 16 if big else 8
    places = [start + sum(map(len, chunks[:index])) for index in range(len(chunks))]
    lengths = list(map(len, chunks))
    where = {322: tile, 323: tile, 324: places, 325: lengths} if tile else {273: places, 278: 2**32 - 1, 279: lengths}
    own = {256: width, 257: height, 258: [bits] * samples, 259: 1, 262: colour, 277: samples, 284: 1 + planar}
    own |= where | {int(tag[1:]): value for tag, value in tags.items()}
    file = b"".join(chunks)
    entries, inline = b"", 8 if big else 4
    for tag, values in sorted(own.items()):
        values = values if isinstance(values, list) else [values]
        kind, letter = (3, "H") if max(values) < 65536 else (4, "I")
        data = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(data) > inline:
            data, file = struct.pack(order + ("Q" if big else "I"), start + len(file)), file + data
        entries += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, len(values)) + data.ljust(inline, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, start + len(file)) if big else struct.pack(order + "HI", 42, start + len(file))
    return mark + head + file + struct.pack(order + ("Q" if big else "H"), len(own)) + entries + bytes(inline)


def tiffs():
    rgb = np.asarray(colours(19, 11))
    grey = np.asarray(colours(19, 11).convert("L"))
    deep = (grey.astype(np.uint16) * 257) ^ 85
    image, greys = colours(19, 11), colours(19, 11).convert("L")
    opacity = (grey[..., None] // 2 + 90).astype(np.uint8)
    faded = np.concatenate([(rgb * (opacity / 255)).astype(np.uint8), opacity], axis=-1)
    palette = np.linspace(0, 65535, 48).astype(int)[::-1].tolist()
    packed = {name: saved(image, "TIFF", compression=name) for name in ("tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits")}
    return {
        **{name.replace("tiff_", "").replace("_", "-"): file for name, file in packed.items()},
        "raw": saved(image, "TIFF"),
        "lzw-predictor": saved(image, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}),
        "deflate-predictor-16": saved(Image.fromarray(deep), "TIFF", compression="tiff_adobe_deflate", tiffinfo={317: 2}),
        "ignored-predictor": tiff(grey, 1, t317=2),
        "strips": saved(colours(60, 40), "TIFF", compression="tiff_lzw", tiffinfo={278: 7}),
        "bits": saved(greys.convert("1"), "TIFF"),
        "bits-group-4": saved(greys.convert("1"), "TIFF", compression="group4"),
        "bits-white-is-zero": tiff(grey // 128, 0, bits=1),
        "grey": saved(greys, "TIFF"),
        "grey-white-is-zero": tiff(grey, 0),
        "grey-2-bits": tiff(grey // 64, 1, bits=2),
        "grey-4-bits": tiff(grey // 16, 1, bits=4),
        "grey-4-bits-white-is-zero": tiff(grey // 16, 0, bits=4),
        "grey-and-alpha": saved(image.convert("LA"), "TIFF"),
        "grey-16": saved(Image.fromarray(deep), "TIFF"),
        "grey-16-big-endian": tiff(deep, 1, order=">"),
        "grey-tiles": tiff(grey, 1, tile=16),
        "bits-tiles": tiff(grey // 128, 1, bits=1, tile=16),
        "palette": saved(image.quantize(16), "TIFF"),
        "palette-4-bits": tiff(grey // 16, 3, bits=4, t320=palette),
        "rgb-16": tiff(rgb.astype(np.uint16) * 257, 2),
        "rgb-planes": tiff(rgb, 2, planar=True),
        "rgb-planes-tiles": tiff(rgb, 2, planar=True, tile=16),
        "rgb-big-file-turned": tiff(rgb, 2, big=True, t274=8),
        "rgb-big-endian-turned": tiff(rgb, 2, order=">", t274=5),
        "rgba": saved(image.convert("RGBA"), "TIFF"),
        "rgb-premultiplied": tiff(faded, 2, t338=1),
        "rgb-and-more": tiff(faded, 2, t338=0),
        "cmyk": saved(image.convert("CMYK"), "TIFF"),
        "cmyk-16": tiff(np.asarray(image.convert("CMYK")).astype(np.uint16) * 257, 5),
        "pages": saved(image, "TIFF", save_all=True, append_images=[greys]),
        "turned": tiff(rgb, 2, t274=6),
        "jpeg": saved(colours(40, 30), "TIFF", compression="jpeg", quality=90),
        "jpeg-grey": saved(colours(40, 30).convert("L"), "TIFF", compression="jpeg", quality=90),
        "jpeg-luma": saved(colours(40, 30).convert("YCbCr"), "TIFF", compression="jpeg", quality=90),
        "jpeg-cmyk": saved(colours(40, 30).convert("CMYK"), "TIFF", compression="jpeg", quality=90),
    }


def refused_tiffs():
    grey = np.asarray(colours(12, 6).convert("L"))
    fax = saved(colours(12, 6).convert("1"), "TIFF", compression="group4")
    rows = struct.pack("<HHI", 257, 3, 1)
    assert fax.count(rows + b"\6\0") == 1
    return {
        "tiff-12-bits": tiff(grey.astype(np.uint16), 1, bits=8, t258=12),
        "tiff-luma": tiff(np.asarray(colours(12, 6).convert("YCbCr")), 6),
        "tiff-jpeg-of-the-old-kind": tiff(grey, 1, t259=6),
        "tiff-jpeg-2000": tiff(grey, 1, t259=34712),
        "tiff-lzma": tiff(grey, 1, t259=34925),
        "tiff-zstandard": tiff(grey, 1, t259=50000),
        "tiff-webp": tiff(np.asarray(colours(12, 6)), 2, t259=50001),
        "tiff-group-4-short": fax.replace(rows + b"\6\0", rows + b"\x63\0"),
        "tiff-floats": tiff(grey.astype(np.float32), 1, t339=3),
        "tiff-32-bits": tiff(grey.astype(np.uint32), 1),
        "tiff-signed": tiff(grey.astype(np.int16), 1, t339=2),
        "tiff-group-3": saved(colours(12, 6).convert("1"), "TIFF", compression="group3"),
        "tiff-reverse-bits": tiff(grey // 128, 1, bits=1, t266=2),
        "tiff-lab": tiff(np.asarray(colours(12, 6)), 8),
    }


# --- DICOM


def dicom(levels, packed=None, syntax=uid.ExplicitVRLittleEndian, bits=None, **attributes):
    """`packed` is what stands for the first frames instead of the levels; other attributes by their keywords."""
    bits = bits or levels.dtype.itemsize * 8
    is_colour = levels.shape[-1] == 3
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = uid.SecondaryCaptureImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = "1.2.3"
    # What is in a sequence is another picture's.
    icon = pydicom.Dataset()
    icon.Rows = icon.Columns = 1
    data.IconImageSequence = [icon]
    data["IconImageSequence"].is_undefined_length = True
    data.Rows, data.Columns = levels.shape[-3:-1] if is_colour else levels.shape[-2:]
    data.SamplesPerPixel = 3 if is_colour else 1
    data.PhotometricInterpretation = "RGB" if is_colour else "MONOCHROME2"
    if is_colour:
        data.PlanarConfiguration = 0
    data.BitsAllocated = levels.dtype.itemsize * 8
    data.BitsStored, data.HighBit = bits, bits - 1
    data.PixelRepresentation = int(levels.dtype.kind == "i")
    data.PixelData = encapsulate(packed) if packed else levels.tobytes() + bytes(levels.nbytes % 2)
    data["PixelData"].VR = "OB" if levels.dtype.itemsize == 1 else "OW"
    for keyword, value in attributes.items():
        setattr(data, keyword, value)
    file = io.BytesIO()
    data.save_as(file, implicit_vr=syntax == uid.ImplicitVRLittleEndian, little_endian=True, enforce_file_format=True)
    return file.getvalue()


def dicoms():
    """Each with the pixels, or with another file that pydicom makes the same pixels of."""
    grey = np.asarray(colours(19, 11).convert("L"))
    rgb = np.asarray(colours(19, 11))
    deep = (grey.astype(np.uint16) * 16) ^ 9
    signed = deep.astype(np.int16) - 1500
    window = {"WindowCenter": 1200, "WindowWidth": 900}
    tomogram = {"RescaleSlope": "0.5", "RescaleIntercept": "-1024", "WindowCenter": ["300", "9"], "WindowWidth": ["1200", "9"]}
    overlaid = deep | (np.indices(deep.shape).sum(axis=0) % 2 * 0x8000).astype(np.uint16)
    run_lengths = lambda file: compressed(file, uid.RLELossless)
    planes = np.moveaxis(rgb, -1, 0).copy()
    luma = np.asarray(colours(19, 11).convert("YCbCr"))
    jpeg = cjpeg("-sample", "2x2")
    usual = np.asarray(colours())
    unmarked = without(cjpeg("-rgb"), 0xEE)
    for number in range(3):
        unmarked = changed(changed(unmarked, 0xC0, 10 + 3 * number, number + 1), 0xDA, 5 + 2 * number, number + 1)
    lossless_deep = lossless(deep, 12, 1)
    lossless_signed = lossless((signed & 0xFFF).astype(np.uint16), 12, 1)
    files = {
        "grey": dicom(grey),
        "grey-implicit": dicom(grey, syntax=uid.ImplicitVRLittleEndian),
        "grey-implicit-said-explicit": said_explicit(dicom(grey, syntax=uid.ImplicitVRLittleEndian)),
        "grey-after-start-of-tiff": b"II*\0" + dicom(grey)[4:],
        "grey-window": dicom(grey, WindowCenter=100, WindowWidth=90),
        "grey-inverted": dicom(grey, PhotometricInterpretation="MONOCHROME1"),
        "12-bits": dicom(deep, bits=12),
        "12-bits-window": dicom(deep, bits=12, **window),
        "12-bits-window-exact": dicom(deep, bits=12, VOILUTFunction="LINEAR_EXACT", **window),
        "12-bits-window-sigmoid": dicom(deep, bits=12, VOILUTFunction="SIGMOID", **window),
        "12-bits-inverted": dicom(deep, bits=12, PhotometricInterpretation="MONOCHROME1", **window),
        "12-bits-overlaid": dicom(overlaid, bits=12),
        # pydicom takes the lower bits, whatever the high bit is.
        "12-bits-at-the-top": (dicom(deep << 4, bits=12, HighBit=15), dicom(deep, bits=12)),
        "16-bits-signed": dicom(signed),
        "tomogram": dicom(deep, bits=12, **tomogram),
        "tomogram-signed-implicit": dicom(signed, syntax=uid.ImplicitVRLittleEndian, **tomogram),
        "slope-down": dicom(deep, bits=12, RescaleSlope="-2", RescaleIntercept="9"),
        "frames": dicom(np.stack([deep, deep // 2]), bits=12, NumberOfFrames=2, **window),
        "no-preamble": dicom(deep, bits=12, **window)[132:],
        "no-preamble-rle": run_lengths(dicom(grey))[132:],
        "no-meta": without_meta(dicom(deep, bits=12, **window)),
        "no-meta-implicit": without_meta(dicom(grey, syntax=uid.ImplicitVRLittleEndian)),
        "rgb": dicom(rgb),
        "rgb-planes": dicom(rgb, PixelData=planes.tobytes() + b"\0", PlanarConfiguration=1),
        "luma": dicom(luma, PhotometricInterpretation="YBR_FULL"),
        "rle-grey": run_lengths(dicom(grey)),
        "rle-deep": run_lengths(dicom(deep, bits=12, **window)),
        "rle-rgb": run_lengths(dicom(rgb)),
        "rle-frames": run_lengths(dicom(np.stack([deep, deep // 2]), bits=12, NumberOfFrames=2)),
        "jpeg.jpg": dicom(usual, [jpeg], uid.JPEGBaseline8Bit, PhotometricInterpretation="YBR_FULL_422"),
        "jpeg-rgb.jpg": dicom(usual, [unmarked], uid.JPEGBaseline8Bit),
        "jpeg-grey.jpg": dicom(usual[..., 0].copy(), [cjpeg("-grayscale")], uid.JPEGBaseline8Bit, WindowCenter=100, WindowWidth=200),
        "jpeg-frames.jpg": dicom(usual[..., 0].copy(), [cjpeg("-grayscale"), cjpeg("-grayscale", "-quality", "5")], uid.JPEGBaseline8Bit, NumberOfFrames=2),
        "lossless": (dicom(deep, [lossless_deep], uid.JPEGLosslessSV1, bits=12, **window), dicom(deep, bits=12, **window)),
        "lossless-signed": (dicom(signed, [lossless_signed], uid.JPEGLossless, bits=12), dicom(signed, bits=12)),
    }
    pairs = {name: file if isinstance(file, tuple) else (file, file) for name, file in files.items()}
    return {name: (file, dicom_pixels(twin)) for name, (file, twin) in pairs.items()}


def said_explicit(file):
    """The same, with the wrong transfer syntax."""
    wrong = file.replace(b"\x12\x001.2.840.10008.1.2\0", b"\x14\x001.2.840.10008.1.2.1\0")
    return wrong[:140] + (int.from_bytes(wrong[140:144], "little") + 2).to_bytes(4, "little") + wrong[144:]


def without_meta(file):
    """The elements of the picture alone; those about the file begin with their length."""
    return file[144 + int.from_bytes(file[140:144], "little") :]


def compressed(file, syntax):
    data = pydicom.dcmread(io.BytesIO(file))
    data.compress(syntax, generate_instance_uid=False)
    file = io.BytesIO()
    data.save_as(file)
    return file.getvalue()


def dicom_pixels(file):
    """What pydicom makes of the first frame: its window, or for short values without a sign all of them, is brought to 8 or 16
    bits. Without a window, values of more bits stay as they are stored, counted from the lowest that can be."""
    data = pydicom.dcmread(io.BytesIO(file), force=True)
    if "TransferSyntaxUID" not in data.file_meta:
        is_implicit, _ = data.original_encoding
        data.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian if is_implicit else uid.ExplicitVRLittleEndian
    frame = data.pixel_array[0] if data.get("NumberOfFrames", 1) > 1 else data.pixel_array
    if frame.ndim == 3:
        return frame
    values = np.asarray(apply_rescale(frame, data), np.float64)
    bounds = np.array([0, 2**data.BitsStored - 1]) - (2 ** (data.BitsStored - 1) if data.PixelRepresentation else 0)
    white = 65535 if data.BitsStored > 8 else 255
    if "WindowWidth" in data:
        low, high = sorted(apply_rescale(bounds, data))
        values = apply_windowing(values, data)
    elif data.BitsStored > 8:
        is_falling = float(data.get("RescaleSlope", 1)) < 0
        low, high = bounds
        white = high - low
        values = high + low - frame.astype(int) if is_falling else frame
    elif data.PixelRepresentation:
        low, high = values.min(), values.max()
    else:
        low, high = bounds
    levels = np.floor((values - low) / (high - low) * white + 0.5)
    if data.PhotometricInterpretation == "MONOCHROME1":
        levels = white - levels
    return levels.astype(np.uint16 if white > 255 else np.uint8)


def refused_dicoms():
    grey = np.asarray(colours(12, 6).convert("L"))
    return {
        "dicom-32-bits": dicom(grey.astype(np.uint32)),
        "dicom-palette": dicom(grey, PhotometricInterpretation="PALETTE COLOR"),
        "dicom-no-meta-packed": without_meta(dicom(grey, [b"\xff\x4f\xff\x51"], uid.JPEG2000Lossless)),
        "dicom-jpeg-2000": dicom(grey, [b"\xff\x4f\xff\x51"], uid.JPEG2000Lossless),
        "dicom-subsampled": dicom(np.asarray(colours(12, 6)), PhotometricInterpretation="YBR_FULL_422"),
    }


def pixels(file):
    """What Pillow makes of a file; values of 16 bits are rounded to 8, where Pillow would cut them off."""
    image = Image.open(io.BytesIO(file))
    if image.format == "TIFF" and image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)
    image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "I;16"):
        return ((np.asarray(image).astype(int) + 128) // 257).astype(np.uint8)
    return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))


def main():
    kinds = {".jpg": jpegs(), ".png": pngs(), ".webp": webps(), ".bmp": bmps(), "": pnms(), ".tif": tiffs()}
    tensors = {}
    for ending, files in kinds.items():
        for name, file in files.items():
            tensors[f"{name}{ending}.file"] = np.frombuffer(file, np.uint8)
            tensors[f"{name}{ending}.pixels"] = np.ascontiguousarray(pixels(file))
    for name, (file, expected) in dicoms().items():
        tensors[f"dicom-{name}.file"] = np.frombuffer(file, np.uint8)
        tensors[f"dicom-{name}.pixels"] = np.ascontiguousarray(expected)
    for name, file in (refused_jpegs() | refused_rasters() | refused_bmps() | refused_tiffs() | refused_dicoms()).items():
        tensors[f"{name}.refused.file"] = np.frombuffer(file, np.uint8)
    path = HERE / "kinds.safetensors"
    save_file(tensors, path)
    print(f"{path.name}: {sum('.pixels' in name for name in tensors)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
