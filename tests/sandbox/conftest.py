"""A small site, and people who click through its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from moodle_sync.sandbox import SandboxConfig, create_sandbox, empty_moodle
from moodle_sync.sandbox.small import TOKEN, SmallSite, build_small
from tests.contract.sandbox_alike import php_form

MOODLE, TOOL = "https://moodle.example", "https://tool.example"
NOW = 1_795_000_000


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of a page; of fields with one name the first."""
    found = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in reversed(found)}


@dataclass
class Person:
    """Somebody before a browser."""

    client: Client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=MOODLE, **more)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data=form, base_url=MOODLE)

    def submit(self, path: str, **form: Any) -> TestResponse:
        """Post a form with the session's key, as the pages' forms do."""
        return self.post(path, sesskey=fields_of(self.get("/").text)["sesskey"], **form)


@dataclass
class World:
    """The site, the application, and a way to be somebody."""

    app: Flask
    site: SmallSite

    def person(self, username: str) -> Person:
        person = Person(self.app.test_client())
        token = fields_of(person.get("/login/index.php").text)["logintoken"]
        assert person.post("/login/index.php", username=username, logintoken=token).status_code == 303
        return person

    def call(self, function: str, token: str = TOKEN, **parameters: Any) -> Any:
        """Call a web service as the service account, or by another token."""
        form = {"wstoken": token, "wsfunction": function, "moodlewsrestformat": "json"}
        answer = self.app.test_client().post(
            "/webservice/rest/server.php", data={**form, **php_form(parameters)}, base_url=MOODLE
        )
        return answer.json


@pytest.fixture
def config() -> SandboxConfig:
    return SandboxConfig(base_url=MOODLE, wall_clock=lambda: NOW)


@pytest.fixture
def world(config: SandboxConfig) -> World:
    site = build_small(empty_moodle(config))
    return World(create_sandbox(config, site.moodle), site)
