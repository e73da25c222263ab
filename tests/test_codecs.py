"""The report of formats, as `digitscan doctor` shows it."""

import pytest
from PIL import Image

from digitscan.pages.codecs import codecs_report


def test_every_format_works_here() -> None:
    report = codecs_report()
    assert {"PNG", "JPEG", "TIFF", "TIFF G4", "PDF", "JPEG 2000"} <= set(report)
    assert all(report.values()), report


def test_a_missing_codec_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.init()
    monkeypatch.delitem(Image.OPEN, "GIF")
    assert [name for name, works in codecs_report().items() if not works] == ["GIF"]
