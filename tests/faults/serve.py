"""The service with the worker of `fake_worker`: INBOX OUT [once] [field=value of the settings...].

Run as a script, to be killed. Without the worker it is `digitscan watch`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from digitscan.config import gather
from digitscan.console import explained
from digitscan.errors import ExitCode
from digitscan.logs import set_up
from digitscan.running import ledger_file
from digitscan.running.hooks import Hooks
from digitscan.running.pool import Pool
from digitscan.running.service import Service
from digitscan.settings import MessageSettings, Settings

WORKER = Path(__file__).parent.parent / "fake_worker.py"


def make_pool(settings: Settings) -> Pool:
    return Pool(settings, command=(sys.executable, "-P", str(WORKER)))


def main() -> int:
    inbox, out, *rest = sys.argv[1:]
    given = {
        name: float(value) for name, value in (word.split("=") for word in rest if "=" in word)
    }
    whole = {"workers", "nice"}
    ledger_file.BUSY = given.pop("busy", ledger_file.BUSY)
    settings = gather({name: int(v) if name in whole else v for name, v in given.items()})
    try:
        with explained():
            set_up(MessageSettings(verbose=1))
            service = Service(Path(inbox), Path(out), lambda: settings, Hooks(), make_pool)
            return service.run("once" in rest)
    except typer.Exit as end:
        return end.exit_code
    return ExitCode.FAULT


if __name__ == "__main__":
    sys.exit(main())
