"""The functions of the Moodle service that we use, and the capability each needs.

Source: least privilege found on Moodle 4.5.6 by removing one capability at a time.
"""

from dataclasses import dataclass

BATCH = "tool_mobile_call_external_functions"
SITE_INFO = "core_webservice_get_site_info"
COURSE_GROUPS = "core_group_get_course_groups"
GROUP_MEMBERS = "core_group_get_group_members"
ENROLLED = "core_enrol_get_enrolled_users"
EVENTS = "core_calendar_get_calendar_events"
GROUPINGS = "core_group_get_course_groupings"
GROUPING_GROUPS = "core_group_get_groupings"
COURSES = "core_course_get_courses_by_field"
PEOPLE = "core_user_get_users_by_field"
CREATE_GROUPS = "core_group_create_groups"
UPDATE_GROUPS = "core_group_update_groups"
ADD_MEMBERS = "core_group_add_group_members"
REMOVE_MEMBERS = "core_group_delete_group_members"
CREATE_GROUPINGS = "core_group_create_groupings"
UPDATE_GROUPINGS = "core_group_update_groupings"
ASSIGN_GROUPING = "core_group_assign_grouping"
CREATE_EVENTS = "core_calendar_create_calendar_events"
EVENT_FORM = "core_calendar_submit_create_update_form"
DELETE_EVENTS = "core_calendar_delete_calendar_events"
SEND = "core_message_send_instant_messages"

VIEW = "moodle/course:view"
MANAGE_GROUPS = "moodle/course:managegroups"
ALL_GROUPS = "moodle/site:accessallgroups"
VIEW_DETAILS = "moodle/user:viewdetails"
ALL_DETAILS = "moodle/user:viewalldetails"
IDENTITY = "moodle/site:viewuseridentity"
ENROL_REVIEW = "moodle/course:enrolreview"
MANAGE_ENTRIES = "moodle/calendar:manageentries"
HIDDEN_COURSES = "moodle/course:viewhiddencourses"
MESSAGE_ANY = "moodle/site:messageanyuser"
SEND_MESSAGE = "moodle/site:sendmessage"
REST_USE = "webservice/rest:use"
# Needed only on a site that hides the field `suspended` of people.
HIDDEN_FIELDS = "moodle/course:viewhiddenuserfields"


@dataclass(frozen=True, slots=True)
class Need:
    """One function: whether it only reads, whether the product works without it, what it needs."""

    function: str
    reads: bool
    required: bool
    capabilities: tuple[str, ...] = ()


NEEDS: tuple[Need, ...] = (
    Need(SITE_INFO, reads=True, required=True),
    Need(BATCH, reads=False, required=False),
    Need(COURSES, reads=True, required=True, capabilities=(VIEW, HIDDEN_COURSES)),
    Need(COURSE_GROUPS, reads=True, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(GROUP_MEMBERS, reads=True, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(ENROLLED, reads=True, required=True, capabilities=(ENROL_REVIEW, ALL_GROUPS, VIEW_DETAILS, VIEW)),
    Need(PEOPLE, reads=True, required=True, capabilities=(VIEW_DETAILS, ALL_DETAILS, IDENTITY)),
    Need(EVENTS, reads=True, required=True, capabilities=(MANAGE_ENTRIES,)),
    Need(GROUPINGS, reads=True, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(GROUPING_GROUPS, reads=True, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(CREATE_GROUPS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(UPDATE_GROUPS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(ADD_MEMBERS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(REMOVE_MEMBERS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(CREATE_GROUPINGS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(UPDATE_GROUPINGS, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(ASSIGN_GROUPING, reads=False, required=True, capabilities=(MANAGE_GROUPS, VIEW)),
    Need(CREATE_EVENTS, reads=False, required=True, capabilities=(MANAGE_ENTRIES,)),
    Need(EVENT_FORM, reads=False, required=True, capabilities=(MANAGE_ENTRIES,)),
    Need(DELETE_EVENTS, reads=False, required=True, capabilities=(MANAGE_ENTRIES,)),
    Need(SEND, reads=False, required=True, capabilities=(MESSAGE_ANY, SEND_MESSAGE)),
)

READS: frozenset[str] = frozenset(need.function for need in NEEDS if need.reads)

_CAPABILITIES = {need.function: need.capabilities for need in NEEDS}


def capabilities_of(function: str) -> tuple[str, ...]:
    """Capabilities that a function needs, most often forgotten first; empty for one we do not use."""
    return _CAPABILITIES.get(function, ())
