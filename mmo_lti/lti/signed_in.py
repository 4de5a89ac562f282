"""The session of a request to the LTI side's own pages: tickets and deep linking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from mmo_lti.lti.browser import Presented, check_form, presented
from mmo_lti.lti.refusal import stale
from mmo_lti.lti.side import LtiSide
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.web_session import csrf_token, load_session


@dataclass(frozen=True)
class SignedIn:
    """A live session and what its forms carry."""

    web_session: WebSession
    csrf: str


def signed_in(side: LtiSide, session: Session, now: datetime) -> SignedIn:
    """The session of this request; a changing request must come from a form of it.

    Raises `Refused` (STALE) without a live session, `FormRefused` for a foreign form.
    """
    found = presented(side, request)
    if request.method == "POST":
        check_form(side, request, found)
    row = load_session(session, found.handle, found.token, now) if found else None
    if found is None or row is None:
        raise stale("session")
    return SignedIn(row, _csrf(found))


def _csrf(found: Presented) -> str:
    return csrf_token(found.handle, found.token)
