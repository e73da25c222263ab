"""digitscan.output.report_page: one HTML file that runs nothing but its own script."""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from pathlib import Path

import pytest

from digitscan.errors import DigitscanError
from digitscan.output import report_page
from digitscan.output.report_page import as_json, joined, render

EVIL = "</script><img src=x onerror=alert(1)>&\u2028\udc80"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder that modules are taken from."""
    monkeypatch.setattr(report_page, "TEMPLATES", tmp_path)
    (tmp_path / "js").mkdir()
    return tmp_path / "js"


def test_names_are_escaped_in_the_title_and_in_the_data() -> None:
    page = render({"file": EVIL}, EVIL)
    assert "<img" not in page
    assert html.escape(EVIL, quote=False) in page
    (data,) = re.findall(r'id="data">(.*?)</script>', page)
    assert json.loads(data) == {"file": EVIL}
    assert not set("<>&\u2028") & set(as_json({"file": EVIL}))


def test_the_policy_names_the_style_and_the_script_by_hash() -> None:
    page = render({}, "results.csv")
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    rules = dict(rule.split(" ", 1) for rule in html.unescape(policy).split("; "))

    def digest(tag: str) -> str:
        (text,) = re.findall(rf"<{tag}>(.*?)</", page, re.DOTALL)
        return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    assert rules == {
        "default-src": "'none'",
        "script-src": digest('script type="module"'),
        "style-src": digest("style"),
        "img-src": "'self' data: file:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_in_it_leads_elsewhere() -> None:
    page = render({}, "results.csv").replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?:|url\(|@import|style=| on\w+=\"", page)


def test_the_same_data_make_the_same_bytes() -> None:
    assert render({"b": 1, "a": [2]}, "x") == render({"b": 1, "a": [2]}, "x")


def test_modules_are_joined_each_after_what_it_needs(modules: Path) -> None:
    (modules / "a.js").write_text('import { b } from "./b.js";\nexport const a = b + 1;\n')
    (modules / "b.js").write_text("export function b() {}\nexport class C {}\nlet own = 1;\n")
    assert joined("a.js") == (
        "const $b = (() => {\nfunction b() {}\nclass C {}\nlet own = 1;\nreturn { b, C };\n})();\n"
        "const $a = (() => {\nconst { b } = $b;\nconst a = b + 1;\nreturn { a };\n})();"
    )


@pytest.mark.parametrize(
    "line", ["export default 1;", 'import * as all from "./b.js";', 'import "./b.js";']
)
def test_what_cannot_be_joined_is_refused(modules: Path, line: str) -> None:
    (modules / "a.js").write_text(line + "\n")
    with pytest.raises(DigitscanError, match=re.escape(f"a.js cannot be joined: {line}")):
        joined("a.js")


def test_modules_in_a_circle_are_refused(modules: Path) -> None:
    (modules / "a.js").write_text('import { b } from "./b.js";\n')
    (modules / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(DigitscanError, match="a > b > a"):
        joined("a.js")
