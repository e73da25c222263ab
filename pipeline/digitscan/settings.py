"""Every option of a run: frozen dataclasses, one a stage, validated at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from digitscan.errors import UsageError


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

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 < self.max_error < 1:
            raise UsageError(f"--max-error is a share between 0 and 1, got {self.max_error}")


@dataclass(frozen=True, slots=True)
class Settings:
    """All stages together."""

    pages: PageSettings = field(default_factory=PageSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
