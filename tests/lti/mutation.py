"""Seeded changes of JSON values and texts, as an attacker or a broken platform would send them."""

from __future__ import annotations

import copy
import random
from typing import Any

from mmo_lti.lti import vocabulary as v
from tests.lti.conftest import NOW
from tests.lti.platform import CLIENT, ISS, LAUNCH

ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 1e300, 10**30, "", " ", "\0", "\ud800", "x" * 3000, "$X", "//evil", ISS, LAUNCH,
    [], [None], [[]], {}, {"id": None}, {"": ""}, ["LtiResourceLinkRequest"], "1.3.0", "\u202e", "javascript:x",
    int(NOW.timestamp()), str(int(NOW.timestamp())), "https://tool.example\\@evil.example", [CLIENT], {"a": [1, {}]},
]  # fmt: skip
BYTES = 'ABCabc012_-.=+/ \n\0é{}[]",:'


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy of a JSON value with one to three places changed, dropped or doubled."""
    root = copy.deepcopy(value)
    for _ in range(chance.randint(1, 3)):
        places: list[tuple[Any, Any]] = []
        _collect(root, places)
        if not places:
            return root
        holder, key = chance.choice(places)
        act = chance.random()
        if act < 0.25 and isinstance(holder, dict):
            del holder[key]
        elif act < 0.35 and isinstance(holder, list):
            holder.insert(key, chance.choice(ODD))
        elif act < 0.45 and isinstance(holder, dict):
            holder[chance.choice(["iss", "aud", "azp", "nbf", "data", v.CONTEXT])] = copy.deepcopy(
                chance.choice(ODD)
            )
        elif act < 0.6 and isinstance(holder[key], str):
            holder[key] = text_mutated(holder[key], chance)
        else:
            holder[key] = copy.deepcopy(chance.choice(ODD))
    return root


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        places.append((value, key))
        _collect(inner, places)


def text_mutated(text: str, chance: random.Random) -> str:
    """A text with one to three signs changed, added, doubled or cut."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(text))
        act = chance.random()
        if act < 0.4:
            text = text[:at] + chance.choice(BYTES) + text[at + 1 :]
        elif act < 0.6:
            text = text[:at] + chance.choice(BYTES) + text[at:]
        elif act < 0.8:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        else:
            text = text[:at] + text[at // 2 : at] + text[at:]
    return text
