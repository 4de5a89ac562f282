"""A fixed sentence with its `{{ names }}` filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{\{ (\w+) \}\}")


def fill(sentence: str, values: Mapping[str, str]) -> str:
    """Put values in, in one pass: what was put in is not looked at again. `KeyError` for an unknown name."""
    return _NAME.sub(lambda found: values[found[1]], sentence)
