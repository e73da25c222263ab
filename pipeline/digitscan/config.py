"""Settings from three places: the command line beats digitscan.toml beats the defaults.

The file is flat and uses the names of the options: `max-error = 0.01` is `--max-error 0.01`.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import NamedTuple

from digitscan.errors import UsageError
from digitscan.places import Url, place
from digitscan.settings import STDOUT, Settings

FILE_NAME = "digitscan.toml"


class Option(NamedTuple):
    """One setting: the stage and field that hold it and the type of its value.

    The type of what may be a path or a URL is Url, that of what may be one text or several tuple.
    """

    stage: str
    field: str
    type: type


def options() -> dict[str, Option]:
    """Return every option by its name on the command line and in the file, such as `max-error`."""
    found = {}
    for stage, stage_type in typing.get_type_hints(Settings).items():
        hints = typing.get_type_hints(stage_type)
        for item in dataclasses.fields(stage_type):
            kinds = [kind for kind in typing.get_args(hints[item.name]) if kind is not NoneType]
            kind = Url if Url in kinds else kinds[0] if kinds else hints[item.name]
            kind = tuple if any(typing.get_origin(kind) is tuple for kind in kinds) else kind
            found[item.name.replace("_", "-")] = Option(stage, item.name, kind)
    return found


def gather(given: Mapping[str, object], config: Path | None = None) -> Settings:
    """Build the settings of a run.

    Parameters
    ----------
    given
        Field names and values from the command line, places as text; None means not given.
    config
        The settings file; None takes `digitscan.toml` of the current folder where there is one.

    Raises
    ------
    UsageError
        The file is missing or damaged, holds an unknown key, or a value is out of range.
    """
    if config is None and Path(FILE_NAME).is_file():
        config = Path(FILE_NAME)
    values = {} if config is None else read_config(config)
    values |= {name: value for name, value in given.items() if value is not None}
    stages: dict[str, dict[str, object]] = {}
    for option in options().values():
        if option.field in values:
            value = values[option.field]
            value = place(value) if option.type is Url and isinstance(value, str) else value
            value = tuple(value) if isinstance(value, list) else value
            stages.setdefault(option.stage, {})[option.field] = value
    types = typing.get_type_hints(Settings)
    return Settings(**{stage: types[stage](**fields) for stage, fields in stages.items()})


def read_config(path: Path) -> dict[str, object]:
    """Read a settings file into field names and typed values; its paths are relative to it."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"{path}: cannot read the settings: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from error
    known = options()
    values = {}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key.lower().replace("_", "-"), known, n=1, cutoff=0.0)
            raise UsageError(f"{path}: unknown setting '{key}'; the nearest is '{near[0]}'")
        try:
            values[known[key].field] = _convert(value, known[key].type, path.parent)
        except TypeError as error:
            raise UsageError(f"{path}: '{key}' is {error}, got {value!r}") from None
    return values


def _convert(value: object, kind: type, folder: Path) -> object:
    """Turn a TOML value into the type of its field; TypeError says what was wanted."""
    if issubclass(kind, StrEnum):
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        raise TypeError("one of " + ", ".join(kind))
    if kind in (Path, Url):
        if not isinstance(value, str):
            raise TypeError("a path as a string")
        found = place(value) if kind is Url else Path(value)
        return folder / found if isinstance(found, Path) and found != STDOUT else found
    if kind is tuple:
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            return tuple(texts)
        raise TypeError("a string or a list of strings")
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if type(value) is kind:
        return value
    wanted = {int: "a whole number", float: "a number", bool: "true or false", str: "a string"}
    raise TypeError(wanted[kind])
