"""The commands on a table of results: look at it, correct it, score it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitscan import options
from digitscan.console import explained, given, settings_of, tell
from digitscan.errors import UsageError
from digitscan.logs import NOTICE, logger
from digitscan.places import place
from digitscan.settings import OutputSettings

if TYPE_CHECKING:
    from digitscan.scoring.report import Score

commands = typer.Typer()

Results = Annotated[Path, typer.Argument(help="A table that 'digitscan run' wrote.")]


@commands.command()
def report(
    context: typer.Context,
    results: Results,
    images: Annotated[
        list[Path],
        typer.Option(help="The scans that were read, as 'digitscan run' was given them."),
    ],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
    single_file: Annotated[
        bool, typer.Option("--single-file", help="Put the pictures into the page itself.")
    ] = False,
    glob: options.Glob = None,
    dpi: options.Dpi = None,
    config: options.Config = None,
    verbose: options.Verbose = 0,
    quiet: options.Quiet = None,
    log_format: options.LogForm = None,
) -> None:
    """Make a page to look at what was read and to correct it, in any browser, offline.

    Exit codes: 0 written, 2 wrong usage, 5 output cannot be written, 6 model missing or unfit.
    """
    with explained():
        wanted = {name: value for name, value in given(context).items() if name != "out"}
        settings = settings_of(wanted, config)
        from digitscan.pages.inputs import find_inputs
        from digitscan.running.checks import check_report
        from digitscan.running.report import ReportSource, write_report

        found = find_inputs(images, settings.running.patterns)
        files = found.files
        check_report(out, images, [results, *(file.path for file in files)], single_file)
        for failure in found.failures:
            logger.warning("--images %s: %s", failure.file, failure.message)
        write_report(ReportSource(results, files, settings), out, single_file)
        logger.log(NOTICE, "look at %s", out)


@commands.command()
def apply(
    results: Results,
    corrections: Annotated[
        Path, typer.Argument(help="What the page of 'digitscan report' saved: corrections.csv.")
    ],
    out: Annotated[
        str, typer.Option(help="The corrected table; - is standard output.", metavar="PATH")
    ],
    numbers: options.Numbers = None,
    format: options.Format = None,
    excel: options.Excel = None,
) -> None:
    """Write the table as people corrected it, with a column that says what they looked at.

    Exit codes: 0 written, 2 wrong usage, 5 output cannot be written, 7 refused: the corrections do
    not belong to the table or contradict each other; nothing is written then.
    """
    with explained():
        from digitscan.running.correct import correct
        from digitscan.running.tally import counted

        # No settings file: its names are those of the tables of a run.
        second = place(numbers) if numbers else None
        output = OutputSettings(place(out), second, format, bool(excel))
        count = correct(results, corrections, output)
        names = {"corrected": "corrected", "accepted": "accepted", "removed": "removed"}
        names["read"] = "as read"
        parts = ", ".join(f"{count[what]:,} {name}" for what, name in names.items())
        total = sum(count[what] for what in names)
        review = f"{count['review']:,} still for review"
        logger.log(NOTICE, "%s: %s; %s", counted(total, "number"), parts, review)


@commands.command()
def score(
    results: Results,
    truth: Annotated[
        Path,
        typer.Argument(
            help="What really stands there: a truth as JSON, or corrections.csv of the report."
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the error against the share accepted: an .svg file.")
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            help="Draw the failures: on one sheet (a .png or .jpg file), or a sheet for each kind "
            "(a folder)."
        ),
    ] = None,
    images: Annotated[
        Path | None, typer.Option(help="The scans that were read, for --pictures.")
    ] = None,
) -> None:
    """Compare a table of results with the truth: what is right, what went wrong and how.

    By corrections only those numbers count that somebody looked at as a whole.

    Exit codes: 0 done, 2 wrong usage, 5 pictures cannot be written, 7 refused: the corrections do
    not belong to the table.
    """
    with explained():
        from json import dumps

        from digitscan.scoring.report import as_json, as_text

        if pictures is not None and images is None:
            raise UsageError("--pictures needs the scans that were read: --images FOLDER")
        if plot is not None and plot.suffix.lower() != ".svg":
            raise UsageError(f"--plot draws an .svg file, which any browser shows; got {plot}")
        found = _compared(results, truth)
        tell(dumps(as_json(found)) if json else as_text(found))
        if plot is not None:
            from digitscan.scoring.plot import draw_curve

            draw_curve(found.curve, plot)
            typer.echo(f"drawn: {plot}", err=True)
        if pictures is not None and images is not None:
            from digitscan.scoring.sheet import draw_failures

            for path in draw_failures(found.failures, images, pictures):
                typer.echo(f"drawn: {path}", err=True)


def _compared(results: Path, truth: Path) -> Score:
    """Compare a table with a truth of either form."""
    from digitscan.scoring.report import compare, compare_corrections
    from digitscan.scoring.tables import read_results, read_truth

    if truth.suffix.lower() == ".csv":
        from digitscan.correcting.corrections import read_corrections
        from digitscan.output.read_table import read_numbers

        return compare_corrections(read_numbers(results), read_corrections(truth))
    rows, known = read_results(results), read_truth(truth)
    if stray := sorted(rows.keys() - known.keys()):
        logger.warning("%s and %d other files have no truth", stray[0], len(stray) - 1)
    return compare(rows, known)
