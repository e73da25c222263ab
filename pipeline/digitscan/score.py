"""A table of results against the truth: what was found, read right, and judged right.

The truth is a JSON object: file name -> one of a list of digits with boxes; `{"fields": [...],
"ignore": [...]}`, what stands in regions; `{"numbers": [...]}`, texts without places; `{"empty":
true}`. Files are matched by name, without folders; a file with no row was read as empty.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitscan.errors import UsageError
from digitscan.types import Box, Kind

LEAST_IOU = 0.5
"""Overlap from which a digit counts as found."""
SLACK = 0.15
"""How far beside a field, in heights of the field, a digit of it may lie."""


@dataclass(frozen=True, slots=True)
class Row:
    """One digit of a results table."""

    page: int
    number: int
    position: int
    digit: str
    box: Box
    review: bool


Rows = list[Row]


def read_results(path: Path, kind: Kind = Kind.HANDWRITTEN) -> dict[str, Rows]:
    """Read the digits of one kind from a results CSV, by file name.

    Raises
    ------
    UsageError
        The file is not a results CSV of `digitscan run`.
    """
    found: dict[str, Rows] = defaultdict(list)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for line in csv.DictReader(file):
                if line["kind"] != kind:
                    continue
                box = Box(*(int(line[side]) for side in ("x", "y", "width", "height")))
                row = Row(
                    int(line["page"]),
                    int(line["number"]),
                    int(line["position"]),
                    line["digit"],
                    box,
                    line["review"] == "true",
                )
                found[line["file"].rpartition("/")[2]].append(row)
    except (OSError, KeyError, ValueError) as error:
        raise UsageError(f"{path} is not a results CSV of 'digitscan run': {error!r}") from error
    return found


def read_truth(path: Path) -> dict[str, Any]:
    """Read a truth file; UsageError where it is not one."""
    try:
        truth = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not a truth file: {error}") from error
    if not isinstance(truth, dict):
        raise UsageError(f"{path} is not a truth file: it must be an object, one entry a file")
    return truth


def score(results: dict[str, Rows], truth: dict[str, Any]) -> dict[str, float]:
    """Compare results with the truth; the figures by name, in the order to be shown."""
    count: Counter[str] = Counter()
    for name, entry in truth.items():
        rows = results.get(name, [])
        if isinstance(entry, list):
            count.update(_digits(rows, entry))
        elif "fields" in entry:
            count.update(_fields(rows, entry))
        elif "numbers" in entry:
            count.update(_numbers(rows, entry["numbers"]))
        else:
            count.update({"empty pages": 1, "empty digits": len(rows)})
    return _figures(count)


def _digits(rows: Rows, truth: list[dict[str, int]]) -> Counter[str]:
    """Count digits found and read, and whether the whole string is exact."""
    boxes = [Box(t["x"], t["y"], t["width"], t["height"]) for t in truth]
    pairs = sorted(
        ((row.box.iou(box), i, j) for i, row in enumerate(rows) for j, box in enumerate(boxes)),
        reverse=True,
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for overlap, i, j in pairs:
        if overlap >= LEAST_IOU and i not in taken and j not in found:
            found[j] = i
            taken.add(i)
    right = sum(rows[i].digit == str(truth[j]["digit"]) for j, i in found.items())
    ordered = sorted(range(len(truth)), key=lambda j: boxes[j].center[0])
    exact = _text(rows) == "".join(str(truth[j]["digit"]) for j in ordered)
    counted = Counter(
        {
            "strings": 1,
            "strings exact": exact,
            "digits": len(truth),
            "digits reported": len(rows),
            "digits boxed": len(found),
            "digits right": right,
        }
    )
    return counted + _judged(rows, exact)


def _fields(rows: Rows, entry: dict[str, Any]) -> Counter[str]:
    """Count fields read exactly, and digits outside every field."""
    counted = Counter({"field pages": 1})
    left = rows
    for field in entry["fields"]:
        inside = [row for row in rows if _inside(row, field)]
        left = [row for row in left if row not in inside]
        exact = _text(inside) == "".join(c for c in field["text"] if c.isdigit())
        counted += Counter({"fields": 1, "fields exact": exact}) + _judged(inside, exact)
    ignored = entry.get("ignore", [])
    beside = [row for row in left if not any(_inside(row, region) for region in ignored)]
    return counted + Counter({"digits beside": len(beside)})


def _inside(row: Row, field: dict[str, int]) -> bool:
    """Tell whether a digit's middle lies in a region or just beside it."""
    x, y = row.box.center
    slack = SLACK * field["height"]
    across = field["x"] - slack <= x <= field["x"] + field["width"] + slack
    return across and field["y"] - slack <= y <= field["y"] + field["height"] + slack


def _numbers(rows: Rows, truth: list[str]) -> Counter[str]:
    """Count whole numbers, wherever they stand."""
    groups: dict[tuple[int, int], Rows] = defaultdict(list)
    for row in rows:
        groups[row.page, row.number].append(row)
    read = Counter(
        "".join(row.digit for row in sorted(group, key=lambda row: row.position))
        for group in groups.values()
    )
    right = (read & Counter(truth)).total()
    return Counter(
        {"numbers": len(truth), "numbers reported": read.total(), "numbers right": right}
    )


def _judged(rows: Rows, exact: bool) -> Counter[str]:
    """Count an entry that was accepted, and whether wrongly."""
    accepted = not any(row.review for row in rows)
    return Counter({"judged": 1, "accepted": accepted, "accepted wrong": accepted and not exact})


def _text(rows: Rows) -> str:
    """Join digits left to right."""
    return "".join(row.digit for row in sorted(rows, key=lambda row: row.box.center[0]))


def _figures(count: Counter[str]) -> dict[str, float]:
    """Turn counts into shares, leaving out what the truth says nothing of."""

    def share(part: str, whole: str) -> float:
        return round(count[part] / count[whole], 4) if count[whole] else 0.0

    figures: dict[str, float] = {}
    if count["strings"]:
        precision = share("digits right", "digits reported")
        recall = share("digits right", "digits")
        both = precision + recall
        figures |= {
            "digit_precision": precision,
            "digit_recall": recall,
            "digit_f1": round(2 * precision * recall / both, 4) if both else 0.0,
            "digit_box_recall": share("digits boxed", "digits"),
            "strings": count["strings"],
            "strings_exact": share("strings exact", "strings"),
        }
    if count["fields"]:
        figures |= {
            "fields": count["fields"],
            "fields_exact": share("fields exact", "fields"),
            "extra_digits_per_page": share("digits beside", "field pages"),
        }
    if count["numbers"]:
        figures |= {
            "numbers": count["numbers"],
            "number_recall": share("numbers right", "numbers"),
            "number_precision": share("numbers right", "numbers reported"),
        }
    if count["empty pages"]:
        figures |= {
            "empty_pages": count["empty pages"],
            "digits_per_empty_page": share("empty digits", "empty pages"),
        }
    if count["judged"]:
        figures |= {
            "accepted": share("accepted", "judged"),
            "error_among_accepted": share("accepted wrong", "accepted"),
        }
    return figures
