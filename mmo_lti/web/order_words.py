"""Words for kinds of orders, and for what a coordinator does by one."""

from __future__ import annotations

from flask_babel import gettext

from mmo_lti.models.order import OrderKind


def order_words() -> dict[OrderKind, str]:
    """Kinds of registered orders."""
    return {
        OrderKind.CREATION: gettext("о создании"),
        OrderKind.APPOINTMENT: gettext("о назначении руководителя"),
        OrderKind.ACTING: gettext("об исполнении обязанностей руководителя"),
        OrderKind.RENAMING: gettext("о переименовании"),
        OrderKind.CLOSING: gettext("о закрытии"),
        OrderKind.MERGER: gettext("об объединении с другим"),
        OrderKind.RELEASE: gettext("об освобождении руководителя"),
    }


def act_words() -> dict[str, str]:
    """Acts on an association, in the order in which they are offered."""
    return {
        "creation": gettext("Приказ о создании"),
        "drop": gettext("Отказаться от проекта"),
        "appointment": gettext("Назначить руководителя"),
        "acting": gettext("Назначить исполняющего обязанности"),
        "release": gettext("Освободить руководителя"),
        "renaming": gettext("Переименовать"),
        "merger": gettext("Объединить с другим"),
        "closing": gettext("Закрыть"),
        "group": gettext("Группа в Moodle"),
    }


def draft_words() -> dict[str, str]:
    """Acts for which the tool drafts the order."""
    return {
        "creation": gettext("Проект приказа о создании"),
        "appointment": gettext("Проект приказа о назначении руководителя"),
        "acting": gettext("Проект приказа об исполнении обязанностей"),
    }
