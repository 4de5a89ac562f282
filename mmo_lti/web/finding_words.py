"""Sentences for what an examination of Moodle found; refusals of Moodle itself are in the catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.web.sentences import coded

MARKS = {"ok": "good", "note": "none", "warning": "soon", "failure": "bad"}
"""The mark of the page's style for each level of a finding."""


def finding_sentence(finding: MoodleCheck) -> str:
    """What was found, and what to do about it."""
    words = _good() | _connection() | _course()
    text = words.get(finding.code)
    params: dict[str, Any] = {"function": "", "address": "", "seconds": "", "zone": "", "release": ""}
    return text % (params | finding.params) if text else coded(finding.code, finding.params)


def level_words() -> dict[str, str]:
    """Levels of findings."""
    return {
        "ok": gettext("в порядке"),
        "note": gettext("к сведению"),
        "warning": gettext("стоит исправить"),
        "failure": gettext("нужно исправить"),
    }


def _good() -> dict[str, str]:
    """What is in order."""
    return {
        "connection_ok": gettext("Moodle отвечает (версия %(release)s)."),
        "address_ok": gettext("Адрес верный."),
        "clock_ok": gettext("Часы сходятся."),
        "account_ok": gettext("Служебная учётная запись не администратор."),
        "functions_ok": gettext("Все нужные функции разрешены службе."),
        "request_size_ok": gettext("Большие запросы проходят."),
        "course_ok": gettext("Группы курса видны."),
        "courses_ok": gettext("Курс виден."),
        "roster_ok": gettext("Участники курса видны."),
        "suspended_ok": gettext("Приостановленные участники видны."),
        "active_ok": gettext("Действующие участники видны."),
        "people_ok": gettext("Имена и почта видны."),
        "groupings_ok": gettext("Потоки видны."),
        "calendar_ok": gettext("Календарь групп виден."),
        "time_zone_of_server": gettext("Часовой пояс – как у сервера Moodle."),
        "messages_ok": gettext("Сообщения доставляются."),
    }


def _connection() -> dict[str, str]:
    """What is not, about the connection and the account."""
    return {
        "token_expired": gettext("Срок ключа истёк. Создайте в Moodle новый и введите его здесь."),
        "function_missing": gettext("Службе не разрешена функция %(function)s. Добавьте её в Moodle."),
        "batch_missing": gettext(
            "Службе не разрешена функция %(function)s: обновление пойдёт, но медленнее. Добавьте её."
        ),
        "address_http_behind_proxy": gettext("Moodle называет себя %(address)s: введите адрес с https."),
        "address_differs": gettext("Moodle называет себя %(address)s: введите этот адрес."),
        "address_plain_http": gettext("Адрес без https: ключ передаётся открыто."),
        "clock_not_told": gettext("Moodle не сообщил времени: сверьте часы серверов сами."),
        "clock_differs": gettext(
            "Часы расходятся на %(seconds)s с: входы могут не приниматься. Настройте точное время."
        ),
        "account_is_administrator": gettext(
            "Служебная учётная запись – администратор: ей хватит роли с нужными правами."
        ),
        "time_zone_of_account": gettext(
            "У служебной учётной записи свой часовой пояс, %(zone)s: время событий от него не зависит."
        ),
        "message_right_not_checked": gettext("Право писать сообщения проверится при первой отправке."),
    }


def _course() -> dict[str, str]:
    """What is not, about the course that was looked into."""
    return {
        "course_not_chosen": gettext("Права в курсе не проверены: подключите курс и повторите."),
        "course_not_listed": gettext("Курс не виден служебной роли."),
        "roster_empty": gettext("Список участников курса пуст: служебной роли не хватает прав."),
        "roster_only_itself": gettext("Служебная роль видит в курсе только себя."),
        "suspended_not_shown": gettext("Приостановленные участники не видны служебной роли."),
        "manual_enrolment_off": gettext("Способ записи на курс выключен: в нём нет действующих участников."),
        "people_not_shown": gettext("Данные людей не видны служебной роли."),
        "people_without_fields": gettext("Видны не все данные людей."),
        "suspension_hidden": gettext(
            "Сайт скрывает, кто заблокирован: заблокированные будут считаться действующими."
        ),
        "people_without_email": gettext("Почта людей не видна: письма не отправить."),
        "calendar_not_checked": gettext("Календарь проверится, когда в курсе появится первая группа."),
    }
