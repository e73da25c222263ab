"""The report page: one HTML file with its styles, scripts and data inside."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from digitscan.errors import DigitscanError

TEMPLATES = Path(__file__).parent / "templates"
STYLES = ("base", "header", "inspector", "lists", "scan", "digits", "overview", "dialogs", "small")
"""Style sheets in the order of their weight: the last one wins."""

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


def render(data: dict[str, Any], title: str) -> str:
    """Make the page of a run.

    Parameters
    ----------
    data
        What the page shows, as JSON has it: the run, its pages, numbers, digits and failures.
    title
        The page's heading, as plain text.

    Returns
    -------
    str
        HTML that loads nothing but the pictures that `data` names; its content security policy
        allows the one style and the two scripts in it by their hashes, and nothing else.
    """
    import jinja2
    from markupsafe import Markup

    styles = "\n".join(
        (TEMPLATES / "css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES
    )
    script = joined("main.js")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html").render(
        title=title,
        policy=_policy(styles, script),
        # These three are the page's own text, or JSON without a character that HTML knows.
        styles=Markup(styles),
        script=Markup(script),
        data_json=Markup(as_json(data)),
    )


def joined(name: str) -> str:
    """Make one script of a module and all it imports, each after what it needs.

    A page opened from disk may not import modules from files. So each module becomes a function
    that is called at once and returns what the module exports: `import { a } from "./b.js";` turns
    into `const { a } = $b;`, and the word `export` goes. Nothing else of modules is understood:
    no default, no other name, no circle.
    """
    texts: dict[str, str] = {}
    _collect(name.removesuffix(".js"), texts, ())
    return "\n".join(texts.values())


def _collect(name: str, texts: dict[str, str], path: tuple[str, ...]) -> None:
    if name in path:
        raise DigitscanError(f"modules of the page import in a circle: {' > '.join((*path, name))}")
    if name in texts:
        return
    text = (TEMPLATES / "js" / f"{name}.js").read_text(encoding="utf-8")
    for _, needed in _IMPORT.findall(text):
        _collect(needed, texts, (*path, name))
    given = ", ".join(_EXPORT.findall(text))
    text = _EXPORT.sub("", _IMPORT.sub(r"const \1 = $\2;", text))
    if left := _LEFT.search(text):
        raise DigitscanError(f"{name}.js cannot be joined: {left[0].strip()}")
    texts[name] = f"const ${name} = (() => {{\n{text}return {{ {given} }};\n}})();"


def as_json(data: dict[str, Any]) -> str:
    """Write JSON that may stand in a script element: no character ends it or starts a comment."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(styles: str, script: str) -> str:
    """Allow the page its script, its style and pictures, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(styles)}'",
            "img-src 'self' data: file:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
