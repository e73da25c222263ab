"""Error against share accepted, drawn: what another --max-error would buy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate
from math import ceil, floor, log10
from pathlib import Path

from digitscan.errors import OutputError, UsageError
from digitscan.output.place import written_beside
from digitscan.scoring.intervals import wilson
from digitscan.scoring.surest import Curve

WIDTH, HEIGHT = 720, 440
LEFT, TOP, RIGHT, BOTTOM = 70, 40, 20, 60
"""Of the picture and around the diagram in it, in pixels."""
MOST = 400
"""Points along the curve."""

Point = tuple[float, float]
Place = Callable[[float, float], str]
"""Share and error, 0 to 1 -> coordinates in the picture as SVG writes them."""


def draw_curve(curve: Curve, out: Path) -> None:
    """Write the diagram as SVG.

    The line is the error among the surest readings in growing shares, the band its 95 % confidence
    interval (Wilson 1927), the dot the numbers that the table accepts.

    Raises
    ------
    UsageError
        There is nothing to draw.
    OutputError
        The file cannot be written.
    """
    if not curve.wrong:
        raise UsageError("--plot: nothing that was read can be compared, so nothing is drawn")
    try:
        with written_beside(out) as file:
            file.write(as_svg(curve).encode())
    except OSError as error:
        raise OutputError(f"{out}: cannot write it: {error.strerror or error}") from error


def as_svg(curve: Curve) -> str:
    """Return the diagram of a curve of at least one reading."""
    total = len(curve.wrong)
    wrong = list(accumulate(curve.wrong))
    step = max(1, total // MOST)
    counts = [*range(1, total, step), total]
    line = [(count / total, wrong[count - 1] / count) for count in counts]
    bands = [wilson(wrong[count - 1], count) for count in counts]
    # Intervals of a few readings reach far up and say little: they may leave the picture.
    highest = max(*(error for _, error in line), bands[-1][1], bands[len(bands) // 2][1])
    tick = _tick(highest)
    top = min(1.0, ceil(highest / tick) * tick)

    def place(share: float, error: float) -> str:
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - min(error, top) / top * (HEIGHT - TOP - BOTTOM)
        return f"{x:.1f},{y:.1f}"

    shares = [share for share, _ in line]
    lows = [(share, low) for share, (low, _) in zip(shares, bands, strict=True)]
    highs = [(share, high) for share, (_, high) in zip(shares, bands, strict=True)]
    band = _path([*highs, *reversed(lows)], place)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
            "<title>Error against share accepted</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *_axes(top, tick, place),
            f'<path d="{band} Z" fill="#0072b2" fill-opacity="0.15"/>',
            f'<path d="{_path(line, place)}" fill="none" stroke="#0072b2" stroke-width="2"/>',
            *_accepted(curve, place),
            "</svg>\n",
        ]
    )


def _accepted(curve: Curve, place: Place) -> list[str]:
    """Draw the dot of what the table accepts, and tell it in words."""
    if not curve.accepted:
        return []
    share, error = curve.accepted / len(curve.wrong), curve.accepted_wrong / curve.accepted
    x, y = place(share, error).split(",")
    low, high = wilson(curve.accepted_wrong, curve.accepted)
    told = f"accepted: {share:.1%}, wrong among them {error:.2%} ({low:.2%} to {high:.2%})"
    return [
        f'<circle cx="{x}" cy="{y}" r="5" fill="#d55e00"/>',
        f'<text x="{WIDTH - RIGHT}" y="24" text-anchor="end" fill="#b34f00">{told}</text>',
    ]


def _path(points: Iterable[Point], place: Place) -> str:
    return "M " + " L ".join(place(*point) for point in points)


def _axes(top: float, tick: float, place: Place) -> list[str]:
    """Draw the grid and what it means."""
    lines = []
    for index in range(round(top / tick) + 1):
        error = index * tick
        x, y = place(0, error).split(",")
        lines.append(f'<path d="M {x},{y} H {WIDTH - RIGHT}" stroke="#ddd"/>')
        label = f'<text x="{float(x) - 8:.1f}" y="{float(y) + 4:.1f}" text-anchor="end">'
        lines.append(f"{label}{error * 100:.4g} %</text>")
    for tenth in range(0, 11, 2):
        x, y = place(tenth / 10, 0).split(",")
        label = f'<text x="{x}" y="{float(y) + 20:.1f}" text-anchor="middle">'
        lines.append(f"{label}{tenth * 10} %</text>")
    across = (LEFT + WIDTH - RIGHT) / 2
    lines.append(
        f'<text x="{across:.1f}" y="{HEIGHT - 12}" text-anchor="middle">'
        "share accepted, the surest first</text>"
    )
    lines.append(f'<text x="{LEFT}" y="24">error among them</text>')
    return lines


def _tick(highest: float) -> float:
    """Return 1, 2 or 5 of some power of ten, so that about five of them make the highest value."""
    wanted = max(highest, 0.001) / 5
    power = 10.0 ** floor(log10(wanted))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= wanted)
