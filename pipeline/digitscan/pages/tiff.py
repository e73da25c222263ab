"""TIFF files: any number of pages, one decoded at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
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
_COMPRESSION, _FAX = 259, (2, 3, 4)
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279

_NOT_A_PAGE = 1 | 4
"""NewSubfileType: a reduced copy of another page, or a transparency mask."""

_ZEROS = 64
"""No fax data ends in so many zero bytes, save where a copy broke off and was filled up."""


class TiffFile:
    """An open TIFF; `count` includes a last page that stands for what a cut-off file lost."""

    def __init__(self, file: BinaryIO, max_pixels: int, max_pages: int) -> None:
        """Walk through the directories; nothing is decoded.

        Raises
        ------
        TruncatedError, TooLargeError, AccessError
        """
        self._file = file
        self._max_pixels = max_pixels
        self._frames: list[int] = []
        self._cut = False
        try:
            for index, subfile in enumerate(_directories(file)):
                if not subfile & _NOT_A_PAGE:
                    self._frames.append(index)
                if len(self._frames) > max_pages:
                    raise TooLargeError(
                        f"the file has more than {max_pages:,} pages; split it or raise --max-pages"
                    )
        except (struct.error, OverflowError):
            self._cut = True
        if not self._frames:
            raise damaged("TIFF")
        file.seek(0)
        with quiet():
            try:
                self._image = Image.open(file, formats=["TIFF"])
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error

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
                resolution = _resolution(image)
                size = resolution.square_size(image.size) if resolution else image.size
                check_size(size, self._max_pixels)
                filled_up = self._is_filled_up()
                image.load()  # turns the page upright, too
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error
            pixels = from_pillow(image)
        if filled_up or chatter.tells_damage(image.height):
            raise damaged("TIFF")
        pixels = grey_if_grey(make_square(pixels, resolution))
        return Picture(pixels, resolution.squared if resolution else None)

    def close(self) -> None:
        """Free the frame in memory."""
        self._image.close()

    def _is_filled_up(self) -> bool:
        """Whether fax data ends in zeros, which libtiff takes for the end of the page."""
        tags = _tags(self._image)
        if tags.get(_COMPRESSION) not in _FAX:
            return False
        strips = zip(tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_COUNTS, ()), strict=False)
        for offset, count in strips:
            if count > _ZEROS:
                self._file.seek(offset + count - _ZEROS)
                if not any(self._file.read(_ZEROS)):
                    return True
        return False


def _tags(image: Image.Image) -> TiffImagePlugin.ImageFileDirectory_v2:
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        raise damaged("TIFF")
    return image.tag_v2


def _resolution(image: Image.Image) -> Resolution | None:
    """Read the resolution as it is once Pillow has turned the page upright."""
    resolution = Resolution.of(image)
    if resolution and _tags(image).get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
        return Resolution(resolution.y, resolution.x)
    return resolution


def _directories(file: BinaryIO) -> Iterator[int]:
    """Yield NewSubfileType of one directory after the other, classic TIFF and BigTIFF.

    Pillow can count, too, but stops at the first directory that it does not know how to decode.
    A chain that turns back on itself ends there.

    Raises
    ------
    struct.error, OverflowError
        Where the chain leads out of the file.
    """
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"

    def read(layout: str) -> tuple[int, ...]:
        layout = order + layout
        return struct.unpack(layout, file.read(struct.calcsize(layout)))

    big = read("H") == (43,)
    if big:
        read("HH")
    offset_layout, count_layout, entry_layout = ("Q", "Q", "HHQQ") if big else ("I", "H", "HHII")
    seen: set[int] = set()
    (offset,) = read(offset_layout)
    while offset and offset not in seen:
        seen.add(offset)
        file.seek(offset)
        (count,) = read(count_layout)
        subfile = 0
        for _ in range(count):
            tag, _, _, value = read(entry_layout)
            if tag == _SUBFILE:  # a LONG; in big-endian files, too, it fills the field
                subfile = value if not big or order == "<" else value >> 32
        (offset,) = read(offset_layout)
        yield subfile
