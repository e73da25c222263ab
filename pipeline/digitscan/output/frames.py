"""Tables through pandas: Parquet and XLSX, in blocks of rows that bound the memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import pandas as pd

from digitscan.output.table import Row

TYPES = {
    "file": "str",
    "page": "int32",
    "number": "int32",
    "position": "int32",
    "digit": "int8",
    "text": "str",
    "confidence": "float64",
    "kind": "str",
    "x": "int32",
    "y": "int32",
    "width": "int32",
    "height": "int32",
    "review": "bool",
    "state": "str",
}


class ParquetTable:
    """One row group a block; `text` is a string, so that leading zeros stay."""

    ROWS = 100_000

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        import pyarrow
        import pyarrow.parquet

        self._to_arrow = pyarrow.Table.from_pandas
        self._columns = columns
        self._rows: list[Row] = []
        schema = self._to_arrow(_frame([], columns), preserve_index=False).schema
        self._writer = pyarrow.parquet.ParquetWriter(file, schema)

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self._rows.extend(rows)
        if len(self._rows) >= self.ROWS:
            self._flush()

    def close(self) -> None:
        """Write the last block and the index of the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        frame = _frame(self._rows, self._columns)
        self._writer.write_table(self._to_arrow(frame, preserve_index=False))
        self._rows.clear()


class XlsxTable:
    """A sheet a block, since Excel ends at 1,048,576 rows; numbers are text, so that zeros stay."""

    ROWS = 1_000_000

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._columns = columns
        self._rows: list[Row] = []
        self._writer = pd.ExcelWriter(file, engine="openpyxl")
        self._sheets = itertools.count(1)

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self._rows.extend(rows)
        while len(self._rows) > self.ROWS:
            self._flush()

    def close(self) -> None:
        """Write the last sheet and the workbook."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        frame = _frame(self._rows[: self.ROWS], self._columns)
        del self._rows[: self.ROWS]
        # A workbook cannot hold control characters, which file names may have.
        frame["file"] = frame["file"].str.replace(r"[\x00-\x1f]", "\ufffd", regex=True)
        name = f"digitscan {next(self._sheets)}"
        frame.to_excel(self._writer, sheet_name=name, index=False)
        # Nor is a name that begins with = a formula to be run.
        for row in frame["file"].str.startswith("=").to_numpy().nonzero()[0].tolist():
            cell = self._writer.sheets[name].cell(row + 2, list(self._columns).index("file") + 1)
            cell.data_type = "s"


def _frame(rows: Sequence[Row], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(columns))
    return frame.astype({name: TYPES[name] for name in columns}).round({"confidence": 4})
