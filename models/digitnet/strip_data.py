"""Synthetic strips for training: made in shards, each decided by the seed and its number."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from digitnet.glyph_sources import LOOK_ALIKE
from digitnet.strip_format import (
    HEIGHT,
    OFFSET_UNIT,
    STRIDE,
    USUAL_HEIGHT,
    USUAL_WIDTH,
)
from digitnet.synthesis.printed import fonts_in
from digitnet.synthesis.strings import Styles
from digitnet.synthesis.strip_images import WIDTH, Sources, make_strip
from digitnet.synthesis.styles import StyleBank

DATA_FILES = (
    "mnist.npz",
    "semeion.npz",
    "optdigits_orig_tra.npz",
    "not-digits/omniglot.npz",
    "not-digits/hasyv2.npz",
)
"""What is read, under the data folder."""
MOST_DIGITS = 20
"""Digits kept of one strip."""
SIGNS_LIKE_DIGITS = (0, 4, 6, 9)
"""Symbols of HASYv2 that could pass for digits: integrals, xi, partial derivatives, squares."""
MNIST_STYLES = 30_000
"""How many MNIST digits become styles: more would not fit a small machine's memory."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Strips and their truth.

    `pixels` is (N, 48, 192) uint8; `digits` is (N, 20, 6) int16: value, left, top, right, bottom
    in pixels and 1 where it is printed, from left to right, filled up with -1; `extents` (N, 4)
    int16 is the box around all ink: left, top, right, bottom.
    """

    pixels: NDArray[np.uint8]
    digits: NDArray[np.int16]
    extents: NDArray[np.int16]

    def __len__(self) -> int:
        """Count the strips."""
        return len(self.pixels)

    @classmethod
    def join(cls, shards: list[Shard]) -> Shard:
        """Put several shards one after another."""
        return cls(
            np.concatenate([shard.pixels for shard in shards]),
            np.concatenate([shard.digits for shard in shards]),
            np.concatenate([shard.extents for shard in shards]),
        )

    def chosen(self, which: NDArray[np.bool_]) -> Shard:
        """Keep some of the strips; `which` is (N,) bool."""
        return Shard(self.pixels[which], self.digits[which], self.extents[which])


def _bank(path: Path, held_out: bool) -> StyleBank:
    """Open a small set of real digits, every fifth held out for validation."""
    with np.load(path) as data:
        chosen = (np.arange(len(data["y"])) % 5 == 0) == held_out
        return StyleBank(data["x"][chosen], data["y"][chosen])


def _letters(folder: Path) -> StyleBank:
    """Open handwritten letters and symbols, those left out that could pass for digits."""
    with np.load(folder / "omniglot.npz") as data:
        names = [str(name).split("/character") for name in data["y"]]
        keep = [int(c) not in LOOK_ALIKE.get(alphabet, ()) for alphabet, c in names]
        images, labels = (255 - data["x"])[keep], np.unique(data["y"], return_inverse=True)[1][keep]
    every = slice(None, None, 3)
    bank = StyleBank(images[every], labels[every])
    with np.load(folder / "hasyv2.npz") as data:
        signs = ~np.isin(data["y_train"], SIGNS_LIKE_DIGITS)
        symbols = StyleBank(255 - data["x_train"][signs], 1000 + data["y_train"][signs])
    return bank.joined(symbols)


def load_sources(
    data: Path, fonts: Path | None, held_out: bool = False, templates: float = 0.42
) -> Sources:
    """Make styles of the real digits under `data`: mnist.npz, semeion.npz, optdigits, letters.

    `templates` is the share of digits drawn after templates. With `held_out` only digits that
    training never sees, no template, no letter: for validation.
    """
    with np.load(data / "mnist.npz") as mnist:
        part = slice(-3000, None) if held_out else slice(None, MNIST_STYLES)
        from_mnist = StyleBank(mnist["x_train"][part], mnist["y_train"][part])
    banks = (
        from_mnist,
        _bank(data / "semeion.npz", held_out),
        _bank(data / "optdigits_orig_tra.npz", held_out),
    )
    styles = Styles(banks, (0.45, 0.25, 0.3), 0.0 if held_out else templates)
    letters = None if held_out else _letters(data / "not-digits")
    return Sources(styles, letters, fonts_in(fonts))


def make_shard(sources: Sources, seed: int, number: int, size: int) -> Shard:
    """Make `size` strips, the same ones for the same seed and number."""
    rng = np.random.default_rng([seed, number])
    pixels = np.empty((size, HEIGHT, WIDTH), np.uint8)
    digits = np.full((size, MOST_DIGITS, 6), -1, np.int16)
    extents = np.zeros((size, 4), np.int16)
    for index in range(size):
        strip = make_strip(rng, sources)
        pixels[index], extents[index] = strip.pixels, strip.extent
        for place, d in enumerate(strip.digits[:MOST_DIGITS]):
            digits[index, place] = d.value, d.left, d.top, d.right, d.bottom, d.printed
    return Shard(pixels, digits, extents)


_sources: Sources | None = None


def _open(data: Path, fonts: Path | None, templates: float) -> None:
    global _sources  # one a process: loading takes half a minute
    _sources = load_sources(data, fonts, templates=templates)


def _make(seed: int, number: int, size: int) -> Shard:
    assert _sources is not None
    return make_shard(_sources, seed, number, size)


class Shards:
    """Shards made ahead in processes of their own; a context manager."""

    def __init__(
        self,
        data: Path,
        fonts: Path | None,
        seed: int,
        size: int,
        workers: int,
        templates: float,
    ) -> None:
        """Start `workers` processes that make shards of `size` strips, so many after templates."""
        self._pool = ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_open, initargs=(data, fonts, templates)
        )
        self._seed, self._size = seed, size
        self._coming: dict[int, Future[Shard]] = {}

    def __enter__(self) -> Shards:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop the processes; what they were making is thrown away."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def order(self, number: int) -> None:
        """Have a shard made ahead."""
        if number not in self._coming:
            self._coming[number] = self._pool.submit(_make, self._seed, number, self._size)

    def take(self, number: int) -> Shard:
        """Wait for a shard."""
        self.order(number)
        return self._coming.pop(number).result()


@dataclass(frozen=True, slots=True)
class Targets:
    """What the network should say of a batch: maps of 12 rows by W/4 columns.

    `near` is 1 where a digit is centred and falls off around it, `exact` 1 at the centres alone,
    `value` the digit whose place a cell is, `place` its offsets and log sizes (4 channels),
    `printed` 1 where a machine set it.
    """

    near: NDArray[np.float32]
    exact: NDArray[np.float32]
    value: NDArray[np.int32]
    place: NDArray[np.float32]
    printed: NDArray[np.float32]


def targets(digits: NDArray[np.int16], width: int = WIDTH) -> Targets:
    """Turn boxes, (N, D, 6) as in `Shard`, into the center head's targets.

    Where digits overlap, a cell belongs to the one whose centre is nearer in parts of its size.
    """
    count = len(digits)
    ys = np.arange(HEIGHT // STRIDE, dtype=np.float32)[:, None] * STRIDE + STRIDE / 2
    xs = np.arange(width // STRIDE, dtype=np.float32)[None, :] * STRIDE + STRIDE / 2
    shape = (count, HEIGHT // STRIDE, width // STRIDE)
    near, exact = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    value, place = np.zeros(shape, np.int32), np.zeros((*shape, 4), np.float32)
    printed = np.zeros(shape, np.float32)
    for index, slot in zip(*np.nonzero(digits[:, :, 0] >= 0), strict=True):
        what, left, top, right, bottom, machine = (int(v) for v in digits[index, slot])
        wide, high = max(right - left, 3), max(bottom - top, 6)
        dx, dy = (left + right) / 2 - xs, (top + bottom) / 2 - ys
        spread_x, spread_y = max(2.6, 0.16 * wide), max(2.6, 0.16 * high)
        bump = np.exp(-0.5 * ((dx / spread_x) ** 2 + (dy / spread_y) ** 2))
        middle = np.unravel_index(int(np.argmin(dx**2 + dy**2)), bump.shape)
        bump[middle] = 1.0
        mine = bump > near[index]
        near[index][mine] = bump[mine]
        exact[index][middle] = 1.0
        value[index][mine] = what
        printed[index][mine] = machine
        row, column = np.nonzero(mine)
        place[index, row, column, 0] = (dx / OFFSET_UNIT)[0, column]
        place[index, row, column, 1] = (dy / OFFSET_UNIT)[row, 0]
        place[index, row, column, 2] = np.log(wide / USUAL_WIDTH)
        place[index, row, column, 3] = np.log(high / USUAL_HEIGHT)
    return Targets(near, exact, value, place, printed)
