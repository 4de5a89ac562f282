"""What a page says when it cannot be shown: a sentence, and a way on."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, g, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from mmo_lti.installation import installation
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.services.permission import NotFound
from mmo_lti.web.sentences import sentences

MEBIBYTE = 1024 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What the page shows; without `framed` it asks neither the database nor the posted form."""

    title: str
    sentences: Sequence[str]
    advice: str = ""
    reference: str = ""
    framed: bool = True


def attach(app: Flask) -> None:
    """Answer refusals and failures with a page of their own."""
    for nowhere in (NotFound, OverflowError, DataError):
        app.register_error_handler(nowhere, _not_found)
    app.register_error_handler(Denied, _denied)
    app.register_error_handler(RuleError, _refused)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(InternalServerError, _failed)
    app.register_error_handler(HTTPException, _http)


def _not_found(_error: Exception) -> tuple[str, int]:
    """Also for numbers and signs in an address that no database can hold: nothing is called that."""
    return _page(_nothing_here(), 404)


def _nothing_here() -> Problem:
    return Problem(
        gettext("Такой страницы нет"),
        [gettext("Адрес набран с ошибкой, или то, на что он вёл, больше не показывается.")],
        gettext("Начните с главной: там всё, что вас касается."),
    )


def _denied(error: Denied) -> tuple[str, int]:
    problem = Problem(gettext("Эта страница открыта не для вас"), sentences(error))
    return _page(problem, 403)


def _refused(error: RuleError) -> tuple[str, int]:
    problem = Problem(
        gettext("Так сделать нельзя"), sentences(error), gettext("Вернитесь назад: ничего не изменено.")
    )
    return _page(problem, 409)


def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    limit = installation().config.max_upload_bytes // MEBIBYTE
    problem = Problem(
        gettext("Файл слишком большой"),
        [gettext("Принимаются файлы не больше %(limit)s МБ, поэтому этот не загружен.", limit=limit)],
        gettext(
            "Больше ничего не потеряно: сохранённое раньше на месте. Уменьшите скан (300 точек на дюйм "
            "хватит) и вернитесь назад."
        ),
        framed=False,
    )
    return _page(problem, 413)


def _failed(error: InternalServerError) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    cause = type(error.original_exception).__name__ if error.original_exception else "none"
    _log.error("page %s failed: %s, reference %s", request.endpoint, cause, reference)
    problem = Problem(
        gettext("Страница не открылась из-за ошибки"),
        [gettext("Это наша ошибка, а не ваша. Ваши прежние данные на месте.")],
        gettext("Повторите через минуту. Если не поможет, сообщите код администратору."),
        reference,
        framed=False,
    )
    return _page(problem, 500)


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    if status in {404, 405}:
        return _page(_nothing_here(), status)
    problem = Problem(
        gettext("Запрос не понят"),
        [gettext("Форма пришла неполной или устаревшей.")],
        gettext("Вернитесь назад, обновите страницу и повторите."),
    )
    return _page(problem, status)


def _page(problem: Problem, status: int) -> tuple[str, int]:
    session: Session | None = g.get("database_session")
    if session is not None:
        session.rollback()
    return render_template("error.html", problem=problem), status
