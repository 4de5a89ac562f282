"""Where to click in Moodle for what an examination found, by the names of Moodle's own pages.

Names are those of Moodle 4.5 with its Russian and its English language pack.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from mmo_lti.models.moodle_check import MoodleCheck

SITE_ALONE = frozenset(
    {
        "moodle/calendar:manageentries",
        "moodle/site:messageanyuser",
        "moodle/site:sendmessage",
        "webservice/rest:use",
    }
)
"""Capabilities that Moodle checks at system level alone; the second role has them."""


def finding_steps(finding: MoodleCheck) -> str:
    """What to click; empty where all is well, or where there is nothing to do but wait or mend a server."""
    step = _STEPS.get(finding.code) if finding.level != "ok" else None
    if step is None:
        return ""
    named: dict[str, Any] = {"capabilities": "", "function": ""} | finding.params
    if step == "role" and SITE_ALONE.intersection(str(named["capabilities"]).split(", ")):
        step = "system_role"
    return (_service() | _account() | _course() | _tool())[step] % named


def _service() -> dict[str, str]:
    """Of the web service and its key."""
    return {
        "web_services": gettext(
            "«Администрирование → Основные → Расширенные возможности»: отметьте «Включить "
            "веб-службы». «Администрирование → Сервер → Веб-службы → Управление протоколами»: "
            "включите REST."
        ),
        "service": gettext(
            "«Администрирование → Сервер → Веб-службы → Внешние службы», строка «ММО»: "
            "«Редактировать» – «Включена»; «Функции» – все из инструкции; «Авторизованные "
            "пользователи» – служебная запись, срок и IP-адрес пусты. Затем «Управление ключами»: "
            "срок ключа. Затем «Пользователи → Права → Назначить глобальные роли»: роль «ММО: на весь"
            " сайт»."
        ),
        "token": gettext(
            "«Администрирование → Сервер → Веб-службы → Управление ключами → Создать ключ»: служебная"
            " запись, служба «ММО», снимите отметку у «Действителен до». Новый ключ введите на "
            "странице «Подключение»."
        ),
        "function": gettext(
            "«Администрирование → Сервер → Веб-службы → Внешние службы», строка «ММО»: «Функции → "
            "Добавить функции», выберите %(function)s."
        ),
        "size": gettext(
            "На сервере Moodle: post_max_size в php.ini и client_max_body_size у nginx – не меньше "
            "8M, max_input_vars – не меньше 5000."
        ),
        "maintenance": gettext(
            "Если работы уже закончены: «Администрирование → Сервер → Режим технического "
            "обслуживания», выключите."
        ),
        "reach": gettext(
            "Откройте адрес Moodle в браузере. Если он открывается, попросите администратора Moodle "
            "пропустить запросы сервера методических объединений."
        ),
        "certificate": gettext(
            "Сертификат выдан своим или национальным центром? Тот, кто обслуживает сервер "
            "методических объединений, указывает файл корневого сертификата в REQUESTS_CA_BUNDLE."
        ),
        "own_address": gettext(
            "Откройте главную страницу Moodle и скопируйте её адрес без продолжения; вставьте в поле "
            "«Адрес Moodle» на странице «Подключение»."
        ),
        "clock": gettext("На обоих серверах включите сверку времени (chrony или ntpd)."),
    }


def _account() -> dict[str, str]:
    """Of the service account and its roles."""
    return {
        "account": gettext(
            "«Администрирование → Пользователи → Учетные записи → Список пользователей», строка "
            "служебной записи: «Активировать учетную запись» или «Подтвердить»."
        ),
        "new_account": gettext(
            "«Администрирование → Пользователи → Учетные записи → Добавить пользователя», роли и "
            "место в службе – заново. Затем «Сервер → Веб-службы → Управление ключами → Создать "
            "ключ»."
        ),
        "profile": gettext(
            "«Администрирование → Пользователи → Учетные записи → Список пользователей», служебная "
            "запись, «Редактировать»: метод аутентификации «Ручная регистрация» или «Аутентификация "
            "для клиентов веб-служб», почта и обязательные поля заполнены, «Принудительная смена "
            "пароля» не отмечена."
        ),
        "policy": gettext(
            "Войдите в Moodle под служебной записью (метод аутентификации «Ручная регистрация») и "
            "примите правила сайта."
        ),
        "administrator": gettext(
            "«Администрирование → Пользователи → Права → Администраторы сайта»: уберите служебную "
            "запись из списка, роли назначьте по инструкции."
        ),
        "role": gettext(
            "«Администрирование → Пользователи → Права → Определить роли», роль «ММО: курсы "
            "объединений», «Редактировать»: отметьте «Разрешить» у %(capabilities)s. Роль назначается"
            " служебной записи в категории курса: «Дополнительно → Права → Назначить роли»."
        ),
        "system_role": gettext(
            "«Администрирование → Пользователи → Права → Назначить глобальные роли»: роль «ММО: на "
            "весь сайт». В «Определить роли» у неё отмечено «Разрешить» у %(capabilities)s."
        ),
    }


def _course() -> dict[str, str]:
    """Of a course and its people."""
    return {
        "course": gettext(
            "Курс → «Настройки → Видимость курса: Показать». Чтобы скрытый курс обновлялся: "
            "«Администрирование → Пользователи → Права → Определить роли», роль «ММО: курсы "
            "объединений», «Разрешить» у %(capabilities)s; роль назначена в категории этого курса."
        ),
        "lost_course": gettext("Страница «Связь с Moodle»: выберите, где объединения продолжат работу."),
        "enrolment": gettext(
            "Курс → «Участники», в списке над таблицей «Способы зачисления на курс»: откройте глаз у "
            "«Зачисление вручную»."
        ),
        "hidden_field": gettext(
            "«Администрирование → Пользователи → Права → Глобальные настройки пользователей → Скрыть "
            "поля пользователя»: снимите «Учетная запись заблокирована» или дайте роли «ММО: курсы "
            "объединений» право moodle/course:viewhiddenuserfields."
        ),
        "names": gettext(
            "«Администрирование → Пользователи → Учетные записи → Список пользователей»: найдите имя "
            "со знаком «<» или «>» и исправьте его."
        ),
        "messaging": gettext(
            "«Администрирование → Основные → Расширенные возможности»: отметьте «Включить систему "
            "обмена сообщениями»."
        ),
    }


def _tool() -> dict[str, str]:
    """Of the tool by LTI."""
    return {
        "registration": gettext(
            "«Администрирование → Плагины → Внешний инструмент → Управление инструментами»: вставьте "
            "адрес регистрации, «Добавить LTI Advantage», затем «Активировать»."
        ),
        "deployment": gettext(
            "«Администрирование → Плагины → Внешний инструмент → Управление инструментами», карточка "
            "инструмента, значок списка: «ID размещения»."
        ),
        "keys": gettext(
            "«Администрирование → Плагины → Внешний инструмент → Управление инструментами», карточка "
            "инструмента, значок списка: сверьте «Открытый набор ключей» с адресом, который хранит "
            "инструмент."
        ),
        "tool_keys": gettext(
            "«Администрирование → Плагины → Внешний инструмент → Управление инструментами», карточка "
            "инструмента, значок шестерёнки: «Тип открытого ключа» – URL набора, «Открытый набор "
            "ключей» – адрес инструмента с /lti/jwks."
        ),
        "tool_services": gettext(
            "«Администрирование → Плагины → Внешний инструмент → Управление инструментами», карточка "
            "инструмента, значок шестерёнки, «Службы»: разрешите оценки и список участников."
        ),
        "activity": gettext(
            "Курс → «Режим редактирования» → «Добавить элемент или ресурс» → ММО, затем откройте элемент."
        ),
    }


_STEPS = {
    "moodle_web_services_off": "web_services",
    "moodle_access_refused": "service",
    "moodle_token_invalid": "token",
    "token_expired": "token",
    "function_missing": "function",
    "batch_missing": "function",
    "moodle_account_suspended": "account",
    "moodle_account_unconfirmed": "account",
    "moodle_account_deleted": "new_account",
    "moodle_account_nologin": "profile",
    "moodle_account_password": "profile",
    "moodle_account_profile": "profile",
    "moodle_account_policy": "policy",
    "moodle_https_wanted": "own_address",
    "moodle_other_host": "own_address",
    "moodle_page_instead": "own_address",
    "moodle_path_wrong": "own_address",
    "moodle_plain_http": "own_address",
    "moodle_redirected": "own_address",
    "address_http_behind_proxy": "own_address",
    "address_differs": "own_address",
    "address_plain_http": "own_address",
    "moodle_tls": "certificate",
    "moodle_request_too_big": "size",
    "moodle_maintenance_begins": "maintenance",
    "moodle_maintenance_page": "maintenance",
    "moodle_site_maintenance": "maintenance",
    "moodle_forbidden": "reach",
    "moodle_unreachable": "reach",
    "moodle_permission_missing": "role",
    "people_not_shown": "role",
    "people_without_email": "role",
    "people_without_fields": "role",
    "roster_empty": "role",
    "roster_only_itself": "role",
    "suspended_not_shown": "role",
    "suspension_hidden": "hidden_field",
    "moodle_calendar_not_listed": "system_role",
    "message_recipient_refused": "system_role",
    "course_not_listed": "course",
    "moodle_course_hidden": "course",
    "moodle_course_unavailable": "course",
    "moodle_course_missing": "lost_course",
    "manual_enrolment_off": "enrolment",
    "moodle_own_answer_invalid": "names",
    "moodle_messaging_off": "messaging",
    "account_is_administrator": "administrator",
    "clock_differs": "clock",
    "lti.no_registration": "registration",
    "lti.no_deployment": "deployment",
    "lti.jwks_failed": "keys",
    "lti.jwks_empty": "keys",
    "lti.services_failed": "tool_keys",
    "lti.services_not_granted": "tool_services",
    "lti.never_launched": "activity",
}
