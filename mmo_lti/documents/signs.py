"""Which signs the official font can print.

One sign that the font lacks (an emoji, a control character) makes a whole PDF/A fail. So text is checked
when it is typed (`missing_signs`), and what is left is replaced at print (`printable`) rather than lose a
document.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache

from mmo_lti.documents.folder import FONTS

REPLACEMENT = "□"
SIGNS_FILE = FONTS / "signs.txt"

_SOFT_HYPHEN = "\u00ad"


def missing_signs(text: str) -> list[str]:
    """The signs of `text` that will be printed as «□», each once, in order of their first appearance.

    Line breaks and tabs are none of them; neither are invisible marks (zero-width joiners, directions), which
    are left out at print.
    """
    shown = (
        sign for sign in unicodedata.normalize("NFC", text) if sign not in "\r\n\t" and not _invisible(sign)
    )
    return [sign for sign in dict.fromkeys(shown) if not _has(sign)]


def printable(text: str) -> str:
    """`text` composed (NFC), without invisible marks, each sign that the font lacks replaced by «□»."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_printed(sign) for sign in composed if not _invisible(sign))


def _printed(sign: str) -> str:
    return sign if sign in "\n\t" or _has(sign) else REPLACEMENT


def _invisible(sign: str) -> bool:
    """Format characters and variation selectors: they have no look of their own."""
    if sign.isascii() or sign == _SOFT_HYPHEN:
        return False
    return unicodedata.category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F


def _has(sign: str) -> bool:
    starts, ends = _ranges()
    at = bisect_right(starts, ord(sign)) - 1
    return at >= 0 and ord(sign) <= ends[at]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """Code points that all four faces have, as ranges: lines `HEX` or `HEX-HEX` of `fonts/signs.txt`."""
    starts, ends = [], []
    for line in SIGNS_FILE.read_text(encoding="ascii").splitlines():
        first, _dash, last = line.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends
