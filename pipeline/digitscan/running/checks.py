"""Outputs looked at before the work starts, so that hours of it are not lost at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from digitscan.errors import OutputError, UnsafeError, UsageError
from digitscan.output.report_files import pictures_folder
from digitscan.output.table import check_format, table_format
from digitscan.pages.inputs import InputFile
from digitscan.settings import STDOUT, OutputSettings


def errors_path(out: Path) -> Path | None:
    """Return where failures are listed: the name of the table with `.errors.csv` added."""
    return None if out == STDOUT else out.with_name(f"{out.name}.errors.csv")


def check_outputs(
    inputs: Sequence[Path], files: Iterable[InputFile], output: OutputSettings
) -> None:
    """Refuse outputs that cannot be written or would be lost or read as inputs.

    Raises
    ------
    UsageError
        Two outputs have the same name.
    OutputError
        A folder is missing or closed, a name is that of a folder, a package is missing.
    UnsafeError
        A table would replace an input, or pictures would lie in a folder that is read.
    """
    tables = [path for path in (output.out, output.numbers) if path is not None]
    if output.report is not None and STDOUT in (output.out, output.report):
        raise UsageError("--report needs a table and a page that are files; name both")
    others = (errors_path(output.out), output.report)
    targets = [*tables, *(path for path in others if path is not None)]
    if len({path.absolute() for path in targets}) < len(targets):
        raise UsageError(
            "two of --out, --numbers and --report name the same file; give each its own"
        )
    for table in tables:
        check_format(table_format(table, output.format))
    for target in targets:
        if target != STDOUT:
            _check_table(target)
    places = {target.resolve() for target in targets if target != STDOUT}
    names = {place.name for place in places}
    for file in files:
        # Names are compared first: resolving a hundred thousand paths takes a while.
        if file.path.name in names and file.path.resolve() in places:
            raise UnsafeError(f"{file.path} is an input and would be replaced; give another --out")
    if output.annotated is not None:
        _check_folder(output.annotated, inputs)
    if output.report is not None:
        check_report(output.report, inputs)


def check_report(
    report: Path, inputs: Sequence[Path], files: Iterable[Path] = (), single: bool = False
) -> None:
    """Refuse a report that cannot be written or whose pictures would be read as inputs.

    It takes the place of none of the `files`; `single` says that it keeps its pictures in itself.

    Raises
    ------
    OutputError
        Its folder is missing or closed, its name is that of a folder.
    UnsafeError
        It would replace one of the files, or its pictures would lie in a folder that is read.
    """
    _check_table(report)
    if any(file.name == report.name and file.resolve() == report.resolve() for file in files):
        raise UnsafeError(f"{report} is an input and would be replaced; give another --out")
    if not single:
        _check_folder(pictures_folder(report), inputs)


def _check_table(path: Path) -> None:
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise OutputError(f"the folder {path.parent} does not exist; make it or choose another")


def _check_folder(folder: Path, inputs: Sequence[Path]) -> None:
    place = folder.resolve()
    for given in inputs:
        if given.is_dir() and place.is_relative_to(given.resolve()):
            raise UnsafeError(
                f"the pictures in {folder} would be read as scans by the next run, since it lies "
                f"in {given}; choose a folder outside of it"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{folder}: cannot write pictures there: {error.strerror}") from error
