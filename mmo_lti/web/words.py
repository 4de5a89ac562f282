"""Words for the states and kinds that pages show, each in one place."""

from __future__ import annotations

from flask_babel import gettext

from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)


def membership_word(state: MembershipState) -> tuple[str, str]:
    """Mark and word of a standing."""
    return {
        MembershipState.REQUESTED: ("wait", gettext("заявка на рассмотрении")),
        MembershipState.INVITED: ("soon", gettext("приглашение ждёт ответа")),
        MembershipState.PROPOSED: ("soon", gettext("нужно подтвердить участие")),
        MembershipState.MEMBER: ("good", gettext("член ММО")),
        MembershipState.SUSPENDED: ("soon", gettext("приостановлен")),
        MembershipState.REFUSED: ("bad", gettext("заявка отклонена")),
        MembershipState.WITHDRAWN: ("none", gettext("заявка отозвана")),
        MembershipState.DECLINED: ("none", gettext("приглашение отклонено")),
        MembershipState.REJECTED: ("none", gettext("не подтверждён")),
        MembershipState.LEFT: ("none", gettext("вышел из состава")),
    }[state]


def association_word(state: AssociationState) -> tuple[str, str]:
    """Mark and word of an association's state."""
    return {
        AssociationState.DRAFT: ("wait", gettext("набирает членов")),
        AssociationState.ACTIVE: ("good", gettext("действует")),
        AssociationState.DROPPED: ("none", gettext("не создано")),
        AssociationState.CLOSED: ("none", gettext("закрыто")),
        AssociationState.MERGED: ("none", gettext("объединено с другим")),
    }[state]


def plan_word(state: PlanState) -> tuple[str, str]:
    """Mark and word of a plan's state."""
    return {
        PlanState.DRAFT: ("wait", gettext("черновик")),
        PlanState.SUBMITTED: ("wait", gettext("на согласовании")),
        PlanState.AGREED: ("good", gettext("согласован")),
        PlanState.RETURNED: ("bad", gettext("возвращён")),
    }[state]


def meeting_word(state: MeetingState, unconfirmed: bool = False) -> tuple[str, str]:
    """Mark and word of a meeting's state; `unconfirmed`: its day is past and nobody marked it."""
    if unconfirmed:
        return "soon", gettext("состоялось?")
    return {
        MeetingState.PLANNED: ("wait", gettext("запланировано")),
        MeetingState.HELD: ("good", gettext("проведено")),
        MeetingState.CANCELLED: ("none", gettext("отменено")),
    }[state]


def protocol_word(state: ProtocolState) -> tuple[str, str]:
    """Mark and word of a protocol's state."""
    return {
        ProtocolState.DRAFT: ("wait", gettext("черновик")),
        ProtocolState.LODGED: ("wait", gettext("на проверке")),
        ProtocolState.ACCEPTED: ("good", gettext("принят")),
        ProtocolState.RETURNED: ("bad", gettext("возвращён")),
        ProtocolState.VOID: ("none", gettext("аннулирован")),
    }[state]


def report_word(state: ReportState) -> tuple[str, str]:
    """Mark and word of a report's state."""
    return {
        ReportState.NONE: ("none", gettext("не начат")),
        ReportState.ASSEMBLING: ("wait", gettext("формируется")),
        ReportState.DRAFT: ("wait", gettext("черновик")),
        ReportState.SUBMITTED: ("wait", gettext("у директора")),
        ReportState.ACCEPTED: ("good", gettext("принят")),
        ReportState.RETURNED: ("bad", gettext("возвращён")),
    }[state]


def kind_words() -> dict[AchievementKind, str]:
    """Kinds of achievements."""
    return {
        AchievementKind.CONTEST: gettext("профессиональный конкурс"),
        AchievementKind.PUBLICATION: gettext("публикация"),
        AchievementKind.OPEN_EVENT: gettext("открытое мероприятие"),
        AchievementKind.TALK: gettext("выступление"),
        AchievementKind.EXPERIENCE: gettext("обобщение опыта"),
        AchievementKind.MENTORING: gettext("наставничество"),
    }


def level_words() -> dict[Level, str]:
    """Levels, lowest first."""
    return {
        Level.ORGANISATION: gettext("образовательная организация"),
        Level.MUNICIPAL: gettext("муниципальный"),
        Level.REGIONAL: gettext("региональный"),
        Level.NATIONAL: gettext("всероссийский"),
        Level.INTERNATIONAL: gettext("международный"),
    }


def part_words() -> dict[OpenEventPart, str]:
    """The two groups of open events."""
    return {
        OpenEventPart.PARTICIPATION: gettext("участие"),
        OpenEventPart.CONDUCT: gettext("проведение"),
    }


def publisher_words() -> dict[Publisher, str]:
    """Where a publication appeared."""
    return {
        Publisher.CENTRE: gettext("издание методического центра"),
        Publisher.SITE: gettext("сайт"),
        Publisher.OTHER: gettext("другое издание"),
    }
