"""Words for what the journal names by codes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.web import words
from mmo_lti.web.sentences import setting_label

SETTING = "change_setting."


class JournalWords:
    """The words of one page, looked up once: a page has a hundred lines."""

    def __init__(self) -> None:
        """Take the words in the reader's language."""
        self._actions = action_words()
        self._states = state_words()

    def action(self, action: str) -> str:
        """What was done; an action without words of its own stands by its code."""
        if action.startswith(SETTING):
            name = setting_label(action.removeprefix(SETTING))
            return str(gettext("изменена настройка «%(name)s»", name=name))
        return self._actions.get(action, action)

    def state(self, object_type: str, state: str) -> str:
        """A state of a thing, in words where the thing has named states."""
        return self._states.get((object_type, state), "")


def action_words() -> dict[str, str]:
    """Words for every action but the changes of settings."""
    return _associations() | _people() | _year() | _papers() | _centre()


def state_words() -> dict[tuple[str, str], str]:
    """Words for states, by the table of the thing and the state."""
    named: tuple[tuple[str, type[StrEnum], Callable[[Any], tuple[str, str]]], ...] = (
        ("associations", AssociationState, words.association_word),
        ("memberships", MembershipState, words.membership_word),
        ("plans", PlanState, words.plan_word),
        ("meetings", MeetingState, words.meeting_word),
        ("protocols", ProtocolState, words.protocol_word),
        ("reports", ReportState, words.report_word),
    )
    return {(table, one.value): word(one)[1] for table, states, word in named for one in states}


def _associations() -> dict[str, str]:
    return {
        "create_draft": gettext("открыт проект объединения"),
        "create_association": gettext("создано объединение"),
        "adopt": gettext("объединение принято на учёт"),
        "drop_association": gettext("закрыт проект"),
        "end_association": gettext("закрыто объединение"),
        "rename_association": gettext("переименовано объединение"),
        "register_order": gettext("зарегистрирован приказ"),
        "link_group": gettext("выбрана группа Moodle"),
        "end_link": gettext("прекращена связь с группой"),
        "lose_link": gettext("пропала группа Moodle"),
        "create_group_anew": gettext("группа создаётся заново"),
        "close_year": gettext("закрыт учебный год"),
        "grades_switch": gettext("включена или выключена отправка оценок в Moodle"),
        "grades_again": gettext("оценки отправлены в Moodle ещё раз"),
    }


def _people() -> dict[str, str]:
    return {
        "request_to_join": gettext("подана заявка"),
        "withdraw_request": gettext("отозвана заявка"),
        "accept_request": gettext("принята заявка"),
        "refuse_request": gettext("отклонена заявка"),
        "invite": gettext("отправлено приглашение"),
        "withdraw_invitation": gettext("отозвано приглашение"),
        "propose": gettext("предложено участие"),
        "propose_people": gettext("люди группы предложены в члены ММО"),
        "reject_proposed": gettext("предложенный не подтверждён"),
        "accept": gettext("участие подтверждено"),
        "decline": gettext("приглашение отклонено"),
        "leave": gettext("выход из состава"),
        "end_membership": gettext("прекращено членство"),
        "lose_access": gettext("потерян доступ к курсу Moodle"),
        "regain_access": gettext("вернулся доступ к курсу Moodle"),
        "refresh_account": gettext("имя или адрес обновлены по Moodle"),
        "account_standing": gettext("учётную запись закрыли или снова открыли в Moodle"),
        "suspend": gettext("приостановлено членство"),
        "restore": gettext("возобновлено членство"),
        "name_helper": gettext("назначен помощник"),
        "end_helper": gettext("прекращены полномочия помощника"),
        "confirm_profile": gettext("подтверждены свои данные"),
        "add_achievement": gettext("добавлено достижение"),
        "remove_achievement": gettext("удалено достижение"),
        "join_people": gettext("соединены две учётные записи"),
        "part_people": gettext("разъединены учётные записи"),
        "mute_notices": gettext("отключён вид сообщений"),
        "unmute_notices": gettext("включён вид сообщений"),
        "device_end": gettext("завершён свой сеанс"),
    }


def _year() -> dict[str, str]:
    return {
        "plan.start": gettext("начат план"),
        "plan.edit": gettext("изменены приоритеты плана"),
        "plan.add_item": gettext("добавлен пункт плана"),
        "plan.change_item": gettext("изменён пункт плана"),
        "plan.remove_item": gettext("удалён пункт плана"),
        "plan.submit": gettext("план отправлен директору"),
        "plan.withdraw": gettext("план отозван"),
        "plan.agree": gettext("план согласован"),
        "plan.return": gettext("план возвращён"),
        "plan.take_up": gettext("план взят на доработку"),
        "plan.register": gettext("зарегистрирован согласованный план"),
        "meeting.plan": gettext("запланировано мероприятие"),
        "meeting.call": gettext("разосланы приглашения на заседание"),
        "meeting.date": gettext("назначен день заседания"),
        "meeting.move": gettext("заседание перенесено"),
        "meeting.cancel": gettext("заседание отменено"),
        "meeting.drop": gettext("заседание убрано вместе с пунктом плана"),
        "meeting.held": gettext("заседание отмечено как проведённое"),
        "meeting.unmark": gettext("снята отметка о проведении"),
        "agenda.set": gettext("записана повестка"),
        "attendance.mark": gettext("отмечено присутствие"),
        "attendance.check_in": gettext("человек отметился на заседании"),
        "guests.set": gettext("записаны приглашённые"),
    }


def _papers() -> dict[str, str]:
    return {
        "protocol.draft": gettext("начат протокол"),
        "protocol.edit": gettext("протокол заполнен"),
        "protocol.scan": gettext("приложен скан протокола"),
        "protocol.scan_withdrawn": gettext("изъят скан протокола"),
        "protocol.lodge": gettext("протокол сдан"),
        "protocol.accept": gettext("протокол принят"),
        "protocol.return": gettext("протокол возвращён"),
        "protocol.void": gettext("протокол аннулирован"),
        "protocol.correct": gettext("начато исправление протокола"),
        "protocol.register": gettext("зарегистрирован протокол"),
        "report.assemble": gettext("начата сборка отчёта"),
        "report.assembled": gettext("отчёт собран"),
        "report.assembling_failed": gettext("отчёт не собрался"),
        "report.words": gettext("написан раздел отчёта"),
        "report.submit": gettext("отчёт отправлен"),
        "report.accept": gettext("отчёт принят"),
        "report.return": gettext("отчёт возвращён"),
        "report.take_up": gettext("отчёт взят на доработку"),
        "file.bring": gettext("загружен файл"),
        "file.withdraw": gettext("изъят файл"),
    }


def _centre() -> dict[str, str]:
    return {
        "appoint": gettext("назначен сотрудник центра"),
        "end_office": gettext("прекращены полномочия сотрудника центра"),
        "remind": gettext("руководителю отправлено напоминание"),
        "replace_transfers": gettext("изменены переносы выходных"),
        "add_organisation": gettext("добавлена организация"),
        "rename_organisation": gettext("исправлена организация"),
        "close_organisation": gettext("закрыта организация"),
        "reopen_organisation": gettext("организация снова открыта"),
        "connect_course": gettext("подключён курс"),
        "disconnect_course": gettext("отключён курс"),
        "confirm_roster": gettext("подтверждён уменьшившийся список"),
        "answer_drift": gettext("дан ответ на изменение в Moodle"),
        "drift_undone": gettext("изменение в Moodle уже отменено"),
        "retry_work": gettext("неудавшаяся работа поставлена снова"),
        "drop_work": gettext("неудавшаяся работа оставлена"),
        "set_moodle_access": gettext("сохранён доступ к веб-службе Moodle"),
        "platform.register": gettext("подключена платформа"),
        "platform.move": gettext("у платформы сменился адрес"),
        "platform.switch": gettext("платформа включена или отключена"),
    }
