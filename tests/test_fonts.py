"""Fonts for the synthesis: web fonts in, files that Pillow opens out."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fontTools", reason="fonts need the extra train")
pytest.importorskip("brotli", reason="woff2 needs the extra train")

from fontTools.ttLib import TTFont
from PIL import ImageFont

from digitnet.fonts import PACKAGES, convert
from digitnet.synthesis.printed import fonts_in


def test_web_fonts_become_fonts_that_open(tmp_path: Path) -> None:
    modules, target = tmp_path / "node_modules", tmp_path / "fonts"
    files = modules / "@fontsource" / "some" / "files"
    files.mkdir(parents=True)
    font = TTFont(fonts_in(None)[0])
    font.flavor = "woff2"
    font.save(files / "some-latin-400-normal.woff2")
    font.save(files / "some-greek-400-normal.woff2")
    assert convert(modules, target) == 1 + len(fonts_in(None))
    made = target / "some-latin-400-normal.ttf"
    assert ImageFont.truetype(str(made), 20).getbbox("4711")[2] > 20
    first = made.read_bytes()
    convert(modules, target)
    assert made.read_bytes() == first


def test_every_package_is_named_once() -> None:
    assert len(set(PACKAGES)) == len(PACKAGES)
    assert all(package.startswith("@fontsource/") for package in PACKAGES)
