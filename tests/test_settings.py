"""digitscan.settings: ranges are checked at the door."""

import pytest

from digitscan.errors import UsageError
from digitscan.settings import PageSettings, ReadingSettings, RunSettings, WatchSettings


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


def test_fewer_allowed_errors_want_more_confidence() -> None:
    accepted = [ReadingSettings(max_error=share).accept for share in (0.001, 0.005, 0.01, 0.4)]
    assert accepted == pytest.approx([0.995, 0.975, 0.95, 0.5])


def test_at_least_one_worker() -> None:
    with pytest.raises(UsageError, match="--workers is at least 1, got 0"):
        RunSettings(workers=0)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_the_time_limit_is_positive(seconds: float) -> None:
    with pytest.raises(UsageError, match="--time-limit is more than 0 seconds"):
        RunSettings(time_limit=seconds)


def test_the_bounds_themselves_are_allowed() -> None:
    assert [PageSettings(dpi=dpi).dpi for dpi in (36, 1200)] == [36, 1200]
    assert PageSettings(max_pixels=1, max_pages=1, max_bytes=1).max_pages == 1
    assert RunSettings(workers=1).workers == 1
    assert [WatchSettings(nice=nice).nice for nice in (0, 19)] == [0, 19]
    assert [WatchSettings(metrics=port).metrics for port in (1, 65535)] == [1, 65535]
    assert WatchSettings(settle=0, grace=0).settle == 0


def test_a_scheduler_is_an_address() -> None:
    assert RunSettings(scheduler="tls://host:8786").scheduler == "tls://host:8786"
    with pytest.raises(UsageError, match="--scheduler is an address such as"):
        RunSettings(scheduler="host:8786")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("settle", "grace") for value in (-1, float("inf"))),
        *(("rescan", value) for value in (0, float("inf"), float("nan"))),
        *(("nice", value) for value in (-1, 20)),
        *(("metrics", value) for value in (0, 65536)),
    ],
)
def test_what_a_watcher_goes_by_has_bounds(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=f"--{name} is .*got {value}"):
        WatchSettings(**{name: value})  # type: ignore[arg-type]  # whole numbers where such belong
