"""What each recorded case presumes beyond its site: one function a situation, with the names of its cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import SYSTEM, AuthorisedUser, Grouping
from moodle_sync.sandbox.roles import SERVICE
from tests.contract.sandbox_alike import load, names
from tests.contract.sandbox_sites import CATEGORY_TOKEN, World, with_activities, with_states

Prepare = Callable[[World], None]
PREPARE: dict[str, list[Prepare]] = {}

_FIRST = """
add_members add_members_again_idempotent add_members_error_missing_group add_members_error_missing_user
add_members_error_not_enrolled batch_external_functions calendar_create_error_eventtype
calendar_create_error_partial_batch calendar_create_group_event calendar_delete calendar_delete_missing
calendar_get_by_course_and_group calendar_get_by_ids calendar_get_event_by_id calendar_update_by_form
calendar_update_by_form_ok calendar_update_start_day course_by_shortname course_groups
course_groups_after_failed_batch course_groups_missing_course create_groups
create_groups_error_batch_is_atomic create_groups_error_duplicate_idnumber
create_groups_error_duplicate_name delete_groups delete_groups_missing delete_members
delete_members_again_idempotent enrolled_users enrolled_users_group_page enrolled_users_onlyactive
enrolled_users_onlysuspended error_bad_token error_function_not_in_service error_invalid_parameter
error_missing_parameter error_unknown_function group_members group_members_missing_group groups_by_id
message_send message_send_with_messageanyuser site_info update_groups update_groups_missing users_by_id
"""
SITE_ONE = frozenset(_FIRST.split())


def prepare(text: str) -> Callable[[Prepare], Prepare]:
    """Say for which cases (names, or patterns with a `*`) a situation is made."""

    def register(function: Prepare) -> Prepare:
        for pattern in text.split():
            regex = re.compile(pattern.replace("*", ".*"))
            for name in filter(regex.fullmatch, names()):
                PREPARE.setdefault(name, []).append(function)
        return function

    return register


# Groups of the first site


@prepare(
    "add_members* course_groups_after_failed_batch create_groups_error* update_groups delete_groups delete_members*"
)
def group_of_chemists(world: World) -> None:
    more = {"idnumber": "mmo:0001", "description": "Тест"}
    world.moodle.add_group(2, "ММО учителей химии", 30, **more)


@prepare("add_members_again_idempotent delete_members")
def two_members(world: World) -> None:
    world.moodle.members[30] |= {6, 7}


@prepare("create_groups")
def next_group_is_30(world: World) -> None:
    world.next_id("group", 30)


@prepare("course_groups_no_course_view groupings_of_course_no_course_view")
def without_course_view(world: World) -> None:
    world.take("moodle/course:view")


# Batches


@prepare("batch_writes_before_the_error_stay")
def next_group_is_14(world: World) -> None:
    world.next_id("group", 14)


@prepare(
    "batch_error_function_not_in_service batch_warnings_are_not_errors batch_writes_before_the_error_stay_groups"
)
def first_of_the_batch(world: World) -> None:
    world.moodle.add_group(3, "Первая в пакете", 14, idnumber="b-1")


# Groupings


@prepare("groupings_*")
def two_groupings(world: World) -> None:
    for number, (name, idnumber) in enumerate(
        (("ММО города", "gg-mmo"), ("Творческие группы", "gg-tvg")), start=1
    ):
        world.moodle.groupings[world.moodle.new_id("grouping")] = Grouping(number, 2, name, idnumber)


@prepare("groupings_create")
def no_groupings(world: World) -> None:
    world.moodle.groupings.clear()
    world.next_id("grouping", 1)


@prepare("groupings_get_with_groups")
def grouping_with_groups(world: World) -> None:
    rows = load("groupings_get_with_groups")["response"][0]["groups"]
    world.moodle.groupings[1].group_ids = [row["id"] for row in rows]


@prepare("groupings_of_course_no_managegroups groupings_create_no_managegroups")
def without_managegroups(world: World) -> None:
    world.take("moodle/course:managegroups")


# Calendar


def _event_53(world: World) -> None:
    world.event(
        53,
        name="Заседание ММО: «Анализ ЕГЭ»",
        description='<p>Повестка</p><div class="mmo"></div>',
        userid=37,
        timestart=1795554600,
        timeduration=5400,
    )


@prepare(
    "calendar_delete calendar_get_by_ids calendar_get_event_by_id calendar_update_start_day calendar_update_by_form"
)
def event_53(world: World) -> None:
    _event_53(world)


@prepare("calendar_update_by_form_ok")
def event_56(world: World) -> None:
    world.event(56, userid=37)


@prepare("calendar_form_*")
def events_57_and_58(world: World) -> None:
    world.event(57)
    world.event(58)


@prepare("calendar_form_timezone_vladivostok*")
def account_in_vladivostok(world: World) -> None:
    world.moodle.users[34].timezone = "Asia/Vladivostok"


@prepare("calendar_form_timezone_vladivostok_users_by_field")
def preferences_of_the_account(world: World) -> None:
    row = load("calendar_form_timezone_vladivostok_users_by_field")["response"][0]
    world.moodle.users[34].preferences = {one["name"]: one["value"] for one in row["preferences"]}


@prepare("calendar_form_timezone_forced*")
def site_forces_kaliningrad(world: World) -> None:
    world.moodle.site.forced_timezone = "Europe/Kaliningrad"


@prepare("calendar_create_repeats_read calendar_delete_repeat_0")
def series(world: World) -> None:
    world.events_of("calendar_create_repeats_read")


@prepare("calendar_delete_repeat_0_read calendar_delete_repeat_1")
def series_without_the_first(world: World) -> None:
    world.events_of("calendar_delete_repeat_0_read")


@prepare("calendar_delete_one_missing calendar_delete_one_missing_read")
def events_63_and_64(world: World) -> None:
    world.events_of("calendar_delete_one_missing_read")


@prepare(
    "calendar_create_group_of_other_course_read calendar_events_no_window calendar_events_window_from_inside"
)
def listed_events(world: World) -> None:
    world.events_of("calendar_events_no_window")
    world.events_of("calendar_create_group_of_other_course_read")


@prepare("calendar_get_by_course_and_group batch_external_functions")
def old_course_events(world: World) -> None:
    world.events_of("calendar_get_by_course_and_group")
    _event_53(world)


@prepare("calendar_events_category_* calendar_create_category_*")
def by_the_category_account(world: World) -> None:
    world.token = CATEGORY_TOKEN


# Enrolment


@prepare("enrol_users_again enrol_users_after_failed_batch enrol_users_suspend* enrol_users_again_lifts*")
@prepare(
    "enrol_users_again_without_timeend* enrol_users_timeend* enrol_group_members_before_unenrol unenrol_users*"
)
@prepare("enrol_users_reenrol_group_members enrol_users_error_no_role_assign")
def two_outsiders_enrolled(world: World) -> None:
    for user_id in (35, 36):
        world.moodle.enrol(2, user_id)
        world.moodle.members[2].add(user_id)


@prepare("enrol_users_again_lifts_suspension")
def a_suspended_one(world: World) -> None:
    world.moodle.enrol(2, 38, suspended=True)


@prepare("enrol_users_suspend_listed enrol_users_suspend_lifted")
def suspended_35(world: World) -> None:
    by_hand.suspend_enrolment(world.moodle, 2, 35)


@prepare("enrol_users_again_without_timeend enrol_users_timeend_past_*")
def ended_36(world: World) -> None:
    world.moodle.enrol(2, 36, timestart=1795402354, timeend=1795488754)


@prepare(
    "enrol_users_reenrol enrol_users_reenrol_group_members unenrol_users_group_members_after unenrol_users_again"
)
def unenrolled_35(world: World) -> None:
    world.moodle.unenrol(2, 35)


@prepare("enrol_users_reenrol_group_members")
def enrolled_35_anew(world: World) -> None:
    world.moodle.enrol(2, 35)


@prepare("enrol_users_no_capability")
def without_enrol(world: World) -> None:
    world.take("enrol/manual:enrol")


@prepare("unenrol_users_no_capability")
def without_unenrol(world: World) -> None:
    world.take("enrol/manual:unenrol")


@prepare("enrol_users_error_no_role_assign")
def without_role_assign(world: World) -> None:
    world.take("moodle/role:assign")


@prepare(
    "enrol_users_manual_enrolment_disabled enrolled_users_manual_enrolment_disabled group_members_manual_*"
)
def method_disabled(world: World) -> None:
    by_hand.switch_manual_enrolment(world.moodle, 2, "disabled")


@prepare("enrol_users_error_no_manual_instance")
def method_deleted(world: World) -> None:
    by_hand.switch_manual_enrolment(world.moodle, 2, "deleted")


@prepare("group_members_100_groups enrolled_with_capability")
def a_hundred_groups(world: World) -> None:
    with_states(world)
    world.moodle.unenrol(2, 42)
    for row in load("group_members_100_groups")["response"][3:]:
        world.moodle.add_group(2, f"Группа для замера {row['groupid'] - 36}", row["groupid"])
        world.moodle.members[row["groupid"]] = set(row["userids"])


@prepare("enrolled_with_capability*")
def with_role_review(world: World) -> None:
    world.give("moodle/role:review")
    world.moodle.enrol(3, 33, 3)


@prepare("enrolled_with_capability_no_role_review")
def without_role_review(world: World) -> None:
    world.take("moodle/role:review")


# Activities


@prepare("course_contents_* course_module_* ltis_by_courses*")
def two_activities(world: World) -> None:
    with_activities(world)


@prepare("course_contents_*hidden_activity course_module_*hidden_activity ltis_by_courses_hidden_activity")
def second_hidden(world: World) -> None:
    world.moodle.activities[2].visible = False


@prepare("course_contents_*hidden_course course_module_*hidden_course ltis_by_courses_hidden_course")
def course_hidden(world: World) -> None:
    by_hand.show_course(world.moodle, 2, visible=False)


@prepare("course_contents_*no_lti_view course_module_*no_lti_view ltis_by_courses_no_lti_view")
def without_lti_view(world: World) -> None:
    world.take("mod/lti:view")


@prepare("course_module_by_cmid_deleted ltis_by_courses_after_delete")
def second_deleted(world: World) -> None:
    del world.moodle.activities[2]


# Messages


@prepare("message_send_with_messageanyuser")
def may_message_anyone(world: World) -> None:
    world.moodle.assign_role(37, SERVICE, SYSTEM)


@prepare("messages_*")
def all_states(world: World) -> None:
    with_states(world)


@prepare("messages_deleted_user*")
def deleted_receiver(world: World) -> None:
    by_hand.delete_account(world.moodle, 42)


@prepare("messages_states")
def suspended_receiver(world: World) -> None:
    by_hand.suspend_account(world.moodle, 41)


@prepare("messages_preferences*")
def receivers_who_refuse(world: World) -> None:
    world.moodle.users[6].blocked = [34]
    world.moodle.users[7].contacts_only = True


@prepare("messages_preferences_no_messageanyuser")
def without_messageanyuser(world: World) -> None:
    world.take("moodle/site:messageanyuser")


@prepare("messages_no_sendmessage")
def without_sendmessage(world: World) -> None:
    world.take("moodle/site:sendmessage")


@prepare("messages_no_sendmessage_at_all")
def without_sendmessage_at_all(world: World) -> None:
    for role in world.moodle.roles.values():
        role.capabilities.discard("moodle/site:sendmessage")


@prepare("messages_site_messaging_off")
def messaging_off(world: World) -> None:
    world.moodle.site.messaging = False


# People


@prepare("users_*")
def three_states(world: World) -> None:
    with_states(world)
    by_hand.suspend_account(world.moodle, 41)
    by_hand.delete_account(world.moodle, 42)
    world.moodle.users[33].email = "manager@x.example"


@prepare("users_group_members_before")
def before_the_states(world: World) -> None:
    by_hand.suspend_account(world.moodle, 41, suspended=False)
    world.moodle.users[42].deleted = False
    world.moodle.enrol(2, 42)
    world.moodle.members[2].add(42)


@prepare("users_*no_viewdetails*")
def without_viewdetails(world: World) -> None:
    world.take("moodle/user:viewdetails")


@prepare("users_*no_viewalldetails*")
def without_viewalldetails(world: World) -> None:
    world.take("moodle/user:viewalldetails")


@prepare("users_*no_viewuseridentity*")
def without_viewuseridentity(world: World) -> None:
    world.take("moodle/site:viewuseridentity")


# The account and the site


def _account(**changes: object) -> Prepare:
    def change(world: World) -> None:
        for name, value in changes.items():
            setattr(world.moodle.users[34], name, value)

    return change


def _site(**changes: object) -> Prepare:
    def change(world: World) -> None:
        for name, value in changes.items():
            setattr(world.moodle.site, name, value)

    return change


def _authorised(**changes: object) -> Prepare:
    def change(world: World) -> None:
        world.moodle.service.restricted = True
        world.moodle.service.authorised = {34: AuthorisedUser(34, **changes)}  # type: ignore[arg-type]

    return change


for pattern, situation in {
    "conn_account_auth_disabled": _site(disabled_auth=["ldap"]),
    "conn_account_auth_nologin": _account(auth="nologin"),
    "conn_account_suspended": _account(suspended=True),
    "conn_account_deleted": _account(deleted=True),
    "conn_account_not_confirmed": _account(confirmed=False),
    "conn_must_change_password*": _account(must_change_password=True),
    "conn_password_expired_profile_incomplete": _account(email=""),
    "conn_site_policy_not_accepted*": _site(has_policy=True),
    "conn_upgrade_pending*": _site(upgrade_pending=True),
    "conn_upgrade_running": _site(upgrade_running=True),
    "conn_maintenance_normal": _site(maintenance=True),
    "conn_maintenance_cli": _site(maintenance_by_cli=True),
    "conn_maintenance_cli_late": _site(maintenance_begins=True),
    "conn_web_services_disabled": _site(web_services=False),
    "conn_rest_protocol_disabled": _site(rest_protocol=False),
    "conn_account_authorised": _authorised(),
    "conn_account_authorised_expired": _authorised(valid_until=1),
    "conn_account_authorised_valid_until_tomorrow": _authorised(valid_until=2000000000),
    "conn_account_authorised_other_ip": _authorised(ip="192.0.2.1"),
}.items():
    prepare(pattern)(situation)


@prepare("conn_account_auth_disabled")
def account_of_ldap(world: World) -> None:
    world.moodle.users[34].auth = "ldap"


@prepare("conn_account_not_authorised")
def nobody_authorised(world: World) -> None:
    world.moodle.service.restricted = True


@prepare("conn_service_disabled")
def service_off(world: World) -> None:
    world.moodle.service.enabled = False


@prepare("conn_service_required_capability")
def service_wants_more(world: World) -> None:
    world.moodle.service.required_capability = "moodle/site:config"


@prepare("conn_no_rest_use")
def without_rest_use(world: World) -> None:
    world.take("webservice/rest:use")


@prepare("conn_role_taken_away")
def without_a_role(world: World) -> None:
    world.moodle.assignments[34] = []


@prepare("conn_token_expired")
def token_expired(world: World) -> None:
    world.moodle.tokens[world.token].valid_until = 1


@prepare("conn_token_expired_second_call")
def token_gone(world: World) -> None:
    token_expired(world)
    world.client.post("/webservice/rest/server.php", data={"wstoken": world.token, "wsfunction": "x"})


@prepare("conn_token_other_ip")
def token_for_another_address(world: World) -> None:
    world.moodle.tokens[world.token].ip = "192.0.2.1"


@prepare("conn_no_token")
def no_token(world: World) -> None:
    world.token = ""


@prepare("error_bad_token")
def another_token(world: World) -> None:
    world.token = "other"


def expected_ids(world: World, name: str) -> None:
    """Let rows that the case creates get the ids that were recorded."""
    response = load(name).get("response")
    events = response.get("events") if isinstance(response, dict) else None
    single = response.get("event") if isinstance(response, dict) else None
    if "_create" in name and events:
        world.next_id("event", events[0]["id"])
    if name == "calendar_form_create_new" and single:
        world.next_id("event", single["id"])


def arguments(world: World, name: str) -> object:
    """Return the request as it was sent: recordings write long texts as «жжж… (2048 letters)»."""
    text = json.dumps(load(name)["request"], ensure_ascii=False)
    full = re.sub(r"\"(.)\1*… \((\d+) letters\)\"", lambda found: f'"{found[1] * int(found[2])}"', text)
    return json.loads(full)
