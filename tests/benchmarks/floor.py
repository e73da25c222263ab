"""The least that any such program does: decode each page and encode its annotated picture.

`floor.py PAGE PICTURE [PAGE PICTURE ...]` tells on stderr what that takes with OpenCV on one
thread, CPU seconds for all of them, in the form of `--profile --log-format json`.
"""

from __future__ import annotations

import json
import sys
import time

import cv2
import numpy as np

from digitscan.output.pictures import JPEG_QUALITY

ROUNDS = 3


def main(pages: list[str], pictures: list[str]) -> None:
    """Decode all pages and encode all pictures, some rounds; tell the mean."""
    cv2.setNumThreads(1)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    seconds = {"decode": 0.0, "encode": 0.0}
    for page, annotated in zip(pages, pictures, strict=True):
        picture = cv2.imread(annotated)
        assert picture is not None
        for _ in range(ROUNDS):
            start = time.process_time()
            cv2.imdecode(np.fromfile(page, np.uint8), cv2.IMREAD_UNCHANGED)
            middle = time.process_time()
            cv2.imencode(".jpg", picture, quality)
            seconds["decode"] += (middle - start) / ROUNDS
            seconds["encode"] += (time.process_time() - middle) / ROUNDS
    for stage, spent in seconds.items():
        print(json.dumps({"stage": stage, "seconds": spent}), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1::2], sys.argv[2::2])
