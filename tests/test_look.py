"""The first look: print or hand, and what needs no cut."""

import numpy as np
import pytest

from digitscan.reading.engine import GlyphScores
from digitscan.reading.look import big_parts, judge_looks
from digitscan.reading.prepare import Prepared, prepare
from digitscan.types import Kind, Page


def page(width: int) -> Prepared:
    """Prepare a page of one word: two bars 30 high, and a dash beside them."""
    pixels = np.full((200, width), 255, np.uint8)
    for left in (50, 64):
        pixels[80:110, left : left + 4] = 0
    pixels[94:98, 74:88] = 0
    return prepare(Page("page", 1, pixels))


def scores(printed: float, sure: tuple[float, ...] = (0.99, 0.5)) -> list[GlyphScores]:
    digit = np.full((len(sure), 11), 0.001, np.float32)
    digit[:, 1] = sure
    return [GlyphScores(digit, np.full(len(sure), printed, np.float32))]


def test_a_dash_is_no_glyph_of_its_word() -> None:
    (word,) = page(600).words
    assert len(word.parts) == 3
    assert big_parts(word).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("width", "printed", "kind"),
    [
        (600, 0.95, Kind.PRINTED),
        (600, 0.4, Kind.PRINTED),  # on a page most of what is in doubt is print
        (600, 0.05, Kind.HANDWRITTEN),
        (200, 0.4, Kind.HANDWRITTEN),  # in a field it is handwriting
    ],
)
def test_print_is_told_from_hand(width: int, printed: float, kind: Kind) -> None:
    prepared = page(width)
    chosen = [big_parts(word) for word in prepared.words]
    (look,) = judge_looks(prepared, chosen, scores(printed))
    assert look.kind is kind


def test_what_reads_for_sure_as_one_digit_stays_whole() -> None:
    prepared = page(600)
    chosen = [big_parts(word) for word in prepared.words]
    (look,) = judge_looks(prepared, chosen, scores(0.05))
    assert look.whole.tolist() == [True, False, False]
