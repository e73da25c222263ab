"""digitscan.running.progress: a bar where someone looks, nothing elsewhere."""

import io

import pytest

from digitscan.running.progress import Progress
from digitscan.running.tally import Tally
from digitscan.settings import LogFormat, MessageSettings
from digitscan.types import PageReading


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stderr: io.StringIO, settings: MessageSettings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stderr", stderr)
    tally = Tally()
    with Progress(2, settings) as progress:
        for file, page in (("a.tif", 1), ("a.tif", 2), ("b.png", 1)):
            reading = PageReading(file, page, 10, 10, (), {})
            tally.add(reading)
            progress.show(reading, tally)
    return stderr.getvalue()


def test_a_terminal_sees_files_pages_and_digits_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(Terminal(), MessageSettings(), monkeypatch)
    assert "2/2" in text
    assert "pages/s" in text
    assert "digits/s" in text


def test_no_terminal_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(io.StringIO(), MessageSettings(), monkeypatch) == ""


@pytest.mark.parametrize(
    "settings", [MessageSettings(quiet=True), MessageSettings(log_format=LogFormat.JSON)]
)
def test_quiet_and_json_have_no_bar(
    settings: MessageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(Terminal(), settings, monkeypatch) == ""
