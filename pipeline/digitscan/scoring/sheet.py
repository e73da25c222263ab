"""Sheets of failures: what the scan shows, what was wanted, what was read, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.errors import FileError, UsageError
from digitscan.output.pictures import encode_picture
from digitscan.output.place import write_picture
from digitscan.pages.inputs import find_inputs
from digitscan.pages.load import load_pages
from digitscan.places import Place
from digitscan.scoring.failures import ErrorKind
from digitscan.scoring.readings import Reading
from digitscan.settings import PageSettings, PictureFormat
from digitscan.types import Box, Page

Failures = Sequence[tuple[Reading, ErrorKind]]
Color = tuple[int, int, int]
Picture = NDArray[np.uint8]
"""(H, W, 3) uint8, blue, green, red."""

COLUMNS, MOST = 5, 150
"""Tiles in a row, and on one sheet."""
WIDTH, HIGH, LINE, GAP = 300, 110, 18, 8
"""Of a tile: width, height of the picture, height of a line of text, border; pixels."""
ENDINGS = {".png": PictureFormat.PNG, ".jpg": PictureFormat.JPEG, ".jpeg": PictureFormat.JPEG}

INK: Color = (40, 20, 0)
WANTED: Color = (80, 120, 0)
ACCEPTED: Color = (0, 94, 213)
READ: Color = (233, 150, 40)
PAPER: Color = (255, 255, 255)
GROUND: Color = (225, 225, 225)


def draw_failures(failures: Failures, images: Path, out: Path) -> list[Path]:
    """Draw all failures on one sheet (`out` is a picture), or each kind on its own (a folder).

    Past `MOST` failures sheets are continued in further files. Returns what was written.

    Raises
    ------
    UsageError
        The scans are not where they should be.
    OutputError
        A sheet cannot be written.
    """
    scans = find_scans(images)
    order = list(ErrorKind)
    ordered = sorted(failures, key=lambda failure: order.index(failure[1]))
    if out.suffix.lower() in ENDINGS:
        sheets = [(out, ordered)]
    else:
        kinds = groupby(ordered, key=lambda failure: failure[1])
        sheets = [(out / f"{kind.replace(' ', '-')}.png", list(some)) for kind, some in kinds]
    written = []
    for path, some in sheets:
        for first in range(0, len(some), MOST):
            name = path.with_stem(f"{path.stem}-{first // MOST + 1}") if first else path
            picture = draw_sheet(some[first : first + MOST], scans)
            write_picture(name, encode_picture(picture, ENDINGS[name.suffix.lower()]))
            written.append(name)
    return written


def find_scans(images: Path) -> dict[str, Place]:
    """Return the scans of a file or folder by name, without folders; UsageError if none."""
    scans: dict[str, Place] = {}
    for file in find_inputs([images]).files:
        scans.setdefault(file.path.name, file.path)
    if not scans:
        raise UsageError(f"--images {images}: no scan is there")
    return scans


def draw_sheet(failures: Failures, scans: Mapping[str, Place]) -> Picture:
    """Draw the failures as tiles in rows, in their order."""
    tiles: list[Picture] = []
    for (file, number), some in groupby(failures, key=lambda one: (one[0].file, one[0].page)):
        page = _load(scans.get(file.rpartition("/")[2]), number)
        tiles += [_tile(reading, kind, page) for reading, kind in some]
    rows = -(-len(tiles) // COLUMNS)
    wide, high = WIDTH + GAP, HIGH + 3 * LINE + 2 * GAP
    sheet = np.full((rows * high + GAP, COLUMNS * wide + GAP, 3), GROUND, np.uint8)
    for index, tile in enumerate(tiles):
        x, y = GAP + index % COLUMNS * wide, GAP + index // COLUMNS * high
        sheet[y : y + high - GAP, x : x + WIDTH] = tile
    return sheet


def _load(path: Place | None, number: int) -> Page | None:
    """Decode one page of a scan; None where there is none."""
    if path is None:
        return None
    try:
        pages = load_pages(path, path.name, PageSettings(), number, number)
        return next((page for page in pages if isinstance(page, Page)), None)
    except FileError:
        return None


def _tile(reading: Reading, kind: ErrorKind, page: Page | None) -> Picture:
    """Draw one failure: its crop, then what was wanted and read, the kind, and the file."""
    tile = np.full((HIGH + 3 * LINE + GAP, WIDTH, 3), PAPER, np.uint8)
    crop = None if page is None or reading.region is None else _crop(reading, page)
    if crop is None:
        _write(tile, "no scan" if page is None else "no place known", (GAP, HIGH // 2), INK)
    else:
        y, x = (HIGH - crop.shape[0]) // 2, (WIDTH - crop.shape[1]) // 2
        tile[y : y + crop.shape[0], x : x + crop.shape[1]] = crop
    nothing = "nothing"
    end = _write(tile, f"{reading.wanted or nothing} ", (GAP, HIGH + LINE), WANTED)
    color = ACCEPTED if reading.accepted else INK
    judged = "accepted" if reading.accepted else "review"
    if reading.rows:
        judged = f"{reading.confidence:.3f}, {judged}"
    _write(tile, f"read {reading.text or nothing}  {judged}", (end, HIGH + LINE), color)
    _write(tile, kind.value, (GAP, HIGH + 2 * LINE), INK)
    _write(tile, f"{reading.file} p. {reading.page}", (GAP, HIGH + 3 * LINE), INK)
    return tile


def _crop(reading: Reading, page: Page) -> Picture | None:
    """Cut the region out of its page, as large as a tile holds, with the boxes that were read."""
    assert reading.region is not None
    around = _within(reading.region, page)
    if around.width <= 0 or around.height <= 0:
        return None
    part = page.pixels[around.y : around.bottom, around.x : around.right]
    color = cv2.cvtColor(part, cv2.COLOR_GRAY2BGR) if part.ndim == 2 else part
    scale = min(WIDTH / around.width, HIGH / around.height)
    size = (max(1, int(around.width * scale)), max(1, int(around.height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    crop = np.ascontiguousarray(cv2.resize(color, size, interpolation=method), np.uint8)
    for corner, other in _corners(reading, around, scale):
        cv2.rectangle(crop, corner, other, READ, 1)
    return crop


def _within(region: Box, page: Page) -> Box:
    """Return a region with the paper around it that a tile can hold, cut off at the edges."""
    above = max(4, region.height // 4)
    beside = (region.height + 2 * above) * WIDTH // HIGH - region.width
    beside = max(above, beside // 2)
    return Box.from_corners(
        max(0, region.x - beside),
        max(0, region.y - above),
        min(page.width, region.right + beside),
        min(page.height, region.bottom + above),
    )


def _corners(
    reading: Reading, around: Box, scale: float
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the boxes that were read in pixels of the crop."""
    for row in reading.rows:
        box = row.box
        yield (
            (round((box.x - around.x) * scale), round((box.y - around.y) * scale)),
            (round((box.right - around.x) * scale), round((box.bottom - around.y) * scale)),
        )


def _write(tile: Picture, text: str, at: tuple[int, int], color: Color) -> int:
    """Write a line of text standing on a row; returns the column where it ends."""
    end = cv2.putText(tile, text, at, color, cv2.FontFace("sans"), LINE - 5, 500)[0]
    return int(end[0])
