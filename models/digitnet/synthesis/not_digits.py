"""What stands on forms and is no digit: the reject class of the glyph network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from digitnet.synthesis.glyphs import WORK, Ink, as_ink, tight

CANVAS = 2 * WORK


def _stroke(canvas: Ink, points: Sequence[tuple[float, float]], width: float) -> None:
    """Draw a polyline, points in glyph heights from the middle of the canvas."""
    pixels = np.asarray(points, np.float64) * WORK + CANVAS / 2
    cv2.polylines(
        canvas,
        [np.round(pixels * 8).astype(np.int32)],
        False,
        1.0,
        max(1, round(width)),
        cv2.LINE_8,
        3,
    )


def _jitter(
    rng: np.random.Generator, x: float, y: float, amount: float = 0.06
) -> tuple[float, float]:
    return x + rng.normal(0, amount), y + rng.normal(0, amount)


def cross(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw an X over an unused box, or a plus."""
    if rng.random() < 0.75:
        x, y = rng.uniform(0.25, 0.5, 2)
        _stroke(canvas, [_jitter(rng, -x, -y), _jitter(rng, x, y)], width)
        _stroke(canvas, [_jitter(rng, x, -y), _jitter(rng, -x, y)], width)
    else:
        _stroke(canvas, [_jitter(rng, -0.4, 0), _jitter(rng, 0.4, 0)], width)
        _stroke(canvas, [_jitter(rng, 0, -0.4), _jitter(rng, 0, 0.4)], width)


def tick(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a check mark: short down, long up to the right."""
    points = [
        _jitter(rng, -0.4, rng.uniform(-0.1, 0.2)),
        _jitter(rng, -0.15, 0.4),
        _jitter(rng, rng.uniform(0.3, 0.6), -0.4, 0.1),
    ]
    _stroke(canvas, points, width)


def dash(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a minus, an equals sign or a tilde."""
    bend, half = rng.normal(0, 0.06), rng.uniform(0.15, 0.5)
    for row in (0.0, 0.25)[: 1 + int(rng.random() < 0.25)]:
        points = [
            _jitter(rng, -half, row, 0.03),
            _jitter(rng, 0, row + bend, 0.03),
            _jitter(rng, half, row, 0.03),
        ]
        _stroke(canvas, points, width)


def dot(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a full stop, a comma or a blot."""
    middle = (CANVAS // 2, CANVAS // 2)
    axes = (
        max(2, round(width * rng.uniform(0.5, 1.6))),
        max(2, round(width * rng.uniform(0.5, 1.6))),
    )
    cv2.ellipse(canvas, middle, axes, rng.uniform(0, 180), 0, 360, 1.0, -1)
    if rng.random() < 0.4:
        _stroke(canvas, [(0, 0), _jitter(rng, -0.1, 0.2)], width * 0.8)


def slash(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a stroke that leans too far for a one."""
    lean = rng.uniform(0.45, 0.9) * (1 if rng.random() < 0.75 else -1)
    _stroke(canvas, [_jitter(rng, lean / 2, -0.45), _jitter(rng, -lean / 2, 0.45)], width)


def question(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a question or an exclamation mark: its stroke over a dot."""
    if rng.random() < 0.7:
        points = [(-0.25, -0.3), (-0.1, -0.5), (0.2, -0.4), (0.2, -0.2), (0.0, 0.0), (0.0, 0.2)]
    else:
        points = [(0.03, -0.5), (0.0, 0.2)]
    _stroke(canvas, [_jitter(rng, x, y, 0.03) for x, y in points], width)
    centre = np.asarray(_jitter(rng, 0, 0.42, 0.03)) * WORK + CANVAS / 2
    cv2.circle(canvas, (round(centre[0]), round(centre[1])), max(2, round(width * 0.7)), 1.0, -1)


def tally(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw two to four strokes of a tally, often struck through."""
    count, pitch = int(rng.integers(2, 5)), rng.uniform(0.15, 0.35)
    for k in range(count):
        x = (k - count / 2) * pitch
        _stroke(canvas, [_jitter(rng, x, -0.45, 0.03), _jitter(rng, x - 0.05, 0.45, 0.03)], width)
    if rng.random() < 0.5:
        _stroke(canvas, [_jitter(rng, -0.6, 0.25), _jitter(rng, 0.6, -0.25)], width)


def scribble(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a zigzag or a tangle, as over a mistake."""
    count = int(rng.integers(4, 10))
    along = np.linspace(-0.45, 0.45, count)
    if rng.random() < 0.5:
        across = rng.uniform(0.25, 0.5) * (-1.0) ** np.arange(count)
        points = np.stack([along, across], 1) + rng.normal(0, 0.06, (count, 2))
    else:
        points = rng.uniform(-0.5, 0.5, (count, 2))
    _stroke(canvas, [(float(x), float(y)) for x, y in points], width)


def box_piece(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw what is left of ruling: a corner, a T, a cross or a whole small box."""
    left, top, right, bottom = -rng.uniform(0.3, 0.6), -0.45, rng.uniform(0.3, 0.6), 0.45
    sides = [
        [(left, top), (right, top)],
        [(left, bottom), (right, bottom)],
        [(left, top), (left, bottom)],
        [(right, top), (right, bottom)],
        [(left, 0.0), (right, 0.0)],
    ]
    for k in rng.permutation(len(sides))[: int(rng.integers(2, 5))]:
        _stroke(canvas, sides[int(k)], width * 0.6)


def ruling(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw a long straight line with crumbs of what stood on it."""
    _stroke(canvas, [_jitter(rng, -0.9, 0, 0.02), _jitter(rng, 0.9, 0, 0.02)], width * 0.5)
    for _ in range(int(rng.integers(0, 4))):
        x = rng.uniform(-0.8, 0.8)
        _stroke(canvas, [(x, 0), _jitter(rng, x, rng.uniform(-0.3, 0.3), 0.05)], width)


def noise(canvas: Ink, rng: np.random.Generator, width: float) -> None:
    """Draw dirty paper: specks, or a cloud of dirt; sometimes next to nothing."""
    grain = rng.uniform(1.0, 8.0)
    field = as_ink(cv2.GaussianBlur(rng.normal(0, 1, canvas.shape), (0, 0), grain))
    field /= max(1e-6, float(field.std()))
    level = rng.uniform(1.0, 3.0) + 0.02 * width
    half = round(WORK * rng.uniform(0.2, 0.5))
    middle = slice(CANVAS // 2 - half, CANVAS // 2 + half)
    canvas[middle, middle] = (field > level)[middle, middle]


MARKS: tuple[tuple[Callable[[Ink, np.random.Generator, float], None], float], ...] = (
    (cross, 0.16),
    (tick, 0.12),
    (dash, 0.14),
    (dot, 0.10),
    (slash, 0.08),
    (question, 0.06),
    (tally, 0.06),
    (scribble, 0.10),
    (box_piece, 0.08),
    (ruling, 0.05),
    (noise, 0.05),
)
"""Every kind of mark and its share."""


def mark(rng: np.random.Generator) -> Ink:
    """Draw one mark that is no letter and no digit, at the working size."""
    canvas = np.zeros((CANVAS, CANVAS), np.float32)
    draw = MARKS[int(rng.choice(len(MARKS), p=[share for _, share in MARKS]))][0]
    draw(canvas, rng, WORK * rng.uniform(0.04, 0.16))
    return canvas


def part(
    digit: Ink, rng: np.random.Generator, shares: tuple[float, float] = (0.15, 0.65)
) -> Ink | None:
    """Cut a digit along a straight line and keep one side; None where the rest is no clear part.

    `shares` are the least and the most of the ink that the part holds. Slim parts are dropped:
    they are ones.
    """
    height, width = digit.shape
    angle = rng.normal(0, 0.35) if rng.random() < 0.6 else rng.uniform(-1.57, 1.57)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    side = (x - width * rng.uniform(0.2, 0.8)) * np.float32(np.cos(angle)) + (
        y - height * rng.uniform(0.2, 0.8)
    ) * np.float32(np.sin(angle))
    kept = digit * (side > 0)
    share = float(kept.sum()) / max(1e-6, float(digit.sum()))
    rest = tight(kept, 0.3)
    if rest is None or not shares[0] < share < shares[1]:
        return None
    slim = rest.shape[0] > 2.2 * rest.shape[1]
    return None if slim and rng.random() < 0.8 else kept


def side_by_side(
    first: Ink, second: Ink, rng: np.random.Generator, gap: float
) -> tuple[Ink, Ink] | None:
    """Set two glyphs side by side, `gap` glyph heights between them (negative: overlapping).

    Returns each alone on the canvas they share, or None where one of them is empty.
    """
    left, right = tight(first), tight(second)
    if left is None or right is None:
        return None
    scale = rng.uniform(0.8, 1.2) * left.shape[0] / max(right.shape[0], 1)
    scale = min(scale, 1.5 * WORK / max(right.shape))
    right = as_ink(cv2.resize(right, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    start = max(1, round(left.shape[1] + gap * left.shape[0]))
    shift = round(rng.normal(0, 0.08) * left.shape[0])
    top = max(0, -shift)
    height = max(top + left.shape[0], top + shift + right.shape[0])
    shape = height, max(left.shape[1], start + right.shape[1])
    canvases = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    canvases[0][top : top + left.shape[0], : left.shape[1]] = left
    row = top + shift
    canvases[1][row : row + right.shape[0], start : start + right.shape[1]] = right
    return canvases


def beside(first: Ink, second: Ink, rng: np.random.Generator, gap: float) -> Ink:
    """Set two glyphs side by side in one picture, as `side_by_side` does."""
    both = side_by_side(first, second, rng, gap)
    return first if both is None else np.maximum(*both)


def pair(first: Ink, second: Ink, rng: np.random.Generator) -> Ink:
    """Make two digits taken for one."""
    return beside(first, second, rng, rng.uniform(-0.18, 0.25))


def part_of_pair(first: Ink, second: Ink, rng: np.random.Generator, most: float) -> Ink | None:
    """Cut more than one and less than two digits out of a pair; None where that is none.

    A cut that shares `most` of its ink or more with one of the two, both ways, is that digit with
    a crumb beside it.
    """
    both = side_by_side(first, second, rng, rng.uniform(-0.18, 0.25))
    kept = None if both is None else part(np.maximum(*both), rng, (0.65, 0.85))
    if both is None or kept is None:
        return None
    for digit in both:
        common = float(digit[kept > 0].sum())
        if min(common / float(kept.sum()), common / float(digit.sum())) >= most:
            return None
    return kept


def crossed_out(digit: Ink, rng: np.random.Generator) -> Ink:
    """Strike a digit through: at least two long strokes or a zigzag over all of it."""
    height, width = digit.shape
    canvas = np.zeros((CANVAS, CANVAS), np.float32)
    top, left = (CANVAS - height) // 2, (CANVAS - width) // 2
    canvas[top : top + height, left : left + width] = digit
    pen = WORK * rng.uniform(0.05, 0.12)
    if rng.random() < 0.4:
        scribble(canvas, rng, pen)
        return canvas
    lean = rng.uniform(-0.5, 0.5)
    for row in np.linspace(-0.25, 0.25, int(rng.integers(2, 5))):
        reach = rng.uniform(0.4, 0.65)
        _stroke(canvas, [_jitter(rng, -reach, row + lean), _jitter(rng, reach, row - lean)], pen)
    return canvas


def with_crumb(digit: Ink, rng: np.random.Generator) -> Ink:
    """Leave a bit of ruling or a speck at a digit, which stays a digit."""
    height, width = digit.shape
    around = round(0.12 * WORK)
    canvas = np.pad(digit, around)
    pen = max(1, round(WORK * rng.uniform(0.02, 0.05)))
    length = rng.uniform(0.1, 0.8)
    if rng.random() < 0.6:  # along the foot or the head
        row = around + (height if rng.random() < 0.75 else 0) + round(rng.normal(0, 0.05) * WORK)
        start = around + round(rng.uniform(-0.1, 1 - length) * width)
        cv2.line(canvas, (start, row), (start + round(length * width), row), 1.0, pen)
    else:  # along a side
        column = around + (width if rng.random() < 0.5 else 0) + round(rng.normal(0, 0.05) * WORK)
        start = around + round(rng.uniform(0, 1 - length) * height)
        end = start + round(0.6 * length * height)
        cv2.line(canvas, (column, start), (column, end), 1.0, pen)
    return canvas
