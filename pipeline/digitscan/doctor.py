"""Is this installation fit? Versions, cores, model, codecs and a page read from end to end."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PIL import Image, ImageDraw

from digitscan import __version__
from digitscan.api import scan
from digitscan.errors import DigitscanError, ExitCode, ModelError
from digitscan.pages.load import load_pages
from digitscan.reading.engine import model_hash
from digitscan.running.cores import usable_cores
from digitscan.settings import KindChoice, OutputSettings, PageSettings, RunSettings, Settings
from digitscan.types import FileFailure, Page, PageReading

PACKAGES = ("numpy", "opencv-python-headless", "ai-edge-litert", "pillow", "pypdfium2", "pandas")
EXTRAS = {
    "tables": ("openpyxl", "pyarrow"),
    "train": ("tensorflow",),
    "service": ("watchfiles",),
    "cluster": ("distributed", "fsspec"),
}

CODECS: dict[str, tuple[str, dict[str, object]]] = {
    "PNG": ("PNG", {}),
    "JPEG": ("JPEG", {"quality": 95}),
    "TIFF LZW": ("TIFF", {"compression": "tiff_lzw"}),
    "TIFF G4": ("TIFF", {"compression": "group4"}),
    "BMP": ("BMP", {}),
    "WebP": ("WEBP", {"lossless": True}),
    "GIF": ("GIF", {}),
    "JPEG 2000": ("JPEG2000", {}),
    "PDF": ("PDF", {"resolution": 300.0}),
}
"""What Pillow writes, with its options, and digitscan must read."""

STROKES = (
    ((436, 336), (434, 396)),
    ((481, 336), (469, 372), (499, 372)),
    ((490, 351), (488, 396)),
    ((520, 339), (550, 337), (531, 396)),
)
TEXT = "147"
"""What the strokes of the test page say."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the diagnosis; `code` is OK where all is well."""

    name: str
    text: str
    code: ExitCode = ExitCode.OK


def examine() -> Iterator[Check]:
    """Give the checks one after the other, the quick ones first."""
    yield Check("digitscan", f"{__version__} in {Path(__file__).parent}")
    yield Check("python", f"{platform.python_version()}, {sys.executable}, {platform.platform()}")
    yield Check("cores", str(usable_cores()))
    yield from map(_package, PACKAGES)
    yield from map(_extra, EXTRAS)
    with tempfile.TemporaryDirectory(prefix="digitscan-") as name:
        folder = Path(name)
        for codec in CODECS:
            yield _checked(codec, partial(_try_codec, codec, folder))
        yield _checked("model", model_hash)
        yield _checked("reading", partial(_try_reading, folder))


def _package(package: str) -> Check:
    found = _version(package)
    if found is None:
        return Check(package, "missing; install digitscan again", ExitCode.FAULT)
    return Check(package, found)


def _extra(extra: str) -> Check:
    found = [f"{package} {_version(package)}" for package in EXTRAS[extra] if _version(package)]
    missing = f"not installed; pip install 'digitscan[{extra}]' adds it"
    return Check(f"[{extra}]", ", ".join(found) or missing)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _checked(name: str, attempt: Callable[[], str]) -> Check:
    try:
        return Check(name, attempt())
    except DigitscanError as error:
        return Check(name, str(error), error.exit_code)
    except Exception as error:  # whatever it is, it is the finding
        return Check(name, f"{type(error).__name__}: {error}", ExitCode.FAULT)


def _try_codec(codec: str, folder: Path) -> str:
    format, options = CODECS[codec]
    picture = Image.new("L", (64, 48), 255)
    picture.paste(0, (16, 12, 48, 36))
    if codec == "TIFF G4":
        picture = picture.convert("1")
    path = folder / codec.replace(" ", "-")
    picture.save(path, format, **options)
    for page in load_pages(path, codec, PageSettings()):
        if isinstance(page, Page):
            ink, paper = page.pixels[24, 32].max(), page.pixels[4, 4].min()
            if ink < 30 and paper > 225:
                return "read"
    raise DigitscanError("its pictures are decoded wrongly; install digitscan again")


def _try_reading(folder: Path) -> str:
    """Read a page with three digits, through a worker process as every run does."""
    picture = Image.new("L", (1000, 700), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in STROKES:
        pen.line(stroke, fill=40, width=6, joint="curve")
    path = folder / "page.png"
    picture.save(path, dpi=(300, 300))
    settings = Settings(output=OutputSettings(kind=KindChoice.ANY), running=RunSettings(workers=1))
    start = time.perf_counter()
    results = list(scan(path, settings))
    seconds = time.perf_counter() - start
    for failure in results:
        if isinstance(failure, FileFailure):
            raise DigitscanError(failure.message)
    readings = [result for result in results if isinstance(result, PageReading)]
    found = " ".join(number.text for reading in readings for number in reading.numbers)
    if found != TEXT:
        raise ModelError(f"read '{found}' where '{TEXT}' stands; install digitscan again")
    return f"'{TEXT}' read in {seconds:.2f} s, start of the worker included"
