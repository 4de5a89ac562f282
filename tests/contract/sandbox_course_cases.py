"""Situations of courses: groups, groupings, calendar, enrolments, activities."""

from __future__ import annotations

from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import Grouping
from tests.contract.sandbox_alike import load
from tests.contract.sandbox_cases import prepare
from tests.contract.sandbox_sites import CATEGORY_TOKEN, World, with_activities, with_states

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
