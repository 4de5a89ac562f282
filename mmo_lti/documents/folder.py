"""Where the official forms, their fonts and their fixed words lie, and those words read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FORMS = Path(__file__).resolve().parents[2] / "templates" / "documents"
FONTS = FORMS / "fonts"


@cache
def wording() -> Mapping[str, Any]:
    """The fixed words of all forms, `wording.toml`."""
    return tomllib.loads((FORMS / "wording.toml").read_text(encoding="utf-8"))
