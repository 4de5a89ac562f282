"""A person with a browser: follows links, fills forms by their labels' names, and passes through a launch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html

MAX_HOPS = 12
"""A launch is four hops: login, authorization, launch, page; more than twelve is a loop."""


class PageProblem(AssertionError):
    """A page did not have what the story needs; the message quotes what the page said."""


class Visitor:
    """One person's browser: cookies of their own, the page they are looking at."""

    def __init__(self, name: str = "") -> None:
        """Open an empty browser."""
        self.name = name
        self.http = requests.Session()
        self.url = ""
        self.status = 0
        self.page: Any = None

    def open(self, url: str) -> Visitor:
        """Go to an address, relative ones from the current page; pass redirects and self-submitting forms."""
        self._take(self.http.get(urljoin(self.url, url), timeout=60))
        return self

    def follow(self, text: str) -> Visitor:
        """Click the link that reads `text`."""
        return self.open(self.link(text))

    def submit(self, button: str, **values: Any) -> Visitor:
        """Fill the form that has the button `button` and press it; lists tick several boxes of one name."""
        form, pressed = self._form_with(button)
        self._send(form, [*_filled(form, values), *pressed])
        return self

    def upload(self, button: str, files: dict[str, Any]) -> Visitor:
        """Choose files (by field) in the form that has the button, and press it."""
        form, pressed = self._form_with(button)
        self._send(form, [*_filled(form, {}), *pressed], files)
        return self

    def submit_form(self, form: Any, pressed: str, **values: Any) -> Visitor:
        """Fill one form of the page and press its button of the value `pressed`."""
        self._send(form, [*_filled(form, values), ("act", pressed)])
        return self

    def frame(self) -> Visitor:
        """Go into the page's frame."""
        frames = self.page.xpath("//iframe[@src]")
        if not frames:
            raise self.problem("no frame")
        return self.open(frames[0].get("src"))

    def sign_in(self, moodle: str, username: str) -> Visitor:
        """Choose a person on the sandbox's home page."""
        self.open(f"{moodle}/?search={username}")
        for form in self.page.xpath("//form[.//input[@name='username']]"):
            if form.xpath(f".//input[@name='username' and @value='{username}']"):
                self._send(form, list(_filled(form, {})))
                return self
        raise self.problem(f"nobody is called {username}")

    def option(self, name: str, text: str) -> str:
        """The value of the option that reads `text` in the select `name`."""
        for option in self.page.xpath(f"//select[@name='{name}']/option | //select[@name='{name}']/*/option"):
            if text in _words(option):
                return str(option.get("value", _words(option)))
        raise self.problem(f"no option «{text}» in {name}")

    def values(self, name: str, text: str = "") -> list[str]:
        """Values of all fields called `name`, those beside which `text` stands."""
        fields = self.page.xpath(f"//input[@name='{name}'] | //textarea[@name='{name}']")
        return [str(one.get("value", "")) for one in fields if text in _words(one.getparent())]

    def link(self, text: str) -> str:
        """The address of the link that reads `text`."""
        for link in self.page.xpath("//a[@href]"):
            if text in _words(link):
                return str(urljoin(self.url, link.get("href")))
        raise self.problem(f"no link «{text}»")

    def fetch(self, url: str) -> bytes:
        """Download what an address gives; anything but success is a problem."""
        answer = self.http.get(urljoin(self.url, url), timeout=120)
        if answer.status_code != 200:
            raise self.problem(f"{url} answers {answer.status_code}")
        return answer.content

    def says(self, words: str) -> Visitor:
        """Assert that the page says `words`."""
        if words not in self.text:
            raise self.problem(f"the page does not say «{words}»")
        return self

    @property
    def text(self) -> str:
        """All words of the page, with single spaces."""
        return _words(self.page)

    def problem(self, what: str) -> PageProblem:
        """An error that says where it happened and what the page said."""
        return PageProblem(f"{self.name} at {self.url} ({self.status}): {what}\n{self.text[:1500]}")

    def _form_with(self, button: str) -> tuple[Any, list[tuple[str, str]]]:
        for form in self.page.xpath("//form"):
            for pressed in form.xpath(".//button | .//input[@type='submit']"):
                if button in (_words(pressed) or pressed.get("value", "")):
                    name = pressed.get("name")
                    return form, [(name, pressed.get("value", ""))] if name else []
        raise self.problem(f"no button «{button}»")

    def _send(self, form: Any, data: list[tuple[str, str]], files: dict[str, Any] | None = None) -> None:
        target = urljoin(self.url, form.get("action") or self.url)
        if form.get("method", "get").lower() == "get":
            self._take(self.http.get(target, params=data, timeout=120))
        else:
            headers = {"Origin": "/".join(target.split("/")[:3])}
            self._take(self.http.post(target, data=data, files=files, headers=headers, timeout=120))

    def _take(self, answer: requests.Response) -> None:
        for _ in range(MAX_HOPS):
            self.url, self.status = answer.url, answer.status_code
            is_page = "html" in answer.headers.get("Content-Type", "")
            self.page = html.fromstring(answer.text or "<p></p>") if is_page else html.Element("p")
            form = self._self_submitting() if is_page else None
            if form is None:
                return
            target = urljoin(self.url, form.get("action") or self.url)
            answer = self.http.post(target, data=list(_filled(form, {})), timeout=60)
        raise self.problem("endless self-submitting forms")

    def _self_submitting(self) -> Any:
        forms = self.page.xpath("//form")
        scripts = " ".join(self.page.xpath("//script/text() | //body/@onload"))
        return forms[0] if len(forms) == 1 and ".submit(" in scripts else None


def _words(element: Any) -> str:
    if element is None:
        return ""
    return " ".join(" ".join(element.xpath(".//text()[not(ancestor::script)][not(ancestor::style)]")).split())


def _filled(form: Any, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    given = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    for name, value in _as_they_stand(form):
        if name not in given:
            yield name, value
    for name, several in given.items():
        for value in several:
            yield name, str(value)


def _as_they_stand(form: Any) -> Iterator[tuple[str, str]]:
    for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        name, kind = field.get("name"), field.get("type", "")
        if field.tag == "select":
            chosen = field.xpath("./option[@selected]") or field.xpath("./option")[:1]
            yield from ((name, option.get("value", _words(option))) for option in chosen)
        elif field.tag == "textarea":
            yield name, field.text or ""
        elif kind in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                yield name, field.get("value", "on")
        elif kind not in {"submit", "button", "file", "image"}:
            yield name, field.get("value", "")
