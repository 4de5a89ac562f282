"""Text as Moodle gives it back: escaped, cleaned, with the line breaks of its editor."""

import hashlib
import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]*>")
# PHP takes what follows such a sign for a tag, and Moodle refuses the name.
_OPENING = re.compile(r"<(?=\S)")
_SPACE = re.compile(r"\s+")
_MARKER_PREFIX = "mmo-event-"
_MARKED = re.compile(rf'class\s*=\s*"(?:[^"]*\s)?{_MARKER_PREFIX}([0-9A-Za-z-]+)(?:\s[^"]*)?"')
LONGEST_NAME = 254
_BREVE = "\u0306"


def plain_name(text: str) -> str:
    """A name as Moodle keeps it: no tags, single spaces, at most 254 characters (its column for groups)."""
    untagged = _OPENING.sub("< ", _TAG.sub("", html.unescape(text)))
    return _SPACE.sub(" ", untagged).strip()[:LONGEST_NAME].rstrip()


def name_key(text: str) -> str:
    """What two names share that Moodle takes for the same: neither case nor accents count.

    ё is е, й is not и. So compare MySQL and MariaDB; under PostgreSQL Moodle is stricter than this.
    """
    letters = unicodedata.normalize("NFD", plain_name(text).casefold())
    return "".join(letter for letter in letters if letter == _BREVE or not unicodedata.combining(letter))


def same_name(one: str, other: str) -> bool:
    """Whether two names are taken for the same by Moodle."""
    return name_key(one) == name_key(other)


def text_digest(markup: str) -> str:
    """Digest of what a reader sees: tags, white space and escapes do not count.

    Moodle's editor adds line breaks between paragraphs when a teacher saves an event.
    """
    seen = _SPACE.sub("", html.unescape(_TAG.sub("", markup)).replace("\u00a0", " "))
    return digest(seen)


def digest(text: str) -> str:
    """Short digest, to notice a change without keeping the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def marked(markup: str, uuid: str, fallback: str) -> str:
    """A description that carries our marker on an element with text.

    Moodle's editor removes an empty marker when a teacher saves the form, so without a description the
    name stands in.
    """
    body = markup if text_digest(markup) != _NOTHING else f"<p>{html.escape(fallback)}</p>"
    return f'<div class="{_MARKER_PREFIX}{uuid}">{body}</div>'


def markers(markup: str) -> frozenset[str]:
    """Ids of the events whose marker a description carries."""
    return frozenset(_MARKED.findall(markup))


_NOTHING = digest("")
