"""The language of a page: what the launch said, else what the browser prefers, else Russian."""

from __future__ import annotations

from babel import Locale
from flask import Request, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from mmo_lti.services.notice_text import LANGUAGES, language_of
from mmo_lti.web.request import web_session_apart

_LOCALES = {language: Locale.parse(language) for language in LANGUAGES}


def page_locale() -> Locale:
    """One of our languages, for Flask-Babel; it would look a mere name up anew for each request."""
    return _LOCALES[_language()]


def _language() -> str:
    if not has_request_context():
        return LANGUAGES[0]
    try:
        session = web_session_apart()
    except (SQLAlchemyError, HTTPException):
        # The page that says that the database is down, or the file too big, needs a language, too.
        session = None
    if session is not None and session.locale:
        return language_of(session.locale)
    return preferred_language(request)


def preferred_language(asked: Request) -> str:
    """Of our languages the one that a browser prefers."""
    return asked.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
