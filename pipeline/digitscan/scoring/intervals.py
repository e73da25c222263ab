"""How far a share that was counted may be from the share there is."""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""Of the normal distribution: 95 % lie within so many standard deviations."""


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, 0 to 1.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22; unlike the usual one it holds for few
    samples and for shares near 0 and 1 (Brown, Cai, DasGupta 2001, "Interval estimation for a
    binomial proportion").
    """
    if not total:
        return 0.0, 1.0
    share, part = hits / total, Z * Z / total
    middle = (share + part / 2) / (1 + part)
    half = Z * sqrt(share * (1 - share) / total + part / (4 * total)) / (1 + part)
    # At both ends the bound is exact, and rounding must not move it.
    low = 0.0 if hits == 0 else middle - half
    return low, 1.0 if hits == total else middle + half
