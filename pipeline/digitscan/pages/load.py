"""Any file that digitscan reads -> Page after Page; the content decides, not the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO

from digitscan.errors import FileError, FormatError, TooLargeError
from digitscan.pages.files import open_input
from digitscan.pages.images import ImageFile
from digitscan.pages.picture import Document
from digitscan.places import Source
from digitscan.settings import PageSettings
from digitscan.types import FileFailure, Page

_HEAD = 1024
"""Bytes looked at; a PDF may begin anywhere in them."""

_MAGIC = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"GIF8[79]a", "GIF"),
    (rb"BM", "BMP"),
    (rb"RIFF....WEBP", "WEBP"),
    (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "JPEG2000"),
    (rb"P[1-6]\s", "PPM"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "TIFF"),
    (rb".*?%PDF-", "PDF"),
)

_FOREIGN = (
    (rb"....ftyp(?:hei|mif|msf)", "a HEIC photo", "save it as JPEG"),
    (rb"....ftypavif", "an AVIF picture", "save it as PNG or JPEG"),
    (rb"....ftyp", "a video", "save single pictures as PNG or JPEG"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "a JPEG XL picture", "save it as PNG or JPEG"),
    (rb"8BPS", "a Photoshop file", "save it as PNG or TIFF"),
    (rb"%!PS", "PostScript", "convert it to PDF"),
    (rb"AT&TFORM", "a DjVu file", "convert it to PDF or TIFF"),
    (rb"PK\x03\x04", "a ZIP archive or an office document", "unpack it or save it as PDF"),
    (rb"\xd0\xcf\x11\xe0", "an old office document", "save it as PDF"),
    (rb"\s*<", "a web page or other marked-up text", "print it to PDF"),
)


def count_pages(source: Source, settings: PageSettings) -> int:
    """Count the pages of a file from its headers, without decoding any.

    The count is that of the items `load_pages` yields.

    Raises
    ------
    FileError
        One of its kinds, when the whole file cannot be read.
    """
    with _open_document(source, settings) as document:
        return document.count


def load_pages(
    source: Source, name: str, settings: PageSettings, first: int = 1, last: int | None = None
) -> Iterator[Page | FileFailure]:
    """Decode the pages `first` to `last` (from 1, both included) of a file, one at a time.

    A page of a longer file that cannot be read is yielded as a FileFailure with its number, and
    the next ones follow. After a crash, go on with `first` set behind the page that did it.

    Parameters
    ----------
    source
        Where the file is.
    name
        What results call it.

    Raises
    ------
    FileError
        One of its kinds, when the whole file, or its only page, cannot be read.
    """
    with _open_document(source, settings) as document:
        stop = document.count if last is None else min(last, document.count)
        for number in range(max(1, first), stop + 1):
            try:
                page = _page(document, name, number)
            except FileError as error:
                if document.count == 1:
                    raise
                yield FileFailure(name, number, error.error, str(error))
            else:
                yield page
                del page  # freed before the next one is decoded


def _page(document: Document, name: str, number: int) -> Page:
    try:
        picture = document.read(number)
    except MemoryError as error:
        raise TooLargeError("there is not enough memory for it; use fewer workers") from error
    return Page(name, number, picture.pixels, picture.dpi)


@contextmanager
def _open_document(source: Source, settings: PageSettings) -> Iterator[Document]:
    """Open by content and check the limits that hold for the whole file."""
    with (
        open_input(source, settings.max_bytes) as file,
        closing(open_document(file, settings)) as document,
    ):
        if document.count > settings.max_pages:
            raise TooLargeError(
                f"the file has {document.count:,} pages, more than the limit of "
                f"{settings.max_pages:,}; split it or raise --max-pages"
            )
        yield document


def open_document(file: BinaryIO, settings: PageSettings) -> Document:
    """Open what a file holds, by its content; raises FileError of one kind or another."""
    head = file.read(_HEAD)
    file.seek(0)
    kind = sniff(head)
    if kind == "TIFF":
        from digitscan.pages.tiff import TiffFile  # 10 ms that many runs do not need

        return TiffFile(file, settings.max_pixels, settings.max_pages)
    if kind == "PDF":
        from digitscan.pages.pdf import PdfFile  # 30 ms that most runs do not need

        return PdfFile(file, settings.dpi, settings.max_pixels)
    return ImageFile(file, kind, settings.max_pixels)


def sniff(head: bytes) -> str:
    """Name the format by the first bytes of a file: PNG, JPEG, ..., TIFF or PDF.

    Raises
    ------
    FormatError
        For all that digitscan does not read, with what it is where that can be told.
    """
    for pattern, kind in _MAGIC:
        if re.match(pattern, head, re.DOTALL):
            return kind
    for pattern, what, cure in _FOREIGN:
        if re.match(pattern, head, re.DOTALL):
            raise FormatError(f"this is {what}, which digitscan does not read; {cure}")
    raise FormatError(
        "the content is no image or PDF, whatever the name says; save it as PNG, JPEG, TIFF or PDF"
    )
