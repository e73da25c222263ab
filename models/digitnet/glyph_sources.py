"""Where the glyph network's examples come from, and what of it is held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.digits import Digits
from digitnet.synthesis.printed import Typesetter, fonts_in
from digitnet.synthesis.resemblance import Resemblance
from digitnet.synthesis.segments import Cut
from digitnet.synthesis.strings import Styles
from digitnet.synthesis.styles import StyleBank

VALIDATION = 5000
"""Digits at the end of MNIST's x_train that are never trained on: they choose and calibrate."""
LOOKED_AT = 3000
"""Digits at its beginning that say which parts of digits look like digits."""

HELD_OUT_ALPHABETS = ("Balinese", "Tagalog")
HELD_OUT_LATIN = ("k", "y", "m")
HELD_OUT_SYMBOLS = (3, 7, 13, 18)
"""Letters and symbols never trained on: they measure the reject class."""
HELD_OUT_FONTS = ("barlow", "eb-garamond", "source-code-pro", "roboto-slab", "DejaVuSansMono")
"""Fonts never trained on (by the beginning of the file's name): they measure the second head."""

LOOK_ALIKE = {
    "Early_Aramaic": (2, 3, 4, 6, 12, 14, 16, 17, 20),
    "Greek": (4, 8, 9, 15, 17, 18),
    "Japanese_(katakana)": (24, 27, 43),
    "Korean": (21, 22, 27, 33),
    "Latin": (2, 7, 9, 12, 15, 16, 17, 19, 26),
    "Balinese": (14,),
    "Sanskrit": (37,),
    "Tagalog": (3, 16),
}
"""Characters of Omniglot that nobody could tell from a digit (o, l, s, z, ...): used nowhere."""


@dataclass(frozen=True)
class Sources:
    """Glyphs as (H, W) uint8, ink bright, on any size of canvas, with their labels."""

    mnist: NDArray[np.uint8]
    mnist_labels: NDArray[np.int64]
    others: tuple[NDArray[np.uint8], ...]
    others_labels: NDArray[np.int64]
    letters: tuple[NDArray[np.uint8], ...]
    typesetter: Typesetter
    hand_fonts: Typesetter | None
    styles: Styles
    resemblance: Resemblance
    cut: Cut

    def with_digits(self, more: Digits) -> Sources:
        """Return the sources with further digits among those of MNIST."""
        return replace(
            self,
            mnist=np.concatenate([self.mnist, more.images]),
            mnist_labels=np.concatenate([self.mnist_labels, more.labels.astype(np.int64)]),
        )


def _letters(folder: Path, held_out: bool) -> tuple[NDArray[np.uint8], ...]:
    """Load Omniglot and HASYv2, ink bright: the part to train on or the part held out."""
    with np.load(folder / "not-digits" / "omniglot.npz") as data:
        images, names = 255 - data["x"], data["y"]
    chosen = []
    for image, name in zip(images, names, strict=True):
        alphabet, character = str(name).split("/character")
        if int(character) in LOOK_ALIKE.get(alphabet, ()):
            continue
        latin = alphabet == "Latin" and chr(96 + int(character)) in HELD_OUT_LATIN
        if (latin or alphabet in HELD_OUT_ALPHABETS) == held_out:
            chosen.append(image)
    with np.load(folder / "not-digits" / "hasyv2.npz") as data:
        symbols = 255 - np.concatenate([data["x_train"], data["x_test"]])
        classes = np.concatenate([data["y_train"], data["y_test"]])
    chosen.extend(symbols[np.isin(classes, HELD_OUT_SYMBOLS) == held_out])
    return tuple(chosen)


def load_sources(
    folder: Path, fonts: Path | None, cut: Cut, held_out: bool = False, styles: int = 4000
) -> Sources:
    """Open the sets for training, or what is held out of them for validation.

    `folder` holds mnist.npz, optdigits_orig_tra.npz and not-digits/; `fonts` .ttf files, those
    of hands in a folder `hand` inside; `cut` is the segmenter, `styles` how many digits of MNIST
    are thinned to styles for it. Held out: the last 5,000 of MNIST's x_train, no optdigits,
    alphabets, symbols and fonts as listed above.
    """
    with np.load(folder / "mnist.npz") as data:
        part = slice(-VALIDATION, None) if held_out else slice(None, -VALIDATION)
        every, every_labels = data["x_train"], data["y_train"].astype(np.int64)
    mnist, labels = every[part], every_labels[part]
    others: list[NDArray[np.uint8]] = []
    others_labels = np.zeros(0, np.int64)
    if not held_out:
        with np.load(folder / "optdigits_orig_tra.npz") as data:
            others, others_labels = list(data["x"]), data["y"].astype(np.int64)
    banks = [StyleBank(mnist[:styles], labels[:styles])]
    if others:
        banks.append(StyleBank(np.array(others), others_labels))
    files = fonts_in(fonts)
    chosen = tuple(f for f in files if f.name.startswith(HELD_OUT_FONTS) == held_out)
    hands = fonts_in(fonts / "hand") if fonts is not None and (fonts / "hand").is_dir() else ()
    return Sources(
        mnist,
        labels,
        tuple(others),
        others_labels,
        _letters(folder, held_out),
        Typesetter(chosen or files),
        Typesetter(hands) if hands and not held_out else None,
        Styles(tuple(banks), (1.0,) * len(banks), template_share=0.5),
        Resemblance(every[:LOOKED_AT], every_labels[:LOOKED_AT]),
        cut,
    )
