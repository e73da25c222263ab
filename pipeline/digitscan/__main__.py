"""`python -m digitscan` is `digitscan`."""

from digitscan.cli import app

app(prog_name="digitscan")
