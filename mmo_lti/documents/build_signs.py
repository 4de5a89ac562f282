"""Write down which signs the fonts have: `python -m mmo_lti.documents.build_signs`, after changing a font."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from mmo_lti.documents.folder import FONTS
from mmo_lti.documents.signs import SIGNS_FILE


def signs_text() -> str:
    """Code points that every face has, control characters aside, as lines `HEX` or `HEX-HEX`."""
    faces = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    common = sorted(point for point in set.intersection(*faces) if unicodedata.category(chr(point)) != "Cc")
    return "".join(_range(first, last) for first, last in _ranges(common))


def _ranges(points: Iterable[int]) -> Iterable[tuple[int, int]]:
    first = last = -2
    for point in points:
        if point != last + 1:
            if first >= 0:
                yield first, last
            first = point
        last = point
    yield first, last


def _range(first: int, last: int) -> str:
    return f"{first:04X}\n" if first == last else f"{first:04X}-{last:04X}\n"


if __name__ == "__main__":
    SIGNS_FILE.write_text(signs_text(), encoding="ascii")
