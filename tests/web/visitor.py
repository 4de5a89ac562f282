"""A signed-in browser of the tests: it sends cookies and the form's token as a real one does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mmo_lti.models.course import Course
from mmo_lti.models.person import Account, Person
from mmo_lti.models.registration import Deployment
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.sealed import digest_of
from mmo_lti.services.web_session import csrf_token

TOOL = "http://127.0.0.1:8000"


@dataclass
class Visitor:
    """One browser; without `handle` nobody is signed in."""

    client: FlaskClient
    handle: str = ""
    token: str = ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, base_url=TOOL, **kwargs)

    def page(self, path: str, status: int = 200) -> str:
        """The page as people read it: entities are signs, non-breaking spaces are spaces."""
        response = self.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return readable(response)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, csrf: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Send a form of one of our pages; `csrf` other than its own makes it a foreign one."""
        own = csrf_token(self.handle, self.token) if csrf is None else csrf
        fields = {"csrf_token": own, **(data or {})}
        return self.client.post(path, data=fields, base_url=TOOL, headers={"Origin": TOOL}, **kwargs)


def readable(response: TestResponse) -> str:
    return unescape(response.text).replace("\xa0", " ").replace("\u202f", " ")


def sign_in(
    session: Session,
    client: FlaskClient,
    person: Person,
    now: datetime,
    *,
    course: Course | None = None,
    site_administrator: bool = False,
) -> Visitor:
    """Open a session as a launch from `course` does, and give its cookie to the browser."""
    account = session.scalars(select(Account).where(Account.person_id == person.id)).first()
    deployment = session.scalars(select(Deployment)).first()
    assert account is not None
    assert deployment is not None
    handle, token = f"{account.id:012x}", f"secret-of-{account.id}"
    session.add(
        WebSession(
            centre_id=person.centre_id,
            handle=handle,
            token_digest=digest_of(token),
            account_id=account.id,
            deployment_id=deployment.id,
            course_id=course.id if course else None,
            site_administrator=site_administrator,
            group_ids=[],
            resource_link_id=course.resource_link_id if course else "",
            created_at=now,
            last_seen_at=now,
            idle_seconds=int(timedelta(days=400).total_seconds()),
            expires_at=now + timedelta(days=400),
        )
    )
    client.set_cookie(f"mmo_session_{handle}", f"{int(now.timestamp())}.{token}", domain="127.0.0.1")
    return Visitor(client, handle, token)
