"""The tables of a run or an export, written together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from digitscan.output.place import remove
from digitscan.output.table import (
    DIGIT_COLUMNS,
    FAILURE_COLUMNS,
    NUMBER_COLUMNS,
    Table,
    digit_rows,
    failure_row,
    number_rows,
    open_table,
    table_format,
)
from digitscan.places import Place
from digitscan.running.checks import errors_path
from digitscan.running.messages import Result
from digitscan.settings import OutputSettings, TableFormat
from digitscan.types import FileFailure


@contextmanager
def tables(output: OutputSettings) -> Iterator[Callable[[Result], None]]:
    """Open the tables; what is given takes results in their order."""
    with ExitStack() as stack:

        def table(path: Place, columns: Sequence[str]) -> Table:
            format = table_format(path, output.format)
            return stack.enter_context(open_table(path, columns, format, output.excel))

        digits = table(output.out, DIGIT_COLUMNS)
        numbers = output.numbers and table(output.numbers, NUMBER_COLUMNS)

        def write(result: Result) -> None:
            if not isinstance(result, FileFailure):
                digits.write(digit_rows(result))
                if numbers:
                    numbers.write(number_rows(result))

        yield write


def list_failures(failures: Sequence[FileFailure], output: OutputSettings) -> None:
    """Write the errors CSV, or remove that of an earlier run."""
    path = errors_path(output.out)
    if path is None:
        return
    if not failures:
        remove(path)
        return
    with open_table(path, FAILURE_COLUMNS, TableFormat.CSV, output.excel) as table:
        table.write(failure_row(failure) for failure in failures)
