"""Words for the connection with Moodle: kinds of work, why it failed, answers to what was changed by hand."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from mmo_lti.models.sync_run import DriftAnswer
from mmo_lti.services.drift_book import DriftKind
from mmo_lti.web.sentences import coded

OWN_FAILURE = "broke:"
"""Begins the failure of a job that broke: our own mistake, whatever it is called."""


def failure_sentence(code: str, params: Mapping[str, object] | None = None) -> str:
    """Why a sync or other work failed, and what to do about it."""
    if code.startswith(OWN_FAILURE):
        return str(gettext("Внутренняя ошибка. Если она повторится, сообщите её администратору сервера."))
    if code.startswith("moodle") or "." in code:
        return coded(code, params)
    return coded(f"sync.{code}", params)


def work_word(kind: str) -> str:
    """What a kind of background work does."""
    words: dict[str, str] = {
        "sync_course": gettext("обновление курса"),
        "assemble_report": gettext("сборка отчёта"),
        "file_document": gettext("оформление документа"),
        "send_notices": gettext("отправка сообщений"),
        "moodle_check": gettext("проверка подключения"),
        "read_members": gettext("чтение списка участников"),
        "read_people": gettext("чтение учётных записей"),
        "send_grades": gettext("отправка оценок за участие"),
        "remove_bytes": gettext("удаление изъятого файла"),
    }
    return words.get(kind) or str(gettext("фоновая работа"))


def answer_words(kind: DriftKind) -> dict[DriftAnswer, str]:
    """What each answer does about a kind of change."""
    take: dict[DriftKind, str] = {
        DriftKind.MEMBER_ADDED: gettext("Предложить членство"),
        DriftKind.MEMBER_REMOVED: gettext("Прекратить членство"),
        DriftKind.EVENT_CHANGED: gettext("Перенести заседание"),
        DriftKind.EVENT_DELETED: gettext("Отменить заседание"),
    }
    back: dict[DriftKind, str] = {
        DriftKind.MEMBER_ADDED: gettext("Убрать из группы"),
        DriftKind.MEMBER_REMOVED: gettext("Вернуть в группу"),
        DriftKind.GROUP_RENAMED: gettext("Вернуть название"),
    }
    return {
        DriftAnswer.TAKE_OVER: take.get(kind) or str(gettext("Принять")),
        DriftAnswer.PUT_BACK: back.get(kind) or str(gettext("Вернуть как было")),
        DriftAnswer.IGNORE: str(gettext("Оставить и не спрашивать")),
    }
