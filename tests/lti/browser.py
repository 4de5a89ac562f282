"""A browser of the tests: keeps the cookies of tool and platform apart, sends the forms that send themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)="([^"]*)"')


class Browser:
    """Goes to addresses of several applications, each under its own origin."""

    def __init__(self, sites: Mapping[str, Flask]) -> None:
        self.clients: dict[str, FlaskClient] = {origin: app.test_client() for origin, app in sites.items()}
        self.at = ""

    def get(self, url: str) -> TestResponse:
        return self._follow(self._send("GET", url, {}))

    def post(self, url: str, fields: Mapping[str, str], origin: str = "") -> TestResponse:
        return self._follow(self._send("POST", url, fields, origin))

    def submit(self, response: TestResponse, **typed: str) -> TestResponse:
        """Send the page's (first) form, with some fields typed in."""
        action, fields = form_of(response)
        origin = self._origin(self.at)
        return self._follow(
            self._send("POST", urljoin(self.at, action or self.at), {**fields, **typed}, origin)
        )

    def _send(self, method: str, url: str, fields: Mapping[str, str], origin: str = "") -> TestResponse:
        self.at = urljoin(self.at, url)
        parts = urlsplit(self.at)
        client = self.clients[self._origin(self.at)]
        headers = {"Origin": origin} if method == "POST" and origin else {}
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return client.open(
            path, method=method, data=dict(fields), base_url=self._origin(self.at), headers=headers
        )

    def _follow(self, response: TestResponse) -> TestResponse:
        """Redirects, and pages whose only purpose is a form that a script sends."""
        for _ in range(12):
            if response.status_code in {301, 302, 303}:
                response = self._send("GET", response.location, {})
            elif response.status_code == 200 and re.search(r"\.submit\(\)", response.text):
                action, fields = form_of(response)
                came_from = self._origin(self.at)
                response = self._send("POST", urljoin(self.at, action), fields, came_from)
            else:
                return response
        raise AssertionError("the browser goes round in circles")

    @staticmethod
    def _origin(url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"


def form_of(response: TestResponse, number: int = 0) -> tuple[str, dict[str, str]]:
    """Address and hidden or filled fields of a form of the page."""
    attributes, inside = _FORM.findall(response.text)[number]
    fields = {}
    for tag in _INPUT.findall(inside):
        found = dict(_ATTRIBUTE.findall(tag))
        if "name" in found and found.get("type") not in {"checkbox", "radio", "submit"}:
            fields[found["name"]] = html.unescape(found.get("value", ""))
    return html.unescape(dict(_ATTRIBUTE.findall(attributes)).get("action", "")), fields
