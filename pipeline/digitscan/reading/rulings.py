"""Lines, boxes and combs of a form: found, kept as structure, removed from the ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitscan.reading.binarize import scaled
from digitscan.reading.bits import Bits
from digitscan.reading.cells import LARGEST, Boxes, Labels, find_cells, renumbered
from digitscan.reading.clean import Ink
from digitscan.reading.held import accepted
from digitscan.reading.lattice import BORDER, FEWEST, equal_cells, missing_cells, replaced
from digitscan.reading.lines import BLOCK, Lines, blocks_of
from digitscan.reading.parting import print_alone
from digitscan.reading.pens import Pen, dark_strokes
from digitscan.reading.ridges import find_lines
from digitscan.reading.scale import is_part
from digitscan.reading.teeth import comb_cells, draw_teeth, find_combs
from digitscan.types import Box, Gray, Mask

MARGIN = 1.5
"""Pixels to each side of a ruling that its soft edge may take."""
STICKS_OUT = 3
"""Pixels by which a stroke sticks out of a ruling when it crosses or touches it."""
BROAD = 7
"""Pixels along a ruling over which a stroke on it sticks out by less and is still seen."""
DEEP = 13
"""Pixels into a ruling and its margin up to which a stroke that touches or crosses it stays."""
ASLANT = 9
"""Pixels along a ruling in which a stroke may cross it."""
EDGE = BORDER + 3
"""Pixels beside a cell that was found without its ruling in which that lies, soft edge and all."""
PALER = 0.65
"""Share of a pen's darkness up to which what is printed around it is far paler than the pen."""
PEN_ABOVE = 0.35
"""Ink on a ruling this part nearer to full darkness than the print is pen, not print."""


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """The printed structure of a page, in working pixels.

    `horizontal` and `vertical` are (H, W) uint8: 0 beside rulings, else how dark the ruling
    through the pixel is printed, 1 to 255. `cells` are the bounded faces between them: boxes,
    table cells and comb cells, each the tight inside. `labels` is (H, W) uint16: 0 outside every
    cell, else the cell's index plus one.
    """

    horizontal: Gray
    vertical: Gray
    cells: tuple[Box, ...]
    labels: Labels

    @property
    def tone(self) -> Gray:
        """(H, W) uint8: 0 beside rulings, else how dark the darkest one there is printed."""
        return np.maximum(self.horizontal, self.vertical)


def borders_of(rulings: Rulings, cells: Sequence[Box]) -> Gray:
    """Return how dark the rulings are printed that lie around some cells; (K,) uint8."""
    found = [np.zeros(0, np.uint8)]
    for cell in cells:
        rows = slice(max(0, cell.y - EDGE), cell.bottom + EDGE)
        columns = slice(max(0, cell.x - EDGE), cell.right + EDGE)
        tone = np.maximum(rulings.horizontal[rows, columns], rulings.vertical[rows, columns])
        found.append(tone[tone > 0])
    return np.concatenate(found)


def find_rulings(ink: Ink, pen: Pen | None = None) -> Rulings:
    """Find the rulings and the cells between them.

    What a coloured `pen` wrote is none of them, and hides them no more; nor do strokes far darker
    than the rulings are, where no pen is told from print by its colour.
    """
    part = is_part(ink.darkness.shape, ink.stroke)
    largest = 1.0 if part else LARGEST
    found = _lines(ink, pen, pale=part)
    faces = _faces(found, ink.darkness.shape, largest)
    if part and not equal_cells(faces.cells, FEWEST):  # what is pale and short are no boxes
        found = _lines(ink, pen, pale=False)
        faces = _faces(found, ink.darkness.shape, largest)
    level, plumb, cells, labels = faces.level, faces.plumb, faces.cells, faces.labels
    combs = find_combs(found.across, found.steep, level, cells, labels)
    cells, labels = comb_cells(combs, cells, labels)
    draw_teeth(combs, plumb, MARGIN)
    extra = missing_cells(cells, ink.darkness, found.strokes, few=part)
    whole = ~replaced(cells, extra)
    if len(extra):
        labels = renumbered(labels, whole)
    for k, (x, y, wide, high) in enumerate(extra, start=int(whole.sum()) + 1):
        labels[y : y + high, x : x + wide] = k
        level[y : y + high, x : x + wide] = plumb[y : y + high, x : x + wide] = 0
        draw_border(level, plumb, ink.darkness, (x, y, wide, high))
    boxes = tuple(Box(*cell) for cell in np.vstack([cells[whole], extra]).tolist())
    return Rulings(level, plumb, boxes, labels)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Level and upright lines; the darkness in which the latter were searched; a pen's strokes."""

    across: Lines
    upright: Lines
    steep: Gray
    strokes: Mask | None


@dataclass(frozen=True, slots=True, eq=False)
class _Faces:
    """Level and upright rulings as `Rulings` holds them; the cells between, their labels."""

    level: Gray
    plumb: Gray
    cells: Boxes
    labels: Labels


def _lines(ink: Ink, pen: Pen | None, pale: bool) -> _Found:
    """Find the lines that are rulings, `pale` ones of any length among them or not."""

    def search(flat: Gray, steep: Gray) -> list[Lines]:
        blocks = blocks_of(flat, steep)
        return accepted([find_lines(picture) for picture in blocks], blocks, ink.stroke, pale)

    # A camera's noise, enlarged, breaks pale lines.
    dark = cv2.blur(ink.darkness, (3, 3)) if ink.is_enlarged else ink.darkness
    dark = np.asarray(dark, np.uint8)
    flat, steep = (dark, dark) if pen is None else print_alone(dark, pen)
    lines = search(flat, steep)
    if pen is None and (pen := dark_strokes(ink, lines)) is not None:
        flat, steep = print_alone(dark, pen)
        lines = search(flat, steep)
    return _Found(lines[0], lines[1], steep, None if pen is None else pen.mask)


def _faces(found: _Found, shape: tuple[int, ...], largest: float) -> _Faces:
    """Draw the lines and find the cells between them, each at most a share `largest` of all."""
    height, width = shape
    across, upright = found.across.without_gaps(), found.upright.without_gaps()
    level = _full(across.paint((height, -(-width // BLOCK)), MARGIN), width)
    turned = cv2.transpose(upright.paint((width, -(-height // BLOCK)), MARGIN))
    plumb = np.repeat(np.asarray(turned, np.uint8), BLOCK, axis=0)[:height]
    cells, labels, guided = find_cells(level, plumb, largest)
    for x, y, wide, high in guided:
        level[y : y + high, x : x + wide] = plumb[y : y + high, x : x + wide] = 0
    return _Faces(level, plumb, cells, labels)


def draw_border(level: Gray, plumb: Gray, darkness: Gray, cell: tuple[int, int, int, int]) -> None:
    """Draw the rulings around a cell that was found without them, as dark as they usually are."""
    x, y, wide, high = cell
    tops, lefts = (max(0, y - EDGE), y + high), (max(0, x - EDGE), x + wide)
    above, below = (darkness[top : top + EDGE, x : x + wide] for top in tops)
    left, right = (darkness[y : y + high, at : at + EDGE] for at in lefts)
    sides = [above.max(axis=0), below.max(axis=0), left.max(axis=1), right.max(axis=1)]
    tone = max(1, int(np.median(np.concatenate(sides))))
    for top in tops:
        band = level[top : top + EDGE, lefts[0] : x + wide + EDGE]
        np.maximum(band, tone, out=band)
    for at in lefts:
        band = plumb[tops[0] : y + high + EDGE, at : at + EDGE]
        np.maximum(band, tone, out=band)


def remove_rulings(ink: Ink, rulings: Rulings) -> Ink:
    """Return the ink without rulings; strokes that cross or touch them stay whole.

    Ink on a ruling is kept where ink sticks out across the ruling, between two such places
    close together (a stroke that crosses aslant), and where it is far darker than the print.
    """
    tone = rulings.tone
    inked, pen = Bits.of(ink.mask), Bits.of(ink.darkness > _pen_over(tone))
    bands = Bits.of(rulings.horizontal), Bits.of(rulings.vertical)
    strokes = inked & ~(bands[0] | bands[1])
    cut = [
        band & ~_strokes_over(band, inked, strokes, upright)
        for band, upright in zip(bands, (True, False), strict=True)
    ]
    dark = pen.eroded(2, upright=True).opened(2, upright=False).dilated(2, upright=True)
    left = ((cut[0] | cut[1]) & ~dark).unpacked() - np.uint8(1)  # 0 becomes 255, 1 becomes 0
    return replace(
        ink,
        mask=np.asarray(cv2.bitwise_and(ink.mask, left), np.uint8),
        darkness=np.asarray(cv2.bitwise_and(ink.darkness, left), np.uint8),
    )


def _strokes_over(band: Bits, inked: Bits, strokes: Bits, upright: bool) -> Bits:
    """Return the ink on a band of rulings that belongs to strokes; `upright` are those across it.

    `strokes` is the ink beside all rulings.
    """
    beside = band.dilated(STICKS_OUT + 2, upright)
    far = strokes.eroded(STICKS_OUT, upright)
    broad = strokes.eroded(2, upright).opened(BROAD, not upright)
    touched = ((far | broad) & beside).dilated(2 * DEEP + 1, upright) & band & inked
    return touched.closed(ASLANT, not upright).dilated(3, not upright)


def _pen_over(tone: Gray) -> Gray:
    """Return the darkness above which ink on a ruling of some tone must be a pen's."""
    nearer = scaled(tone, 1 - PEN_ABOVE, 255 * PEN_ABOVE)
    # To add is faster than NumPy's minimum with a number; what is beyond 255 becomes 255.
    return np.asarray(cv2.max(nearer, cv2.add(tone, np.full_like(tone, 40))), np.uint8)


def _full(picture: Gray, width: int) -> Gray:
    """Return a block picture with its columns repeated to `width` pixels."""
    # Channels stand side by side: four of them are four columns, in a quarter of a resize's time.
    wide = np.asarray(cv2.merge([picture] * BLOCK), np.uint8).reshape(len(picture), -1)
    return np.ascontiguousarray(wide[:, :width])
