"""Corrections: what they come to, and that they change what they belong to and nothing else."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from digitscan.cli import app
from digitscan.correcting.apply import apply
from digitscan.correcting.corrections import Correction, read_corrections
from digitscan.errors import ExitCode, UnsafeError, UsageError
from digitscan.output.read_table import DigitRow, NumberRows, State, read_numbers
from digitscan.types import Box, Kind

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
CORRECTIONS = "file,page,number,position,old,new,who,when\n"
TABLE = (
    HEADER
    + "a.png,1,1,1,0,0.9000,handwritten,10,20,10,30,true\n"
    + "a.png,1,1,2,7,0.6000,handwritten,25,20,10,30,true\n"
    + "a.png,1,2,1,4,0.9990,handwritten,80,20,10,30,false\n"
)


def number_of(text: str, index: int = 1, review: bool = True) -> NumberRows:
    return NumberRows(
        tuple(
            DigitRow(
                *("a.png", 1, index, place + 1, int(digit), 0.9, Kind.HANDWRITTEN),
                Box(10 * place, 5, 8, 20),
                review,
            )
            for place, digit in enumerate(text)
        )
    )


def line(position: int | None, old: str, new: str, number: int = 1, at: int = 2) -> Correction:
    return Correction(at, f"c.csv, line {at}", ("a.png", 1, number), position, old, new)


def outcome(text: str, *corrections: Correction) -> tuple[NumberRows, State] | None:
    """Apply corrections to one number that is for review."""
    key = ("a.png", 1, 1)
    return next(apply([number_of(text)], {key: list(corrections)}, Counter()), None)


def test_a_digit_retyped_is_the_only_one_that_changes_and_passes_no_other() -> None:
    found = outcome("123", line(2, "2", "7"))
    assert found is not None
    number, state = found
    assert number.text == "173"
    assert state is State.CORRECTED
    assert [row.state for row in number.rows] == ["read", "corrected", "read"]
    assert [row.confidence for row in number.rows] == [0.9, 1.0, 0.9]
    assert number.review, "nobody has looked at the 1 and the 3"


def test_a_digit_accepted_is_no_number_seen() -> None:
    found = outcome("123", line(2, "2", "2"))
    assert found is not None
    number, state = found
    assert [row.state for row in number.rows] == ["read", "accepted", "read"]
    assert (number.review, state) == (True, State.READ)


def test_what_is_not_a_digit_goes_and_the_rest_is_counted_anew() -> None:
    found = outcome("123", line(2, "2", ""))
    assert found is not None
    number, state = found
    assert [(row.position, row.digit, row.box.x) for row in number.rows] == [(1, 1, 0), (2, 3, 20)]
    assert (number.review, state) == (True, State.CORRECTED)


def test_a_whole_number_with_the_digits_that_go_keeps_the_places_of_the_rest() -> None:
    found = outcome("123", line(2, "2", ""), line(None, "123", "17", at=3), line(3, "3", "7", at=4))
    assert found is not None
    number, state = found
    assert [(row.digit, row.box.x, row.state) for row in number.rows] == [
        (1, 0, "accepted"),
        (7, 20, "corrected"),
    ]
    assert (number.review, state) == (False, State.CORRECTED)


def test_a_number_accepted_is_not_for_review() -> None:
    found = outcome("123", line(None, "123", "123"))
    assert found is not None
    number, state = found
    assert (number.text, number.review, state) == ("123", False, State.ACCEPTED)
    assert [row.confidence for row in number.rows] == [0.9] * 3


def test_a_number_whose_every_digit_was_judged_is_not_for_review() -> None:
    found = outcome("12", line(1, "1", "1"), line(2, "2", "7"))
    assert found is not None
    assert [row.state for row in found[0].rows] == ["accepted", "corrected"]
    assert not found[0].review


def test_a_number_retyped_keeps_the_boxes_of_as_many_digits() -> None:
    found = outcome("123", line(None, "123", "193"))
    assert found is not None
    number, _ = found
    assert [row.box.x for row in number.rows] == [0, 10, 20]
    assert [row.state for row in number.rows] == ["accepted", "corrected", "accepted"]
    assert not number.review


def test_more_digits_share_the_box_of_the_number() -> None:
    found = outcome("12", line(None, "12", "345"))  # the number is 18 wide
    assert found is not None
    number, _ = found
    assert number.text == "345"
    assert [row.box for row in number.rows] == [Box(x, 5, 6, 20) for x in (0, 6, 12)]
    assert {row.state for row in number.rows} == {"corrected"}
    assert number.box == number_of("12").box


@pytest.mark.parametrize(
    "lines", [[line(None, "12", "")], [line(1, "1", ""), line(2, "2", "")]], ids=["whole", "digits"]
)
def test_what_is_no_number_goes(lines: list[Correction]) -> None:
    assert outcome("12", *lines) is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([line(None, "13", "14")], "was read as '12'"),
        ([line(2, "3", "4")], "was read at position 2 as '2'"),
        ([line(3, "3", "4")], "no position 3"),
        ([line(None, "12", "14", number=2)], "number 2 of a.png, page 1, is not in the table;"),
        (
            [line(None, "1", "4", number=9, at=4), line(None, "1", "4", number=5, at=3)],
            "c.csv, line 3: number 5 of a.png, page 1, is not in the table (and 1 more such);",
        ),
        ([line(1, "1", "4"), line(1, "1", "5", at=3)], "becomes '5', and by line 2 '4'"),
        ([line(None, "12", "14"), line(None, "12", "12", at=3)], "by line"),
        ([line(None, "12", "12"), line(1, "1", "7", at=3)], "something else of this digit"),
        ([line(None, "12", ""), line(1, "1", "7", at=3)], "something else of this digit"),
        ([line(None, "12", "1"), line(1, "1", "", at=3)], "something else of this digit"),
        ([line(None, "12", "14"), line(1, "1", "7", at=3)], "something else of this digit"),
        ([line(None, "12", "345"), line(1, "1", "3", at=3)], "something else of this digit"),
    ],
)
def test_what_does_not_belong_or_agree_is_refused(lines: list[Correction], says: str) -> None:
    corrections: dict[tuple[str, int, int], list[Correction]] = {}
    for one in lines:
        corrections.setdefault(one.key, []).append(one)
    with pytest.raises(UnsafeError, match=r"c\.csv, line \d: ") as refused:
        list(apply([number_of("12")], corrections, Counter()))
    assert says in str(refused.value)


def test_leading_zeros_that_a_spreadsheet_took_are_told() -> None:
    with pytest.raises(UnsafeError, match="leading zeros"):
        outcome("007", line(None, "7", "8"))


@st.composite
def works(draw: st.DrawFn) -> tuple[list[str], list[Correction], list[tuple[str, bool]]]:
    """Make numbers, lines about them in any order, some twice, and what is then to be there.

    That is the text of each number and whether it is still for review.
    """
    digits = st.text("0123456789", min_size=1, max_size=4)
    texts = draw(st.lists(digits, min_size=1, max_size=6))
    lines, wanted = [], list[tuple[str, bool]]()
    for index, text in enumerate(texts, 1):
        how = draw(st.sampled_from(["leave", "accept", "retype", "remove", "digits"]))
        if how == "digits":
            marks = draw(
                st.lists(
                    st.one_of(st.none(), st.sampled_from(["", *"0123456789"])),
                    min_size=len(text),
                    max_size=len(text),
                )
            )
            lines += [
                line(place, text[place - 1], mark, index)
                for place, mark in enumerate(marks, 1)
                if mark is not None
            ]
            pairs = zip(text, marks, strict=True)
            left = "".join(old if mark is None else mark for old, mark in pairs)
            seen = draw(st.booleans())
            if seen:
                lines.append(line(None, text, left, index))
            wanted.append((left, not seen and None in marks))
            continue
        new = {"leave": text, "accept": text, "remove": ""}.get(how) if how != "retype" else None
        new = draw(digits) if new is None else new
        if how != "leave":
            lines.append(line(None, text, new, index))
        wanted.append((new, how == "leave"))
    twice = draw(st.lists(st.sampled_from(lines))) if lines else []
    return texts, draw(st.permutations([*lines, *twice])), [one for one in wanted if one[0]]


@given(works())
def test_only_the_net_effect_counts(
    work: tuple[list[str], list[Correction], list[tuple[str, bool]]],
) -> None:
    texts, lines, wanted = work
    corrections: dict[tuple[str, int, int], list[Correction]] = {}
    for one in lines:
        corrections.setdefault(one.key, []).append(one)
    table = [number_of(text, index) for index, text in enumerate(texts, 1)]
    found = [number for number, _ in apply(table, corrections, Counter())]
    assert [(number.text, number.review) for number in found] == wanted
    for number in found:
        assert [row.position for row in number.rows] == list(range(1, len(number.rows) + 1))
        index = number.key[2] - 1
        if not any(key[2] - 1 == index for key in corrections):
            assert number == table[index]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "results.csv").write_text(TABLE)
    return tmp_path


def correct(folder: Path, corrections: str | bytes, *options: str, table: str = "") -> Result:
    data = corrections.encode() if isinstance(corrections, str) else corrections
    (folder / "c.csv").write_bytes(data)
    paths = [str(folder / name) for name in (table or "results.csv", "c.csv")]
    out = [] if "--out" in options else ["--out", str(folder / "corrected.csv")]
    return CliRunner().invoke(app, ["apply", *paths, *out, *options])


def test_the_corrected_table(folder: Path) -> None:
    done = correct(
        folder, CORRECTIONS + "a.png,1,1,,07,01,me,2026-01-31T18:30:00Z\n",
        "--numbers", str(folder / "numbers.csv"),
    )  # fmt: skip
    assert done.exit_code == ExitCode.OK, done.output
    assert (folder / "corrected.csv").read_text() == (
        HEADER.replace("review", "review,state")
        + "a.png,1,1,1,0,0.9000,handwritten,10,20,10,30,false,accepted\n"
        + "a.png,1,1,2,1,1.0000,handwritten,25,20,10,30,false,corrected\n"
        + "a.png,1,2,1,4,0.9990,handwritten,80,20,10,30,false,read\n"
    )
    numbers = (folder / "numbers.csv").read_text().splitlines()[1:]
    assert numbers == [
        "a.png,1,1,01,0.9000,handwritten,10,20,25,30,false,corrected",
        "a.png,1,2,4,0.9990,handwritten,80,20,10,30,false,read",
    ]
    assert "2 numbers: 1 corrected, 0 accepted, 0 removed, 1 as read; 0 still" in done.output


def test_no_corrections_change_nothing(folder: Path) -> None:
    assert correct(folder, CORRECTIONS).exit_code == ExitCode.OK
    text = (folder / "corrected.csv").read_text()
    assert text.replace(",state", "").replace(",read", "") == TABLE


EXCEL = CORRECTIONS + "a.png,1,1,2,7,1,,\n"


@pytest.mark.parametrize(
    "corrections",
    [
        EXCEL,
        "\ufeff" + EXCEL.replace("\n", "\r\n"),
        "\ufeff" + EXCEL.replace(",", ";").replace("\n", "\r\n"),
        EXCEL.replace(",", "\t"),
        EXCEL + ",,,,,,,\n\n",
        "new,old,position,number,page,file\n1,7,2,1,1,a.png\n",
    ],
    ids=["as saved", "Excel", "Excel in half of Europe", "tabs", "empty lines", "columns moved"],
)
def test_what_spreadsheets_save_is_understood(folder: Path, corrections: str) -> None:
    done = correct(folder, corrections)
    assert done.exit_code == ExitCode.OK, done.output
    assert ",1,1,2,1,1.0000," in (folder / "corrected.csv").read_text()


@pytest.mark.parametrize(
    ("corrections", "code", "says"),
    [
        ("", ExitCode.USAGE, "has no column 'file'"),
        ("a,b\n1,2\n", ExitCode.USAGE, "has no column 'file'"),
        (CORRECTIONS.encode() + b"\xff,1,1,,07,08,,\n", ExitCode.USAGE, "not UTF-8"),
        (CORRECTIONS + "a.png,1,1,,07,0x,,\n", ExitCode.USAGE, "line 2: 'new' holds digits"),
        (CORRECTIONS + "a.png,1,1,,07,٣,,\n", ExitCode.USAGE, "line 2: 'new' holds digits"),
        (CORRECTIONS + "a.png,1,1,1,0,12,,\n", ExitCode.USAGE, "'new' holds one digit"),
        (CORRECTIONS + "a.png,1,1,,,08,,\n", ExitCode.USAGE, "line 2: 'old' holds digits"),
        (CORRECTIONS + "a.png,1,0,,07,08,,\n", ExitCode.USAGE, "'number' is a whole number"),
        (CORRECTIONS + f"a.png,{'9' * 5000},1,,07,08,,\n", ExitCode.USAGE, "'page' is a whole"),
        (CORRECTIONS + "a.png,1,1,-1,0,1,,\n", ExitCode.USAGE, "'position' is a whole"),
        (CORRECTIONS + "a.png,1,1\n", ExitCode.USAGE, "line 2: 'old' holds digits"),
        (CORRECTIONS + "b.png,1,1,,07,08,,\n", ExitCode.UNSAFE, "line 2: number 1 of b.png"),
        (CORRECTIONS + "a.png,2,1,,07,08,,\n", ExitCode.UNSAFE, "page 2, is not in the table"),
        (CORRECTIONS + "a.png,1,1,,08,09,,\n", ExitCode.UNSAFE, "was read as '07'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_written(
    folder: Path, corrections: str | bytes, code: ExitCode, says: str
) -> None:
    (folder / "corrected.csv").write_text("as it was")
    done = correct(folder, corrections)
    assert done.exit_code == code, done.output
    assert says in done.output
    assert "c.csv" in done.output
    assert (folder / "corrected.csv").read_text() == "as it was"


def test_corrections_do_not_belong_to_their_own_result(folder: Path) -> None:
    lines = CORRECTIONS + "a.png,1,1,2,7,1,,\n"
    assert correct(folder, lines).exit_code == ExitCode.OK
    again = ["--out", str(folder / "again.csv")]
    done = correct(folder, lines, *again, table="corrected.csv")
    assert done.exit_code == ExitCode.UNSAFE
    assert not (folder / "again.csv").exists()


def test_a_corrected_table_can_be_corrected_further(folder: Path) -> None:
    assert correct(folder, CORRECTIONS + "a.png,1,1,2,7,1,,\n").exit_code == ExitCode.OK
    again = ["--out", str(folder / "again.csv")]
    done = correct(folder, CORRECTIONS + "a.png,1,1,,01,01,,\n", *again, table="corrected.csv")
    assert done.exit_code == ExitCode.OK, done.output
    (number, _) = read_numbers(folder / "again.csv")
    assert [row.state for row in number.rows] == ["accepted", "corrected"]
    assert not number.review


def test_neither_input_is_replaced(folder: Path) -> None:
    for name in ("results.csv", "c.csv"):
        done = correct(folder, EXCEL, "--out", str(folder / name))
        assert done.exit_code == ExitCode.UNSAFE
    assert (folder / "results.csv").read_text() == TABLE


HOSTILE = [
    "=cmd|' /C calc'!A0.png", "@SUM(1).png", "+1.png", "-1,2.png", '"quoted".png', "a\nb.png",
    "<img src=x onerror=alert(1)>.png", "‮gnp.exe", "semi;colon;and;more.png",
]  # fmt: skip


def test_hostile_names_stay_as_they_are(folder: Path) -> None:
    """A cell that looks like a formula is a file's name here: it must still name that file."""
    text, lines = io.StringIO(newline=""), io.StringIO(newline="")
    table, corrections = csv.writer(text, lineterminator="\n"), csv.writer(lines)
    table.writerow(HEADER.strip().split(","))
    corrections.writerow(CORRECTIONS.strip().split(","))
    for name in HOSTILE:
        table.writerow([name, 1, 1, 1, 7, "0.9000", "handwritten", 1, 2, 3, 4, "true"])
        corrections.writerow([name, 1, 1, 1, 7, 1, "=1+1", ""])
    (folder / "results.csv").write_bytes(text.getvalue().encode())
    assert correct(folder, lines.getvalue()).exit_code == ExitCode.OK
    numbers = list(read_numbers(folder / "corrected.csv"))
    assert [number.key[0] for number in numbers] == HOSTILE
    assert {number.text for number in numbers} == {"1"}


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_other_tables_too(folder: Path, ending: str) -> None:
    out = str(folder / f"corrected.{ending}")
    assert correct(folder, EXCEL, "--out", out).exit_code == ExitCode.OK
    again = ["--out", str(folder / "again.csv")]
    done = correct(folder, CORRECTIONS, *again, table=f"corrected.{ending}")
    assert done.exit_code == ExitCode.OK, done.output
    assert correct(folder, EXCEL).exit_code == ExitCode.OK
    assert (folder / "again.csv").read_bytes() == (folder / "corrected.csv").read_bytes()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("a,b\n1,2\n", "it has no column 'file'"),
        ("", "it has no column 'file'"),
        (TABLE.replace("0.6000", "much"), "row 3"),
        (TABLE.replace("0.6000", "nan"), "row 3"),
        (TABLE.replace("0.6000", "60"), "row 3"),
        (TABLE.replace("1,1,2,7", "1,1,2,77"), "row 3"),
        (TABLE.replace("1,1,1,0", "0,1,1,0"), "row 2"),
        (TABLE.replace(",2,7,", ",3,7,"), "are not all there"),
        (HEADER + "\n".join(TABLE.splitlines()[i] for i in (1, 3, 2)) + "\n", "not all there"),
    ],
)
def test_a_table_that_is_none_is_refused(folder: Path, table: str, says: str) -> None:
    (folder / "results.csv").write_text(table)
    done = correct(folder, CORRECTIONS)
    assert done.exit_code == ExitCode.USAGE
    assert says in done.output
    assert not (folder / "corrected.csv").exists()


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_what_is_no_table_at_all_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r.{ending}"
    for content in (b"PK\x03\x04 broken", b"[1]\n", b""):
        path.write_bytes(content)
        if content or ending != "jsonl":
            with pytest.raises(UsageError, match="no table of results"):
                list(read_numbers(path))


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv"):
        read_corrections(tmp_path / "none.csv")
    with pytest.raises(UsageError, match=r"none\.csv"):
        list(read_numbers(tmp_path / "none.csv"))


def test_lines_are_counted_as_editors_do(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(CORRECTIONS + '"a\nb",1,1,,7,8,,\n' + "a,1,1,,7,8,,\n")
    lines = [one.line for some in read_corrections(path).values() for one in some]
    assert lines == [3, 4]
