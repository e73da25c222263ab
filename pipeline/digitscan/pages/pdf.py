"""PDF files: each page rendered as a viewer shows it, form fields and annotations included.

pypdfium2 is not thread-safe: use one process a file.
"""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped] # ships no types
import pypdfium2.raw as raw  # type: ignore[import-untyped] # ships no types

from digitscan.errors import FileError, PasswordError, TruncatedError
from digitscan.pages.chatter import quiet
from digitscan.pages.images import damaged, explain_decoding
from digitscan.pages.picture import Picture, check_size, grey_if_grey

_POINTS_PER_INCH = 72
_TAIL = 4096


class PdfFile:
    """An open PDF."""

    def __init__(self, file: BinaryIO, dpi: int, max_pixels: int) -> None:
        """Open the document.

        Raises
        ------
        PasswordError, TruncatedError
        """
        self._dpi = dpi
        self._max_pixels = max_pixels
        if not _has_end(file):
            raise TruncatedError("the PDF is cut off before its end; copy it again from its source")
        with quiet():
            try:
                self._document = pdfium.PdfDocument(file)
                if self._document.get_formtype():
                    self._document.init_forms()
            except pdfium.PdfiumError as error:
                raise _explain_opening(error) from error
        self.count = len(self._document)

    def read(self, number: int) -> Picture:
        """Render page `number`, from 1; raises TruncatedError, TooLargeError."""
        with quiet():
            try:
                page = self._document[number - 1]
                try:
                    return self._render(page)
                finally:
                    page.close()
            except Exception as error:
                raise explain_decoding(error, "PDF") from error

    def close(self) -> None:
        """Free the document."""
        self._document.close()

    def _render(self, page: pdfium.PdfPage) -> Picture:
        # Sizes are rounded, not rounded up as PdfPage.render does, so that a 300 dpi scan comes
        # out pixel by pixel; and pdfium paints straight into our array.
        scale = self._dpi / _POINTS_PER_INCH
        width, height = (max(1, round(points * scale)) for points in page.get_size())
        check_size((width, height), self._max_pixels, cure="lower --dpi")
        pixels = np.full((height, width, 3), 255, np.uint8)
        bitmap = raw.FPDFBitmap_CreateEx(
            width, height, raw.FPDFBitmap_BGR, pixels.ctypes.data, pixels.strides[0]
        )
        area = (0, 0, width, height, 0, raw.FPDF_ANNOT)
        try:
            raw.FPDF_RenderPageBitmap(bitmap, page, *area)
            if self._document.formenv:
                raw.FPDF_FFLDraw(self._document.formenv, bitmap, page, *area)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
        return Picture(grey_if_grey(pixels), float(self._dpi))


def _has_end(file: BinaryIO) -> bool:
    """Whether the end mark stands near the end; otherwise pdfium would guess at what is left."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    file.seek(0)
    return b"%%EOF" in tail or b"startxref" in tail


def _explain_opening(error: pdfium.PdfiumError) -> FileError:
    reason = str(error).lower()
    if "password" in reason or "security" in reason:
        return PasswordError(
            "the PDF asks for a password; save a copy without one (open it, print to PDF)"
        )
    return damaged("PDF")
