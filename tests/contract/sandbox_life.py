"""What happened to courses by hand before the `life_…` answers were recorded."""

from __future__ import annotations

from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.roles import STUDENT
from tests.contract.sandbox_cases import prepare
from tests.contract.sandbox_sites import World, life_course


@prepare(
    "life_before_batch life_course_hidden_* life_course_reset_groups_batch life_course_reset_members_batch"
)
def course_11(world: World) -> None:
    life_course(world, 11, "k1", (21, 22), 29)


@prepare("life_course_reset_events_* life_course_reset_unenrol_batch")
def course_12(world: World) -> None:
    life_course(world, 12, "k2", (23, 24), 32)


@prepare("life_course_deleted_*")
def course_13_deleted(world: World) -> None:
    life_course(world, 13, "k3", (25, 26), 35)
    by_hand.delete_course(world.moodle, 13)


@prepare(
    "life_group_deleted_batch life_group_deleted_add_member life_group_deleted_create_event"
    " life_group_deleted_event_by_id"
)
def course_14_without_a_group(world: World) -> None:
    life_course(world, 14, "k4", (27, 28), 38)
    world.moodle.delete_group(28)


@prepare("life_group_renamed_batch life_group_idnumber_*")
def course_14_with_changed_groups(world: World) -> None:
    course_14_without_a_group(world)
    world.moodle.add_group(14, "ММО учителей химии", 29, idnumber="mmo-05")
    by_hand.change_group(world.moodle, 27, name="Математики (переименовано)")


@prepare("life_group_idnumber_*")
def idnumber_given_away(world: World) -> None:
    by_hand.change_group(world.moodle, 27, idnumber="")
    by_hand.change_group(world.moodle, 29, idnumber="mmo-02")


@prepare("life_course_reset_groups_calendar_events life_course_reset_groups_enrolled_users")
@prepare("life_course_reset_groups_group_members")
def course_15_without_groups(world: World) -> None:
    life_course(world, 15, "k5", (30, 31), 42)
    by_hand.reset_course(world.moodle, 15, groups=True)


@prepare("life_group_deleted_calendar_* life_group_deleted_course_groups life_group_deleted_group_members")
def course_16_without_a_group(world: World) -> None:
    life_course(world, 16, "k6", (32, 33), 45)
    world.moodle.delete_group(33)


@prepare("life_event*")
def course_17(world: World) -> None:
    life_course(world, 17, "k7", (34, 35), 48)


@prepare("life_event_moved_* life_event_copied_* life_event_deleted_* life_event_type_*")
def event_48_dragged(world: World) -> None:
    by_hand.drag_event(world.moodle, 48, 1798777600)


@prepare("life_event_copied_* life_event_deleted_* life_event_type_*")
def event_49_pasted(world: World) -> None:
    by_hand.paste_event(world.moodle, 49, user_id=33, timestart=1798777600)


@prepare("life_event_deleted_* life_event_type_*")
def event_49_deleted(world: World) -> None:
    by_hand.delete_event(world.moodle, 49)


@prepare("life_event_type_*")
def event_48_retyped(world: World) -> None:
    by_hand.retype_event(world.moodle, 48, "Заседание для всех", "<p>без маркера</p>")
    world.moodle.events[48].timestart = 1798000005


@prepare("life_course_copied_*")
def course_18_copied(world: World) -> None:
    life_course(world, 18, "copy", (133, 134), 101)
    by_hand.copy_course(world.moodle, 18, "MMO-COPY_1", "ММО MMO-COPY copy 1")


@prepare("life_course_hidden_*")
def course_11_hidden(world: World) -> None:
    by_hand.show_course(world.moodle, 11, visible=False)


@prepare("life_course_hidden_with_viewhiddencourses_batch")
def may_view_hidden_courses(world: World) -> None:
    world.give("moodle/course:viewhiddencourses")


@prepare("life_course_reset_groups_batch")
def course_11_without_groups(world: World) -> None:
    by_hand.reset_course(world.moodle, 11, groups=True)


@prepare("life_course_reset_members_batch")
def course_11_without_members(world: World) -> None:
    by_hand.reset_course(world.moodle, 11, members=True)


@prepare("life_course_reset_events_* life_course_reset_unenrol_batch")
def course_12_without_events(world: World) -> None:
    by_hand.reset_course(world.moodle, 12, events=True)


@prepare("life_course_reset_unenrol_batch")
def course_12_without_students(world: World) -> None:
    by_hand.reset_course(world.moodle, 12, unenrol_roles=frozenset({STUDENT}))
