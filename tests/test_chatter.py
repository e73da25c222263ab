"""What codecs print: caught, and told apart into damage and small talk."""

import os
import warnings

import pytest

from digitscan.pages.chatter import Chatter, quiet


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("", False),
        ("libpng warning: iCCP: known incorrect sRGB profile", False),
        ("Corrupt JPEG data: premature end of data segment", True),
        ("Corrupt JPEG data: found marker 0xd9 instead of RST3", True),
        ("Corrupt JPEG data: 2 extraneous bytes before marker 0xd9", False),
        ("Corrupt JPEG data: 47 extraneous bytes before marker 0xd9", True),
        ("Fax4Decode: Bad code word at line 528 of strip 0 (x 0).", True),
        ("Fax3Decode1D: Bad code word at line 68 of strip 1 (x 135).\n" * 20, False),
        ("Fax3Decode1D: Bad code word at line 68 of strip 1 (x 135).\n" * 21, True),
    ],
)
def test_damage_is_told_from_small_talk(text: str, damage: bool) -> None:
    chatter = Chatter()
    chatter.text = text
    assert chatter.tells_damage(rows=1000) is damage


def test_what_is_written_to_descriptor_2_is_caught_and_the_terminal_comes_back(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with quiet() as chatter:
        os.write(2, b"from a codec")
        warnings.warn("from Pillow", stacklevel=1)
    os.write(2, b"after")
    assert chatter.text == "from a codec"
    assert capfd.readouterr().err == "after"


def test_the_terminal_comes_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError), quiet():
        raise KeyError
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
