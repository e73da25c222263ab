"""What travels between the stages: frozen, typed, every array's shape written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # a run that has workers read needs none of it
    import numpy as np
    from numpy.typing import NDArray

Gray: TypeAlias = "NDArray[np.uint8]"
"""(H, W) uint8, 0 black to 255 white."""

Mask: TypeAlias = "NDArray[np.uint8]"
"""(H, W) uint8, 1 where something is and 0 elsewhere."""

Floats: TypeAlias = "NDArray[np.float32]"
"""float32, shape stated where it is used."""

Ints: TypeAlias = "NDArray[np.integer[Any]]"
"""Whole numbers, shape stated where it is used."""


class Kind(StrEnum):
    """Who made a digit: a pen or a machine."""

    HANDWRITTEN = "handwritten"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle of whole pixels: 0-based left top corner, width and height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Number of pixels inside."""
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        """The middle as (x, y)."""
        return self.x + self.width / 2, self.y + self.height / 2

    @classmethod
    def from_corners(cls, left: int, top: int, right: int, bottom: int) -> Box:
        """Make a box from its first and its first-outside column and row."""
        return cls(left, top, right - left, bottom - top)

    def intersection(self, other: Box) -> int:
        """Count the pixels that both boxes hold."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0, width) * max(0, height)

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box.from_corners(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.intersection(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def __reduce__(self) -> tuple[type[Box], tuple[int, int, int, int]]:
        """Pickle as a call: field by field, as dataclasses do it, takes three times as long."""
        return Box, (self.x, self.y, self.width, self.height)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page as a viewer shows it, decoded.

    `pixels` is (H, W) uint8 grey or (H, W, 3) uint8 in OpenCV's order (blue, green, red),
    upright (EXIF orientation applied), alpha already laid over white. `number` counts from 1
    inside `file`; `dpi` is what the file says of its resolution, or None.
    """

    file: str
    number: int
    pixels: NDArray[np.uint8]
    dpi: float | None = None

    def __post_init__(self) -> None:
        """Refuse anything but a non-empty uint8 grey or three-channel array."""
        shape, kind = self.pixels.shape, self.pixels.dtype
        if kind != "uint8" or len(shape) not in (2, 3) or 0 in shape:
            raise ValueError(f"a page is (H, W) or (H, W, 3) uint8, got {shape} {kind}")
        if len(shape) == 3 and shape[2] != 3:
            raise ValueError(f"a colour page has 3 channels, got {shape[2]}")

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit read: its value 0-9, calibrated confidence 0-1 and tight box in page pixels."""

    value: int
    confidence: float
    box: Box

    def __reduce__(self) -> tuple[type[Digit], tuple[int, float, Box]]:
        """Pickle as a call, as boxes do."""
        return Digit, (self.value, self.confidence, self.box)


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together, left to right, with the judgement on the whole.

    `confidence` is the calibrated probability that every digit of `text` is right and none is
    missing; `review` is true where that is too little for the error the user allows.
    """

    digits: tuple[Digit, ...]
    confidence: float
    kind: Kind
    review: bool

    @property
    def text(self) -> str:
        """The digits as a string, leading zeros kept."""
        return "".join([str(digit.value) for digit in self.digits])

    @property
    def box(self) -> Box:
        """The box around all digits, page pixels."""
        boxes = [digit.box for digit in self.digits]
        return Box.from_corners(
            min([box.x for box in boxes]),
            min([box.y for box in boxes]),
            max([box.x + box.width for box in boxes]),
            max([box.y + box.height for box in boxes]),
        )


@dataclass(frozen=True, slots=True)
class PageReading:
    """All that was read on one page: numbers in reading order, boxes in page pixels.

    `width` and `height` are the page's, in pixels; `seconds` is the time each stage took; `unread`
    are the cells, page pixels, that hold ink which may be a digit and was read as none.
    """

    file: str
    page: int
    width: int
    height: int
    numbers: tuple[Number, ...]
    seconds: dict[str, float]
    unread: tuple[Box, ...] = ()

    @property
    def digits(self) -> int:
        """How many digits stand in all numbers."""
        return sum(len(number.digits) for number in self.numbers)


@dataclass(frozen=True, slots=True)
class FileFailure:
    """Why a file, or one page of it, could not be read.

    `error` is a stable short name (`truncated`, `password`, ...), `message` names the cause and
    the cure in a sentence; `page` counts from 1, None where the whole file is meant.
    """

    file: str
    page: int | None
    error: str
    message: str
