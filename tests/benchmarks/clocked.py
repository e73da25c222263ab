"""`digitscan run` whose stages are timed by the CPU's clock instead of the wall's.

`python -m benchmarks.clocked run ...` is that command; its workers are this file as a script.
"""

from __future__ import annotations

import sys
import time


def worker() -> None:
    """Be a worker whose stopwatch stands still while other programs have the core."""
    time.perf_counter = time.process_time

    from digitscan.running.worker import main

    main()


def command() -> None:
    """Be the command line, with such workers."""
    from digitscan.cli import app
    from digitscan.running import pool

    pool.COMMAND = (sys.executable, "-P", __file__, "worker")
    app()


if __name__ == "__main__":
    worker() if sys.argv[1:] == ["worker"] else command()
