"""digitscan.settings: ranges are checked at the door."""

import pytest

from digitscan.errors import UsageError
from digitscan.settings import PageSettings, ReadingSettings, RunSettings


@pytest.mark.parametrize("dpi", [35, 1201])
def test_dpi_has_bounds(dpi: int) -> None:
    with pytest.raises(UsageError, match=f"--dpi is between 36 and 1200, got {dpi}"):
        PageSettings(dpi=dpi)


@pytest.mark.parametrize("name", ["max_pixels", "max_pages", "max_bytes"])
def test_limits_are_positive(name: str) -> None:
    with pytest.raises(UsageError, match=f"--{name.replace('_', '-')} is at least 1"):
        PageSettings(**{name: 0})


@pytest.mark.parametrize("share", [0, 1, -0.1, 2, float("nan")])
def test_the_allowed_error_is_a_share(share: float) -> None:
    with pytest.raises(UsageError, match="--max-error is a share between 0 and 1"):
        ReadingSettings(max_error=share)


def test_at_least_one_worker() -> None:
    with pytest.raises(UsageError, match="--workers is at least 1, got 0"):
        RunSettings(workers=0)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_the_time_limit_is_positive(seconds: float) -> None:
    with pytest.raises(UsageError, match="--time-limit is more than 0 seconds"):
        RunSettings(time_limit=seconds)
