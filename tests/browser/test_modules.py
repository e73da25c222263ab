"""The page's modules, one function at a time."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.drawn import report_data
from digitscan.correcting.apply import apply
from digitscan.correcting.corrections import read_corrections
from digitscan.output.read_table import DigitRow, NumberRows
from digitscan.output.report_page import joined
from digitscan.types import Box, Kind

THREE = '{text: "123", digits: [1, 2, 3].map((d) => ({position: d, digit: String(d)}))}'


def run(page: Page, module: str, expression: str, given: Any = None) -> Any:
    """Evaluate an expression in which `m` is the module and `given` a value."""
    name = module.removesuffix(".js")
    return page.evaluate(
        f"(given) => {{ {joined(module)}\nconst m = ${name}; return {expression}; }}", given
    )


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (None, "123"),
        ({"accepted": True}, "123"),
        ({"text": "45"}, "45"),
        ({"text": ""}, ""),
        ({"digits": {"2": "7"}}, "173"),
        ({"digits": {"1": "", "3": ""}}, "2"),
    ],
)
def test_the_text_as_it_stands(page: Page, edit: Any, text: str) -> None:
    assert run(page, "edits.js", f"m.textOf({THREE}, given ?? undefined)", edit) == text


@pytest.mark.parametrize(
    ("before", "position", "value", "after"),
    [
        (None, 2, "7", {"digits": {"2": "7"}}),
        ({"accepted": True}, 2, "7", {"digits": {"2": "7"}, "seen": True}),
        ({"digits": {"2": "7"}}, 3, "", {"digits": {"2": "7", "3": ""}}),
        (
            {"digits": {"2": "7"}, "seen": True},
            3,
            "",
            {"digits": {"2": "7", "3": ""}, "seen": True},
        ),
        ({"digits": {"2": "7"}}, 2, "2", None),
        ({"digits": {"2": "7"}, "seen": True}, 2, "2", {"accepted": True}),
        ({"text": "723"}, 2, "4", {"text": "743"}),
        ({"text": "723"}, 1, "1", {"accepted": True}),
        ({"text": "72"}, 1, "1", {"text": "72"}),
    ],
)
def test_a_digit_retyped_on_top_of_what_was_said(
    page: Page, before: Any, position: int, value: str, after: Any
) -> None:
    call = f"m.redigited({THREE}, given, {position}, '{value}', false)"
    assert run(page, "edits.js", call, before) == after


@pytest.mark.parametrize(
    ("edit", "seen"),
    [
        (None, False),
        ({"accepted": True}, True),
        ({"text": ""}, True),
        ({"digits": {"2": "7"}}, False),
        ({"digits": {"1": "4", "2": "7", "3": ""}}, True),
        ({"digits": {"2": "7"}, "seen": True}, True),
    ],
)
def test_a_number_is_seen_as_a_whole_or_in_each_of_its_digits(
    page: Page, edit: Any, seen: bool
) -> None:
    assert run(page, "edits.js", f"m.isSeen({THREE}, given)", edit) is seen
    assert run(page, "edits.js", f"m.isSeen({THREE}, m.accepted(given))", edit) is True


def test_steps_are_undone_and_done_again(page: Page) -> None:
    seen = run(
        page,
        "edits.js",
        """(() => {
          const edits = new m.Edits(() => new Date(0));
          const seen = [];
          const note = () => seen.push(edits.entries().map(([i, e]) => i + (e.text ?? "ok")));
          edits.set([[4, { text: "1" }], [2, { accepted: true }]]); note();
          edits.set([[4, { text: "2" }]]); note();
          edits.undo(); note();
          edits.undo(); note();
          edits.undo(); note();
          edits.redo(); note();
          edits.set([[7, { text: "3" }]]); note();
          edits.redo(); note();
          return [seen, edits.get(7).when];
        })()""",
    )
    first = ["2ok", "41"]
    steps = [first, ["2ok", "42"], first, [], [], first, [*first, "73"], [*first, "73"]]
    assert seen == [steps, "1970-01-01T00:00:00Z"]


def test_corrections_are_csv_whatever_stands_in_names(page: Page) -> None:
    texts = [("12", 0.5), ("3", 0.99), ("45", 0.5), ("67", 0.5), ("89", 0.5)]
    data = report_data(texts, file='a,"b"\n{}.png')
    text = run(
        page,
        "csv.js",
        """(() => {
          const digits = (text) => [...text].map((digit, at) => ({digit, position: at + 1}));
          const numbers = given.numbers.map(([, number, text]) =>
            ({number, text, page: 0, digits: digits(text)}));
          const edits = [
            [0, {digits: {1: "7", 2: ""}, when: "T"}], [1, {accepted: true, when: "T"}],
            [2, {text: "450", when: "T"}], [3, {digits: {2: "1"}, seen: true, when: "T"}],
            [4, {digits: {1: ""}, seen: true, when: "T"}],
          ];
          return m.corrections({numbers, pages: given.pages}, {entries: () => edits}, "A, B");
        })()""",
        data,
    )
    place = '"a,""b""\n1.png",1'
    assert text == (
        "file,page,number,position,old,new,who,when\n"
        f'{place},1,1,1,7,"A, B",T\n'
        f'{place},1,2,2,,"A, B",T\n'
        f'{place},2,,3,3,"A, B",T\n'
        f'{place},3,,45,450,"A, B",T\n'
        f'{place},4,,67,61,"A, B",T\n'
        f'{place},5,,89,9,"A, B",T\n'
        f'{place},5,1,8,,"A, B",T\n'
    )


EDITS: list[dict[str, Any]] = [
    {"accepted": True},
    *({"text": text} for text in ("173", "17", "1234", "")),
    *({"digits": digits} for digits in ({"2": "7"}, {"2": ""}, {"1": "4", "2": "", "3": "6"})),
    *({"digits": digits, "seen": True} for digits in ({"2": "7"}, {"2": "", "3": "8"})),
    *({"digits": {"1": "", "2": "", "3": ""}} | seen for seen in ({}, {"seen": True})),
]


def test_apply_makes_of_each_edit_what_the_page_shows(page: Page, tmp_path: Path) -> None:
    call = f"""(() => {{
      const edits = given.map((edit, index) => [index, {{...edit, when: "T"}}]);
      const numbers = edits.map(([index]) => ({{...{THREE}, number: index + 1, page: 0}}));
      const run = {{numbers, pages: [{{file: "a.png", page: 1}}]}};
      const {{textOf, isSeen}} = $edits;
      const shown = given.map((edit) => [textOf({THREE}, edit), !isSeen({THREE}, edit)]);
      return [m.corrections(run, {{entries: () => edits}}, ""), shown];
    }})()"""
    text, shown = run(page, "csv.js", call, EDITS)
    (tmp_path / "c.csv").write_text(text)
    row = partial(DigitRow, "a.png", 1, confidence=0.9, kind=Kind.HANDWRITTEN, review=True)
    table = [
        NumberRows(tuple(row(number, at, at, box=Box(9 * at, 0, 8, 9)) for at in (1, 2, 3)))
        for number in range(1, len(EDITS) + 1)
    ]
    found = {
        number.key[2]: [number.text, number.review]
        for number, _ in apply(table, read_corrections(tmp_path / "c.csv"), Counter())
    }
    assert [found.get(at, ["", False]) for at in range(1, len(EDITS) + 1)] == shown


@pytest.mark.parametrize("text", ["(", "[", "a*", "\\", "^^", "?", ")"])
def test_no_filter_breaks_the_page(page: Page, text: str) -> None:
    call = """m.chosen({numbers: [{index: 0, text: "12"}], pages: []}, new Map(), {text: given})"""
    assert run(page, "filter.js", call, text) in ([], [0])


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1, "100.00 %"), (0.99999, "99.99 %"), (0.985, "98.5 %"), (0.29, "29.0 %"), (0.006, "0.60 %")],
)
def test_percentages_never_round_up_to_sure(page: Page, share: float, shown: str) -> None:
    assert run(page, "dom.js", "m.percent(given)", share) == shown


@pytest.mark.parametrize(
    ("start", "parts"),
    [
        (10, [[10, 8, 0, 8]]),
        (-2, [[0, 6, 2, 6], [0, 1, 0, 2]]),
        (15, [[15, 5, 0, 5], [19, 1, 5, 3]]),
        (40, None),
    ],
)
def test_a_crop_past_the_snippet_goes_on_with_its_edge(page: Page, start: int, parts: Any) -> None:
    assert run(page, "pictures.js", f"m.span({start}, 8, 0, 20)") == parts


def test_what_was_kept_is_taken_only_where_it_fits(page: Page) -> None:
    call = """(() => {
      const numbers = [{index: 0, page: 0, number: 1}];
      const run = {id: "r", pages: [{file: "a", page: 1}], numbers};
      return new m.Store(run, () => ({getItem: () => given})).edits();
    })()"""
    assert run(
        page, "store.js", call, '{"a\\t1\\t1": {"text": "5"}, "b\\t1\\t1": {"text": "6"}}'
    ) == [[0, {"text": "5"}]]
    for damaged in ("", "{", "null", '{"a\\t1\\t1": null}', '{"a\\t1\\t1": {}}', None):
        assert run(page, "store.js", call, damaged) == []


@pytest.mark.parametrize(
    ("others", "side"),
    [
        ([], "right"),
        ([[30, 140]], "right"),
        ([[70, 100]], "above"),
        ([[70, 100], [10, 78]], "left"),
        ([[70, 100], [10, 78], [-20, 110]], "above"),
    ],
)
def test_a_label_stands_where_it_hides_no_other_number(page: Page, others: Any, side: str) -> None:
    call = """m.sideOf({x: 30, y: 100, width: 30, height: 20}, 2,
      given.map(([x, y]) => ({x, y, width: 30, height: 20})), {width: 400, height: 400})"""
    assert run(page, "labels.js", call, others) == side
