"""How running text is set: paragraphs, no-break spaces, places where an endless word may be broken."""

from __future__ import annotations

import re
import unicodedata
from typing import TypedDict

from mmo_lti.rules.wording import MONTHS, NBSP


class Paragraph(TypedDict):
    """A paragraph of typed text; `item` is one that began with a dash, given here without it."""

    text: str
    item: bool


_XML_FORBIDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MONTH = "|".join(genitive for _nominative, genitive in MONTHS)
_KEPT_TOGETHER = (
    re.compile(r"(?<=№) (?=\S)"),
    re.compile(rf"(?<=\d) (?=(?:{_MONTH})\b)"),
    re.compile(r"(?<=[а-я]) (?=\d{4} г\.)"),
    re.compile(r"(?<=\d{4}) (?=г\.|гг\.|уч\.)"),
    re.compile(r"(?<=\bуч\.) (?=год)"),
    re.compile(r"(?<=\b[А-ЯЁ]\.) (?=[А-ЯЁ]\.|[А-ЯЁ][а-яё])"),
    re.compile(r"(?<=[а-яё]) (?=[А-ЯЁ]\.(?:-[А-ЯЁ]\.)?[ \u00a0][А-ЯЁ]\.)"),
    re.compile(r"(?<=[а-яё»]) (?=–(?: |$))"),
    re.compile(r"(?<=\bг\.) (?=[А-ЯЁ])"),
)
_LIST_MARK = re.compile(r"^\s*[-–—•*]\s+")
_LONG_RUN = re.compile(r"[^\s\u00a0\u200b]{25,}")
# Longer than any Russian word, hyphens and all: shorter ones are left to hyphenation.
_WORD_OF_OURS = re.compile(r"[А-Яа-яЁё«»„“’',.;:()-]{,40}")
_BREAK = "\u200b"
_PIECE = 12
_AFTER = re.compile(r"(?<=[/.?&=_\-])(?=[^/.?&=_\-])")


def plain(text: str) -> str:
    """Text for a form: composed, what XML forbids as «□», spaces single, no-break where they belong."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    composed = _XML_FORBIDS.sub("□", composed)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in composed.split("\n"))
    return bound("\n".join(lines).strip("\n"))


def line(text: str) -> str:
    """`plain` for a field of one line: line breaks become spaces."""
    return plain(re.sub(r"\s*\n\s*", " ", text.replace("\r", "\n")))


def ended(text: str) -> str:
    """A sentence with its full stop, if it has no ending of its own; nothing stays nothing."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def paragraphs(text: str) -> list[Paragraph]:
    """The lines of a typed text that are not blank."""
    found: list[Paragraph] = []
    for written in plain(text).split("\n"):
        if written:
            item = bool(_LIST_MARK.match(written))
            found.append(Paragraph(text=_LIST_MARK.sub("", written) if item else written, item=item))
    return found


def bound(text: str) -> str:
    """Ordinary spaces made no-break in «№ 3», «20 июня 2027 г.», «И. О. Фамилия», before a dash."""
    for pattern in _KEPT_TOGETHER:
        text = pattern.sub(NBSP, text)
    return text


def breakable(text: str) -> str:
    """Zero-width breaks put into runs of 25 signs and more that no hyphenation helps (addresses)."""
    return _LONG_RUN.sub(lambda run: _broken(run[0]), text)


def _broken(run: str) -> str:
    if _WORD_OF_OURS.fullmatch(run):
        return run
    parts = _AFTER.split(run)
    pieces = (part[at : at + _PIECE] for part in parts for at in range(0, len(part), _PIECE))
    return _BREAK.join(pieces)
