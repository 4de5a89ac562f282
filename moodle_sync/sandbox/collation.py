"""How the database of Moodle compares text (`utf8mb4_unicode_ci` of MySQL and MariaDB)."""

from __future__ import annotations

import unicodedata

_BREVE = "\u0306"


def same_text(one: str, other: str) -> bool:
    """Say whether two texts are equal to it: case, accents and spaces at the end do not count.

    So ё is е. й is a letter of its own.
    """
    return _key(one) == _key(other)


def _key(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.rstrip(" ").casefold())
    return "".join(letter for letter in letters if letter == _BREVE or not unicodedata.combining(letter))
