"""`/admin/platforms/new`: registering by hand, every value that Moodle asks for, and which step is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext

from mmo_lti.installation import installation
from mmo_lti.lti.connection_check import check_connection
from mmo_lti.lti.own_address import ToolAddresses
from mmo_lti.lti.platform_service import ServiceGround
from mmo_lti.lti.vocabulary import CUSTOM_PARAMETERS
from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.rules.action import Action
from mmo_lti.services.permission import require
from mmo_lti.services.registration import registrations_of
from mmo_lti.web.finding_words import MARKS, finding_sentence, level_words
from mmo_lti.web.request import centre, session_for_request, signed_in, today


@dataclass(frozen=True)
class Field:
    """One field of Moodle's form: its name there, and what to type or choose."""

    title: str
    value: str
    typed: bool = True
    """Typed, so there is something to copy; else chosen from a list."""


def make_blueprint() -> Blueprint:
    """The page and its check."""
    pages = Blueprint("platforms", __name__)
    pages.add_url_rule("/admin/platforms/new", view_func=platform_new, methods=["GET"])
    pages.add_url_rule("/admin/platforms/check", view_func=platform_check, methods=["POST"])
    return pages


def platform_new() -> str:
    """What an administrator types into Moodle, and what Moodle then shows for the operator."""
    require(session_for_request(), signed_in(), Action.PLATFORM_MANAGE, today())
    return _page([])


def platform_check() -> str:
    """Ask the platform step by step."""
    session, actor = session_for_request(), signed_in()
    require(session, actor, Action.DOCTOR_RUN, today())
    session.rollback()  # no transaction is open while the platform answers
    steps = check_connection(ServiceGround.of(installation()), actor.centre_id)
    return _page([MoodleCheck(code=one.code, level=one.level, params=one.params) for one in steps])


def _page(steps: list[MoodleCheck]) -> str:
    session, actor = session_for_request(), signed_in()
    return render_template(
        "admin/platform_new.html",
        fields=moodle_fields(installation().config.public_url),
        registrations=registrations_of(session, actor),
        iss=centre().iss,
        steps=sorted(steps, key=lambda one: one.severity),
        marks_of=MARKS,
        finding_sentence=finding_sentence,
        level_words=level_words(),
    )


def moodle_fields(public_url: str) -> list[Field]:
    """Moodle's form «External tool configuration», field by field, as Moodle 4.5 names them in Russian."""
    own = ToolAddresses.of(public_url)
    custom = "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items())
    return [
        Field(gettext("Название инструмента"), gettext("Методические объединения")),
        Field(gettext("URL инструмента"), own.tool),
        Field(gettext("Версия LTI"), "LTI 1.3", typed=False),
        Field(gettext("Тип открытого ключа"), gettext("URL набора ключей"), typed=False),
        Field(gettext("Набор открытых ключей"), own.keys),
        Field(gettext("URL инициации входа"), own.login),
        Field(gettext("URI перенаправления"), own.launch),
        Field(gettext("Пользовательские параметры"), custom),
        Field(
            gettext("Использование конфигурации инструмента"),
            gettext("Показывать в списке элементов курса"),
            typed=False,
        ),
        Field(gettext("Контейнер запуска по умолчанию"), gettext("Встроить, без блоков"), typed=False),
        Field(gettext("Поддержка Deep Linking"), gettext("Включить"), typed=False),
        Field(gettext("URL выбора контента"), own.tool),
        Field(
            gettext("Службы: задания и оценки"),
            gettext("Использовать для синхронизации оценок и управления столбцами"),
            typed=False,
        ),
        Field(
            gettext("Службы: имена и роли"),
            gettext("Использовать для получения информации об участниках"),
            typed=False,
        ),
        Field(gettext("Передавать имя запускающего инструмент"), gettext("Всегда"), typed=False),
        Field(gettext("Передавать электронную почту"), gettext("Всегда"), typed=False),
    ]
