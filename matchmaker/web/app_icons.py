"""The icon that stands on a phone's first screen: the bridge of `bridge.svg`, drawn as PNG by nothing but this."""

import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = Path(__file__).parent / "static" / "web"
BRIDGE: Final = FOLDER / "bridge.svg"
FIELD: Final = 24.0
"""The drawing lies on a field of 24 by 24."""
GROUND: Final = (0xFB, 0xF8, 0xF3)
SIZES: Final = {"icon-180.png": (180, 0.75), "icon-192.png": (192, 0.75), "icon-512.png": (512, 0.6)}
"""File, pixels, and how much of the field the bridge fills: the largest may be cut to a circle by the phone."""
STEPS: Final = 24

Points = list[tuple[float, float]]


def png_of(size: int, fill: float) -> bytes:
    """The icon as a PNG of so many pixels each way."""
    svg = BRIDGE.read_text(encoding="utf-8")
    path, width = _found(r' d="([^"]+)"', svg), float(_found(r'stroke-width="([\d.]+)"', svg))
    stroke = tuple(bytes.fromhex(_found(r'stroke="#([0-9a-f]{6})"', svg)))
    covered = _covered(list(_strokes(path)), size, fill, width)[:, :, None]
    pixels = np.array(GROUND) * (1 - covered) + np.array(stroke) * covered
    return _packed(np.rint(pixels).astype(np.uint8))


def _covered(strokes: list[Points], size: int, fill: float, width: float) -> NDArray[np.float64]:
    """How far each pixel lies under a stroke, 0 to 1; array of (size, size)."""
    scale = size * fill / FIELD
    # The bridge stands a little low on its field: its own middle comes to the middle of the icon.
    ys, xs = (np.mgrid[0:size, 0:size] + 0.5 - size / 2) / scale + np.array([13.75, 12.0])[:, None, None]
    nearest = np.full((size, size), np.inf)
    for points in strokes:
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((xs - x0) * dx + (ys - y0) * dy) / (dx * dx + dy * dy), 0, 1)
            nearest = np.minimum(nearest, np.hypot(xs - x0 - along * dx, ys - y0 - along * dy))
    covered: NDArray[np.float64] = np.clip((width / 2 - nearest) * scale + 0.5, 0, 1)
    return covered


def _strokes(path: str) -> Iterator[Points]:
    """Each stroke of the path as points; it knows the four letters that our drawing uses."""
    x = y = 0.0
    points: Points = []
    for letter, numbers in re.findall(r"([MmhvcHV])([^A-Za-z]*)", path):
        n = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter in "Mm":
            if len(points) > 1:
                yield points
            x, y = (n[0], n[1]) if letter == "M" else (x + n[0], y + n[1])
            points = [(x, y)]
        elif letter == "c":
            points += _curve(x, y, n)
            x, y = points[-1]
        else:
            x, y = (x + n[0], y) if letter == "h" else (x, y + n[0])
            points.append((x, y))
    yield points


def _curve(x: float, y: float, n: list[float]) -> Points:
    """Points on a cubic curve from here, whose handles and end are given from here."""
    found = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        first, second, third = 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        found.append((x + first * n[0] + second * n[2] + third * n[4], y + first * n[1] + second * n[3] + third * n[5]))
    return found


def _packed(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file of these pixels, array of (height, width, 3)."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )


def _found(pattern: str, svg: str) -> str:
    found = re.search(pattern, svg)
    if found is None:
        raise ValueError(f"{BRIDGE.name} has no {pattern}")
    return found[1]
