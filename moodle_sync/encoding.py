"""Arguments of a Moodle function, as the body of a form and as one variable of a batch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Call:
    """One function of Moodle with its arguments, named as Moodle names them."""

    function: str
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """PHP's array notation: `{"members": [{"groupid": 1}]}` becomes `members[0][groupid]=1`.

    Booleans become `1` and `0`; None leaves the argument out. An empty list cannot be said in a form:
    Moodle sees the argument as missing.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flatten(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, inner in enumerate(value):
            yield from flatten(inner, f"{name}[{position}]")
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    elif value is not None:
        yield name, str(value)


def form_body(token: str, call: Call) -> bytes:
    """The form of one call.

    Token and format stand first: behind the cut of `max_input_vars` they would be lost, and with them the
    reason (the answer is then XML and says `invalidtoken`). English is asked for because some reasons stand
    in the message alone, and UTC because a form's time is read in the zone of the account.
    """
    head = [
        ("wstoken", token),
        ("moodlewsrestformat", "json"),
        ("moodlewssettinglang", "en"),
        ("moodlewssettingtimezone", "UTC"),
        ("wsfunction", call.function),
    ]
    return urlencode(head + list(flatten(call.args))).encode("ascii")


def batch_args(calls: Sequence[Call]) -> dict[str, Any]:
    """Arguments of the wrapper that carries many calls; each call's arguments are one JSON string.

    So a call of any length is one variable, and `max_input_vars` cannot cut it silently.
    """
    return {
        "requests": [
            {"function": call.function, "arguments": json.dumps(_plain(call.args), ensure_ascii=False)}
            for call in calls
        ]
    }


def _plain(value: Any) -> Any:
    """As in a form: booleans as 1 and 0, None left out."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool):
        return int(value)
    return value
