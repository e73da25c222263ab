"""Print told from handwriting: per glyph by both networks, then by the company a word keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.geometry import corners
from digitscan.reading.marks import is_dashed
from digitscan.types import Box, Floats, Ints

GLYPH_CLIP = 3.0
"""Most that one glyph may say for or against print, in log odds."""
MOST_GLYPHS = 6
"""A long word counts no more than this many glyphs."""
NEIGHBOR_WEIGHT = 0.7
"""What a neighbour's glyph counts against one's own."""
LINE_GAP = 2.2
"""Farthest neighbour on a line, in heights; CELL_LINE_GAP inside one cell."""
CELL_LINE_GAP = 5.0
ALIKE = 0.88
"""Words outside cells whose heights differ by no more than this ratio may be one typeface."""
LETTERS_ALIKE = 0.7
"""The same of their letters' usual heights: a headline is as high as a digit by its p and q."""
COLOR_WEIGHT = 4.0
"""Log odds for a pen, a glyph, at full chroma; half of it is a usual blue pen's."""
COLORLESS = 0.2
"""Chroma up to which print may come by the scanner alone."""
PENNED = 2.0
"""The same at least for what stands in a comb in the colour of the pen that was told from print."""
STRIP_WEIGHT = 1.0
"""What a digit of the strip reader, which sees its neighbours, counts against a lone glyph."""
STRIP_CLIP = 6.0
"""Most that one such digit may say for or against print, in log odds."""
MOST_ALIKE = 4.0
"""All words of one height together count no more than this many glyphs: print repeats itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """Who stands with whom on a page, (N, N) bool each.

    `beside[i, j]` when j, being near, speaks for i's kind; `alike[i, j]` when both stand outside
    cells and are of one height, as the words of one typeface are.
    """

    beside: NDArray[np.bool_]
    alike: NDArray[np.bool_]

    def among(self, words: list[int]) -> Company:
        """Return the company that some of the words keep among themselves."""
        chosen = np.ix_(words, words)
        return Company(self.beside[chosen], self.alike[chosen])


def find_company(
    words: list[Word], cells: tuple[Box, ...], combs: NDArray[np.int32] | None = None
) -> Company:
    """Find each word's neighbours: on its line, in its comb and in the aligned cells of its table.

    What a coloured pen wrote and print keep no company; dashes are nobody's.
    `combs` is (C,), the comb that each cell stands in or -1, as `comb_rows` gives it.
    """
    cell = np.array([word.cell for word in words], np.int32)
    left, top, right, bottom = corners(word.box for word in words).T
    high = (bottom - top).astype(np.float32)
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    gap = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    taller = np.maximum(high[:, None], high)
    shorter = np.minimum(high[:, None], high)
    like = shorter > 0.5 * taller
    same = cell[:, None] == cell
    reach = np.where(cell >= 0, CELL_LINE_GAP, LINE_GAP)[:, None] * taller
    beside = same & like & (shared > 0.4 * shorter) & (gap < reach)
    if len(cells):
        in_table = _aligned(cell, cells)
        if combs is not None:
            row = np.append(combs, -1)[cell]
            in_table |= (row[:, None] == row) & (row >= 0)
        beside |= like & in_table
    usual = np.array([word.height for word in words], np.float32)
    alike = np.minimum(usual[:, None], usual) > LETTERS_ALIKE * np.maximum(usual[:, None], usual)
    alike &= (cell[:, None] < 0) & (cell < 0) & (shorter > ALIKE * taller)
    dashed = np.array([is_dashed(word) for word in words], np.bool_)
    penned = np.array([word.penned for word in words], np.bool_)
    apart = penned[:, None] != penned
    for matrix in (beside, alike):
        np.fill_diagonal(matrix, val=False)
        matrix[apart] = False
        matrix[:, dashed] = False
    return Company(beside, alike & ~beside)


def _aligned(cell: NDArray[np.int32], cells: tuple[Box, ...]) -> NDArray[np.bool_]:
    """Tell which words stand in cells of one table column or row; (N, N) bool."""
    frames = np.array([(c.x, c.y, c.width, c.height) for c in cells], np.float32)
    x, y, width, height = frames[np.maximum(cell, 0)].T
    inside = (cell >= 0)[:, None] & (cell >= 0) & (cell[:, None] != cell)
    alike = np.abs(height[:, None] - height) < 0.3 * height
    across = np.minimum((x + width)[:, None], x + width) - np.maximum(x[:, None], x)
    down = np.minimum((y + height)[:, None], y + height) - np.maximum(y[:, None], y)
    column = (across > 0.8 * np.maximum(width[:, None], width)) & (
        np.abs(y[:, None] - y) < 3.5 * height
    )
    row = (
        (down > 0.7 * height)
        & (np.abs(width[:, None] - width) < 0.3 * width)
        & (np.abs(x[:, None] - x) < 2.5 * width)
    )
    return np.asarray(inside & alike & (column | row), dtype=np.bool_)


def print_log_odds(printed: Floats, counts: Sequence[int] | Ints) -> tuple[Floats, Floats]:
    """Sum what each word's glyphs say of print.

    Parameters
    ----------
    printed
        (G,) float32 probabilities of print of the glyphs, word after word.
    counts
        How many each word has.

    Returns
    -------
    tuple[Floats, Floats]
        (N,) mean log odds of print a glyph, and (N,) the glyphs counted.
    """
    clipped = np.clip(printed, 1e-4, 1 - 1e-4)
    return _means(np.log(clipped / (1 - clipped)), np.asarray(counts, int))


def mean_odds(glyphs: list[Floats]) -> tuple[Floats, Floats]:
    """Average each word's log odds a glyph, and count its glyphs; (N,) float32 both."""
    counts = [len(odds) for odds in glyphs]
    return _means(np.concatenate([*glyphs, np.zeros(0, np.float32)]), np.array(counts, int))


def _means(odds: Floats, counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Average the log odds of glyphs, word by word, 0 for none; `counts` says how many each has."""
    owner = np.repeat(np.arange(len(counts)), counts)
    clipped = np.clip(odds, -GLYPH_CLIP, GLYPH_CLIP)
    total = np.bincount(owner, clipped, minlength=len(counts))
    mean = (total / np.maximum(counts, 1)).astype(np.float32)
    return mean, np.minimum(MOST_GLYPHS, counts).astype(np.float32)


def by_color(words: list[Word], rows: Ints) -> Floats:
    """Say how much each word's colour speaks for a pen, in log odds a glyph; (N,) float32.

    Print is black on most forms; a word clearly more colourful than it was written. Where print is
    coloured and the pen black, this errs, and the glyphs must outvote it. `rows` is (N,), the comb
    that each word stands in or -1.
    """
    chroma = np.array([word.chroma for word in words], np.float32)
    penned = np.array([word.penned for word in words], np.bool_) & (rows >= 0)
    color = COLOR_WEIGHT * np.maximum(chroma - COLORLESS, 0)
    return np.asarray(np.where(penned, np.maximum(color, PENNED), color), np.float32)


def with_strips(
    own: Floats, count: Floats, words: list[int], strips: list[Floats]
) -> tuple[Floats, Floats]:
    """Add what the strip reader says of print in some of the words.

    Parameters
    ----------
    own, count
        (N,) mean log odds of print a glyph, and the glyphs counted, as `print_log_odds` gives them.
    words
        The words that the strip reader read, as indices.
    strips
        For each of them the (k,) float32 log odds of print of its digits.

    Returns
    -------
    tuple[Floats, Floats]
        The same as `own` and `count`, of both readers.
    """
    own, count = own.copy(), count.copy()
    for index, odds in zip(words, strips, strict=True):
        if len(odds):
            weight = STRIP_WEIGHT * min(MOST_GLYPHS, len(odds))
            said = float(np.clip(odds, -STRIP_CLIP, STRIP_CLIP).mean())
            own[index] = (own[index] * count[index] + said * weight) / (count[index] + weight)
            count[index] += weight
    return own, count


def in_company(own: Floats, count: Floats, company: Company) -> Floats:
    """Average each word's evidence with its company's, weighted by glyphs; (N,) float32."""
    return averaged(own, count, weights(count, company))


def averaged(own: Floats, count: Floats, weight: Floats) -> Floats:
    """Average each word's evidence with that of others by their `weights`; (N,) float32."""
    total = own * count + weight @ own
    return np.asarray(total / np.maximum(count + weight.sum(1), 1e-6), dtype=np.float32)


def weights(count: Floats, company: Company) -> Floats:
    """Weigh what each word's company counts, in glyphs; (N, N) float32."""
    alike = company.alike * count
    alike *= np.minimum(1, MOST_ALIKE / np.maximum(alike.sum(1), 1e-6))[:, None]
    return np.asarray(company.beside * (NEIGHBOR_WEIGHT * count) + alike, np.float32)
