"""The program: `digitscan`, which is `python -m digitscan`."""

import gc
import sys

ELSEWHERE = {"-h", "--help", "--scheduler"}
"""Options of `run` with which no worker of this machine reads."""


def main() -> None:
    """Run the command line; to understand it takes as long as a worker takes to load."""
    if sys.argv[1:2] != ["run"] or not ELSEWHERE.isdisjoint(sys.argv):
        _command_line()
        return
    from digitscan.running.starting import early_worker

    with early_worker():
        _command_line()


def _command_line() -> None:
    from digitscan.cli import app

    try:
        app(prog_name="digitscan")
    finally:
        gc.freeze()  # or Python looks for garbage in all that was imported before it ends: 0.07 s


if __name__ == "__main__":
    main()
