"""TIFF files: any number of pages, one decoded at a time."""

from __future__ import annotations

from typing import BinaryIO

from PIL import ExifTags, Image, TiffImagePlugin

from digitscan.errors import TooLargeError, TruncatedError
from digitscan.pages.chatter import quiet
from digitscan.pages.images import damaged, explain_decoding
from digitscan.pages.picture import (
    Picture,
    Resolution,
    check_size,
    from_pillow,
    grey_if_grey,
    make_square,
)

_SUBFILE = 254
_NOT_A_PAGE = 1 | 4
"""NewSubfileType: a reduced copy of another page, or a transparency mask."""


class TiffFile:
    """An open TIFF; `count` includes a last page that stands for what a cut-off file lost."""

    def __init__(self, file: BinaryIO, max_pixels: int, max_pages: int) -> None:
        """Walk through the directories; nothing is decoded.

        Raises
        ------
        TruncatedError, TooLargeError, AccessError
        """
        self._max_pixels = max_pixels
        with quiet():
            try:
                image = Image.open(file, formats=["TIFF"])
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error
            if not isinstance(image, TiffImagePlugin.TiffImageFile):
                raise damaged("TIFF")
            self._image = image
            self._frames, self._cut = _page_frames(image, max_pages)

    @property
    def count(self) -> int:
        """Pages in the file, counting the first lost one of a broken chain."""
        return len(self._frames) + self._cut

    def read(self, number: int) -> Picture:
        """Decode page `number`, from 1; raises TruncatedError, TooLargeError."""
        if number > len(self._frames):
            raise TruncatedError(
                f"the TIFF breaks off after page {len(self._frames)}; copy it again from its "
                "source, any further pages are lost"
            )
        image = self._image
        with quiet() as chatter:
            try:
                image.seek(self._frames[number - 1])
                resolution = Resolution.of(image)
                if resolution and image.tag_v2.get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
                    resolution = Resolution(resolution.y, resolution.x)
                size = resolution.square_size(image.size) if resolution else image.size
                check_size(size, self._max_pixels)
                image.load()  # turns the page upright, too
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error
            pixels = from_pillow(image)
        if chatter.tells_damage(image.height):
            raise damaged("TIFF")
        pixels = grey_if_grey(make_square(pixels, resolution))
        return Picture(pixels, resolution.squared if resolution else None)

    def close(self) -> None:
        """Free the frame in memory."""
        self._image.close()


def _page_frames(image: TiffImagePlugin.TiffImageFile, max_pages: int) -> tuple[list[int], bool]:
    """Frame indices that are pages, and whether the chain of directories is broken."""
    frames: list[int] = []
    index = 0
    while True:
        try:
            image.seek(index)
        except EOFError:
            return frames, False
        except Exception:  # a directory beyond the end or of nonsense raises many kinds
            return frames, True
        if not int(image.tag_v2.get(_SUBFILE, 0)) & _NOT_A_PAGE:
            frames.append(index)
        index += 1
        if len(frames) > max_pages:
            raise TooLargeError(
                f"the file has more than {max_pages:,} pages; split it or raise --max-pages"
            )
