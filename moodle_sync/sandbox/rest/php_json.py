"""JSON as PHP writes it: no spaces, letters and slashes escaped."""

from __future__ import annotations

import json


def php_json(value: object) -> str:
    """Return the text that PHP's `json_encode` makes; a slash stands only inside strings."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")
