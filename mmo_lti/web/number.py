"""Numbers in addresses: no larger than a database holds, so that a mistyped one is no such page."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter, Map

from mmo_lti.web.form import LARGEST


class NumberConverter(IntegerConverter):
    """`<int:number>` gives a number that may be an id."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        """Bound it, unless a rule bounds it closer."""
        super().__init__(url_map, *args, **({"max": LARGEST} | options))
