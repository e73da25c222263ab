"""Image files of one picture: PNG, JPEG, BMP, WebP, GIF, JPEG 2000, PNM.

Of an animated GIF, WebP or PNG, and of a JPEG with several pictures (MPO), the first is read.
"""

from __future__ import annotations

import io
import math
from typing import BinaryIO

import cv2
import numpy as np
from PIL import (  # the plugins register their formats with Image.open
    ExifTags,
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from digitscan.errors import FileError, TooLargeError, TruncatedError
from digitscan.pages.chatter import quiet
from digitscan.pages.files import explain_os_error
from digitscan.pages.picture import (
    Picture,
    Pixels,
    Resolution,
    check_size,
    from_pillow,
    grey_if_grey,
    make_square,
    turn_upright,
)

_BY_OPENCV = {"JPEG", "MPO", "PNG", "WEBP"}
"""Formats whose plain 8-bit grey and RGB pictures OpenCV decodes straight into the page."""


class ImageFile:
    """A file of one picture; its header is read, its pixels are not yet."""

    count = 1

    def __init__(self, file: BinaryIO, image_format: str, max_pixels: int) -> None:
        """Read the file and its header.

        Raises
        ------
        TruncatedError, TooLargeError, AccessError
        """
        self._max_pixels = max_pixels
        self._format = image_format
        try:
            self._data = file.read()
            with quiet():
                self._image = Image.open(io.BytesIO(self._data), formats=[image_format])
        except Exception as error:
            raise explain_decoding(error, image_format) from error
        self._resolution = Resolution.of(self._image)
        width, height = self._image.size
        stretch = self._resolution.stretch if self._resolution else (1.0, 1.0)
        check_size(math.ceil(width * stretch[0]), math.ceil(height * stretch[1]), max_pixels)

    def read(self, number: int = 1) -> Picture:  # noqa: ARG002 - there is only one
        """Decode the picture; raises TruncatedError, TooLargeError (out of memory)."""
        pixels = self._decode()
        pixels = turn_upright(make_square(pixels, self._resolution), _orientation(self._image))
        dpi = self._resolution.squared if self._resolution else None
        return Picture(grey_if_grey(pixels), dpi)

    def close(self) -> None:
        """Free the header and the bytes."""
        self._image.close()
        self._data = b""

    def _decode(self) -> Pixels:
        image = self._image
        with quiet() as chatter:
            try:
                pixels = self._by_opencv()
                if pixels is None:  # or refused there: Pillow reads it or says what is wrong
                    image.load()
                    pixels = from_pillow(image)
            except Exception as error:
                raise explain_decoding(error, self._format) from error
        if chatter.tells_damage(image.height):
            raise damaged(self._format)
        return pixels

    def _by_opencv(self) -> Pixels | None:
        image = self._image
        if image.format not in _BY_OPENCV or image.mode not in ("L", "RGB"):
            return None
        if image.has_transparency_data or getattr(image, "is_animated", False):
            return None
        flag = cv2.IMREAD_GRAYSCALE if image.mode == "L" else cv2.IMREAD_COLOR_BGR
        flag |= cv2.IMREAD_IGNORE_ORIENTATION
        try:
            pixels = cv2.imdecode(np.frombuffer(self._data, np.uint8), flag)
        except cv2.error:
            return None
        if pixels is None or pixels.shape[1::-1] != image.size:
            return None
        return np.asarray(pixels, np.uint8)


def damaged(what: str) -> TruncatedError:
    """Make the error for a file whose content is cut off or broken."""
    return TruncatedError(
        f"the {what} data is cut off or damaged; copy the file again from its source or rescan"
    )


def explain_decoding(error: Exception, what: str) -> FileError:
    """Turn whatever a codec raised into a FileError with its cure."""
    if isinstance(error, FileError):
        return error
    if isinstance(error, MemoryError):
        return TooLargeError("there is not enough memory for this page; use fewer workers")
    if isinstance(error, OSError) and error.errno:
        return explain_os_error(error)
    return damaged(what)


def _orientation(image: Image.Image) -> int:
    """Read the EXIF orientation, 1 where there is none or EXIF is damaged.

    `image.getexif` is not used: for PNG it decodes the whole picture first.
    """
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        return int(exif.get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF raises many kinds, and must not cost the page
        return 1
