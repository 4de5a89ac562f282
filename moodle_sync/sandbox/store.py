"""The site on disk: one JSON file, written shortly after a change, so that a restart loses nothing."""

from __future__ import annotations

import json
from atexit import register
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from time import monotonic
from typing import Any, cast

from moodle_sync.sandbox import model, tool_model
from moodle_sync.sandbox.state import Moodle

_EVERY_SECONDS = 0.5
_TABLES: dict[str, type[Any]] = {
    "users": model.User,
    "categories": model.Category,
    "courses": model.Course,
    "groups": model.Group,
    "groupings": model.Grouping,
    "events": model.Event,
    "roles": model.Role,
    "tools": tool_model.Tool,
    "activities": tool_model.Activity,
    "line_items": tool_model.LineItem,
}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return value


def as_json(moodle: Moodle) -> dict[str, Any]:
    """Return everything that a site remembers, in plain types."""
    kept: dict[str, Any] = {name: [_plain(row) for row in getattr(moodle, name).values()] for name in _TABLES}
    kept["enrolments"] = {
        course: [_plain(row) for row in roster.values()] for course, roster in moodle.enrolments.items()
    }
    kept["members"] = {group: sorted(people) for group, people in moodle.members.items()}
    kept["assignments"] = [_plain(row) for rows in moodle.assignments.values() for row in rows]
    kept["messages"] = [_plain(row) for row in moodle.messages]
    kept["conversations"] = [[*pair, number] for pair, number in moodle.conversations.items()]
    kept["tokens"] = [_plain(row) for row in moodle.tokens.values()]
    kept["site"], kept["service"] = _plain(moodle.site), _plain(moodle.service)
    kept["admins"], kept["next_ids"] = sorted(moodle.admins), moodle.next_ids
    return kept


def from_json(moodle: Moodle, kept: dict[str, Any]) -> None:
    """Put what was kept into a site."""
    for name, kind in _TABLES.items():
        setattr(moodle, name, {row["id"]: kind(**row) for row in kept[name]})
    for role in moodle.roles.values():
        role.capabilities, role.may_assign = set(role.capabilities), set(role.may_assign)
    for item in moodle.line_items.values():
        rows = cast("dict[str, dict[str, Any]]", item.scores)
        item.scores = {int(user): tool_model.Score(**score) for user, score in rows.items()}
    moodle.enrolments = {
        int(course): {row["user_id"]: model.Enrolment(**row) for row in rows}
        for course, rows in kept["enrolments"].items()
    }
    moodle.members = {int(group): set(people) for group, people in kept["members"].items()}
    moodle.assignments = {}
    for row in kept["assignments"]:
        moodle.assignments.setdefault(row["user_id"], []).append(model.RoleAssignment(**row))
    moodle.messages = [model.Message(**row) for row in kept["messages"]]
    moodle.conversations = {(first, second): number for first, second, number in kept["conversations"]}
    moodle.tokens = {row["token"]: model.Token(**row) for row in kept["tokens"]}
    moodle.site = model.Site(**kept["site"])
    moodle.service = _service(kept["service"])
    moodle.admins, moodle.next_ids = set(kept["admins"]), dict(kept["next_ids"])


def _service(kept: dict[str, Any]) -> model.Service:
    service = model.Service(**kept)
    service.functions = None if kept["functions"] is None else set(kept["functions"])
    service.authorised = {int(key): model.AuthorisedUser(**row) for key, row in kept["authorised"].items()}
    return service


def save(moodle: Moodle, path: Path) -> None:
    """Write the site; a reader never sees half a file."""
    with moodle.lock:
        text = json.dumps(as_json(moodle), ensure_ascii=False)
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def restore(moodle: Moodle, path: Path) -> bool:
    """Read the site, if it was kept before."""
    if not path.exists():
        return False
    with moodle.lock:
        from_json(moodle, json.loads(path.read_text(encoding="utf-8")))
    return True


def keep(moodle: Moodle, path: Path) -> Callable[[], None]:
    """Write the site after every change, from a thread beside; returns what ends it with a last writing."""
    ended = Signal()
    written = -1

    def write_if_changed() -> None:
        nonlocal written
        version = moodle.version
        if version != written:
            save(moodle, path)
            written = version

    def watch() -> None:
        pause = _EVERY_SECONDS
        while not ended.wait(pause):
            begun = monotonic()
            write_if_changed()
            # A large site takes long to write: leave most of the time to those who use it.
            pause = max(_EVERY_SECONDS, 10 * (monotonic() - begun))

    def end() -> None:
        ended.set()
        write_if_changed()

    Thread(target=watch, name="sandbox-store", daemon=True).start()
    register(end)
    return end
