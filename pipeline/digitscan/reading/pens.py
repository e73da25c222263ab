"""A coloured pen found by its colour, which neither print nor rulings share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.binarize import stroke_width
from digitscan.reading.bits import Bits
from digitscan.reading.clean import Ink
from digitscan.reading.colors import Colors
from digitscan.reading.components import places
from digitscan.reading.lines import Lines
from digitscan.reading.profiles import Reals
from digitscan.types import Gray, Mask

STEP = 3
"""Of the ink every so manieth row and column is looked at."""
PALE = 24
"""Darkness, of 255, from which pale rulings are seen."""
LONGEST = 31
"""Pixels of the longest bar that masks of bits are opened or grown by."""
RUN = 91
"""Pixels in a row or column that are as dark all along in a ruling, not in a stroke."""
BLOCK = 3.5
"""Ink more than so many strokes wide both ways is an area printed in colour, such as a logo."""
LEAST_COLOR = 0.12
"""A pen takes the colours of the light this unequally; scanners make as much of black print."""
LEAST_INK, MANY = 30, 5000
"""Places of such ink that show a pen, and so many as tell its colour on any page."""
CORE = 0.8
"""Share of the darkest nearby from which ink is inside a stroke: there black has no colour."""
FRINGE = 0.5
"""Share of a place's saturation that is left of it over a stroke's width, at least..."""
KEPT = 0.75
"""...at this share of a pen's places: nearly all of them; with fringes it is about half."""
AROUND = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])
"""Directions in which it is looked beside a place."""
NEAR, FARTHEST = 3.3, 15
"""Strokes, and pixels at most, around ink to which its colour may run."""
SHADE = 40
"""Darkness, of 255, of what may be strokes too pale for ink: their colour is none of the paper."""
STAINS = 0.1
"""As much of the pen's colour, against its ink, may be farther off: on most photos paper has it."""
SECTORS = 24
"""Of the circle of hues, in which the commonest is searched."""
BARE = 0.4
"""Share of the rulings that are beside a pen's strokes, at least."""
FAINT = 0.3
"""Share of the pen's colour up to which that of the rulings does not count."""
APART = 0.5
"""Sine of the angle between the hues of pen and rulings from which one is told from the other."""
PALER = 0.6
"""Rulings paler than this share of a page's ink are pale..."""
PALE_SHARE, LEAST_LINES = 0.7, 8
"""...where they are that share of all rulings, by length, and as many lines at least."""
SHARE = 0.35
"""Ink is the pen's where it holds this share of the pen's usual colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Pen:
    """A coloured pen's ink: `mask` is (H, W) 0/1, where its colour is seen.

    `stroke` is the width of its strokes as far as it is, in pixels.
    """

    mask: Mask
    stroke: float


def find_pen(colors: Colors | None, ink: Ink) -> Pen | None:
    """Find the coloured pen that a page was filled in with, None where there is none.

    Parameters
    ----------
    colors
        (H, W, 3) uint8, the page's colours at working scale, None where it has none.
    ink
        The page at working scale, rulings and all.
    """
    if colors is None:
        return None
    mask, dark = Bits.of(ink.mask), Bits.of(ink.darkness > PALE)
    long = dark.opened(RUN, upright=True) | dark.opened(RUN, upright=False)
    wide = min(LONGEST, round(BLOCK * ink.stroke) | 1)
    area = mask.opened(wide, upright=True).opened(wide, upright=False)
    beside = mask & ~(long | area).dilated(5, upright=True)
    strokes = _cores(ink) & (_sparse_bits(beside) > 0)
    paper = _paper(colors)
    rows, columns = _places_of(strokes)
    taken = _taken_at(rows, columns, colors, paper)
    colorful = _some(np.flatnonzero(np.ptp(taken, axis=0) > LEAST_COLOR))
    rows, columns, taken = rows[colorful], columns[colorful], taken[:, colorful]
    hue, strength = _commonest(taken)
    if hue is None:
        return None
    steps = np.rint(ink.stroke / 2 * np.vstack([AROUND, 2 * AROUND])).astype(np.intp).tolist()
    around = taken.copy()
    for right, down in steps:
        around += _taken_at(rows + down, columns + right, colors, paper)
    if _are_fringes(taken, around / (1 + len(steps))):
        return None
    ruled = _some(_places_of(_sparse_bits(long) > 0))
    weights = _weights(hue, _taken_at(ruled[0], ruled[1], colors, paper))
    if weights is None:
        return None
    tint = _tint(colors, weights, paper)
    some = _sparse(tint)
    seen = some[strokes & (some > SHARE * 255 * strength / 2)]
    if seen.size < LEAST_INK:
        return None
    least = max(1, round(SHARE * float(np.median(seen))))
    reach = 2 * min(FARTHEST, round(NEAR * ink.stroke)) + 1
    shaded = (mask | Bits.of(ink.darkness > SHADE)).dilated(reach, upright=True)
    near = shaded.dilated(reach, upright=False)
    stained = np.count_nonzero((some >= least) & (_sparse_bits(near) == 0))
    if stained >= STAINS * seen.size:
        return None
    colored = np.asarray(cv2.threshold(tint, least - 1, 1, cv2.THRESH_BINARY)[1], np.uint8)
    return Pen(colored, stroke_width(colored))


def dark_strokes(ink: Ink, lines: Sequence[Lines]) -> Pen | None:
    """Find the strokes far darker than a page's pale rulings, None where it has hardly any.

    `lines` are its level and upright rulings. What is long and dark is a ruling as well, not a
    stroke.
    """
    tone = np.concatenate([each.tone for each in lines])
    length = np.concatenate([each.length for each in lines])
    inked = _sparse(ink.darkness)[_sparse(ink.mask) > 0]
    usual = float(np.median(inked)) if inked.size else 0.0
    pale = tone < PALER * usual
    if length[pale].sum() < PALE_SHARE * length.sum() or np.count_nonzero(pale) < LEAST_LINES:
        return None
    between = (float(np.median(tone[pale])) + usual) / 2
    dark = Bits.of(ink.darkness > int(between))
    long = dark.opened(RUN, upright=True) | dark.opened(RUN, upright=False)
    strokes = dark & ~long.dilated(5, upright=True).dilated(5, upright=False)
    mask = strokes.dilated(3, upright=True).dilated(3, upright=False).unpacked()
    return Pen(mask, ink.stroke)


def _paper(colors: Colors) -> Reals:
    """Return the colour of the paper, (3,): the median of a page is paper."""
    some = np.ascontiguousarray(colors[::16, ::16].reshape(-1, 3).T)
    return np.asarray(np.maximum(np.median(some, axis=1), 1), np.float64)


def _cores(ink: Ink) -> NDArray[np.bool_]:
    """Return where ink is about as dark as it gets within a stroke's width, as `_sparse` does."""
    reach = np.ones(2 * round(ink.stroke) + 1, np.uint8)
    highest = np.asarray(cv2.dilate(ink.darkness, reach[:, None]), np.uint8)[::STEP]
    darkest = np.asarray(cv2.dilate(highest, reach[None, :]), np.uint8)[:, ::STEP]
    enough = cv2.convertScaleAbs(np.ascontiguousarray(darkest), alpha=CORE)
    return np.asarray(cv2.compare(_sparse(ink.darkness), enough, cv2.CMP_GE) > 0)


def _are_fringes(taken: Reals, around: Reals) -> bool:
    """Tell whether colours at many places are gone over a stroke's width around; (3, K) both.

    Print drawn for screens, and scans whose colours are not in register, have fringes of opposite
    colours on both sides of a stroke: together they are grey.
    """
    kept = _saturation(around) > FRINGE * _saturation(taken)
    return float(kept.mean()) < KEPT


def _saturation(taken: Reals) -> Reals:
    """Return how unequally (3, K) colours are taken for how much is taken, (K,)."""
    return np.asarray(np.ptp(taken, axis=0) / np.maximum(taken.mean(axis=0), 0.01))


def _sparse(picture: Gray) -> Gray:
    """Return every so manieth row and column of a picture."""
    return np.ascontiguousarray(picture[::STEP, ::STEP])


def _sparse_bits(mask: Bits) -> Mask:
    """Return what `_sparse` returns of a packed mask."""
    return Bits(mask.words[::STEP], mask.width).unpacked()[:, ::STEP]


def _places_of(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return rows and columns on the page, (2, K), of what is chosen of every so manieth."""
    return STEP * np.stack(places(chosen))


def _some(values: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return values, (..., K), spread evenly over those given, where these are very many."""
    return values[..., :: max(1, values.shape[-1] // MANY)]


def _taken_at(
    rows: NDArray[np.intp], columns: NDArray[np.intp], colors: Colors, paper: Reals
) -> Reals:
    """Return what is taken of each colour of the light at K places, (3, K) of 0 to 1."""
    height, width = colors.shape[:2]
    at = np.clip(rows, 0, height - 1) * width + np.clip(columns, 0, width - 1)
    color = np.ascontiguousarray(colors.reshape(-1, 3).take(at, axis=0).T)
    return np.asarray(np.clip(1 - color / paper[:, None], 0, 1), np.float64)


def _commonest(taken: Reals) -> tuple[Reals | None, float]:
    """Return the mean of those among colours, (3, K), that share the commonest hue.

    The second value is how unequally it takes the colours.
    """
    if taken.shape[1] < LEAST_INK:
        return None, 0.0
    first, second = _PLANE @ (taken - taken.mean(axis=0))
    angle = np.arctan2(first, second)
    sector = ((angle / (2 * np.pi) + 0.5) * SECTORS).astype(np.intp) % SECTORS
    count = np.bincount(sector, np.ptp(taken, axis=0), minlength=SECTORS)
    around = count + np.roll(count, 1) + np.roll(count, -1)
    best = int(around.argmax())
    near = np.abs((sector - best + SECTORS // 2) % SECTORS - SECTORS // 2) <= 1
    if np.count_nonzero(near) < LEAST_INK:
        return None, 0.0
    mean = taken[:, near].mean(axis=1)
    return mean, float(np.ptp(mean))


_PLANE = np.array([[0.707, -0.707, 0.0], [0.408, 0.408, -0.816]])
"""Two directions, in which colours differ that are equally dark."""


def _weights(pen: Reals, ruled: Reals) -> Reals | None:
    """Return the (3,) weights by which colours add up to the pen's darkness, rulings to nothing.

    None where pen and rulings, (3, K), are of one hue.
    """
    weights = pen - pen.mean()
    if ruled.shape[1] >= LEAST_INK:
        # The least like the pen of what was seen: strokes run along rulings.
        alike = weights @ ruled
        ruling = ruled[:, alike <= np.quantile(alike, BARE)].mean(axis=1)
        uneven = ruling - ruling.mean()
        if weights @ ruling > FAINT * (weights @ pen):
            length = float(np.linalg.norm(uneven))
            if np.linalg.norm(np.cross(uneven, weights)) < APART * length * np.linalg.norm(weights):
                return None
            weights = weights - uneven * (weights @ uneven) / length**2
    return np.asarray(weights * (pen.mean() / (weights @ pen)))


def _tint(colors: Colors, weights: Reals, paper: Reals) -> Gray:
    """Return the weighted sum of what is taken of the colours; (H, W)."""
    row = np.append(-255 * weights / paper, 255 * weights.sum())
    # Three sums for one: only from three colours to three OpenCV goes the quick way.
    sums = cv2.transform(colors, np.tile(row, (3, 1)))
    return np.asarray(cv2.extractChannel(sums, 0), np.uint8)
