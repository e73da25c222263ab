"""TIFF files: any number of pages, one decoded at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

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
        self._pages: list[int] = []
        self._cut = False
        try:
            for offset, subfile in _directories(file):
                if not subfile & _NOT_A_PAGE:
                    self._pages.append(offset)
                if len(self._pages) > max_pages:
                    raise TooLargeError(
                        f"the file has more than {max_pages:,} pages; split it or raise --max-pages"
                    )
        except (struct.error, OverflowError):
            self._cut = True
        if not self._pages:
            raise damaged("TIFF")
        with quiet():
            try:
                self._open(1)
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error

    @property
    def count(self) -> int:
        """Pages in the file, counting the first lost one of a broken chain."""
        return len(self._pages) + self._cut

    def read(self, number: int) -> Picture:
        """Decode page `number`, from 1; raises TruncatedError, TooLargeError."""
        if number > len(self._pages):
            raise TruncatedError(
                f"the TIFF breaks off after page {len(self._pages)}; copy it again from its "
                "source, any further pages are lost"
            )
        with quiet() as chatter:
            try:
                image = self._open(number)
                resolution = _resolution(image)
                size = resolution.square_size(image.size) if resolution else image.size
                check_size(size, self._max_pixels)
                filled_up = self._is_filled_up(image)
                image.load()  # turns the page upright, too
            except Exception as error:
                raise explain_decoding(error, "TIFF") from error
            pixels = from_pillow(image)
        if filled_up or chatter.tells_damage(image.height):
            raise damaged("TIFF")
        pixels = grey_if_grey(make_square(pixels, resolution))
        return Picture(pixels, resolution.squared if resolution else None)

    def close(self) -> None:
        """Do nothing: no page is held, and who opened the file closes it."""

    def _open(self, number: int) -> Image.Image:
        """Open page `number`, none of its pixels decoded."""
        self._file.seek(0)
        view = cast(BinaryIO, _FromPage(self._file, self._pages[number - 1]))
        return Image.open(view, formats=["TIFF"])

    def _is_filled_up(self, image: Image.Image) -> bool:
        """Whether fax data ends in zeros, which libtiff takes for the end of the page."""
        tags = _tags(image)
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


def _directories(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield place and NewSubfileType of one directory after the other, classic TIFF and BigTIFF.

    Pillow can count, too, but stops at the first directory that it does not know how to decode.
    A chain that turns back on itself ends there.

    Raises
    ------
    struct.error, OverflowError
        Where the chain leads out of the file.
    """
    file.seek(0)
    order, big = _layout(file.read(4))

    def read(layout: str) -> tuple[int, ...]:
        return struct.unpack(order + layout, file.read(struct.calcsize(order + layout)))

    offset_layout, count_layout, entry_layout = ("Q", "Q", "HHQQ") if big else ("I", "H", "HHII")
    file.seek(8 if big else 4)
    entry = struct.Struct(order + entry_layout)
    seen: set[int] = set()
    (offset,) = read(offset_layout)
    while offset and offset not in seen:
        seen.add(offset)
        file.seek(offset)
        (count,) = read(count_layout)
        subfile = 0
        for _ in range(count):
            tag, _, _, value = entry.unpack(file.read(entry.size))
            if tag == _SUBFILE:  # a LONG; in big-endian files, too, it fills the field
                subfile = value if not big or order == "<" else value >> 32
        (next_offset,) = read(offset_layout)
        yield offset, subfile
        offset = next_offset


def _layout(head: bytes) -> tuple[str, bool]:
    """Return the byte order, as `struct` writes it, and whether it is a BigTIFF."""
    order = "<" if head[:2] == b"II" else ">"
    return order, struct.unpack(order + "H", head[2:4]) == (43,)


class _FromPage:
    """A TIFF file whose header says that a page further on is the first.

    Pillow reads all directories up to the page it is asked for: late pages of a long file would
    cost more to find than to decode.
    """

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        head = file.read(8)
        order, big = _layout(head)
        place = struct.pack(order + ("Q" if big else "I"), offset)
        self._head = head + place if big else head[:4] + place
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read on, the header being what it was made."""
        at = self._file.tell()
        data = self._file.read(size)
        head = self._head[at : at + len(data)]
        return head + data[len(head) :] if head else data

    def __getattr__(self, name: str) -> Any:
        """Give what else a file can do."""
        return getattr(self._file, name)
