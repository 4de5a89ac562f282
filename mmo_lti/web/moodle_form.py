"""Moodle's form «External tool configuration» field by field, and the values that Moodle shows afterwards.

Names of fields and choices are Moodle's own, in Russian those of its language pack, as Moodle 4.5 shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from mmo_lti.lti.own_address import ToolAddresses
from mmo_lti.lti.vocabulary import CUSTOM_PARAMETERS


@dataclass(frozen=True)
class Field:
    """One field of Moodle's form: its name there, and what to type or choose."""

    title: str
    value: str
    typed: bool = True
    """Typed, so there is something to copy; else chosen."""


@dataclass(frozen=True)
class Section:
    """A part of the form under a heading; Moodle folds all but the first."""

    title: str
    fields: tuple[Field, ...]


def moodle_form(public_url: str) -> list[Section]:
    """What an administrator of Moodle types and chooses, in the order of the form."""
    return [
        Section(gettext("Настройки инструмента"), (*_addresses(public_url), *_placement(public_url))),
        Section(gettext("Службы"), _services()),
        Section(gettext("Секретность"), _privacy()),
    ]


def _addresses(public_url: str) -> tuple[Field, ...]:
    own = ToolAddresses.of(public_url)
    custom = "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items())
    return (
        Field(gettext("Название инструмента"), gettext("Методические объединения")),
        Field(gettext("Базовый URL-адрес инструмента"), own.tool),
        Field(gettext("Версия LTI"), "LTI 1.3", typed=False),
        Field(gettext("Тип открытого ключа"), gettext("URL-адрес набора ключей"), typed=False),
        Field(gettext("Открытый набор ключей"), own.keys),
        Field(gettext("URL-адрес инициирования входа"), own.login),
        Field(gettext("URI перенаправления"), own.launch),
        Field(gettext("Пользовательские параметры"), custom),
    )


def _placement(public_url: str) -> tuple[Field, ...]:
    return (
        Field(
            gettext("Показать при создании элементов"),
            gettext("Показать в выборе элемента и как предварительно настроенный инструмент"),
            typed=False,
        ),
        Field(
            gettext("Контейнер для запуска инструмента по умолчанию"),
            gettext("Встроить (без блоков)"),
            typed=False,
        ),
        Field(
            gettext("Поддерживает глубокие ссылки (сообщение элемента контента)"),
            gettext("отметить"),
            typed=False,
        ),
        Field(gettext("URL выбора контента"), ToolAddresses.of(public_url).tool),
    )


def _services() -> tuple[Field, ...]:
    return (
        Field(
            gettext("Службы заданий и оценок IMS LTI"),
            gettext("Использовать эту службу для синхронизации оценок и управления столбцами"),
            typed=False,
        ),
        Field(
            gettext("Предоставление имен и ролей IMS LTI"),
            gettext(
                "Использовать эту службу для получения информации об участниках"
                " в соответствии с настройками конфиденциальности."
            ),
            typed=False,
        ),
    )


def _privacy() -> tuple[Field, ...]:
    always = gettext("Всегда")
    return (
        Field(gettext("Определять полное имя пользователя, запускающего инструмент"), always, typed=False),
        Field(
            gettext("Определять адрес электронной почты пользователя, запускающего инструмент"),
            always,
            typed=False,
        ),
        Field(
            gettext("Принимать оценки от инструмента"),
            gettext("Как указано в определении Глубокой ссылки или делегировать учителю"),
            typed=False,
        ),
    )


def told_by_moodle() -> dict[str, str]:
    """The six values of Moodle's window «Tool configuration details», by our names for them."""
    return {
        "iss": gettext("ID платформы"),
        "client_id": gettext("ID клиента"),
        "deployment_id": gettext("ID размещения"),
        "jwks_uri": gettext("URL открытого набора ключей"),
        "token_endpoint": gettext("URL токена доступа"),
        "authorization_endpoint": gettext("URL запроса аутентификации"),
    }
