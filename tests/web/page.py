"""A page as a person without scripts meets it: what it says, its buttons, its forms as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html
from werkzeug.test import TestResponse

from tests.web.visitor import Visitor, readable


@dataclass(frozen=True)
class Page:
    """One answer, read."""

    status: int
    text: str
    tree: Any
    location: str = ""

    def __contains__(self, words: str) -> bool:
        return words in self.words

    @property
    def words(self) -> str:
        """All words that are shown, with single spaces."""
        return " ".join(" ".join(self.tree.xpath("//body//text()[not(ancestor::script)]")).split())

    @property
    def primary(self) -> list[str]:
        """The one thing to do here: buttons and links that stand out."""
        return [_words(one) for one in self.tree.xpath("//*[contains(@class, 'btn-primary')]")]

    @property
    def buttons(self) -> set[str]:
        """Everything that sends a form."""
        return {
            _words(one)
            for one in self.tree.xpath("//main//form[@method='post']//button[not(@type='button')]")
        }

    @property
    def alert(self) -> str:
        """What a refusal says."""
        return " ".join(_words(one) for one in self.tree.xpath("//*[@role='alert']"))

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by the field that it stands at."""
        wrong = self.tree.xpath("//*[@aria-invalid='true'] | //textarea[contains(@class, 'is-invalid')]")
        return {
            one.get("name"): _words(one.getparent().xpath("./*[contains(@class, 'invalid-feedback')]")[0])
            for one in wrong
        }

    def links(self) -> set[str]:
        """Where one can go."""
        return {one.get("href") for one in self.tree.xpath("//main//a[@href]")}

    def form(self, button: str) -> Form:
        """The first form that has this button."""
        for form in self.tree.xpath("//main//form[@method='post']"):
            for pressed in form.xpath(".//button[not(@type='button')]"):
                if button in _words(pressed):
                    return Form(form, pressed)
        raise AssertionError(f"no button «{button}» among {sorted(self.buttons)}")


@dataclass(frozen=True)
class Form:
    """A form with the button that would send it."""

    element: Any
    pressed: Any

    @property
    def action(self) -> str:
        action: str = self.element.get("action")
        return action

    @property
    def values(self) -> dict[str, Any]:
        """What a browser would send, but the token: several values of one name are a list."""
        found: dict[str, Any] = {}
        for name, value in self.element.form_values():
            if name != "csrf_token":
                found.setdefault(name, []).append((value or "").removeprefix("\n"))
        if self.pressed.get("name"):
            found[self.pressed.get("name")] = [self.pressed.get("value")]
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def read(response: TestResponse) -> Page:
    """Read an answer."""
    text = readable(response)
    tree = html.fromstring(response.text or "<html><body></body></html>")
    return Page(response.status_code, text, tree, response.headers.get("Location", ""))


def see(visitor: Visitor, path: str, status: int = 200) -> Page:
    """Open a page."""
    page = read(visitor.get(path))
    assert page.status == status, f"{path}: {page.status}"
    return page


def press(
    visitor: Visitor, path: str, button: str, values: Mapping[str, Any] | None = None, *, times: int = 1
) -> Page:
    """Fill the form of a page that has this button, and press it (several `times`: the same form again)."""
    form = see(visitor, path).form(button)
    for _ in range(times):
        answer = visitor.post(form.action or path, {**form.values, **(values or {})})
    return read(answer)


def follow(visitor: Visitor, page: Page) -> Page:
    """Go where a redirect leads."""
    assert page.status == 303, f"{page.status}: {page.alert or page.words[:500]}"
    return see(visitor, page.location.split("#")[0])


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
