"""Draw forms, read them, and print where reading breaks: `make suite`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from suite.factors import FACTORS
from suite.report import as_json, as_text
from suite.run import run


def main(
    factor: Annotated[list[str] | None, typer.Option(help="Only this factor; repeatable.")] = None,
    pages: Annotated[int, typer.Option(min=1, help="Forms drawn at each level.")] = 4,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all figures there as well.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the pages and their truth in this folder.")
    ] = None,
) -> None:
    """Draw forms with known digits, one factor varied at a time, and score the reading of each."""
    factors = factor or list(FACTORS)
    if unknown := set(factors) - set(FACTORS):
        raise typer.BadParameter(f"{', '.join(unknown)}: there are {', '.join(FACTORS)}")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    wanted = [(one, level) for one in factors for level in FACTORS[one]]
    levels = run(wanted, pages, keep, workers=os.cpu_count() or 1)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(levels), indent=1) + "\n", "utf-8")
    typer.echo(as_text(levels))


if __name__ == "__main__":
    typer.run(main)
