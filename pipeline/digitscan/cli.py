"""The command line: thin; what is heavy is imported inside the commands."""

from __future__ import annotations

from typing import Annotated

import typer

from digitscan import __version__, cli_networks, cli_results, cli_service, cli_train, options
from digitscan.console import explained, given, settings_of, tell
from digitscan.errors import DigitscanError, ExitCode
from digitscan.places import place

app = typer.Typer(
    name="digitscan",
    help="Reads handwritten digits off scanned forms, offline.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich costs 0.1 s at every start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if not wanted:
        return
    from digitscan.reading.engine import model_hash

    try:
        model = model_hash()
    except DigitscanError:
        model = "missing, see 'digitscan doctor'"
    typer.echo(f"digitscan {__version__} (model {model})")
    raise typer.Exit()


@app.callback()
def main(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show version and model, and leave."
        ),
    ] = False,
) -> None:
    """Read handwritten digits off scanned forms, offline."""


@app.command()
def run(
    context: typer.Context,
    inputs: options.Inputs,
    out: options.Out = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was stopped or died.")
    ] = False,
    numbers: options.Numbers = None,
    format: options.Format = None,
    excel: options.Excel = None,
    annotated: options.AnnotatedFolder = None,
    annotated_format: options.AnnotatedFormat = None,
    report: options.Report = None,
    kind: options.Kind = None,
    max_error: options.MaxError = None,
    glob: options.Glob = None,
    dpi: options.Dpi = None,
    max_pixels: options.MaxPixels = None,
    max_pages: options.MaxPages = None,
    max_bytes: options.MaxBytes = None,
    workers: options.Workers = None,
    scheduler: options.Scheduler = None,
    time_limit: options.TimeLimit = None,
    glyph_model: options.GlyphModel = None,
    engine: options.Engine = None,
    config: options.Config = None,
    verbose: options.Verbose = 0,
    quiet: options.Quiet = None,
    log_format: options.LogForm = None,
    profile: options.Profile = None,
) -> None:
    """Read scans into a table.

    Exit codes: 0 all read, 2 wrong usage, 3 some inputs could not be read, 4 nothing to read,
    5 output cannot be written, 6 model missing or unfit, 7 refused for safety, 8 the cluster
    cannot be reached, 130 stopped.
    """
    with explained():
        settings = settings_of(given(context), config)
        from digitscan.running.backend import open_backend

        with open_backend(settings) as backend:  # a worker starts while the rest is imported
            from digitscan.running.run import run as run_all

            code = run_all([place(text) for text in inputs], settings, backend, resume)
    raise typer.Exit(code)


@app.command()
def doctor() -> None:
    """Examine this installation: versions, model, codecs, and a page read from end to end."""
    with explained():
        from digitscan.doctor import examine

        code = ExitCode.OK
        for check in examine():
            mark = "ok  " if check.code is ExitCode.OK else "FAIL"
            tell(f"{mark} {check.name:24} {check.text}")
            code = max(code, check.code)
    raise typer.Exit(code)


app.add_typer(cli_results.commands)
app.add_typer(cli_service.commands)
app.add_typer(cli_networks.commands)
app.add_typer(cli_train.commands)
