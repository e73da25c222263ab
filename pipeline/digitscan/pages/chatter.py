"""What codecs print: kept off the terminal, and read for signs of damage.

The C libraries behind OpenCV and Pillow report damaged data on file descriptor 2 only, and
hand back a picture that is grey or white from there on. So their words are caught and judged.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from digitscan.stderr import Caught, stderr_caught

_DAMAGE = re.compile(
    r"premature end|bad Huffman code|instead of RST|Unsupported marker type"
    r"|Invalid (?:SOS|progressive) parameters|Corrupt JPEG data: bad"
    r"|Fax4Decode: |Not enough data|Decoding error|Read error on (?:strip|tile)"
)
_EXTRANEOUS = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes")
_FAX_LINE = re.compile(r"Fax3Decode\w*: ")

_STRAY_BYTES = 16
"""Some cameras pad JPEG data with a few bytes; more than this is lost synchronization."""
_BAD_FAX_SHARE = 0.02
"""Received G3 faxes have some bad lines and stay readable; beyond this share they do not."""


class Chatter(Caught):
    """The text that codecs wrote to stderr inside `quiet`; complete once the block has ended."""

    def tells_damage(self, rows: int) -> bool:
        """Say whether a picture of so many rows lost content by what was written."""
        if _DAMAGE.search(self.text):
            return True
        if any(int(count) >= _STRAY_BYTES for count in _EXTRANEOUS.findall(self.text)):
            return True
        return len(_FAX_LINE.findall(self.text)) > _BAD_FAX_SHARE * rows


@contextmanager
def quiet() -> Iterator[Chatter]:
    """Catch what codecs print, silence Pillow's warnings and lift its own size limit.

    The limits of PageSettings hold instead of Pillow's. File descriptor 2 is the process's:
    a stray line that another thread writes during the block is caught, too.
    """
    chatter = Chatter()
    pillow_limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with stderr_caught(chatter):
                yield chatter
    finally:
        Image.MAX_IMAGE_PIXELS = pillow_limit
