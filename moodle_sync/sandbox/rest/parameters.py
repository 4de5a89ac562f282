"""Parameters of a function: how PHP reads them from a form, and how Moodle checks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moodle_sync.sandbox.errors import invalid_parameter
from moodle_sync.sandbox.html import without_tags

REQUIRED: Final = object()
ABSENT: Final = object()
_KEY_PART = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"\s*[+-]?\d+\s*\Z")
_USERNAME = re.compile(r"[a-z0-9._@\-]*\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """One scalar: «int», «bool», «float», «text», «plain» (no tags) or «username».

    Default `ABSENT`: left out if not given.
    """

    kind: str
    default: object = REQUIRED


@dataclass(frozen=True, slots=True)
class Single:
    """A structure with named fields; an unknown name is refused."""

    fields: Mapping[str, Value | Many | Single]
    default: object = REQUIRED


@dataclass(frozen=True, slots=True)
class Many:
    """A list of something; it is told by its rows and so may be left out only where a default stands."""

    item: Value | Single
    default: object = REQUIRED


Description = Value | Many | Single


def read_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read `members[0][groupid]=7` as PHP does: into nested arrays, a later value over an earlier one."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        head, bracket, _ = name.partition("[")
        parts = [head, *_KEY_PART.findall(name[len(head) :])] if bracket else [head]
        _put(result, parts, value)
    return result


def _put(into: dict[str, Any], parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        key = part or str(len(into))
        below = into.get(key)
        if not isinstance(below, dict):
            below = into[key] = {}
        into = below
    into[parts[-1] or str(len(into))] = value


def check(description: Description, given: object) -> Any:
    """Return the parameters as the function wants them.

    Raises `invalidparameter` for a wrong type, a missing required one or one that the function does not know.
    """
    if isinstance(description, Value):
        return _check_value(description.kind, given)
    if isinstance(description, Many):
        return [check(description.item, row) for row in _rows(given)]
    return _check_single(description, given)


def _rows(given: object) -> list[object]:
    if isinstance(given, dict):
        return list(given.values())
    if isinstance(given, list):
        return given
    raise invalid_parameter()


def _check_single(description: Single, given: object) -> dict[str, Any]:
    if isinstance(given, list) and not given:
        given = {}
    if not isinstance(given, dict) or not description.fields.keys() >= given.keys():
        raise invalid_parameter()
    result: dict[str, Any] = {}
    for name, below in description.fields.items():
        if name in given:
            result[name] = check(below, given[name])
        elif below.default is REQUIRED:
            raise invalid_parameter()
        elif below.default is not ABSENT:
            result[name] = below.default
    return result


def _check_value(kind: str, given: object) -> int | float | bool | str:
    if isinstance(given, (dict, list)) or given is None:
        raise invalid_parameter()
    text = str(int(given)) if isinstance(given, bool) else str(given)
    if kind == "text" or (kind == "plain" and text == without_tags(text)):
        return text
    if kind == "int" and _INTEGER.match(text):
        return int(text)
    if kind == "bool" and text in {"0", "1", ""}:
        return text == "1"
    if kind == "float":
        try:
            return float(text)
        except ValueError as error:
            raise invalid_parameter() from error
    if kind == "username" and _USERNAME.match(text):
        return text
    raise invalid_parameter()
