"""The report's data put into its page: one HTML file that asks nobody for anything."""

from __future__ import annotations

import json
from typing import Any

ESCAPED = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""What would end a script element, or a line of JavaScript, written so that JSON still means it."""


def render(data: dict[str, Any], title: str) -> str:
    """Return the page as HTML."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("digitscan.output"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html").render(
        title=title,
        data_json=as_json(data),
        styles="",
        script="",
        policy="default-src 'none'; img-src 'self' data: file:",
    )


def as_json(data: dict[str, Any]) -> str:
    """Write JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
