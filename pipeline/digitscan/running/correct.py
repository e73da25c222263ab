"""Corrections applied to a table of results: the corrected table, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from digitscan.correcting.apply import apply
from digitscan.correcting.corrections import read_corrections
from digitscan.output.read_table import NumberRows, State, read_numbers
from digitscan.output.table import (
    DIGIT_COLUMNS,
    NUMBER_COLUMNS,
    Row,
    Table,
    open_table,
    table_format,
)
from digitscan.pages.inputs import InputFile
from digitscan.places import Place
from digitscan.running.checks import check_outputs
from digitscan.settings import OutputSettings


def correct(results: Path, corrections: Path, output: OutputSettings) -> Counter[str]:
    """Write the corrected tables; returns what became of the numbers, see `apply`.

    Raises
    ------
    UsageError
        The table or the corrections are none.
    UnsafeError
        The corrections do not belong to the table, or an output would replace either.
    OutputError
        A table cannot be written.
    """
    inputs = [InputFile(path, str(path)) for path in (results, corrections)]
    check_outputs((), inputs, output)
    count: Counter[str] = Counter()
    with ExitStack() as stack:

        def table(path: Place, columns: tuple[str, ...]) -> Table:
            format = table_format(path, output.format)
            return stack.enter_context(open_table(path, (*columns, "state"), format, output.excel))

        digits = table(output.out, DIGIT_COLUMNS)
        numbers = output.numbers and table(output.numbers, NUMBER_COLUMNS)
        for number, state in apply(read_numbers(results), read_corrections(corrections), count):
            digits.write(_digit_rows(number))
            if numbers:
                numbers.write([_number_row(number, state)])
    return count


def _digit_rows(number: NumberRows) -> Iterator[Row]:
    for row in number.rows:
        yield (
            *(*number.key, row.position, row.digit, row.confidence, row.kind.value),
            *(row.box.x, row.box.y, row.box.width, row.box.height, row.review, row.state.value),
        )


def _number_row(number: NumberRows, state: State) -> Row:
    box = number.box
    return (
        *(*number.key, number.text, number.confidence, number.rows[0].kind.value),
        *(box.x, box.y, box.width, box.height, number.review, state.value),
    )
