"""A suggestion of «кого» for an order: «назначить Соловьёву Алёну Фёдоровну, учителя математики».

A person looks at it before it is printed (forms.md, 2): where the endings say nothing certain, a word stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from mmo_lti.rules.names import PARTICLES, PersonName

_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_WORDS = re.compile(r"([^\s\-‐‑]+)")
_SURNAMES_OF_WOMEN = (("ая", "ую"), ("яя", "юю"), ("а", "у"), ("я", "ю"))
_ADJECTIVES = (
    ("ший", "шего"), ("щий", "щего"), ("чий", "чего"), ("жий", "жего"), ("ний", "него"),
    ("ий", "ого"), ("ый", "ого"), ("ой", "ого"),
)  # fmt: skip


_FLEETING = {"Павел": "Павла", "Лев": "Льва"}


class _Sex(Enum):
    WOMAN = "woman"
    MAN = "man"
    UNKNOWN = "unknown"


def suggest_accusative(name: PersonName, position: str = "", organisation: str = "") -> str:
    """«Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23»»; the organisation stays."""
    sex = _sex(name)
    parts = (
        _each(name.last, lambda word: _surname(word, sex)),
        _each(name.first, lambda word: _first_name(word, sex)),
        _each(name.patronymic, _patronymic),
    )
    person = " ".join(part for part in parts if part)
    post = " ".join(part for part in (_position(position), organisation) if part)
    return f"{person}, {post}" if post else person


def _sex(name: PersonName) -> _Sex:
    patronymic = name.patronymic.casefold()
    if patronymic.endswith(("вна", "чна", "кызы", "гызы")):
        return _Sex.WOMAN
    if patronymic.endswith(("ич", "оглы", "углы", "улы")):
        return _Sex.MAN
    return _Sex.UNKNOWN


def _surname(word: str, sex: _Sex) -> str:
    """Women's surnames in a consonant and all in «-ых», «-их», «-о», «-е», «-и», «-у» stay as they are."""
    if sex is _Sex.WOMAN:
        return _replaced(word, _SURNAMES_OF_WOMEN) or word
    if sex is _Sex.MAN and not word.endswith(("ых", "их")):
        return (
            _replaced(word, (("ский", "ского"), ("цкий", "цкого"), ("ый", "ого"), ("ой", "ого")))
            or _replaced(word, (("й", "я"), ("ь", "я"), ("а", "у"), ("я", "ю")))
            or _lengthened(word)
        )
    return word


def _first_name(word: str, sex: _Sex) -> str:
    if sex is _Sex.UNKNOWN:
        return word
    changed = _replaced(word, (("а", "у"), ("я", "ю")))
    if changed or sex is _Sex.WOMAN:
        return changed or word
    if word in _FLEETING:
        return _FLEETING[word]
    return _replaced(word, (("й", "я"), ("ь", "я"))) or _lengthened(word)


def _patronymic(word: str) -> str:
    if word.casefold() in PARTICLES:
        return word
    return _replaced(word, (("вна", "вну"), ("чна", "чну"), ("ич", "ича"))) or word


def _position(position: str) -> str:
    """Up to its noun: «старшего воспитателя группы», «педагога-психолога»; what follows stays."""
    words = position.split(" ")
    for at, word in enumerate(words):
        adjective = _replaced(word, _ADJECTIVES)
        if adjective is None:
            words[at] = _each(word, lambda part: _replaced(part, (("ь", "я"),)) or _lengthened(part))
            break
        words[at] = adjective
        if word.endswith("щий"):  # «заведующий», «исполняющий» are nouns: what follows depends on them
            break
    return " ".join(words)


def _each(text: str, change: Callable[[str], str]) -> str:
    """Each word by itself, double names too: «Петрова-Водкина»."""
    return _WORDS.sub(lambda found: change(found[0]), text)


def _replaced(word: str, endings: tuple[tuple[str, str], ...]) -> str | None:
    for old, new in endings:
        if word.endswith(old):
            return word.removesuffix(old) + new
    return None


def _lengthened(word: str) -> str:
    return f"{word}а" if word[-1:].casefold() in _CONSONANTS else word
