"""Annotated pages as bytes of files."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.settings import PictureFormat

JPEG_QUALITY = 75


def encode_picture(picture: NDArray[np.uint8], format: PictureFormat) -> bytes:
    """Encode a (H, W, 3) blue-green-red picture."""
    if format is PictureFormat.JPEG:
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    else:
        data = cv2.imencode(".png", picture)[1]
    return data.tobytes()
