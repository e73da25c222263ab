"""Every option of a run: frozen dataclasses, one a stage, validated at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from digitscan.errors import UsageError
from digitscan.places import Place

STDOUT = Path("-")
"""As an output path: standard output."""


ACCEPT_FACTOR = 5.0
"""How many times the mean error of the accepted numbers the least sure of them may have.

Chosen by looking at the development scans: so that about the share of accepted numbers is wrong
that may be.
"""


class KindChoice(StrEnum):
    """Which numbers are written: those of a pen, those of a machine or all."""

    HANDWRITTEN = "handwritten"
    PRINTED = "printed"
    ANY = "any"


class EngineChoice(StrEnum):
    """What runs the networks: LiteRT, or TensorFlow as the reference."""

    LITERT = "litert"
    TENSORFLOW = "tensorflow"


class TableFormat(StrEnum):
    """What a table of results is written as; also its usual file ending."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


class PictureFormat(StrEnum):
    """What an annotated page is written as."""

    JPEG = "jpeg"
    PNG = "png"


class LogFormat(StrEnum):
    """How messages look on stderr."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class PageSettings:
    """How files become pages, and the limits that hold before anything is decoded."""

    dpi: int = 300
    """Resolution at which PDF pages are rendered."""
    max_pixels: int = 250_000_000
    """Largest page, in pixels."""
    max_pages: int = 10_000
    """Most pages in one file."""
    max_bytes: int = 2_000_000_000
    """Largest file, in bytes."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 36 <= self.dpi <= 1200:
            raise UsageError(f"--dpi is between 36 and 1200, got {self.dpi}")
        for name in ("max_pixels", "max_pages", "max_bytes"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} is at least 1")


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How a page is read and judged."""

    max_error: float = 0.005
    """Share of accepted numbers that may be wrong; the others are marked for review."""
    glyph_model: Path | None = None
    """Another glyph network than the shipped one (a .tflite file with its card.json beside it)."""
    engine: EngineChoice = EngineChoice.LITERT
    """What runs the networks; tensorflow is slower and needs the extra `train`."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 < self.max_error < 1:
            raise UsageError(f"--max-error is a share between 0 and 1, got {self.max_error}")

    @property
    def accept(self) -> float:
        """Confidence from which a number is accepted without review."""
        return max(0.5, 1 - ACCEPT_FACTOR * self.max_error)


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What is written, where and how."""

    out: Place = Path("results.csv")
    """Table with one row a digit; `-` is standard output."""
    numbers: Place | None = None
    """Second table with one row a number."""
    format: TableFormat | None = None
    """Format of both tables; None goes by the ending of their names, CSV where it says nothing."""
    excel: bool = False
    """Start CSV files with a byte order mark, so that Excel sees UTF-8."""
    kind: KindChoice = KindChoice.HANDWRITTEN
    """Which numbers are written, drawn and counted."""
    annotated: Place | None = None
    """Folder for one picture a page with the reading drawn in."""
    annotated_format: PictureFormat = PictureFormat.JPEG
    """What these pictures are written as."""
    report: Path | None = None
    """Page to look at the readings and to correct them."""

    @property
    def reads_print(self) -> bool:
        """Whether what machines printed must be read as well."""
        return self.kind is not KindChoice.HANDWRITTEN


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the work is done."""

    workers: int | None = None
    """Processes that read; None is the cores this process may use."""
    time_limit: float = 60.0
    """Seconds that one page may take before its worker is stopped."""
    glob: str | tuple[str, ...] | None = None
    """Pattern, or patterns, of which files found in folders must match one."""
    scheduler: str | None = None
    """Address of a Dask scheduler whose workers read instead of this machine."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if self.workers is not None and self.workers < 1:
            raise UsageError(f"--workers is at least 1, got {self.workers}")
        if not self.time_limit > 0:
            raise UsageError(f"--time-limit is more than 0 seconds, got {self.time_limit}")
        if self.scheduler is not None and "://" not in self.scheduler:
            raise UsageError(
                f"--scheduler is an address such as tcp://host:8786, got {self.scheduler!r}"
            )

    @property
    def patterns(self) -> tuple[str, ...]:
        """What files found in folders must match one of; empty where all are taken."""
        return (self.glob,) if isinstance(self.glob, str) else self.glob or ()


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How the service that watches a folder goes about it; times are in seconds."""

    settle: float = 2.0
    """How long size and time of a file stay the same before it counts as whole."""
    grace: float = 30.0
    """How long the pages in hand may take once the service is to stop."""
    rescan: float = 300.0
    """From one look through the whole folder to the next."""
    keep: bool = False
    """Leave originals in the inbox."""
    poll: bool = False
    """Look for changes instead of being told: where the system does not tell of all of them."""
    nice: int = 0
    """How far the workers stand back for other programs, 0 to 19."""
    metrics: int | None = None
    """Port of this machine on which figures are served to Prometheus."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in ("settle", "grace"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise UsageError(f"--{name} is a number of seconds, got {getattr(self, name)}")
        if not 0 < self.rescan < float("inf"):
            raise UsageError(f"--rescan is more than 0 seconds, got {self.rescan}")
        if not 0 <= self.nice <= 19:
            raise UsageError(f"--nice is between 0 and 19, got {self.nice}")
        if self.metrics is not None and not 1 <= self.metrics <= 65535:
            raise UsageError(f"--metrics is a port between 1 and 65535, got {self.metrics}")


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """What is told on stderr while the work goes on."""

    verbose: int = 0
    """0 warnings and the closing line, 1 every file, 2 all that helps to find a fault."""
    quiet: bool = False
    """Nothing but the error that ends the run."""
    log_format: LogFormat = LogFormat.TEXT
    """Lines for people or JSON objects for programs."""
    profile: bool = False
    """Close with each stage's share of the time."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All stages together."""

    pages: PageSettings = field(default_factory=PageSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    output: OutputSettings = field(default_factory=OutputSettings)
    running: RunSettings = field(default_factory=RunSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    messages: MessageSettings = field(default_factory=MessageSettings)
