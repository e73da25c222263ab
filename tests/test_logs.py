"""digitscan.logs: what is told on stderr, in which form and at which level."""

import errno
import io
import json
import sys
from pathlib import Path

import pytest

from digitscan.logs import NOTICE, logger, set_up
from digitscan.settings import LogFormat, MessageSettings

Captured = pytest.CaptureFixture[str]


def tell_all() -> None:
    logger.debug("a fault is sought")
    logger.info("a file was read")
    logger.warning("a file was not read")
    logger.log(NOTICE, "the end")
    logger.error("it ended badly")


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        (MessageSettings(), ["warning: a file was not read", "the end", "error: it ended badly"]),
        (MessageSettings(quiet=True), ["error: it ended badly"]),
        (
            MessageSettings(verbose=1),
            ["a file was read", "warning: a file was not read", "the end", "error: it ended badly"],
        ),
    ],
)
def test_levels(settings: MessageSettings, lines: list[str], capsys: Captured) -> None:
    set_up(settings)
    tell_all()
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [f"digitscan: {line}" for line in lines]
    assert captured.out == ""


def test_json_has_time_level_message_and_fields(capsys: Captured) -> None:
    set_up(MessageSettings(log_format=LogFormat.JSON))
    logger.warning("%s is empty", "ä.png", extra={"data": {"file": "ä.png", "page": None}})
    entry = json.loads(capsys.readouterr().err)
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "level": "warning",
        "message": "ä.png is empty",
        "file": "ä.png",
        "page": None,
    }


def test_names_that_are_not_unicode_can_be_told(capsys: Captured) -> None:
    set_up(MessageSettings())
    logger.warning("a\udcff.png")
    assert capsys.readouterr().err == "digitscan: warning: a\\udcff.png\n"


def test_a_name_neither_breaks_the_line_nor_commands_the_terminal(capsys: Captured) -> None:
    set_up(MessageSettings())
    logger.warning("%s: empty", "a\n\x1b[31m\u2028\x85.png")
    expected = "digitscan: warning: a\\n\\x1b[31m\\u2028\\x85.png: empty\n"
    assert capsys.readouterr().err == expected


def test_a_traceback_keeps_its_lines(capsys: Captured) -> None:
    set_up(MessageSettings())
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("failed")
    first, second, *_ = capsys.readouterr().err.splitlines()
    assert (first, second) == ("digitscan: error: failed", "Traceback (most recent call last):")


class FullDisk(io.StringIO):
    """Where nothing more can be written."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_messages_that_cannot_be_written_end_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    set_up(MessageSettings())
    logger.warning("lost")


def test_any_value_can_be_a_field(capsys: Captured) -> None:
    set_up(MessageSettings(log_format=LogFormat.JSON))
    logger.warning("moved", extra={"data": {"file": Path("a.png")}})
    assert json.loads(capsys.readouterr().err)["file"] == "a.png"
