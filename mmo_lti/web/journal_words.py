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
            return str(gettext("изменил настройку «%(name)s»", name=name))
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
        "create_draft": gettext("открыл проект объединения"),
        "create_association": gettext("создал объединение"),
        "adopt": gettext("принял объединение на учёт"),
        "drop_association": gettext("закрыл проект"),
        "end_association": gettext("закрыл объединение"),
        "rename_association": gettext("переименовал объединение"),
        "register_order": gettext("зарегистрировал приказ"),
        "link_group": gettext("выбрал группу Moodle"),
        "end_link": gettext("прекратил связь с группой"),
        "lose_link": gettext("группа Moodle пропала"),
        "create_group_anew": gettext("создал группу заново"),
        "close_year": gettext("учебный год закрыт"),
    }


def _people() -> dict[str, str]:
    return {
        "request_to_join": gettext("подал заявку"),
        "withdraw_request": gettext("отозвал заявку"),
        "accept_request": gettext("принял заявку"),
        "refuse_request": gettext("отклонил заявку"),
        "invite": gettext("пригласил"),
        "withdraw_invitation": gettext("отозвал приглашение"),
        "propose": gettext("предложил участие"),
        "propose_people": gettext("люди группы предложены в члены ММО"),
        "reject_proposed": gettext("не подтвердил предложенного"),
        "accept": gettext("подтвердил участие"),
        "decline": gettext("отказался"),
        "leave": gettext("вышел из состава"),
        "end_membership": gettext("прекратил членство"),
        "suspend": gettext("членство приостановлено"),
        "restore": gettext("членство возобновлено"),
        "name_helper": gettext("назначил помощника"),
        "end_helper": gettext("прекратил полномочия помощника"),
        "confirm_profile": gettext("подтвердил свои данные"),
        "add_achievement": gettext("добавил достижение"),
        "remove_achievement": gettext("удалил достижение"),
        "join_people": gettext("соединил две учётные записи"),
        "part_people": gettext("разъединил учётные записи"),
        "mute_notices": gettext("отключил вид сообщений"),
        "unmute_notices": gettext("включил вид сообщений"),
        "device_end": gettext("завершил свой сеанс"),
    }


def _year() -> dict[str, str]:
    return {
        "plan.start": gettext("начал план"),
        "plan.edit": gettext("изменил приоритеты плана"),
        "plan.add_item": gettext("добавил пункт плана"),
        "plan.change_item": gettext("изменил пункт плана"),
        "plan.remove_item": gettext("удалил пункт плана"),
        "plan.reorder": gettext("переставил пункты плана"),
        "plan.submit": gettext("отправил план директору"),
        "plan.withdraw": gettext("отозвал план"),
        "plan.agree": gettext("согласовал план"),
        "plan.return": gettext("вернул план"),
        "plan.take_up": gettext("взял план на доработку"),
        "plan.register": gettext("зарегистрировал согласованный план"),
        "meeting.plan": gettext("запланировал мероприятие"),
        "meeting.call": gettext("пригласил на заседание"),
        "meeting.date": gettext("назначил день заседания"),
        "meeting.move": gettext("перенёс заседание"),
        "meeting.cancel": gettext("отменил заседание"),
        "meeting.drop": gettext("заседание убрано вместе с пунктом плана"),
        "meeting.held": gettext("отметил, что заседание проведено"),
        "meeting.unmark": gettext("снял отметку о проведении"),
        "agenda.set": gettext("записал повестку"),
        "attendance.mark": gettext("отметил присутствие"),
        "guests.set": gettext("записал приглашённых"),
    }


def _papers() -> dict[str, str]:
    return {
        "protocol.draft": gettext("начат протокол"),
        "protocol.edit": gettext("заполнил протокол"),
        "protocol.scan": gettext("приложил скан протокола"),
        "protocol.scan_withdrawn": gettext("изъял скан протокола"),
        "protocol.lodge": gettext("сдал протокол"),
        "protocol.accept": gettext("принял протокол"),
        "protocol.return": gettext("вернул протокол"),
        "protocol.void": gettext("аннулировал протокол"),
        "protocol.correct": gettext("начал исправление протокола"),
        "protocol.register": gettext("зарегистрировал протокол"),
        "report.assemble": gettext("начал сборку отчёта"),
        "report.assembled": gettext("отчёт собран"),
        "report.assembling_failed": gettext("отчёт не собрался"),
        "report.words": gettext("написал раздел отчёта"),
        "report.submit": gettext("отправил отчёт"),
        "report.accept": gettext("принял отчёт"),
        "report.return": gettext("вернул отчёт"),
        "report.take_up": gettext("взял отчёт на доработку"),
        "file.bring": gettext("загрузил файл"),
        "file.withdraw": gettext("изъял файл"),
    }


def _centre() -> dict[str, str]:
    return {
        "appoint": gettext("назначил сотрудника центра"),
        "end_office": gettext("прекратил полномочия сотрудника центра"),
        "change_running_year": gettext("применил настройки к этому году"),
        "replace_transfers": gettext("изменил переносы выходных"),
        "add_organisation": gettext("добавил организацию"),
        "rename_organisation": gettext("исправил организацию"),
        "close_organisation": gettext("закрыл организацию"),
        "reopen_organisation": gettext("открыл организацию снова"),
        "connect_course": gettext("подключил курс"),
        "disconnect_course": gettext("отключил курс"),
        "confirm_roster": gettext("подтвердил уменьшившийся список"),
        "answer_drift": gettext("ответил на изменение в Moodle"),
        "retry_work": gettext("повторил неудавшуюся работу"),
        "drop_work": gettext("отказался от неудавшейся работы"),
        "set_moodle_access": gettext("сохранил доступ к веб-службе Moodle"),
        "platform.register": gettext("платформа подключена"),
        "platform.move": gettext("у платформы сменился адрес"),
        "platform.switch": gettext("платформа включена или отключена"),
    }
