"""A score as text for people and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from digitscan.scoring.failures import ErrorKind, confusions, failures_of
from digitscan.scoring.figures import Figures, figures_of
from digitscan.scoring.readings import Reading, match, source_of
from digitscan.scoring.surest import Surest, error_by_share
from digitscan.scoring.tables import Rows

SHOWN_CONFUSIONS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """All that is told of results and their truth."""

    figures: Figures
    failures: list[tuple[Reading, ErrorKind]]
    surest: list[Surest]


def compare(results: Mapping[str, Rows], truth: Mapping[str, Any]) -> Score:
    """Compare results with the truth; UsageError where the truth cannot be understood."""
    readings = match(results, truth)
    pages = Counter(source_of(entry) for entry in truth.values())
    return Score(figures_of(readings, pages), failures_of(readings), error_by_share(readings))


def as_text(found: Score) -> str:
    """Write the figures, the kinds of errors and the error against the share accepted."""
    lines = [f"{name:24}{_figure(value)}" for name, value in found.figures.items()]
    if found.failures:
        lines += ["", *_kinds(found.failures)]
    if pairs := confusions(found.failures):
        shown = ", ".join(f"{w} read as {r}: {n}" for w, r, n in pairs[:SHOWN_CONFUSIONS])
        lines += ["", f"wrong digits            {shown}"]
    if found.surest:
        lines += ["", f"{'surest':24}{'confidence':>10}{'error':>8}"]
        lines += [
            f"{one.share:<24.0%}{one.confidence:10.4f}{one.error:8.2%}" for one in found.surest
        ]
    return "\n".join(lines)


def as_json(found: Score) -> dict[str, Any]:
    """Return the figures by name, and under names of their own what is more than a figure."""
    return {
        **found.figures,
        "errors": _counted(found.failures),
        "confusions": [
            {"wanted": wanted, "read": read, "count": count}
            for wanted, read, count in confusions(found.failures)
        ],
        "error_by_share": [asdict(one) for one in found.surest],
        "failures": [_failure(reading, kind) for reading, kind in found.failures],
    }


def _figure(value: float | None) -> str:
    return "None" if value is None else f"{value:g}"


def _counted(failures: Sequence[tuple[Reading, ErrorKind]]) -> dict[str, dict[str, float]]:
    """Count the failures of each kind, most first, and those of them that were accepted."""
    count = Counter(kind for _, kind in failures)
    accepted = Counter(kind for reading, kind in failures if reading.accepted)
    return {
        kind.value: {
            "count": times,
            "share": round(times / len(failures), 4),
            "accepted": accepted[kind],
        }
        for kind, times in count.most_common()
    }


def _kinds(failures: Sequence[tuple[Reading, ErrorKind]]) -> list[str]:
    lines = [f"{'failures':24}{'count':>6}{'share':>8}{'accepted':>10}"]
    total = {
        "count": len(failures),
        "share": 1.0,
        "accepted": sum(reading.accepted for reading, _ in failures),
    }
    for kind, row in [*_counted(failures).items(), ("all", total)]:
        lines.append(f"{kind:24}{row['count']:6}{row['share']:8.1%}{row['accepted']:10}")
    return lines


def _failure(reading: Reading, kind: ErrorKind) -> dict[str, Any]:
    return {
        "file": reading.file,
        "page": reading.page,
        "kind": kind.value,
        "wanted": reading.wanted,
        "read": reading.text,
        "confidence": round(reading.confidence, 4),
        "accepted": reading.accepted,
        "region": asdict(reading.region) if reading.region else None,
    }
