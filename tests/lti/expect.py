"""How a request must end: status, page, headers, log line, and that nothing else happened."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.database import Database
from mmo_lti.models.person import Account
from mmo_lti.models.web_session import WebSession

TITLES = {
    "broken": "Ссылка повреждена",
    "anonymous": "Moodle не сообщил, кто вы",
    "untrusted": "Не удалось подтвердить",
    "stale": "Этот вход больше не действует",
    "unknown_platform": "Эта платформа не подключена",
    "no_access": "У вас нет доступа",
    "cookies": "Браузер не сохраняет вход",
    "later": "Сейчас войти не получается",
}


@dataclass
class Expect:
    """Asserts outcomes; knows the log and the database of a test."""

    log: pytest.LogCaptureFixture
    database: Database
    people: int = field(default=0)

    def lines(self) -> list[dict[str, Any]]:
        """The lines that the LTI side wrote."""
        return [json.loads(r.getMessage()) for r in self.log.records if r.name == "mmo_lti.lti"]

    def refused(self, response: TestResponse, outcome: Outcome, reason: str) -> None:
        """The page of `outcome`, a line with `reason` and the page's code, and no session."""
        assert response.status_code == outcome.status, (response.status_code, self.lines())
        assert response.mimetype == "text/html"
        assert response.headers["Cache-Control"] == "no-store"
        assert TITLES[outcome.message] in response.text
        assert "mmo_session" not in str(response.headers.getlist("Set-Cookie"))
        line = self.lines()[-1]
        assert line["reason"] == reason
        shown = re.search(r"<code>([A-Z2-9]{8})</code>", response.text)
        assert shown
        assert line["ref"] == shown[1]
        assert (self.sessions(), self.accounts()) == (0, self.people)

    def accepted(self, response: TestResponse, page: str = "/") -> None:
        """A redirect to a page, and a fresh session."""
        assert response.status_code == 303, (response.status_code, self.lines())
        assert re.fullmatch(r"https://tool\.example/s/[0-9a-f]{12}" + re.escape(page), response.location)
        assert self.lines()[-1]["reason"] == "launch.ok"
        assert self.sessions() == 1

    def sessions(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(WebSession)) or 0

    def accounts(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(Account)) or 0
