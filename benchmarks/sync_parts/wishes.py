"""What the city wants of its course: associations, members, a year of events, and changes to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from moodle_sync.sandbox.city import City
from moodle_sync.state import DesiredCourse, DesiredEvent, DesiredGroup

PREFIX = "bench-"


def wish(city: City, people: Sequence[int], course_id: int, mark: str) -> DesiredCourse:
    """The city as it wants to be; its teachers are `people`, `mark` makes the events those of this round."""
    user_of = dict(zip(city.teacher_ids, people, strict=False))
    groups = []
    for association in city.associations:
        mine = [event for event in city.events if event.association == association.code]
        events = tuple(
            DesiredEvent(
                uuid=f"{mark}-{association.code}-{number}",
                name=f"{event.form.capitalize()}: {event.topic}",
                description_html=f"<p>{event.topic}</p>",
                location=event.place,
                starts_at=event.start,
                duration_minutes=event.minutes,
            )
            for number, event in enumerate(mine)
        )
        inside = frozenset(user_of[member] for member in association.member_ids if member in user_of)
        groups.append(
            DesiredGroup(f"{PREFIX}{association.code}", association.name, inside=inside, events=events)
        )
    return DesiredCourse(course_id, tuple(groups), f"{PREFIX}all", "ММО города (проверка скорости)")


def aged(desired: DesiredCourse, years: int) -> DesiredCourse:
    """The same with as many meetings in each of the years before."""

    def earlier(event: DesiredEvent, year: int) -> DesiredEvent:
        starts_at = event.starts_at - timedelta(weeks=52 * year)
        return replace(event, uuid=f"{event.uuid}-{year}", starts_at=starts_at, location="")

    groups = tuple(
        replace(
            group,
            events=group.events
            + tuple(earlier(one, year) for year in range(1, years + 1) for one in group.events),
        )
        for group in desired.groups
    )
    return replace(desired, groups=groups)


def part(desired: DesiredCourse, groups: int) -> DesiredCourse:
    """The first associations alone."""
    return replace(desired, groups=desired.groups[:groups])


def changed(desired: DesiredCourse, people: Sequence[int], number: int, rng: Random) -> DesiredCourse:
    """The same with `number` changes: of ten, five join, three leave, two meetings move by a day."""
    groups = list(desired.groups)
    moved: set[str] = set()
    for step in range(number):
        kind = step % 10
        at = rng.choice([index for index, group in enumerate(groups) if _has_room(group, kind, moved)])
        group = groups[at]
        if kind < 5:
            new = rng.choice([user for user in people if user not in group.inside | group.outside])
            groups[at] = replace(group, inside=group.inside | {new})
        elif kind < 8:
            gone = rng.choice(sorted(group.inside))
            groups[at] = replace(group, inside=group.inside - {gone}, outside=group.outside | {gone})
        else:
            event = rng.choice([event for event in group.events if event.uuid not in moved])
            moved.add(event.uuid)
            later = replace(event, starts_at=event.starts_at + timedelta(days=1))
            events = tuple(later if one is event else one for one in group.events)
            groups[at] = replace(group, events=events)
    return replace(desired, groups=tuple(groups))


def _has_room(group: DesiredGroup, kind: int, moved: set[str]) -> bool:
    if kind < 5:
        return True
    if kind < 8:
        return len(group.inside) > 1
    return any(event.uuid not in moved for event in group.events)
