"""How Moodle cleans text: of rich text scripts, comments and `data-*` go, of plain text every tag."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_VOID = {"br", "hr", "img"}
_MARKUP = (
    "a abbr b blockquote code dd div dl dt em h1 h2 h3 h4 h5 h6 i li ol p pre s small span strong sub sup"
    " table tbody td th thead tr u ul"
)
_TAGS = _VOID.union(_MARKUP.split())
_KEPT = "class href title src alt id colspan rowspan dir lang target rel"
_ATTRIBUTES = frozenset(_KEPT.split())
_SWALLOWED = {"script", "style"}
_SCHEMES = ("http://", "https://", "mailto:", "/", "#")
# To PHP a sign before a space opens no tag, and an open tag reaches to the end.
_TAG = re.compile(r"<(?=\S)[^>]*>?")


class _Cleaner(HTMLParser):
    def __init__(self, new_window: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._new_window = new_window
        self._open: list[str] = []
        self._swallowing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SWALLOWED:
            self._swallowing += 1
        if self._swallowing or tag not in _TAGS:
            return
        kept = [(name, value or "") for name, value in attrs if name in _ATTRIBUTES]
        kept = [(n, v) for n, v in kept if n not in {"href", "src"} or v.startswith(_SCHEMES)]
        if tag == "a" and self._new_window:
            kept += [("target", "_blank"), ("rel", "noreferrer")]
        told = "".join(f' {name}="{escape(value)}"' for name, value in kept)
        self.out.append(f"<{tag}{told}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SWALLOWED:
            self._swallowing = max(0, self._swallowing - 1)
        elif not self._swallowing and tag in self._open:
            while (opened := self._open.pop()) != tag:
                self.out.append(f"</{opened}>")
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._swallowing:
            self.out.append(data.replace("<", "&lt;").replace(">", "&gt;"))

    def handle_entityref(self, name: str) -> None:
        self.handle_reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_reference(f"&#{name};")

    def handle_reference(self, reference: str) -> None:
        if not self._swallowing:
            self.out.append(reference)

    def finish(self) -> str:
        self.close()
        while self._open:
            self.out.append(f"</{self._open.pop()}>")
        return "".join(self.out)


def clean(html: str, new_window: bool = False) -> str:
    """Return the text as Moodle stores it; `new_window` adds what Moodle adds to the links of messages."""
    cleaner = _Cleaner(new_window)
    cleaner.feed(html)
    return cleaner.finish()


def without_tags(text: str) -> str:
    """Return a name as Moodle's forms clean it."""
    return _TAG.sub("", text)


def message_html(text: str, text_format: int) -> str:
    """Return a message as its receiver sees it: formats 0, 1, 4 are shown as HTML, 2 as typed."""
    if not text:
        return ""
    if text_format == 2:
        return f"<p>{escape(text, quote=False)}</p>"
    return clean(text, new_window=True)
