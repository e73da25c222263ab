"""Parts cut out of forms, drawn."""

import cv2
import numpy as np
from numpy.typing import NDArray


def pale_boxes() -> NDArray[np.uint8]:
    """Draw three pale boxes cut out of a form, an 8 to write over in each: with 1, 0 and an X.

    The print is softer than what the pen wrote.
    """
    boxes, pen = np.full((120, 330), 225, np.uint8), np.full((120, 330), 255, np.uint8)
    for left in (20, 120, 220):
        cv2.rectangle(boxes, (left, 20), (left + 80, 100), (160,), 5)
        for top in (38, 60):
            cv2.rectangle(boxes, (left + 26, top), (left + 54, top + 22), (160,), 4)
    cv2.line(pen, (74, 37), (74, 82), (40,), 5)  # on the guide
    cv2.ellipse(pen, (160, 60), (13, 22), 0, 0, 360, (40,), 5)
    for left, right in ((224, 297), (297, 224)):
        cv2.line(pen, (left, 24), (right, 97), (40,), 5)
    return np.minimum(cv2.GaussianBlur(boxes, (0, 0), 1.0), cv2.GaussianBlur(pen, (0, 0), 0.8))
