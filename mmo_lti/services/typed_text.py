"""Text that a person typed, made ready for storing, or refused with the name of its field."""

from __future__ import annotations

from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.names import clean, clean_paragraphs


def line(text: str, field: str, limit: int, *, required: bool = False) -> str:
    """One line, cleaned. `RuleError` `text.missing` (field) or `text.too_long` (field, limit, length)."""
    return _fitting(clean(text).text, field, limit, required=required)


def paragraphs(text: str, field: str, limit: int = 20_000, *, required: bool = False) -> str:
    """Text of several lines, cleaned; refused like `line`."""
    return _fitting(clean_paragraphs(text).text, field, limit, required=required)


def words(text: str, code: str, limit: int = 1000) -> str:
    """The words that an act needs (why it is returned, cancelled, void); `RuleError(code)` without any."""
    told = clean_paragraphs(text).text
    if not any(sign.isalnum() for sign in told):
        raise RuleError(code)
    return _fitting(told, "words", limit, required=False)


def _fitting(text: str, field: str, limit: int, *, required: bool) -> str:
    if required and not text:
        raise RuleError("text.missing", field=field)
    if len(text) > limit:
        raise RuleError("text.too_long", field=field, limit=limit, length=len(text))
    return text
