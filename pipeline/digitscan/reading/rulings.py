"""Lines, boxes and combs of a form: found, kept as structure, removed from the ink."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitscan.reading.binarize import scaled
from digitscan.reading.bits import Bits
from digitscan.reading.cells import LARGEST, Labels, find_cells, renumbered
from digitscan.reading.clean import Ink
from digitscan.reading.held import accepted, is_field
from digitscan.reading.lattice import BORDER, missing_cells, replaced
from digitscan.reading.lines import BLOCK, Lines, blocks_of
from digitscan.reading.parting import print_alone
from digitscan.reading.pens import Pen, dark_strokes
from digitscan.reading.ridges import find_lines
from digitscan.reading.teeth import comb_cells, draw_teeth, find_combs
from digitscan.types import Box, Gray

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


def find_rulings(ink: Ink, pen: Pen | None = None) -> Rulings:
    """Find the rulings and the cells between them.

    What a coloured `pen` wrote is none of them, and hides them no more; nor do strokes far darker
    than the rulings are, where no pen is told from print by its colour.
    """
    flat, steep = (ink.darkness,) * 2 if pen is None else print_alone(ink.darkness, pen)
    across, upright = _lines(flat, steep, ink.stroke)
    if pen is None and (pen := dark_strokes(ink, [across, upright])) is not None:
        flat, steep = print_alone(ink.darkness, pen)
        across, upright = _lines(flat, steep, ink.stroke)
    height, width = ink.darkness.shape
    level = _full(across.without_gaps().paint((height, -(-width // BLOCK)), MARGIN), width)
    turned = cv2.transpose(upright.without_gaps().paint((width, -(-height // BLOCK)), MARGIN))
    plumb = np.repeat(np.asarray(turned, np.uint8), BLOCK, axis=0)[:height]
    largest = 1.0 if is_field((height, width), ink.stroke) else LARGEST
    cells, labels, guided = find_cells(level, plumb, largest)
    for x, y, wide, high in guided:
        level[y : y + high, x : x + wide] = plumb[y : y + high, x : x + wide] = 0
    combs = find_combs(across, steep, level, cells, labels)
    cells, labels = comb_cells(combs, cells, labels)
    draw_teeth(combs, plumb, MARGIN)
    extra = missing_cells(cells, ink.darkness, None if pen is None else pen.mask)
    whole = ~replaced(cells, extra)
    if len(extra):
        labels = renumbered(labels, whole)
    for k, (x, y, wide, high) in enumerate(extra, start=int(whole.sum()) + 1):
        labels[y : y + high, x : x + wide] = k
        level[y : y + high, x : x + wide] = plumb[y : y + high, x : x + wide] = 0
        _draw_border(level, plumb, ink.darkness, (x, y, wide, high))
    boxes = tuple(Box(*cell) for cell in np.vstack([cells[whole], extra]).tolist())
    return Rulings(level, plumb, boxes, labels)


def _lines(flat: Gray, steep: Gray, stroke: float) -> tuple[Lines, Lines]:
    """Find the level rulings in one picture and the upright ones in another; (H, W) darkness."""
    blocks = blocks_of(flat, steep)
    across, upright = accepted([find_lines(picture) for picture in blocks], blocks, stroke)
    return across, upright


def _draw_border(level: Gray, plumb: Gray, darkness: Gray, cell: tuple[int, int, int, int]) -> None:
    """Draw the rulings around a cell that was found without them, as dark as they usually are."""
    x, y, wide, high = cell
    above, below = (darkness[top : top + EDGE, x : x + wide] for top in (y - EDGE, y + high))
    left, right = (darkness[y : y + high, at : at + EDGE] for at in (x - EDGE, x + wide))
    sides = [above.max(axis=0), below.max(axis=0), left.max(axis=1), right.max(axis=1)]
    tone = max(1, int(np.median(np.concatenate(sides))))
    for top in (y - EDGE, y + high):
        band = level[top : top + EDGE, x - EDGE : x + wide + EDGE]
        np.maximum(band, tone, out=band)
    for at in (x - EDGE, x + wide):
        band = plumb[y - EDGE : y + high + EDGE, at : at + EDGE]
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
    return np.maximum(nearer, np.minimum(tone, 255 - 40) + np.uint8(40))


def _full(picture: Gray, width: int) -> Gray:
    """Return a block picture with its columns repeated to `width` pixels."""
    # Channels stand side by side: four of them are four columns, in a quarter of a resize's time.
    wide = np.asarray(cv2.merge([picture] * BLOCK), np.uint8).reshape(len(picture), -1)
    return np.ascontiguousarray(wide[:, :width])
