"""Annotated pages as files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.output.place import written_beside
from digitscan.settings import PictureFormat

JPEG_QUALITY = 75


def write_picture(path: Path, picture: NDArray[np.uint8], format: PictureFormat) -> None:
    """Encode a (H, W, 3) blue-green-red picture and put it in its place, making its folder.

    Raises
    ------
    OSError
        The folder cannot be made or the file cannot be written.
    """
    if format is PictureFormat.JPEG:
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    else:
        data = cv2.imencode(".png", picture)[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(path) as file:
        file.write(data.tobytes())
