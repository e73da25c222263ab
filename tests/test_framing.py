"""Digits of other sets are cropped as MNIST's are before a network is scored on them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.digits import Digits
from digitnet.framing import is_framed, reframed


def stem(top: int, bottom: int, left: int, right: int) -> NDArray[np.uint8]:
    image = np.zeros((28, 28), np.uint8)
    image[top:bottom, left:right] = 255
    image[top, left] = 250  # as scanned in grey
    return image


FRAMED = stem(4, 24, 12, 15)
BELOW_THE_MIDDLE = stem(5, 25, 13, 16)
FILLING = stem(0, 28, 12, 15)
SMALL = stem(9, 19, 12, 15)
ASIDE = stem(4, 24, 2, 5)


@pytest.mark.parametrize(
    ("image", "framed"),
    [(FRAMED, True), (BELOW_THE_MIDDLE, True), (FILLING, False), (SMALL, False), (ASIDE, False)],
)
def test_mnist_has_20_pixels_around_the_middle(image: NDArray[np.uint8], framed: bool) -> None:
    assert is_framed(image[None]).tolist() == [framed]


def test_what_lies_otherwise_is_cropped_anew_and_counted() -> None:
    blank = np.zeros((28, 28), np.uint8)
    given = Digits(np.stack([FRAMED, FILLING, SMALL, ASIDE, blank]), np.arange(5, dtype=np.uint8))
    found, count = reframed(given)
    assert count == 3, "a blank one cannot be"
    assert is_framed(found.images).tolist() == [True, True, True, True, False]
    np.testing.assert_array_equal(found.images[0], FRAMED)
    np.testing.assert_array_equal(found.images[3], FRAMED)
    assert not found.images[4].any()
    assert given.images[1][0].any(), "what was given is not changed"
    assert found.labels.tolist() == given.labels.tolist()


def test_the_stairs_of_black_and_white_are_smoothed() -> None:
    stairs = (np.tri(28, dtype=np.uint8) * np.tri(28, k=8, dtype=np.uint8).T)[2:18, 2:18] * 255
    given = np.pad(stairs, 6)
    (smooth,) = reframed(Digits(given[None], np.array([1], np.uint8)))[0].images
    given[13, 13] = 250
    (grey,) = reframed(Digits(given[None], np.array([1], np.uint8)))[0].images
    edges = [np.count_nonzero((image > 0) & (image < 255)) for image in (smooth, grey)]
    assert edges[0] > 1.3 * edges[1]
    assert is_framed(smooth[None]).all()


def test_noise_around_a_digit_is_no_ink() -> None:
    noisy = np.maximum(ASIDE, np.random.default_rng(0).integers(0, 20, (28, 28)).astype(np.uint8))
    found, _ = reframed(Digits(noisy[None], np.array([1], np.uint8)))
    assert is_framed(found.images).all()
