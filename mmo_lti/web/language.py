"""The language of a page: what the launch said, else what the browser prefers, else Russian."""

from __future__ import annotations

from flask import has_request_context, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from mmo_lti.services.notice_text import LANGUAGES, language_of
from mmo_lti.web.request import web_session_apart


def page_locale() -> str:
    """One of our languages, for Flask-Babel."""
    if not has_request_context():
        return LANGUAGES[0]
    try:
        session = web_session_apart()
    except (SQLAlchemyError, HTTPException):
        # The page that says that the database is down, or the file too big, needs a language, too.
        session = None
    if session is not None and session.locale:
        return language_of(session.locale)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
