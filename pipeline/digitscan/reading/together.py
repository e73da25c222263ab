"""What is computed for many words at once, which costs far less, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def parted(
    values: NDArray[Scalar], counts: Sequence[int] | NDArray[np.integer[Any]]
) -> list[NDArray[Scalar]]:
    """Return the first so many rows of joined values, (N, ...), and the next ones; all of them."""
    ends = np.cumsum(counts).tolist()
    return [values[end - count : end] for end, count in zip(ends, counts, strict=True)]
