"""Image files of one picture: PNG, JPEG, BMP, WebP, GIF, JPEG 2000, PNM.

Of an animated GIF, WebP or PNG, and of a JPEG with several pictures (MPO), the first is read.
"""

from __future__ import annotations

from typing import BinaryIO

import cv2
import numpy as np
from PIL import (  # the plugins register their formats with Image.open
    ExifTags,
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from digitscan.errors import FileError, TruncatedError
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
        """Read the header.

        Raises
        ------
        TruncatedError, TooLargeError, AccessError
        """
        self._file = file
        self._format = image_format
        try:
            with quiet():
                self._image = Image.open(file, formats=[image_format])
                self._orientation = _orientation(self._image)
        except Exception as error:
            raise explain_decoding(error, image_format) from error
        self._resolution = Resolution.of(self._image)
        size = self._image.size
        check_size(self._resolution.square_size(size) if self._resolution else size, max_pixels)

    def read(self, number: int = 1) -> Picture:  # noqa: ARG002 - there is only one
        """Decode the picture; raises TruncatedError, TooLargeError (out of memory)."""
        pixels = self._decode()
        pixels = turn_upright(make_square(pixels, self._resolution), self._orientation)
        dpi = self._resolution.squared if self._resolution else None
        return Picture(grey_if_grey(pixels), dpi)

    def close(self) -> None:
        """Free what Pillow holds."""
        self._image.close()

    def _decode(self) -> Pixels:
        image = self._image
        with quiet() as chatter:
            try:
                pixels = self._by_opencv()
                if pixels is None:  # not for OpenCV, or refused: Pillow reads it or says why not
                    image.load()
            except Exception as error:
                raise explain_decoding(error, self._format) from error
            if pixels is None:
                pixels = from_pillow(image)
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
        place = self._file.tell()  # where Pillow would go on
        self._file.seek(0)
        data = np.frombuffer(self._file.read(), np.uint8)
        self._file.seek(place)
        try:
            pixels = cv2.imdecode(data, flag)
        except cv2.error:
            return None
        if pixels is None or pixels.shape[1::-1] != image.size:
            return None
        return np.asarray(pixels, np.uint8)


def damaged(what: str) -> TruncatedError:
    """Make the error for a file whose content is cut off or broken."""
    return TruncatedError(
        f"the {what} data is cut off, damaged or of a rare kind; copy the file again from its "
        "source, or save it as PNG"
    )


def explain_decoding(error: Exception, what: str) -> FileError:
    """Turn whatever a codec raised into a FileError with its cure."""
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, FileError):
        return error
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
