"""The commands on a table of results: look at it, correct it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitscan import options
from digitscan.console import explained, given, settings_of

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
        from digitscan.running.report import ReportSource, write_report

        files = find_inputs(images).files
        write_report(ReportSource(results, files, settings), out, single_file)
