"""Reading recorded answers, sending their requests anew, and saying whether two answers are alike."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

RECORDED = Path(__file__).parent.parent / "recorded" / "moodle-4.5"
SERVER = "/webservice/rest/server.php"
BASE_URL = "https://moodle.example"

# What differs from one run of one Moodle to the next: compared by type alone.
VOLATILE = {
    "conversationid",
    "courseimage",
    "formattedtime",
    "client_id",
    "exp",
    "guid",
    "hash",
    "iat",
    "kid",
    "lis_result_sourcedid",
    "msgid",
    "nonce",
    "profileimageurl",
    "profileimageurlsmall",
    "return_url",
    "deep_link_return_url",
    "sortorder",
    "timecreated",
    "timemodified",
    "timeusermidnight",
    "usermaxuploadfilesize",
    "userpictureurl",
    "userprivateaccesskey",
}
SHORTENED = re.compile(r"shortened|cut to")


def load(name: str) -> dict[str, Any]:
    """Return one recorded file."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the names of all recorded files."""
    return sorted(path.stem for path in RECORDED.glob("*.json"))


def php_form(value: Any, prefix: str = "") -> dict[str, str]:
    """Write nested parameters as PHP wants them in a form."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        return {prefix: str(int(value)) if isinstance(value, bool) else str(value)}
    result: dict[str, str] = {}
    for key, below in pairs:
        result |= php_form(below, f"{prefix}[{key}]" if prefix else str(key))
    return result


def send(client: Client, function: str, request: Any, token: str) -> TestResponse:
    """Send a call of the web services."""
    form = {"wstoken": token, "moodlewsrestformat": "json", "wsfunction": function, **php_form(request)}
    return client.post(SERVER, data=form, base_url=BASE_URL)


def differences(recorded: Any, answered: Any, subset: bool = False, path: str = "") -> list[str]:
    """Return where an answer is not like the recorded one.

    `subset`: the recording was shortened, so rows and keys that it lacks may be there.
    """
    if path.rpartition(".")[2] in VOLATILE and type(recorded) is type(answered):
        return []
    if isinstance(recorded, dict) and isinstance(answered, dict):
        return _differences_of_dicts(recorded, answered, subset, path)
    if isinstance(recorded, list) and isinstance(answered, list):
        return _differences_of_lists(recorded, answered, subset, path)
    inner = _as_json(recorded, path)
    if inner is not None and isinstance(answered, str):
        return differences(inner, json.loads(answered), subset, f"{path}:json")
    if isinstance(recorded, str) and _same_text(recorded, answered):
        return []
    if type(recorded) is type(answered) and recorded == answered:
        return []
    return [f"{path}: recorded {recorded!r:.200}, answered {answered!r:.200}"]


def _differences_of_dicts(recorded: dict, answered: dict, subset: bool, path: str) -> list[str]:
    found = []
    subset = subset or recorded.get("…") == "shortened"
    keys = recorded.keys() - {"…"}
    if not (keys <= answered.keys() if subset else keys == answered.keys()):
        found.append(f"{path}: missing {keys - answered.keys()}, new {answered.keys() - keys}")
    for key in keys & answered.keys():
        found += differences(recorded[key], answered[key], subset, f"{path}.{key}")
    return found


def _differences_of_lists(recorded: list, answered: list, subset: bool, path: str) -> list[str]:
    if path.endswith(".functions"):
        # The sandbox has the functions that the product uses, a Moodle has hundreds.
        return [f"{path}: {row}" for row in answered if row.keys() != {"name", "version"}]
    if subset:
        answered = [row for old in recorded for row in answered if _same_row(old, row)]
    if len(recorded) != len(answered):
        return [f"{path}: recorded {len(recorded)} rows, answered {len(answered)}"]
    found = []
    for number, (old, new) in enumerate(zip(recorded, answered, strict=True)):
        found += differences(old, new, subset, f"{path}[{number}]")
    return found


def _same_row(old: Any, new: Any) -> bool:
    if isinstance(old, str) and isinstance(new, dict):
        return old == new["fullname"]
    if not isinstance(old, dict):
        return old == new
    keys = ("id", "userid", "user_id", "name", "capability", "item")
    key = next((key for key in keys if key in old), None)
    return isinstance(new, dict) and (key is None or old[key] == new.get(key))


def _same_text(recorded: str, answered: Any) -> bool:
    """Long texts were recorded as «жжж… (2055 characters)», a person as the full name, blanks as they came."""
    if isinstance(answered, dict):
        return recorded == answered.get("fullname")
    if not isinstance(answered, str):
        return False
    cut = re.fullmatch(r"(.*)… \((\d+) characters\)", recorded)
    if cut:
        return answered.startswith(cut[1]) and len(answered) == int(cut[2])
    # Of the first site some answers were recorded over http.
    recorded = recorded.replace("http://moodle.example", BASE_URL)
    return re.sub(r">\s+<", "><", recorded) == re.sub(r">\s+<", "><", answered)


def _as_json(value: Any, path: str) -> Any:
    if isinstance(value, str) and path.rpartition(".")[2] in {"data", "exception"} and value[:1] in "[{":
        return json.loads(value)
    return None
