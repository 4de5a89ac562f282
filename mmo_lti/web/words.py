"""Words for the states and kinds that pages show, each in one place."""

from __future__ import annotations

from babel.dates import get_month_names
from flask_babel import get_locale, gettext

from mmo_lti.documents.typography import bound
from mmo_lti.models.person import Person
from mmo_lti.models.plan import ProposalState
from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.documents_owed import Owed
from mmo_lti.rules.pace import Pace
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.membership_decision import EndGround, RefusalGround
from mmo_lti.services.notice_preference import Audience
from mmo_lti.services.person import main_organisation


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


def proposal_word(state: ProposalState) -> tuple[str, str]:
    """Mark and word of what became of a proposal."""
    return {
        ProposalState.OPEN: ("wait", gettext("ждёт ответа")),
        ProposalState.TAKEN: ("good", gettext("взято в план")),
        ProposalState.MERGED: ("good", gettext("объединено с пунктом плана")),
        ProposalState.DECLINED: ("none", gettext("отклонено")),
    }[state]


def pace_word(pace: Pace) -> tuple[str, str]:
    """Mark and word of how a year's meetings go."""
    return {
        Pace.NOT_REQUIRED: ("none", gettext("не требуются")),
        Pace.MET: ("good", gettext("норма выполнена")),
        Pace.AWAITING_PROTOCOLS: ("soon", gettext("ждём протоколы")),
        Pace.ON_TRACK: ("good", gettext("идёт по плану")),
        Pace.BEHIND: ("soon", gettext("отстаёт")),
        Pace.AT_RISK: ("bad", gettext("под угрозой")),
        Pace.MET_LATE: ("soon", gettext("норма выполнена с опозданием")),
        Pace.FAILED: ("bad", gettext("норма не выполнена")),
    }[pace]


def document_word(state: Owed) -> tuple[str, str]:
    """Mark and word of one of the five documents."""
    return {
        Owed.PRESENT: ("good", gettext("есть")),
        Owed.MISSING: ("wait", gettext("пока нет")),
        Owed.OVERDUE: ("bad", gettext("просрочен")),
        Owed.NOT_DUE: ("none", gettext("пока не требуется")),
    }[state]


def document_name(kind: DocumentKind) -> str:
    """What one of the five documents of 5.1 is called."""
    names: dict[DocumentKind, str] = {
        DocumentKind.CREATION_ORDER: gettext("Приказ о создании"),
        DocumentKind.REGULATION: gettext("Положение"),
        DocumentKind.PLAN: gettext("План на год"),
        DocumentKind.REPORT: gettext("Отчёт за прошлый год"),
        DocumentKind.PROTOCOL: gettext("Протоколы заседаний"),
    }
    return names[kind]


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


def organisation_word(person: Person) -> str:
    """Name of the main organisation, or a dash."""
    found = main_organisation(person)
    return bound(found.name) if found else "–"


def refusal_grounds() -> dict[RefusalGround, str]:
    """The conditions of 1.3 by which a request may be refused."""
    return {
        RefusalGround.NOT_OF_THE_CITY: gettext("не из образовательной организации города"),
        RefusalGround.NOT_A_TEACHER: gettext("не педагог"),
        RefusalGround.OTHER_SUBJECT: gettext("другой предмет или направление"),
    }


def end_grounds() -> dict[EndGround, str]:
    """Why a coordinator ends a membership."""
    return {
        EndGround.DISMISSAL: gettext("увольнение"),
        EndGround.NO_ACCESS: gettext("долго нет доступа в Moodle"),
        EndGround.DEATH: gettext("смерть"),
    }


def month_word(number: int) -> str:
    """«октябрь» for 10."""
    return str(get_month_names("wide", "stand-alone", get_locale() or "ru")[number])


def step_word(step: str) -> str:
    """What the worker does with a report at this step."""
    words: dict[str, str] = {
        "gather": gettext("Собираем заседания, план и достижения…"),
        "docx": gettext("Готовим документ для правки…"),
        "pdf": gettext("Готовим архивный PDF…"),
        "reading_copy": gettext("Прикладываем протоколы…"),
        "finish": gettext("Складываем в архив…"),
    }
    return words.get(step) or str(gettext("Отчёт ждёт своей очереди…"))


def audience_words() -> dict[Audience, str]:
    """Groups of notices, by whom they are for."""
    return {
        Audience.MEETINGS: gettext("Заседания и мероприятия"),
        Audience.PLAN: gettext("Предложения в план"),
        Audience.MEMBERSHIP: gettext("Участие в ММО"),
        Audience.LEADER: gettext("Руководителю и помощникам"),
        Audience.COORDINATOR: gettext("Координатору"),
        Audience.DIRECTOR: gettext("Директору"),
    }
