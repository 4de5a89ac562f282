"""Frozen dataclasses as plain JSON values and back: what a paper said stays readable for years."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """JSON values of a dataclass: dates as ISO, tuples as lists."""
    if dataclasses.is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_plain(inner) for inner in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value


def from_plain(kind: type[T], value: Any) -> T:
    """The dataclass that `to_plain` wrote, by the types of its fields; `KeyError`, `TypeError` for others."""
    return typing.cast("T", _read(kind, value))


def _read(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        read = {field.name: _read(hints[field.name], value[field.name]) for field in dataclasses.fields(kind)}
        return kind(**read)  # type: ignore[operator]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _read_optional(arguments, value)
    if origin is tuple:
        return tuple(_read(arguments[0], inner) for inner in value)
    if kind in {date, datetime, time} or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(value) if issubclass(kind, StrEnum) else kind.fromisoformat(value)
    return value


def _read_optional(arguments: tuple[Any, ...], value: Any) -> Any:
    """None, or the one type beside it; of several plain types the value is what it is."""
    kinds = [kind for kind in arguments if kind is not types.NoneType]
    return None if value is None else _read(kinds[0], value) if len(kinds) == 1 else value
