"""The options of the commands: names, types and help in one place.

All default to None, which means not given: the settings file may say otherwise, and the defaults
are those of `digitscan.settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

from typer import Argument, BadParameter, Option

from digitscan.config import FILE_NAME
from digitscan.settings import (
    EngineChoice,
    KindChoice,
    LogFormat,
    PictureFormat,
    Settings,
    TableFormat,
)

_default = Settings()


def path(text: str) -> Path:
    """Parse a folder whose files are moved: the current one only where it is named."""
    if not text:
        raise BadParameter("an empty name is no path; is a variable of the shell not set?")
    return Path(text)


Inputs: TypeAlias = Annotated[
    list[str],
    Argument(
        help="Picture and PDF files, folders (with all below them), URLs of either (s3://, gs://, "
        "az://, sftp://, ...), or - for a list of them on standard input.",
        show_default=False,
    ),
]
Config: TypeAlias = Annotated[
    Path | None, Option(help="Settings file; options win over it.", show_default=FILE_NAME)
]
Glob: TypeAlias = Annotated[
    list[str] | None,
    Option(
        help="Pattern for names of files in folders, such as '*.tif'; may be given several times.",
        show_default=False,
    ),
]

# What is written.
Out: TypeAlias = Annotated[
    str | None,
    Option(
        help="Table with one row a digit, a path or URL; - is standard output.",
        metavar="PATH",
        show_default=str(_default.output.out),
    ),
]
Numbers: TypeAlias = Annotated[
    str | None, Option(help="Second table with one row a number.", metavar="PATH")
]
Format: TypeAlias = Annotated[
    TableFormat | None, Option(help="Format of the tables.", show_default="by the name")
]
Excel: TypeAlias = Annotated[
    bool | None, Option(help="Start CSV files with a mark that tells Excel UTF-8.")
]
AnnotatedFolder: TypeAlias = Annotated[
    str | None,
    Option(help="Folder for pictures of the pages with the reading.", metavar="DIRECTORY"),
]
AnnotatedFormat: TypeAlias = Annotated[
    PictureFormat | None,
    Option(help="Format of these pictures.", show_default=_default.output.annotated_format.value),
]
Report: TypeAlias = Annotated[
    Path | None, Option(help="Page to look at the readings and to correct them, in any browser.")
]
Kind: TypeAlias = Annotated[
    KindChoice | None,
    Option(help="Which numbers are written.", show_default=_default.output.kind.value),
]

# How pages are read.
MaxError: TypeAlias = Annotated[
    float | None,
    Option(
        help="Share of wrong numbers among those not marked for review.",
        show_default=str(_default.reading.max_error),
    ),
]
GlyphModel: TypeAlias = Annotated[
    Path | None, Option(help="Another glyph network (.tflite).", show_default="the shipped one")
]
Engine: TypeAlias = Annotated[
    EngineChoice | None,
    Option(
        help="What runs the networks; tensorflow is the reference and needs the extra 'train'.",
        show_default=_default.reading.engine.value,
    ),
]
Dpi: TypeAlias = Annotated[
    int | None, Option(help="Resolution of PDF pages.", show_default=str(_default.pages.dpi))
]
MaxPixels: TypeAlias = Annotated[
    int | None,
    Option(help="Largest page, in pixels.", show_default=f"{_default.pages.max_pixels:,}"),
]
MaxPages: TypeAlias = Annotated[
    int | None,
    Option(help="Most pages in a file.", show_default=f"{_default.pages.max_pages:,}"),
]
MaxBytes: TypeAlias = Annotated[
    int | None,
    Option(help="Largest file, in bytes.", show_default=f"{_default.pages.max_bytes:,}"),
]

# How a folder is watched.
Keep: TypeAlias = Annotated[
    bool | None, Option("--keep", help="Leave originals in the inbox.", show_default=False)
]
Settle: TypeAlias = Annotated[
    float | None,
    Option(
        help="Seconds that a file has not changed for when it counts as whole.",
        show_default=f"{_default.watch.settle:g}",
    ),
]
Grace: TypeAlias = Annotated[
    float | None,
    Option(
        help="Seconds for the pages in hand when the service is to end.",
        show_default=f"{_default.watch.grace:g}",
    ),
]
Rescan: TypeAlias = Annotated[
    float | None,
    Option(
        help="Seconds from one look through the whole inbox to the next.",
        show_default=f"{_default.watch.rescan:g}",
    ),
]
Poll: TypeAlias = Annotated[
    bool | None,
    Option("--poll", help="Look for changes, as on network mounts.", show_default=False),
]
Nice: TypeAlias = Annotated[
    int | None,
    Option(
        help="How far to stand back for other programs, 0 to 19.",
        show_default=str(_default.watch.nice),
    ),
]
Metrics: TypeAlias = Annotated[
    int | None, Option(help="Port of this machine to serve figures on, for Prometheus.")
]

# How the work is done and told.
Workers: TypeAlias = Annotated[
    int | None, Option(help="Processes that read.", show_default="usable cores")
]
Scheduler: TypeAlias = Annotated[
    str | None,
    Option(
        help="Dask scheduler whose workers read instead of this machine, such as tcp://host:8786.",
        show_default=False,
    ),
]
TimeLimit: TypeAlias = Annotated[
    float | None,
    Option(help="Seconds that a page may take.", show_default=f"{_default.running.time_limit:g}"),
]
Verbose: TypeAlias = Annotated[
    int,
    Option("--verbose", "-v", count=True, help="Tell more; -vv tells all.", show_default=False),
]
Quiet: TypeAlias = Annotated[
    bool | None, Option(help="Tell nothing but the error that ends the run.")
]
LogForm: TypeAlias = Annotated[
    LogFormat | None,
    Option(help="Form of the messages.", show_default=_default.messages.log_format.value),
]
Profile: TypeAlias = Annotated[
    bool | None, Option(help="Close with each stage's share of the time.")
]
