"""What people and the clock do: one name per distinct action of the permission table."""

from enum import StrEnum, auto


class Action(StrEnum):
    """An action; who may do it says `rules.permission`."""

    # Seen by everybody.
    ASSOCIATIONS_LIST = auto()
    ASSOCIATION_CARD_SEE = auto()
    REGULATION_SEE = auto()
    ACTS_SEE = auto()
    INFORMATION_SEE = auto()
    CONTESTS_SEE = auto()
    # For oneself.
    REQUEST_TO_JOIN = auto()
    INVITATION_ANSWER = auto()
    MEMBERSHIP_CONFIRM = auto()
    LEAVE = auto()
    PROFILE_EDIT = auto()
    CONSENT_GIVE = auto()
    ACHIEVEMENT_EDIT = auto()
    DEVICE_END = auto()
    NOTICES_CHOOSE = auto()
    OWN_EXPORT = auto()
    OWN_CERTIFICATE = auto()
    # Events.
    EVENT_SIGN_UP = auto()
    CHECK_IN = auto()
    # Seen inside an association.
    MEMBERS_SEE = auto()
    PLAN_SEE = auto()
    MEETINGS_SEE = auto()
    PROTOCOL_SEE = auto()  # accepted ones
    REPORT_SEE = auto()  # accepted ones
    MATERIALS_SEE = auto()
    DRAFTS_SEE = auto()  # drafts and what is under review
    # Members.
    PLAN_PROPOSE = auto()
    VOTE = auto()
    SURVEY_ANSWER = auto()
    THESES_ADD = auto()
    MATERIAL_ADD = auto()
    CONSULTATION_ASK = auto()
    # Who belongs.
    MEMBER_INVITE = auto()
    REQUEST_DECIDE = auto()
    MEMBERSHIP_END = auto()  # by the coordinator, with a reason; rejecting a proposed person too
    # Prepared by leader or helper.
    PLAN_DRAFT = auto()
    AGENDA_DRAFT = auto()
    ATTENDANCE_DRAFT = auto()
    PROTOCOL_DRAFT = auto()
    REPORT_DRAFT = auto()
    REPORT_ASSEMBLE = auto()
    MEETING_CALL = auto()
    MEETING_MARK = auto()  # held, moved, cancelled
    # The leader's own.
    PROPOSAL_ANSWER = auto()
    PLAN_SUBMIT = auto()
    PLAN_WITHDRAW = auto()
    PROTOCOL_LODGE = auto()
    REPORT_SUBMIT = auto()
    HELPER_NAME = auto()
    MEMBERS_WRITE = auto()
    NEEDS_SEE = auto()
    NEEDS_ANSWER = auto()
    SUPPORT_ASK = auto()  # hall, equipment, link, printing, letter (R27)
    GRADES_SWITCH = auto()
    INFORMATION_POST = auto()
    CONSULTATION_ANSWER = auto()
    HANDOVER = auto()
    # Agreed and accepted.
    PLAN_AGREE = auto()  # or return
    REPORT_REVIEW = auto()  # accept or return
    DISPOSAL_APPROVE = auto()
    PROTOCOL_REVIEW = auto()  # accept or return
    PROTOCOL_VOID = auto()
    # The coordinator's.
    ASSOCIATION_CREATE = auto()  # create, rename, merge, close (R5)
    ASSOCIATION_ADOPT = auto()
    ASSOCIATION_DROP = auto()
    ORDER_REGISTER = auto()
    ORGANISATION_EDIT = auto()
    PEOPLE_EDIT = auto()
    ACCOUNTS_JOIN = auto()
    SETTINGS_CHANGE = auto()
    OFFICE_APPOINT = auto()  # coordinators, director, acting director (R1)
    TEMPLATE_CHANGE = auto()
    IMPORT = auto()
    COURSE_CONNECT = auto()
    DRIFT_ANSWER = auto()
    ROSTER_CONFIRM = auto()
    HOLD_SET = auto()
    FILE_WITHDRAW = auto()
    DISPOSAL_DRAFT = auto()  # draft the act, enter the commission's protocol
    DISPOSAL_CARRY_OUT = auto()
    ORIGINAL_ACCEPT = auto()
    EXTRACT_ISSUE = auto()
    CERTIFICATE_REVOKE = auto()
    ACT_EDIT = auto()
    CONTEST_EDIT = auto()
    SUPPORT_ANSWER = auto()
    INFORMATION_POST_CITY = auto()
    JOURNAL_SEE = auto()
    REMIND = auto()
    # The city.
    CITY_SEE = auto()
    CALENDAR_SEE = auto()
    SUMMARY_REPORT = auto()
    CITY_EXPORT = auto()
    # Technical.
    PLATFORM_MANAGE = auto()
    TOKEN_CHECK = auto()
    DOCTOR_RUN = auto()
    SYNC_HEALTH_SEE = auto()  # counts without names
    SYNC_RUN = auto()
    DEEP_LINK_PICK = auto()
    # The clock's.
    DATE_MOVE = auto()
    JOURNAL_SEAL = auto()
    NOTICE_SEND = auto()
