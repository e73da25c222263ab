"""The suite's figures as text: every level, where reading breaks, whether confidence holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from suite.measure import Judged, Level
from suite.run import Levels

EXACT, BESIDE, WRONG = 0.95, 1.0, 0.01
"""A level breaks below this share exact, or past these: digits beside a page, wrong accepted."""
STEPS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Lowest confidence of each bin."""
SURE = 0.99
"""Confidence from which a number is said to be 99 % sure."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Numbers of like confidence: from, how many, their mean confidence, the share right."""

    lowest: float
    count: int
    confidence: float
    right: float


def calibration(reported: Sequence[Judged]) -> list[Bin]:
    """Sort numbers into bins of confidence; empty bins are left out."""
    bins = []
    for lowest, highest in zip(STEPS, (*STEPS[1:], 2.0), strict=True):
        some = [one for one in reported if lowest <= one.confidence < highest]
        if some:
            mean = sum(one.confidence for one in some) / len(some)
            right = sum(one.right for one in some) / len(some)
            bins.append(Bin(lowest, len(some), round(mean, 4), round(right, 4)))
    return bins


def breaks(level: Level) -> bool:
    """Tell whether reading breaks at a level."""
    return (
        level.share < EXACT
        or level.beside > BESIDE * level.pages
        or level.wrong > WRONG * level.accepted
    )


def reported_in(levels: Levels) -> list[Judged]:
    """Return the numbers reported at all levels."""
    return [one for level in levels.values() for one in level.reported]


def as_json(levels: Levels) -> dict[str, Any]:
    """Return all figures by factor and level, and the calibration over all."""
    factors: dict[str, dict[str, Any]] = {}
    for (factor, name), level in levels.items():
        factors.setdefault(factor, {})[name] = level.as_json()
    bins = [asdict(one) for one in calibration(reported_in(levels))]
    return {"factors": factors, "calibration": bins}


def as_text(levels: Levels) -> str:
    """Write a table of all levels, one of those where reading breaks, and the calibration."""
    broken = sorted((one for one in levels.items() if breaks(one[1])), key=lambda one: one[1].share)
    lines = [_HEADER, *(_line(*key, level) for key, level in levels.items())]
    lines += ["", f"Where reading breaks ({len(broken)} of {len(levels)} levels):"]
    lines += [f"{_line(*key, level)}   {_errors(level)}" for key, level in broken]
    lines += ["", f"{'confidence from':17}{'numbers':>9}{'mean':>9}{'right':>9}"]
    lines += [
        f"{one.lowest:<17}{one.count:9}{one.confidence:9.4f}{one.right:9.4f}"
        for one in calibration(reported_in(levels))
    ]
    return "\n".join(lines)


_HEADER = (
    f"{'factor':10}{'level':16}{'fields':>7}{'exact':>8}{'beside':>8}{'accepted':>10}{'wrong':>7}"
)


def _line(factor: str, name: str, level: Level) -> str:
    """Write a level: digits beside a page; numbers accepted and wrong ones among them."""
    beside = level.beside / level.pages
    exact = f"{level.share:8.1%}" if level.fields else f"{'-':>8}"
    return (
        f"{factor:10}{name:16}{level.fields:7}{exact}{beside:8.1f}"
        f"{level.accepted:10}{level.wrong:7}"
    )


def _errors(level: Level) -> str:
    return ", ".join(f"{kind.value} {count}" for kind, count in level.kinds.most_common())
