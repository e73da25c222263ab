"""Outputs looked at before the work starts, so that hours of it are not lost at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from digitscan.errors import OutputError, UnsafeError, UsageError
from digitscan.logs import logger
from digitscan.output.place import AnyPlace
from digitscan.output.report_files import pictures_folder
from digitscan.output.table import check_format, is_stream, table_format
from digitscan.pages.inputs import InputFile
from digitscan.places import Place, Url, resolve
from digitscan.settings import STDOUT, OutputSettings, TableFormat


def errors_path(out: AnyPlace) -> AnyPlace | None:
    """Return where failures are listed: the name of the table with `.errors.csv` added.

    Beside a stream, or what has no name, there is no such place.
    """
    return None if is_stream(out) or not out.name else out.with_name(f"{out.name}.errors.csv")


def check_outputs(
    inputs: Sequence[Place], files: Iterable[InputFile], output: OutputSettings
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
    if output.report is not None:
        wanted = (output.report, resolve(output.out))
        if not all(isinstance(file, Path) and not is_stream(file) for file in wanted):
            raise UsageError(
                "--report needs a table and a page that are files of this machine; name both"
            )
    others = (errors_path(output.out), output.report)
    targets = [*tables, *(path for path in others if path is not None)]
    if len({_absolute(path) for path in targets}) < len(targets):
        raise UsageError(
            "two of --out, --numbers and --report name the same file; give each its own"
        )
    for table in tables:
        format = table_format(table, output.format)
        check_format(format)
        if output.format is None and table.suffix and not is_stream(table):
            _tell_format(table, format)
    targets = [resolve(target) for target in targets if target != STDOUT]
    for folder in {target.parent for target in targets if isinstance(target, Url)}:
        _check_url(folder)
    for target in targets:
        if isinstance(target, Path):
            _check_table(target)
    places = {_real(target) for target in targets}
    names = {target.name for target in targets}
    for file in files:
        # Names are compared first: resolving a hundred thousand paths takes a while.
        if file.path.name in names and _real(file.path) in places:
            raise UnsafeError(f"{file.path} is an input and would be replaced; give another --out")
    if output.annotated is not None:
        _check_folder(resolve(output.annotated), [resolve(given) for given in inputs])
    if output.report is not None:
        check_report(output.report, inputs)


def check_report(
    report: Path, inputs: Sequence[Place], files: Iterable[Place] = (), single: bool = False
) -> None:
    """Refuse a report that cannot be written or whose pictures would be read as inputs.

    It takes the place of none of the `files`; `single` says that it keeps its pictures in itself.

    Raises
    ------
    UsageError
        It would be no file.
    OutputError
        Its folder is missing or closed, its name is that of a folder.
    UnsafeError
        It would replace one of the files, or its pictures would lie in a folder that is read.
    """
    if is_stream(report):
        raise UsageError(f"a report has pictures beside it: name a file for it, not {report}")
    _check_table(report)
    if any(file.name == report.name and _real(file) == _real(report) for file in files):
        raise UnsafeError(f"{report} is an input and would be replaced; give another --out")
    if not single:
        _check_folder(pictures_folder(report), [resolve(given) for given in inputs])


def _check_table(path: Path) -> None:
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    if is_folder:
        raise OutputError(f"{path} is a folder; name a file")
    if not has_folder:
        raise OutputError(f"the folder {path.parent} does not exist; make it or choose another")


def _tell_format(table: Place, format: TableFormat) -> None:
    """Warn where the ending of a name says another format than the table will have."""
    if format is TableFormat.CSV and table.suffix.lower() not in (".csv", ".txt"):
        known = ", ".join(TableFormat)
        logger.warning("%s will be a CSV; --format chooses another (%s)", table, known)


def _check_folder(folder: Place, inputs: Sequence[Place]) -> None:
    for given in inputs:
        if _below(folder, given):
            raise UnsafeError(
                f"the pictures in {folder} would be read as scans by the next run, since it lies "
                f"in {given}; choose a folder outside of it"
            )
    if isinstance(folder, Url):
        _check_url(folder)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{folder}: cannot write pictures there: {error.strerror}") from error


def _check_url(folder: Url) -> None:
    from digitscan.remote import check_writable

    check_writable(folder)


def _below(folder: Place, given: Place) -> bool:
    """Whether a folder is one that is read, or lies in it."""
    if isinstance(folder, Path) and isinstance(given, Path):
        return given.is_dir() and folder.resolve().is_relative_to(given.resolve())
    if isinstance(folder, Url) and isinstance(given, Url):
        return f"{folder}/".startswith(f"{str(given).rstrip('/')}/")
    return False


def _absolute(place: Place) -> Place:
    return place.absolute() if isinstance(place, Path) else place


def _real(place: Place) -> Place:
    found = resolve(place)
    return found.resolve() if isinstance(found, Path) else found
