"""Which formats this installation reads, tried for real."""

from __future__ import annotations

import io
from contextlib import closing

import numpy as np
from PIL import Image

from digitscan.pages.load import open_document
from digitscan.settings import PageSettings

_TRIED: dict[str, tuple[str, dict[str, str]]] = {
    "PNG": ("PNG", {}),
    "JPEG": ("JPEG", {}),
    "TIFF": ("TIFF", {}),
    "TIFF G4": ("TIFF", {"compression": "group4"}),
    "BMP": ("BMP", {}),
    "WebP": ("WEBP", {}),
    "GIF": ("GIF", {}),
    "JPEG 2000": ("JPEG2000", {}),
    "PNM": ("PPM", {}),
    "PDF": ("PDF", {}),
}
"""Name -> Pillow's name of the format and how it is saved."""


def codecs_report() -> dict[str, bool]:
    """Write a small picture in every format and read it back: name -> whether that worked."""
    return {name: _works(*how) for name, how in _TRIED.items()}


def _works(image_format: str, options: dict[str, str]) -> bool:
    mode = "1" if options.get("compression") == "group4" else "L"
    picture = Image.new(mode, (64, 48), 255)
    picture.paste(0, (0, 0, 32, 48))
    written = io.BytesIO()
    try:
        picture.save(written, image_format, **options)
        written.seek(0)
        with closing(open_document(written, PageSettings(dpi=72))) as document:
            read = document.read(1).pixels
    except Exception:  # whatever it was, this format does not work here
        return False
    return read.shape == (48, 64) and bool(np.ptp(read) > 200)
