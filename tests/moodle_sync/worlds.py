"""Strategies: any course, any wish, and any meddling by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from moodle_sync.state import (
    ActualEvent,
    ActualGroup,
    ActualGrouping,
    DesiredCourse,
    DesiredEvent,
    DesiredGroup,
)
from moodle_sync.text import markers
from tests.moodle_sync.fake_course import ACCOUNT, COURSE, FakeCourse

USERS = st.frozensets(st.integers(1, 8))
IDNUMBERS = ["mmo-a", "mmo-b", "mmo-c"]
NAMES = ["ММО математики", "ММО химии", "ММО физики", "Кружок", "ММО ХИМИИ (старая)", "10 «А»"]
UUIDS = ["u1", "u2", "u3", "u4", "u5", "u6"]
START = datetime(2026, 12, 5, 5, 30, tzinfo=UTC)

starts = st.integers(0, 3).map(lambda days: START + timedelta(days=days))
texts = st.sampled_from(["<p>Повестка</p>", "<p>Повестка</p><p>Новая</p>", ""])


@st.composite
def desired_events(draw: st.DrawFn, uuid: str) -> DesiredEvent:
    return DesiredEvent(
        uuid=uuid,
        name=draw(st.sampled_from(["Заседание 1", "Заседание 2"])),
        description_html=draw(texts),
        location=draw(st.sampled_from(["", "каб. 5", "онлайн"])),
        starts_at=draw(starts),
        duration_minutes=draw(st.sampled_from([0, 90])),
        event_id=draw(st.none() | st.integers(1, 6)),
        cancelled=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def desired_courses(draw: st.DrawFn) -> DesiredCourse:
    names = draw(st.permutations(NAMES[:4]))
    uuids = iter(draw(st.permutations(UUIDS)))
    groups = []
    for idnumber, name in zip(IDNUMBERS[: draw(st.integers(0, 3))], names, strict=False):
        inside = draw(USERS)
        groups.append(
            DesiredGroup(
                idnumber,
                name,
                draw(st.none() | st.integers(1, 5)),
                inside,
                draw(USERS) - inside,
                tuple(draw(desired_events(next(uuids))) for _ in range(draw(st.integers(0, 2)))),
            )
        )
    called = {event.uuid for group in groups for event in group.events}
    removed = draw(st.lists(st.integers(1, 6) | st.sampled_from(UUIDS), max_size=2, unique=True))
    return DesiredCourse(
        COURSE,
        tuple(groups),
        draw(st.sampled_from(["", "mmo-all"])),
        "ММО города",
        tuple(mark for mark in removed if mark not in called),
    )


@st.composite
def actual_events(draw: st.DrawFn, event_id: int, group_ids: list[int]) -> ActualEvent:
    marked = draw(st.lists(st.sampled_from(UUIDS), max_size=2, unique=True))
    classes = " ".join(f"mmo-event-{uuid}" for uuid in marked)
    description = f'<div class="{classes}"><p>Повестка</p></div>' if marked else "<p>Повестка</p>"
    group_id = draw(st.sampled_from([*group_ids, 0]))
    return ActualEvent(
        event_id,
        draw(st.sampled_from(["Заседание 1", "Заседание 2"])),
        description,
        draw(st.sampled_from([COURSE, COURSE, 7])),
        group_id,
        draw(st.sampled_from([ACCOUNT, ACCOUNT, 5])),
        "group" if group_id else "course",
        int(draw(starts).timestamp()),
        draw(st.sampled_from([0, 5400])),
        markers(description),
    )


@st.composite
def courses(draw: st.DrawFn) -> FakeCourse:
    enrolled = set(draw(USERS))
    ids = sorted(draw(st.sets(st.integers(1, 5), max_size=4)))
    names = draw(st.permutations(NAMES))
    numbers = draw(st.permutations([*IDNUMBERS, "sis-1", "", ""]))
    groups = {
        group_id: ActualGroup(group_id, name, number, draw(USERS) & enrolled)
        for group_id, name, number in zip(ids, names, numbers, strict=False)
    }
    event_ids = sorted(draw(st.sets(st.integers(1, 6), max_size=4)))
    groupings = {}
    if draw(st.booleans()):
        groupings[1] = ActualGrouping(
            1,
            draw(st.sampled_from(["ММО города", "Другая"])),
            draw(st.sampled_from(["", "mmo-all"])),
            frozenset(draw(st.sets(st.sampled_from(ids)))) if ids else frozenset(),
        )
    return FakeCourse(
        groups,
        enrolled,
        set(draw(USERS)) & enrolled,
        {event_id: draw(actual_events(event_id, ids)) for event_id in event_ids},
        {event_id: draw(st.sampled_from(["", "каб. 5"])) for event_id in event_ids},
        groupings,
    )


@st.composite
def meddling(draw: st.DrawFn, course: FakeCourse) -> None:  # noqa: C901 - one line an act
    """What people do to a course by hand, a few acts at a time."""
    for _ in range(draw(st.integers(0, 4))):
        group_id = draw(st.sampled_from(sorted(course.groups))) if course.groups else None
        event_id = draw(st.sampled_from(sorted(course.events))) if course.events else None
        user = draw(st.integers(1, 8))
        act = draw(
            st.sampled_from(
                [
                    "in",
                    "out",
                    "rename",
                    "number",
                    "drop",
                    "move",
                    "edit",
                    "retype",
                    "delete",
                    "leave",
                    "come",
                    "bar",
                ]
            )
        )
        group = course.groups.get(group_id) if group_id is not None else None
        event = course.events.get(event_id) if event_id is not None else None
        members = group.members or frozenset() if group is not None else frozenset()
        if act == "in" and group is not None and user in course.enrolled:
            course.groups[group.group_id] = replace(group, members=members | {user})
        elif act == "out" and group is not None:
            course.groups[group.group_id] = replace(group, members=members - {user})
        elif act == "rename" and group is not None:
            course.groups[group.group_id] = replace(group, name=f"Переименована {course.new_id()}")
        elif act == "number" and group is not None:
            taken = {other.idnumber for other in course.groups.values()}
            free = [number for number in ["", "sis-2", *IDNUMBERS] if not number or number not in taken]
            course.groups[group.group_id] = replace(group, idnumber=draw(st.sampled_from(free)))
        elif act == "drop" and group is not None:
            course.delete_group(group.group_id)
        elif act == "move" and event is not None:
            course.events[event.event_id] = replace(event, starts=event.starts + 86400)
        elif act == "edit" and event is not None:
            course.events[event.event_id] = replace(event, description="<p>Другое</p>", markers=frozenset())
        elif act == "retype" and event is not None:
            course.events[event.event_id] = replace(event, kind="course", group_id=0)
        elif act == "delete" and event is not None:
            del course.events[event.event_id]
        elif act == "leave":
            course.unenrol(user)
        elif act == "come":
            course.enrolled.add(user)
        elif act == "bar" and user in course.enrolled:
            course.suspended ^= {user}
