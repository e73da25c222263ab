"""Draw the samples and their truth again: `python samples/build.py [FOLDER]`.

The same program gives the same files; the digits come from tests/drawing/digits.npz.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import forms  # noqa: E402  (the two folders above come first)

from drawing.truth import Drawing  # noqa: E402

Entry = dict[str, Any]


def main(folder: Path) -> None:
    """Write every sample and truth.json into a folder."""
    truth: dict[str, Entry] = {}

    def keep(name: str, *pages: Drawing, quality: int = 0, dpi: int = 0) -> None:
        images = [_image(page, name.endswith(".tif") and len(pages) == 1) for page in pages]
        _save(images, folder / name, pages[0].dpi, quality)
        truth[name] = entry([_resampled(page, dpi or page.dpi) for page in pages])

    keep("survey.png", forms.survey())
    keep("bank-slip.jpg", forms.bank_slip(), quality=80)
    keep("exam-scores.png", forms.exam_scores())
    keep("delivery-note.jpg", forms.delivery_note(), quality=75)
    keep("vote-tally.jpg", forms.vote_tally(), quality=78)
    keep("meter-card.tif", forms.meter_card())
    keep("stocktake.tif", *forms.stocktake())
    keep("time-sheet.pdf", forms.time_sheet(), quality=75, dpi=300)
    keep("notes.jpg", forms.plain_notes(), quality=75)
    keep("empty-form.png", forms.blank_form())
    lines = json.dumps(truth, indent=1)
    (folder / "truth.json").write_text(lines + "\n", encoding="utf-8")


def entry(pages: list[Drawing]) -> Entry:
    """Describe a file's pages as the scorer wants it: places of one page, numbers of many."""
    places = [
        {
            "page": number,
            "text": field.text,
            **_corners(field.box),
            "digits": [{"digit": digit.value, **_corners(digit.box)} for digit in field.digits],
        }
        for number, page in enumerate(pages, 1)
        for field in page.fields
    ]
    if not any(place["digits"] for place in places):
        return {"empty": True}
    if len(pages) == 1:
        return {"fields": places}
    return {"numbers": [place["text"] for place in places if place["text"]], "places": places}


def _corners(box: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("x", "y", "width", "height"), box, strict=True))


def _resampled(page: Drawing, dpi: int) -> Drawing:
    """Give the truth in the pixels of another resolution."""
    scale = dpi / page.dpi
    size = (round(page.pixels.shape[1] * scale), round(page.pixels.shape[0] * scale))
    return page.warped(np.diag([scale, scale, 1.0]), size, (255, 255, 255))


def _image(page: Drawing, bilevel: bool) -> Image.Image:
    """Make a Pillow image: two levels, grey where the page has no colour, else colour."""
    pixels = page.pixels
    if bilevel:
        return Image.fromarray(pixels[..., 0] > 127)
    if int(cv2.absdiff(pixels[..., 0], pixels[..., 2]).max()) < 40:
        return Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))
    return Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))


def _save(images: list[Image.Image], path: Path, dpi: int, quality: int) -> None:
    first, rest = images[0], images[1:]
    match path.suffix:
        case ".png":
            first.quantize(16).save(path, dpi=(dpi, dpi), optimize=True)
        case ".jpg":
            first.save(path, dpi=(dpi, dpi), quality=quality, optimize=True)
        case ".tif":
            packing = "group4" if first.mode == "1" else "jpeg"
            first.save(path, dpi=(dpi, dpi), compression=packing, save_all=True, append_images=rest)
        case ".pdf":
            day = datetime(2024, 9, 13, tzinfo=UTC).timetuple()
            first.save(
                path,
                resolution=dpi,
                quality=quality,
                creationDate=day,
                modDate=day,
                producer="",
                title="",
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
