"""Lines, written or printed, cut by the reader's own segmenter: what is a digit and what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.glyphs import WORK, Ink, as_ink, change_stroke, tight
from digitnet.synthesis.scan import scan, scanned_height
from digitnet.synthesis.strings import (
    Line,
    Styles,
    digit_patch,
    draw_mark,
    random_digits,
    random_writer,
)

DIGIT_OVERLAP = 0.88
"""A segment that shares at least this much with one digit, both ways, is that digit."""
JUNK_OVERLAP = 0.74
"""One that shares less than this with any digit is none; between the two nobody can say."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A piece that the segmenter would classify.

    `crop` is (28, 28) uint8, ink bright; `mask` (h, w) bool the ink it is made of, whose left top
    corner stands at `x`, `y` of the line in pixels.
    """

    crop: NDArray[np.uint8]
    x: int
    y: int
    mask: NDArray[np.bool_]


Cut = Callable[[NDArray[np.uint8]], list[Segment]]
"""The segmenter: the darkness of a line, (H, W) uint8, 0 paper to 255 ink -> its segments."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A line before it is scanned.

    `ink` is (H, W) float32, 0 paper to 1 ink; `masks` gives the class of each sign that is a digit
    or may be taken for one, with its (H, W) bool mask; `tall` is a sign's height in pixels.
    """

    ink: Ink
    masks: list[tuple[int, NDArray[np.bool_]]]
    tall: float


def write_line(styles: Styles, rng: np.random.Generator) -> Written:
    """Write a number as one person does."""
    writer = random_writer(rng)
    digits = random_digits(rng)[:7]
    height = round(2 * writer.height)
    line = Line(height, round((len(digits) + 2) * 1.3 * writer.height))
    base = 1.5 * writer.height
    masks: list[tuple[int, NDArray[np.bool_]]] = []
    for index, digit in enumerate(digits):
        patch, tall = digit_patch(rng, writer, styles, digit, index == 0)
        gap = (writer.gap + rng.normal(0, 0.04)) * tall
        y = base - patch.shape[0] + rng.normal(0, 0.04) * writer.height
        y = float(np.clip(y, 0, height - patch.shape[0]))
        left, top, right, bottom = line.put(patch, None if index else 4.0, y, gap)
        if (bottom - top, right - left) != patch.shape:
            break
        mask = np.zeros((height, line.ink.shape[1]), bool)
        mask[top:bottom, left:right] = patch > 0.4
        masks.append((digit, mask))
        if rng.random() < 0.12:
            draw_mark(rng, line, str(rng.choice(list(".,-=/"))), writer, base)
    if rng.random() < 0.15:  # what is left of a ruling
        row = base + rng.uniform(-0.1, 0.2) * writer.height
        ends = np.sort(rng.uniform(0, line.ink.shape[1], 2))
        line.stroke(np.array([[ends[0], row], [ends[1], row + rng.normal(0, 1)]]), 0.6)
    return Written(line.ink, masks, writer.height)


def write_letters(letters: list[Ink], rng: np.random.Generator) -> Written:
    """Write letters, each at the working size, side by side with one pen, apart or joined."""
    pen = rng.normal(0, 2.0)
    gap = WORK * (rng.uniform(-0.1, 0.0) if rng.random() < 0.4 else rng.uniform(0.05, 0.4))
    line = Line(2 * WORK, round(1.6 * WORK * (len(letters) + 1)))
    for index, letter in enumerate(letters):
        patch = tight(change_stroke(np.pad(letter, 4), pen))
        if patch is None:
            continue
        scale = WORK * rng.uniform(0.6, 1.0) / patch.shape[0]
        scale = min(scale, 1.5 * WORK / patch.shape[1])
        patch = as_ink(cv2.resize(patch, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        y = 1.5 * WORK - patch.shape[0] + rng.normal(0, 0.06) * WORK
        line.put(patch, None if index else 4.0, y, gap)
    return Written(line.ink, [], 0.8 * WORK)


def scan_line(ink: Ink, tall: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Scan a line with signs `tall` pixels high.

    Returns its darkness, (H, W) uint8, at the scale of the reader.
    """
    height = scanned_height(rng)
    page = _resized(ink, height / tall)
    page = scan(page, height, rng)
    # A page of any resolution comes to one size before it is read.
    read = float(np.clip(height * rng.uniform(0.7, 2.7), 16, 64))
    return np.clip(_resized(page, read / height) * 255, 0, 255).astype(np.uint8)


def _resized(ink: Ink, scale: float) -> Ink:
    size = (max(8, round(ink.shape[1] * scale)), max(8, round(ink.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return as_ink(cv2.resize(ink, size, interpolation=way))


def overlap(segment: Segment, mask: NDArray[np.uint8]) -> float:
    """Return how much a segment and a digit's mask (H, W) are the same ink, 0 to 1.

    The smaller of precision and recall, two pixels of dispute at the edges forgiven.
    """
    edge = 2
    own = np.pad(segment.mask.astype(np.uint8), edge)
    height, width = own.shape
    window = np.pad(mask, edge)[segment.y : segment.y + height, segment.x : segment.x + width]
    if not window.any():
        return 0.0
    around = np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)
    wide_window = np.asarray(cv2.dilate(window, around), np.uint8)
    precision = float((own & wide_window).sum()) / max(1, int(own.sum()))
    wide_own = np.asarray(cv2.dilate(own, around), np.uint8)
    recall = float((window & wide_own).sum()) / max(1, int(mask.sum()))
    return min(precision, recall)


def labelled(
    segments: list[Segment], masks: list[tuple[int, NDArray[np.uint8]]], not_a_digit: int
) -> list[tuple[NDArray[np.uint8], int]]:
    """Pair crops with their classes; leaves out what is neither clearly a digit nor none."""
    pairs = []
    for segment in segments:
        shares = [(overlap(segment, mask), value) for value, mask in masks]
        best, value = max(shares, default=(0.0, not_a_digit))
        if best >= DIGIT_OVERLAP:
            pairs.append((segment.crop, value))
        elif best < JUNK_OVERLAP:
            pairs.append((segment.crop, not_a_digit))
    return pairs


def draw_segments(
    line: Written, cut: Cut, rng: np.random.Generator, not_a_digit: int, most_junk: int
) -> list[tuple[NDArray[np.uint8], int]]:
    """Scan and cut one line; returns (crop, class) pairs, at most `most_junk` of no digit."""
    darkness = scan_line(line.ink, line.tall, rng)
    size = darkness.shape[::-1]
    large = [(v, np.asarray(cv2.resize(m.astype(np.uint8), size), np.uint8)) for v, m in line.masks]
    pairs = labelled(cut(darkness), large, not_a_digit)
    known = [pair for pair in pairs if pair[1] != not_a_digit]
    junk = [pair for pair in pairs if pair[1] == not_a_digit]
    order = rng.permutation(len(junk))[:most_junk]
    return known + [junk[int(k)] for k in order]
