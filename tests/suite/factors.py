"""What a form can be like: a plain base form, and each factor's levels, varied alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from drawing.pen import FELT_TIP, PENCIL, Pen
from suite import beside, cameras, objects, papers, rulings
from suite.beside import Beside
from suite.papers import Effect
from suite.rulings import Ruling

BLACK = Pen(0.5, (45, 40, 40), 0.93, 0.2)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a form is written, printed, kept and scanned.

    `slant` None is the writer's own; `jitter`, `spread` and `size` are shares of a digit's or a
    field's height; `longest` is the most digits of a number, `marks` what stands between them;
    `empty` leaves all fields empty; `degrees` and `turns` are clockwise; `quality` 0 is no JPEG.
    Without a `photo` the form is scanned.
    """

    pen: Pen = BLACK
    slant: float | None = None
    jitter: float = 0.05
    spread: float = 0.22
    size: float = 0.62
    longest: int = 6
    marks: str = ""
    empty: bool = False
    ruling: Ruling = rulings.boxes
    beside: Beside = beside.nothing
    objects: Effect = papers.plain
    paper: Effect = papers.plain
    dpi: int = 200
    degrees: float = 0.0
    photo: Effect | None = None
    fax: Effect = papers.plain
    quality: int = 0
    turns: int = 0


BASE = Recipe()
BLUE_COMBS = Recipe(
    Pen(0.45, (150, 60, 25), 0.88, 0.3), ruling=rulings.combs, size=0.95, dpi=150, quality=75
)

FACTORS: dict[str, dict[str, Recipe]] = {
    "base": {"plain": BASE, "empty": replace(BASE, empty=True)},
    "style": {
        "upright": replace(BASE, slant=0.0),
        "slanted": replace(BASE, slant=0.45),
        "backward": replace(BASE, slant=-0.25),
        "hasty": replace(BASE, jitter=0.12),
        "small": replace(BASE, size=0.38),
        "large": replace(BASE, size=0.85, longest=4),
        "over the lines": replace(BASE, size=1.05, longest=3),
    },
    "pen": {
        "felt tip": replace(BASE, pen=FELT_TIP),
        "marker": replace(BASE, pen=Pen(1.1, (30, 30, 30), 0.98, 0.05)),
        "fine liner": replace(BASE, pen=Pen(0.3, (45, 40, 40), 0.95, 0.1)),
        "pencil": replace(BASE, pen=PENCIL),
        "faint pencil": replace(BASE, pen=Pen(0.45, (130, 125, 125), 0.45, 0.55)),
        "blue ballpoint": replace(BASE, pen=Pen(0.45, (150, 60, 25), 0.88, 0.3)),
        "red ballpoint": replace(BASE, pen=Pen(0.45, (50, 45, 190), 0.88, 0.3)),
    },
    "paper": {
        "patterned": replace(BASE, paper=papers.patterned),
        "shaded": replace(BASE, paper=papers.shaded),
        "creased": replace(BASE, paper=papers.creased),
        "show-through": replace(BASE, paper=papers.show_through),
        "low contrast": replace(BASE, paper=papers.low_contrast),
        "recycled": replace(BASE, paper=papers.recycled),
        "yellow": replace(BASE, paper=papers.yellow),
    },
    "ruling": {
        "none": replace(BASE, ruling=rulings.nothing),
        "combs": replace(BASE, ruling=rulings.combs),
        "open combs": replace(BASE, ruling=rulings.open_combs),
        "orange combs": replace(BASE, ruling=rulings.orange_combs),
        "guided cells": replace(BASE, ruling=rulings.guided_cells),
        "table": replace(BASE, ruling=rulings.table),
        "underline": replace(BASE, ruling=rulings.underline),
        "dotted": replace(BASE, ruling=rulings.dotted),
        "broken boxes": replace(BASE, ruling=rulings.broken_boxes),
        "thick boxes": replace(BASE, ruling=rulings.thick_boxes),
    },
    "blue combs": {
        "as large": BLUE_COMBS,
        "larger": replace(BLUE_COMBS, size=1.1),
        "open": replace(BLUE_COMBS, ruling=rulings.open_combs),
        "pale": replace(BLUE_COMBS, pen=Pen(0.4, (190, 110, 70), 0.75, 0.35)),
    },
    "skew": {
        f"{degrees:g}": replace(BASE, degrees=degrees) for degrees in (1.0, 3.0, 6.0, 10.0, 15.0)
    },
    "turn": {str(90 * turns): replace(BASE, turns=turns) for turns in (1, 2, 3)},
    "photo": {
        "straight": replace(BASE, dpi=250, photo=cameras.straight_photo),
        "slanting": replace(BASE, dpi=250, photo=cameras.slanting_photo),
        "steep": replace(BASE, dpi=250, photo=cameras.steep_photo),
        "dim": replace(BASE, dpi=250, photo=cameras.dim_photo),
    },
    "dpi": {str(dpi): replace(BASE, dpi=dpi) for dpi in (100, 150, 300, 600)},
    "jpeg": {str(quality): replace(BASE, quality=quality) for quality in (75, 50, 30, 15)},
    "fax": {
        "two levels": replace(BASE, fax=cameras.two_levels),
        "fine": replace(BASE, fax=cameras.fine_fax),
        "standard": replace(BASE, fax=cameras.standard_fax),
    },
    "joined": {
        "close": replace(BASE, spread=0.1),
        "touching": replace(BASE, spread=0.0),
        "overlapping": replace(BASE, spread=-0.1),
    },
    "marks": {
        "thousands": replace(BASE, marks="."),
        "cents": replace(BASE, marks=","),
        "closing dash": replace(BASE, marks="-"),
        "slash": replace(BASE, marks="/"),
    },
    "beside": {
        "letters": replace(BASE, beside=beside.letters),
        "print": replace(BASE, beside=beside.printed),
        "ticks": replace(BASE, beside=beside.ticks),
        "unused boxes": replace(BASE, beside=beside.unused_boxes),
        "crossed out": replace(BASE, beside=beside.crossed_out),
        "signature": replace(BASE, beside=beside.signature),
        "bar code": replace(BASE, beside=beside.barcode),
        "stamp": replace(BASE, objects=objects.stamped),
        "punch holes": replace(BASE, objects=objects.punch_holes),
        "staples, edges": replace(BASE, objects=objects.stapled),
    },
}
