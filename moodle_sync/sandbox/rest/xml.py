"""Answers as XML: what comes where the caller named no format, or where the name of it was cut off."""

from __future__ import annotations

from html import escape

from moodle_sync.sandbox.errors import MoodleError

_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'


def xml_answer(value: object) -> str:
    """Return the answer of a function."""
    return f"{_HEAD}<RESPONSE>\n{_node(value)}</RESPONSE>\n"


def xml_error(error: MoodleError) -> str:
    """Return an exception."""
    return (
        f'{_HEAD}<EXCEPTION class="{error.exception}">\n<ERRORCODE>{escape(error.errorcode)}</ERRORCODE>\n'
        f"<MESSAGE>{escape(error.message, quote=False)}</MESSAGE>\n</EXCEPTION>\n"
    )


def _node(value: object) -> str:
    if isinstance(value, dict):
        keys = "".join(f'<KEY name="{name}">{_node(below)}</KEY>\n' for name, below in value.items())
        return f"<SINGLE>\n{keys}</SINGLE>\n"
    if isinstance(value, (list, tuple)):
        return f"<MULTIPLE>\n{''.join(map(_node, value))}</MULTIPLE>\n"
    if value is None:
        return '<VALUE null="null"/>\n'
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return f"<VALUE>{escape(text, quote=False)}</VALUE>\n"
