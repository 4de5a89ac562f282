"""Who may do what: the permission table as data. Deny unless listed.

A service passes the roles that a person has *towards the thing* (leader of its association, member of it, …)
and the circumstances that hold; pages only ask what to show. *Leader* is the leader or, while such an order
runs, the acting leader alone (R6); *director* is the director or the acting one.
"""

from collections.abc import Iterable
from enum import StrEnum

from mmo_lti.rules.action import Action


class Role(StrEnum):
    """What somebody is, towards the centre or an association."""

    TEACHER = "teacher"
    MEMBER = "member"
    HELPER = "helper"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    SITE_ADMINISTRATOR = "site_administrator"
    CLOCK = "clock"


class Circumstance(StrEnum):
    """What must hold for some rows of the table."""

    SELF = "self"  # the thing is the person's own
    OWN_ASSOCIATION = "own_association"  # the role is held in the association of the thing
    OPEN_TO_PERSON = "open_to_person"  # the event is open to the city, or the person is invited to it
    SUBMITTED = "submitted"  # the thing has been submitted or lodged
    ASSOCIATION_DRAFT = "association_draft"
    NO_LEADER = "no_leader"  # nobody holds the leader's rights today
    LEADER_ABSENT = "leader_absent"
    REASON_GIVEN = "reason_given"  # why the coordinator acts for the leader
    REQUEST_OVERDUE = "request_overdue"  # older than `request_days`
    NAMED_CONSULTANT = "named_consultant"
    HANDS_OVER = "hands_over"  # the leaving or the coming leader
    COURSE_STAFF = "course_staff"  # the platform says so in the launch
    LODGED_BY_COORDINATOR = "lodged_by_coordinator"
    SUBMITTED_BY_SELF = "submitted_by_self"  # this person submitted what is to be accepted


Needs = frozenset[Circumstance]
_C = Circumstance
_R = Role
_ALWAYS: Needs = frozenset()
_OWN: Needs = frozenset({_C.OWN_ASSOCIATION})
_OPEN: Needs = frozenset({_C.OPEN_TO_PERSON})
_FOR_SELF: Needs = frozenset({_C.SELF})
_NO_LEADER: Needs = frozenset({_C.NO_LEADER})
_FOR_ABSENT: Needs = frozenset({_C.LEADER_ABSENT, _C.REASON_GIVEN})
_FOR_VACANT: Needs = frozenset({_C.NO_LEADER, _C.REASON_GIVEN})

PEOPLE = (_R.TEACHER, _R.MEMBER, _R.HELPER, _R.LEADER, _R.COORDINATOR, _R.DIRECTOR)
_INSIDERS = (_R.MEMBER, _R.HELPER, _R.LEADER)

Grant = tuple[Role, Needs]


def _grants(roles: Iterable[Role], *needs: Needs) -> tuple[Grant, ...]:
    return tuple((role, need) for role in roles for need in needs)


_EVERYBODY = _grants(PEOPLE, _ALWAYS)
_THEMSELVES = _grants(PEOPLE, _FOR_SELF)
_SEEN_INSIDE = (*_grants(_INSIDERS, _OWN), *_grants((_R.COORDINATOR, _R.DIRECTOR), _ALWAYS))
_DONE_INSIDE = _grants(_INSIDERS, _OWN)
# Without a leader the leader's duties fall to the coordinator.
_PREPARED = (*_grants((_R.HELPER, _R.LEADER), _OWN), (_R.COORDINATOR, _NO_LEADER))
_LED = ((_R.LEADER, _OWN), (_R.COORDINATOR, _NO_LEADER))
_SUBMITTED = ((_R.LEADER, _OWN), (_R.COORDINATOR, _FOR_ABSENT), (_R.COORDINATOR, _FOR_VACANT))
_COORDINATED = _grants((_R.COORDINATOR,), _ALWAYS)
_DIRECTED = _grants((_R.DIRECTOR,), _ALWAYS)
_REVIEWED = (*_COORDINATED, (_R.DIRECTOR, frozenset({_C.LODGED_BY_COORDINATOR})))
_CITY = _grants((_R.COORDINATOR, _R.DIRECTOR), _ALWAYS)
_TECHNICAL = _grants((_R.SITE_ADMINISTRATOR, _R.COORDINATOR), _ALWAYS)
_TIMED = _grants((_R.CLOCK,), _ALWAYS)

_SPECIAL: dict[Action, tuple[Grant, ...]] = {
    Action.EVENT_SIGN_UP: (*_grants((_R.TEACHER, *_INSIDERS), _OPEN), *_DONE_INSIDE),
    Action.CHECK_IN: _grants((_R.TEACHER, *_INSIDERS), _ALWAYS),
    Action.DRAFTS_SEE: (
        *_grants((_R.HELPER, _R.LEADER), _OWN),
        (_R.COORDINATOR, _ALWAYS),
        (_R.DIRECTOR, frozenset({_C.SUBMITTED})),
    ),
    Action.MEMBER_INVITE: ((_R.LEADER, _OWN), (_R.COORDINATOR, _ALWAYS)),
    Action.REQUEST_DECIDE: (
        (_R.LEADER, _OWN),
        (_R.COORDINATOR, frozenset({_C.ASSOCIATION_DRAFT})),
        (_R.COORDINATOR, _NO_LEADER),
        (_R.COORDINATOR, frozenset({_C.REQUEST_OVERDUE})),
    ),
    Action.MEETING_MARK: (*_grants((_R.HELPER, _R.LEADER), _OWN), (_R.COORDINATOR, _ALWAYS)),
    Action.REPORT_ASSEMBLE: (*_PREPARED, *_TIMED),
    Action.INFORMATION_POST: ((_R.LEADER, _OWN), (_R.COORDINATOR, _ALWAYS)),
    Action.CONSULTATION_ANSWER: (
        *_LED,
        *_grants((_R.TEACHER, _R.MEMBER, _R.HELPER), frozenset({_C.NAMED_CONSULTANT})),
    ),
    Action.HANDOVER: (*_grants((_R.TEACHER, *_INSIDERS), frozenset({_C.HANDS_OVER})), *_COORDINATED),
    Action.DEEP_LINK_PICK: _grants((*PEOPLE, _R.SITE_ADMINISTRATOR), frozenset({_C.COURSE_STAFF})),
    Action.SYNC_RUN: (*_TECHNICAL, *_TIMED),
}

_ROWS: tuple[tuple[tuple[Grant, ...], tuple[Action, ...]], ...] = (
    (
        _EVERYBODY,
        (
            Action.ASSOCIATIONS_LIST,
            Action.ASSOCIATION_CARD_SEE,
            Action.REGULATION_SEE,
            Action.ACTS_SEE,
            Action.INFORMATION_SEE,
            Action.CONTESTS_SEE,
        ),
    ),
    (
        _THEMSELVES,
        (
            Action.REQUEST_TO_JOIN,
            Action.INVITATION_ANSWER,
            Action.MEMBERSHIP_CONFIRM,
            Action.LEAVE,
            Action.PROFILE_EDIT,
            Action.CONSENT_GIVE,
            Action.ACHIEVEMENT_EDIT,
            Action.DEVICE_END,
            Action.NOTICES_CHOOSE,
            Action.OWN_EXPORT,
            Action.OWN_CERTIFICATE,
        ),
    ),
    (
        _SEEN_INSIDE,
        (
            Action.MEMBERS_SEE,
            Action.PLAN_SEE,
            Action.MEETINGS_SEE,
            Action.PROTOCOL_SEE,
            Action.REPORT_SEE,
            Action.MATERIALS_SEE,
        ),
    ),
    (
        _DONE_INSIDE,
        (
            Action.PLAN_PROPOSE,
            Action.VOTE,
            Action.SURVEY_ANSWER,
            Action.THESES_ADD,
            Action.MATERIAL_ADD,
            Action.CONSULTATION_ASK,
        ),
    ),
    (
        _PREPARED,
        (
            Action.PLAN_DRAFT,
            Action.AGENDA_DRAFT,
            Action.ATTENDANCE_DRAFT,
            Action.PROTOCOL_DRAFT,
            Action.REPORT_DRAFT,
            Action.MEETING_CALL,
        ),
    ),
    (
        _LED,
        (
            Action.PROPOSAL_ANSWER,
            Action.HELPER_NAME,
            Action.MEMBERS_WRITE,
            Action.NEEDS_SEE,
            Action.NEEDS_ANSWER,
            Action.SUPPORT_ASK,
            Action.GRADES_SWITCH,
        ),
    ),
    (_SUBMITTED, (Action.PLAN_SUBMIT, Action.PLAN_WITHDRAW, Action.PROTOCOL_LODGE, Action.REPORT_SUBMIT)),
    (_DIRECTED, (Action.PLAN_AGREE, Action.REPORT_REVIEW, Action.DISPOSAL_APPROVE)),
    (_REVIEWED, (Action.PROTOCOL_REVIEW, Action.PROTOCOL_VOID)),
    (
        _COORDINATED,
        (
            Action.ASSOCIATION_CREATE,
            Action.ASSOCIATION_ADOPT,
            Action.ASSOCIATION_DROP,
            Action.ORDER_REGISTER,
            Action.ORGANISATION_EDIT,
            Action.PEOPLE_EDIT,
            Action.ACCOUNTS_JOIN,
            Action.MEMBERSHIP_END,
            Action.SETTINGS_CHANGE,
            Action.OFFICE_APPOINT,
            Action.TEMPLATE_CHANGE,
            Action.IMPORT,
            Action.COURSE_CONNECT,
            Action.DRIFT_ANSWER,
            Action.ROSTER_CONFIRM,
            Action.HOLD_SET,
            Action.FILE_WITHDRAW,
            Action.DISPOSAL_DRAFT,
            Action.DISPOSAL_CARRY_OUT,
            Action.ORIGINAL_ACCEPT,
            Action.EXTRACT_ISSUE,
            Action.CERTIFICATE_REVOKE,
            Action.ACT_EDIT,
            Action.CONTEST_EDIT,
            Action.SUPPORT_ANSWER,
            Action.INFORMATION_POST_CITY,
            Action.JOURNAL_SEE,
            Action.REMIND,
        ),
    ),
    (_CITY, (Action.CITY_SEE, Action.CALENDAR_SEE, Action.SUMMARY_REPORT, Action.CITY_EXPORT)),
    (
        _TECHNICAL,
        (Action.PLATFORM_MANAGE, Action.TOKEN_CHECK, Action.DOCTOR_RUN, Action.SYNC_HEALTH_SEE),
    ),
    (_TIMED, (Action.DATE_MOVE, Action.JOURNAL_SEAL, Action.NOTICE_SEND)),
)

GRANTS: dict[Action, tuple[Grant, ...]] = {
    **{action: grants for grants, actions in _ROWS for action in actions},
    **_SPECIAL,
}

# Whoever submitted a thing does not accept or agree it.
NEVER_OWN = frozenset(
    {
        Action.PLAN_AGREE,
        Action.REPORT_REVIEW,
        Action.DISPOSAL_APPROVE,
        Action.PROTOCOL_REVIEW,
        Action.PROTOCOL_VOID,
    }
)


def allowed(action: Action, roles: Iterable[Role], circumstances: Iterable[Circumstance] = ()) -> bool:
    """Whether somebody with these roles may do an action under these circumstances; deny unless listed."""
    held = frozenset(roles)
    holds = frozenset(circumstances)
    if action in NEVER_OWN and Circumstance.SUBMITTED_BY_SELF in holds:
        return False
    return any(role in held and needs <= holds for role, needs in GRANTS.get(action, ()))
