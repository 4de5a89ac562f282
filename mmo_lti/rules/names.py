"""Names of people and organisations: how they are cleaned, shortened, sorted and found."""

import re
import unicodedata
from dataclasses import dataclass

# Parts of a patronymic that stay small and never become initials.
PARTICLES = frozenset({"оглы", "углы", "улы", "кызы", "гызы"})
NBSP = "\u00a0"
_APOSTROPHES = "'’ʼ`ʹ´‘"
_IGNORED_IN_KEYS = re.compile(f"[-‐‑–—{_APOSTROPHES}]")
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+")
_NUMBER_SIGN = re.compile(r"(?:№|\bn(?=\s*\d)|\bno\.?(?=\s*\d))", re.IGNORECASE)


@dataclass(frozen=True)
class Cleaned:
    """Text as it will be stored, and what was taken out, so that the person can see it.

    `removed` names characters (`U+0007`) and the words `spaces` and `form` (put into NFC), each once.
    """

    text: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonName:
    """Official ФИО: three fields, of which the patronymic may be empty. Printed as written."""

    last: str
    first: str
    patronymic: str = ""

    @property
    def full(self) -> str:
        """«Соловьёва Алёна Фёдоровна»."""
        return " ".join(part for part in (self.last, self.first, self.patronymic) if part)

    @property
    def short(self) -> str:
        """«Соловьёва А. Ф.», with no-break spaces; «Соловьёва А.» without a patronymic."""
        return NBSP.join(part for part in (self.last, *self._initials()) if part)

    @property
    def signature(self) -> str:
        """«А. Ф. Соловьёва», as after a signature, with no-break spaces."""
        return NBSP.join(part for part in (*self._initials(), self.last) if part)

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """By surname, then first name, then patronymic; ё = е, case, hyphen and apostrophe do not matter."""
        return (search_key(self.last), search_key(self.first), search_key(self.patronymic))

    @property
    def sort_text(self) -> str:
        """The sort key as one text for a column; a unit separator keeps the fields apart."""
        return "\u001f".join(self.sort_key)

    def _initials(self) -> tuple[str, ...]:
        words = re.split(r"[\s‐‑-]+", self.patronymic)
        own = " ".join(word for word in words if word.casefold() not in PARTICLES)
        return tuple(letters for letters in (initials(self.first), initials(own)) if letters)


def initials(name: str) -> str:
    """«А.» for a name, «М.-А.» for a double one, «» for nothing. Of several words the first counts."""
    words = name.split()
    if not words:
        return ""
    parts = [part for part in re.split("[-‐‑]", words[0]) if any(c.isalpha() for c in part)]
    return "-".join(f"{_first_letter(part)}." for part in parts)


def clean(text: str) -> Cleaned:
    """Text made ready for storing: NFC, no control characters, single spaces, none at the ends.

    Line breaks and tabs count as spaces. Signs such as `< > { } # $ @ = + -` stay and are printed literally.
    """
    return _cleaned(text, keep_lines=False)


def clean_paragraphs(text: str) -> Cleaned:
    """Like `clean` for text of several lines: line breaks stay, blank lines at the ends go."""
    return _cleaned(text, keep_lines=True)


def clean_name(last: str, first: str, patronymic: str | None = None) -> tuple[PersonName, tuple[str, ...]]:
    """A person's name of what was typed, and what was changed in the three fields.

    «Оглы» and «Кызы» as words of their own become small (`case`).
    """
    fields = [clean(part or "") for part in (last, first, patronymic)]
    removed = dict.fromkeys(what for field in fields for what in field.removed)
    words = fields[2].text.split(" ")
    own = " ".join(word.lower() if word.casefold() in PARTICLES else word for word in words)
    if own != fields[2].text:
        removed["case"] = None
    return PersonName(fields[0].text, fields[1].text, own), tuple(removed)


def search_key(text: str) -> str:
    """What sorting and search compare: NFC, small letters, ё = е, no hyphen, no apostrophe, single spaces."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return _SPACES.sub(" ", _IGNORED_IN_KEYS.sub("", folded)).strip()


def organisation_key(name: str) -> str:
    """What makes two spellings one organisation: quotes, «№», spaces, hyphens, case and ё do not matter.

    `МБОУ  "средняя школа №1"` and «МБОУ «Средняя школа № 1»» share a key; numbers stay apart from words.
    """
    folded = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    folded = _NUMBER_SIGN.sub(" ", folded)
    folded = re.sub(r"(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", folded)
    return _SPACES.sub(" ", _NOT_WORD.sub(" ", folded)).strip()


def _first_letter(part: str) -> str:
    return next(c for c in part if c.isalpha()).upper()


def _cleaned(text: str, *, keep_lines: bool) -> Cleaned:
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        # Nearly every text is clean but for its ends; the only space that is printable is the ordinary one.
        bare = text.strip()
        return Cleaned(bare, () if bare == text else ("spaces",))
    removed: dict[str, None] = {}
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        removed["form"] = None
    plain = _LINE_BREAKS.sub("\n", composed)
    if not plain.isprintable():  # nothing stray is printable, and nearly every text is
        stray = dict.fromkeys(char for char in plain if _is_stray(char))
        removed.update((f"U+{ord(char):04X}", None) for char in stray)
        plain = plain.translate({ord(char): None for char in stray})
    lines = plain.split("\n") if keep_lines else [plain]
    tidy = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    tidy = tidy.strip("\n")
    if tidy != plain:
        removed["spaces"] = None
    return Cleaned(tidy, tuple(removed))


def _is_stray(char: str) -> bool:
    """Control and format characters, surrogates, and code points that are no characters."""
    if char in "\n\t":
        return False
    point = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Cs"}
        or 0xFDD0 <= point <= 0xFDEF
        or point & 0xFFFE == 0xFFFE
    )
