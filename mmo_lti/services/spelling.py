"""How texts are compared, sought and sorted: stored normalised, for SQLite's `lower()` knows no Cyrillic."""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[^\w№]+")
_NUMBER_SIGN = re.compile(r"(№|\bN[o]?\.?(?=\s*\d))\s*", re.IGNORECASE)


def one_line(text: str) -> str:
    """A text typed by hand on one line: without spaces at the ends and doubled ones within."""
    return " ".join(text.split())


def search_key(text: str) -> str:
    """Letters without case, ё as е, single spaces: «  Семёнова АЛЁНА» and «семенова алена» are one."""
    return one_line(text).casefold().replace("ё", "е")


def name_key(name: str) -> str:
    """The key of an organisation's name: without quotation marks, punctuation, case and spacing.

    «МБОУ «Средняя школа № 1»» and «МБОУ  "средняя школа №1"» have one key; «№ 1» and «№ 11» have not.
    """
    return " ".join(_NOT_WORD.sub(" ", _NUMBER_SIGN.sub(" №", search_key(name))).split())
