"""The commands about a watched folder: watch it, export what was read, try again what failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitscan import options
from digitscan.config import gather
from digitscan.console import explained, given, settings_of
from digitscan.logs import NOTICE, logger
from digitscan.settings import Settings

if TYPE_CHECKING:
    from digitscan.running.hooks import Hooks

commands = typer.Typer()


@commands.command()
def watch(
    context: typer.Context,
    inbox: Annotated[
        Path,
        typer.Argument(
            help="Folder that scans arrive in, at any depth.", parser=options.path, metavar="PATH"
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder of results, originals and ledger.", parser=options.path, metavar="PATH"
        ),
    ],
    once: Annotated[
        bool, typer.Option("--once", help="Deal with what is there and leave.")
    ] = False,
    keep: options.Keep = None,
    settle: options.Settle = None,
    grace: options.Grace = None,
    rescan: options.Rescan = None,
    poll: options.Poll = None,
    nice: options.Nice = None,
    metrics: options.Metrics = None,
    annotated_format: options.AnnotatedFormat = None,
    kind: options.Kind = None,
    max_error: options.MaxError = None,
    dpi: options.Dpi = None,
    max_pixels: options.MaxPixels = None,
    max_pages: options.MaxPages = None,
    max_bytes: options.MaxBytes = None,
    workers: options.Workers = None,
    time_limit: options.TimeLimit = None,
    glyph_model: options.GlyphModel = None,
    engine: options.Engine = None,
    config: options.Config = None,
    verbose: options.Verbose = 0,
    quiet: options.Quiet = None,
    log_format: options.LogForm = None,
) -> None:
    """Read what arrives in a folder, as a service.

    SIGTERM and Ctrl-C end it, SIGHUP loads the settings anew.

    Exit codes: 0 ended, 2 wrong usage, 3 some documents failed (--once), 5 output cannot be
    written, 6 model missing or unfit, 7 refused for safety, 130 stopped (--once).
    """
    with explained():
        wanted = given(context)
        settings = settings_of(wanted, config)
        from digitscan.running.service import Service

        def load() -> Settings:
            return gather(wanted, config)

        code = Service(inbox.absolute(), out.absolute(), load, hooks_of(settings)).run(once)
    raise typer.Exit(code)


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder that watch was given as --out.")],
    out: options.Out = None,
    numbers: options.Numbers = None,
    format: options.Format = None,
    excel: options.Excel = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was finished from this date or time on.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only what was finished before it.")] = None,
) -> None:
    """Write one table of what a watcher has read, as 'digitscan run' would.

    Exit codes: 0 written, 2 wrong usage, 4 no ledger there, 5 output cannot be written,
    7 the ledger is damaged.
    """
    with explained():
        from digitscan.running.export import export as export_all
        from digitscan.running.export import parse_time
        from digitscan.running.tally import counted

        wanted = {"out": out, "numbers": numbers, "format": format, "excel": excel}
        output = gather(wanted).output
        number = export_all(
            folder,
            output,
            None if since is None else parse_time(since),
            None if until is None else parse_time(until),
        )
        logger.log(NOTICE, "%s in %s", counted(number, "document"), output.out)


@commands.command()
def retry(
    folder: Annotated[Path, typer.Argument(help="The folder that watch was given as --out.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Documents, as tables name them, or their files; all without any."),
    ] = None,
) -> None:
    """Put documents that failed back into the inbox.

    Exit codes: 0 put back, 4 nothing failed, 5 the inbox cannot be written to, 7 the ledger is
    damaged.
    """
    with explained():
        from digitscan.running.retry import retry as retry_all
        from digitscan.running.tally import counted

        number = retry_all(folder, paths or [])
        logger.log(NOTICE, "%s put back into the inbox", counted(number, "document"))


def hooks_of(settings: Settings) -> Hooks:
    """Return what listens to the watcher: systemd where it started this, metrics where wanted."""
    from digitscan.running.hooks import AllHooks
    from digitscan.running.systemd import SystemdHooks

    listeners: list[Hooks] = [SystemdHooks()]
    if settings.watch.metrics is not None:
        from digitscan.running.metrics import MetricsHooks

        listeners.append(MetricsHooks(settings.watch.metrics))
    return AllHooks(listeners)
