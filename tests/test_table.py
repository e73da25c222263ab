"""digitscan.output.table: the contract of results.csv and its sisters, to the byte."""

import json
import os
import pickle
import threading
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from digitscan.errors import OutputError
from digitscan.output.table import (
    DIGIT_COLUMNS,
    FAILURE_COLUMNS,
    NUMBER_COLUMNS,
    check_format,
    digit_rows,
    failure_row,
    is_stream,
    number_rows,
    open_table,
    table_format,
)
from digitscan.settings import STDOUT, TableFormat
from digitscan.types import Box, Digit, FileFailure, Kind, Number, PageReading

READING = PageReading(
    file="day 1/form, first.png",
    page=2,
    width=400,
    height=300,
    numbers=(
        Number(
            (Digit(0, 0.99996, Box(10, 20, 8, 12)), Digit(7, 0.5, Box(20, 18, 9, 15))),
            0.49994,
            Kind.HANDWRITTEN,
            review=True,
        ),
        Number((Digit(3, 1.0, Box(50, 20, 7, 11)),), 1.0, Kind.PRINTED, review=False),
    ),
    seconds={},
)


def written(path: Path, format: TableFormat, excel: bool = False) -> Path:
    with open_table(path, DIGIT_COLUMNS, format, excel) as table:
        table.write(digit_rows(READING))
    return path


def test_results_csv_to_the_byte(tmp_path: Path) -> None:
    assert written(tmp_path / "results.csv", TableFormat.CSV).read_bytes() == (
        b"file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
        b'"day 1/form, first.png",2,1,1,0,1.0000,handwritten,10,20,8,12,true\n'
        b'"day 1/form, first.png",2,1,2,7,0.5000,handwritten,20,18,9,15,true\n'
        b'"day 1/form, first.png",2,2,1,3,1.0000,printed,50,20,7,11,false\n'
    )


def test_numbers_csv_to_the_byte_with_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    with open_table(path, NUMBER_COLUMNS, TableFormat.CSV) as table:
        table.write(number_rows(READING))
    assert path.read_bytes() == (
        b"file,page,number,text,confidence,kind,x,y,width,height,review\n"
        b'"day 1/form, first.png",2,1,07,0.4999,handwritten,10,18,19,15,true\n'
        b'"day 1/form, first.png",2,2,3,1.0000,printed,50,20,7,11,false\n'
    )


def test_a_reading_is_the_same_on_the_other_side_of_a_pipe() -> None:
    assert pickle.loads(pickle.dumps(READING)) == READING


def test_a_failure_of_a_whole_file_has_no_page(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with open_table(path, FAILURE_COLUMNS, TableFormat.CSV) as table:
        table.write([failure_row(FileFailure("a.png", None, "empty", 'say "x", then y'))])
        table.write([failure_row(FileFailure("b.tif", 3, "truncated", "copy it again"))])
    assert path.read_bytes() == (
        b"file,page,error,message\n"
        b'a.png,,empty,"say ""x"", then y"\n'
        b"b.tif,3,truncated,copy it again\n"
    )


def test_excel_gets_a_byte_order_mark(tmp_path: Path) -> None:
    data = written(tmp_path / "results.csv", TableFormat.CSV, excel=True).read_bytes()
    assert data.startswith(b"\xef\xbb\xbffile,page")


def test_names_that_are_not_unicode_leave_the_table_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with open_table(path, FAILURE_COLUMNS, TableFormat.CSV) as table:
        table.write([failure_row(FileFailure("a\udcff.png", None, "empty", "x"))])
    assert "a\\udcff.png" in path.read_text("utf-8")


def test_json_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "results.jsonl", TableFormat.JSONL)
    first, *_ = path.read_text("utf-8").splitlines()
    assert json.loads(first) == {
        "file": "day 1/form, first.png",
        "page": 2,
        "number": 1,
        "position": 1,
        "digit": 0,
        "confidence": 1.0,
        "kind": "handwritten",
        "x": 10,
        "y": 20,
        "width": 8,
        "height": 12,
        "review": True,
    }
    assert len(path.read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("format", [TableFormat.PARQUET, TableFormat.XLSX])
def test_parquet_and_xlsx_hold_what_the_csv_holds(tmp_path: Path, format: TableFormat) -> None:
    path = written(tmp_path / f"results.{format.value}", format)
    frame = pd.read_parquet(path) if format is TableFormat.PARQUET else pd.read_excel(path)
    assert list(frame.columns) == list(DIGIT_COLUMNS)
    assert frame["digit"].tolist() == [0, 7, 3]
    assert frame["confidence"].tolist() == [1.0, 0.5, 1.0]
    assert frame["review"].tolist() == [True, True, False]


@pytest.mark.parametrize("format", [TableFormat.PARQUET, TableFormat.XLSX])
def test_zeros_stay_in_parquet_and_xlsx(tmp_path: Path, format: TableFormat) -> None:
    path = tmp_path / "numbers"
    with open_table(path, NUMBER_COLUMNS, format) as table:
        table.write(number_rows(READING))
    parquet = format is TableFormat.PARQUET
    frame = pd.read_parquet(path) if parquet else pd.read_excel(path, dtype=object)
    assert frame["text"].tolist() == ["07", "3"]


@pytest.mark.parametrize("format", list(TableFormat))
def test_a_table_without_rows_has_its_columns(tmp_path: Path, format: TableFormat) -> None:
    path = tmp_path / "empty"
    with open_table(path, DIGIT_COLUMNS, format):
        pass
    if format is TableFormat.PARQUET:
        assert list(pd.read_parquet(path).columns) == list(DIGIT_COLUMNS)
    elif format is TableFormat.XLSX:
        assert list(pd.read_excel(path).columns) == list(DIGIT_COLUMNS)
    elif format is TableFormat.CSV:
        assert path.read_text() == ",".join(DIGIT_COLUMNS) + "\n"
    else:
        assert path.read_text() == ""


@pytest.mark.parametrize(
    ("name", "wanted", "format"),
    [
        ("results.csv", None, TableFormat.CSV),
        ("results.JSONL", None, TableFormat.JSONL),
        ("results.parquet", None, TableFormat.PARQUET),
        ("results.xlsx", None, TableFormat.XLSX),
        ("results.txt", None, TableFormat.CSV),
        ("-", None, TableFormat.CSV),
        ("results.csv", TableFormat.JSONL, TableFormat.JSONL),
    ],
)
def test_the_name_says_the_format_unless_it_is_wanted(
    name: str, wanted: TableFormat | None, format: TableFormat
) -> None:
    assert table_format(Path(name), wanted) is format


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(OutputError, match=r"pip install 'digitscan\[tables\]'"):
        check_format(TableFormat.PARQUET)


def test_standard_output_gets_the_table(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_table(STDOUT, FAILURE_COLUMNS, TableFormat.CSV) as table:
        table.write([("a.png", "", "empty", "x")])
    assert capfdbinary.readouterr().out == b"file,page,error,message\na.png,,empty,x\n"


def test_a_closed_standard_output_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(OutputError, match="standard output is closed"):
        open_table(STDOUT, DIGIT_COLUMNS, TableFormat.CSV).__enter__()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with open_table(pipe, FAILURE_COLUMNS, TableFormat.CSV) as table:
        table.write([("a.png", "", "empty", "x")])
    reader.join(10)
    assert got == [b"file,page,error,message\na.png,,empty,x\n"]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
def test_what_is_no_file_is_a_stream(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    streams = [STDOUT, *map(Path, ("/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"))]
    others = [tmp_path, tmp_path / "file", tmp_path / "new", tmp_path / "file" / "below", Path()]
    assert all(map(is_stream, streams))
    assert not any(map(is_stream, others))


def test_the_old_table_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("old")
    with pytest.raises(KeyError), open_table(path, DIGIT_COLUMNS, TableFormat.CSV):
        raise KeyError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_output_error(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="cannot write the table: No such file"),
        open_table(tmp_path / "nowhere" / "results.csv", DIGIT_COLUMNS, TableFormat.CSV),
    ):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        with (
            pytest.raises(OutputError, match="No space left"),
            open_table(STDOUT, DIGIT_COLUMNS, TableFormat.CSV) as table,
        ):
            table.write(row for _ in range(1000) for row in digit_rows(READING))
        monkeypatch.undo()


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with open_table(path, DIGIT_COLUMNS, TableFormat.XLSX) as table:
        table.write(digit_rows(replace(READING, file="=1+1.png")))
    (sheet,) = openpyxl.load_workbook(path).worksheets
    assert {(cell.value, cell.data_type) for (cell,) in sheet["A2:A4"]} == {("=1+1.png", "s")}
