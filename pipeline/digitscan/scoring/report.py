"""A score as text for people and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from digitscan.correcting.corrections import Correction, Key
from digitscan.output.read_table import NumberRows
from digitscan.scoring.by_kind import KindScore, score_by_kind
from digitscan.scoring.corrected import match_corrections
from digitscan.scoring.failures import ErrorKind, confusions, failures_of
from digitscan.scoring.figures import Figures, Intervals, figures_of
from digitscan.scoring.intervals import wilson
from digitscan.scoring.readings import Reading, Source, match, source_of
from digitscan.scoring.surest import Curve, Surest, curve_of, error_by_share
from digitscan.scoring.tables import Rows

SHOWN_CONFUSIONS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """All that is told of results and their truth."""

    figures: Figures
    intervals: Intervals
    kinds: list[KindScore]
    failures: list[tuple[Reading, ErrorKind]]
    surest: list[Surest]
    curve: Curve


def compare(results: Mapping[str, Rows], truth: Mapping[str, Any]) -> Score:
    """Compare results with the truth; UsageError where the truth cannot be understood."""
    return _score(match(results, truth), Counter(source_of(entry) for entry in truth.values()))


def compare_corrections(
    numbers: Iterable[NumberRows], corrections: dict[Key, list[Correction]]
) -> Score:
    """Compare results with what people said of them; UnsafeError where they speak of others."""
    readings, counts = match_corrections(numbers, corrections)
    found = _score(readings, Counter())
    return replace(found, figures={**counts, **found.figures})


def _score(readings: Sequence[Reading], pages: Counter[Source]) -> Score:
    figures, intervals = figures_of(readings, pages)
    return Score(
        figures,
        intervals,
        score_by_kind(readings),
        failures_of(readings),
        error_by_share(readings),
        curve_of(readings),
    )


def as_text(found: Score) -> str:
    """Write the figures, the kinds of fields and errors, and the error against share accepted."""
    lines = [
        f"{name:24}{_figure(value):<10}{_interval(found.intervals.get(name))}".rstrip()
        for name, value in found.figures.items()
    ]
    if len(found.kinds) > 1:
        lines += ["", *_fields(found.kinds)]
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


def _interval(found: tuple[float, float] | None) -> str:
    return "" if found is None else f"95 % within {found[0]:g} and {found[1]:g}"


def _fields(kinds: Sequence[KindScore]) -> list[str]:
    """Write a line a kind of field; shares with their 95 % confidence intervals."""
    lines = [f"{'fields':24}{'count':>6}   {'exact':26}{'accepted':>9}   wrong among them"]
    for one in kinds:
        wrong = _share(one.accepted_wrong, one.accepted)
        exact, accepted = _share(one.exact, one.wanted), one.accepted / one.wanted
        lines.append(f"{one.kind:24.24}{one.wanted:6}   {exact:26}{accepted:9.1%}   {wrong}")
    return lines


def _share(part: int, whole: int) -> str:
    if not whole:
        return "none"
    low, high = wilson(part, whole)
    return f"{part / whole:.1%} ({low:.1%} to {high:.1%})"


def as_json(found: Score) -> dict[str, Any]:
    """Return the figures by name, and under names of their own what is more than a figure."""
    return {
        **found.figures,
        "intervals": found.intervals,
        "kinds": [_kind(one) for one in found.kinds],
        "errors": _counted(found.failures),
        "confusions": [
            {"wanted": wanted, "read": read, "count": count}
            for wanted, read, count in confusions(found.failures)
        ],
        "error_by_share": [asdict(one) for one in found.surest],
        "failures": [_failure(reading, kind) for reading, kind in found.failures],
    }


def _kind(one: KindScore) -> dict[str, Any]:
    return {
        **asdict(one),
        "exact_interval": wilson(one.exact, one.wanted),
        "error_interval": wilson(one.accepted_wrong, one.accepted) if one.accepted else None,
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
