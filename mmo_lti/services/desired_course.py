"""What a Moodle course should look like by our rows: plain data for the sync («Sync» of the architecture).

*In* are members, *out* are those who left, were refused, or were rejected by a named coordinator; everybody
else in a group is left alone. Who of them can enter the course is Moodle's to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.meeting_event import MeetingEvent
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState
from mmo_lti.services.clock import today
from mmo_lti.services.drift_book import REJECTED_IN_MOODLE, held_keys
from mmo_lti.services.group_link import alive_in_course
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.moodle_words import (
    activity_address,
    event_name,
    event_text,
    group_name,
    grouping_name,
)
from mmo_lti.services.scope import running_settings
from mmo_lti.services.sync_refusal import confirmed_numbers

KEPT_DAYS = 31
"""Events of meetings longer ago are left in the calendar as they are."""

GROUPING = "mmo"
"""`idnumber` of the grouping of all associations."""

OUT = frozenset({MembershipState.LEFT, MembershipState.REFUSED, MembershipState.REJECTED})


@dataclass(frozen=True)
class EventWish:
    """A meeting that was called; `starts_at` is in whole minutes, `description` HTML."""

    uid: str
    title: str
    description: str
    place: str
    starts_at: datetime
    minutes: int
    event_id: int | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class GroupWish:
    """An association's group: `inside` and `outside` are Moodle accounts by `sub`.

    `adopt_people`: tell the people of the group once, to be proposed (R2.5).
    """

    uid: str
    name: str
    group_id: int | None = None
    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    events: tuple[EventWish, ...] = ()
    adopt_people: bool = False


@dataclass(frozen=True)
class CourseWish:
    """A course as it should be, and what the sync needs beside it.

    `barred`: members' accounts suspended or deleted at site level, which no list of the course shows.
    `held`: keys of questions that are open or were answered with «ignore». `put_back`: undo changes by hand
    without asking. `shrink_max`: the share, 0 to 1, by which an answer may shrink. `confirmed`: what a
    coordinator confirmed of a refused answer. `whole_roster`: read the list of all enrolled too.
    `remembered`: what the last sync left for the next one.
    """

    course_id: int
    context_id: str
    groups: tuple[GroupWish, ...] = ()
    removed_events: tuple[str, ...] = ()
    barred: frozenset[str] = frozenset()
    grouping_idnumber: str = GROUPING
    grouping_name: str = ""
    held: frozenset[str] = frozenset()
    put_back: bool = False
    shrink_max: float = 0.2
    confirmed: Mapping[str, int] = field(default_factory=dict)
    whole_roster: bool = True
    remembered: Mapping[str, Any] = field(default_factory=dict)


def desired_course(session: Session, course: Course, now: datetime) -> CourseWish:
    """What the course should look like now. A course that is not connected has no groups to wish for."""
    session.flush()
    centre = session.get_one(Centre, course.centre_id)
    day = today(centre, now)
    settings = running_settings(session, centre.id, day)
    links = alive_in_course(session, course) if course.connected_at is not None else []
    meetings = _meetings(session, links, now)
    over = {one for found in meetings.values() for one in found if _is_over(one, centre, day)}
    events = _events(session, centre, course, meetings, over)
    people = _people(session, links)
    roster = session.get(CourseRoster, course.id)
    return CourseWish(
        course_id=course.id,
        context_id=course.context_id,
        groups=tuple(
            _group(link, people[link.association_id], events[link.association_id]) for link in links
        ),
        removed_events=tuple(one.uid for found in meetings.values() for one in found if one in over),
        barred=_barred(session, centre, people),
        grouping_name=grouping_name(),
        held=held_keys(session, course, put_back=settings.drift == "put_back"),
        put_back=settings.drift == "put_back",
        shrink_max=settings.roster_shrink_max / 100,
        confirmed={**_confirmed(roster), **confirmed_numbers(session, course)},
        whole_roster=roster is None or roster.whole_wanted_at is not None,
        remembered=roster.remembered if roster is not None else {},
    )


def _group(
    link: GroupLink, people: Mapping[bool, frozenset[str]], events: tuple[EventWish, ...]
) -> GroupWish:
    inside = people.get(True, frozenset())
    return GroupWish(
        uid=link.association.uid,
        name=group_name(link.association),
        group_id=link.group_id,
        inside=inside,
        outside=people.get(False, frozenset()) - inside,
        events=events,
        adopt_people=link.adopted and link.people_read_at is None and link.state is LinkState.LINKED,
    )


def _events(
    session: Session,
    centre: Centre,
    course: Course,
    meetings: Mapping[int, Sequence[Meeting]],
    over: Collection[Meeting],
) -> dict[int, tuple[EventWish, ...]]:
    ids = _event_ids(session, course)
    address = activity_address(centre, course)
    wishes = {
        key: tuple(_event(one, ids.get(one.id), address) for one in found if one not in over)
        for key, found in meetings.items()
    }
    return defaultdict(tuple, wishes)


def _event(meeting: Meeting, event_id: int | None, address: str) -> EventWish:
    assert meeting.starts_at is not None  # noqa: S101 - the query asks for it
    return EventWish(
        uid=meeting.uid,
        title=event_name(meeting),
        description=event_text(meeting, address),
        place=meeting.place,
        starts_at=meeting.starts_at.replace(second=0, microsecond=0),
        minutes=meeting.minutes,
        event_id=event_id,
        cancelled=meeting.state is MeetingState.CANCELLED,
    )


def _is_over(meeting: Meeting, centre: Centre, day: date) -> bool:
    """A cancelled meeting stays in the calendar as «Отменено» until its day (R11)."""
    cancelled = meeting.state is MeetingState.CANCELLED
    return cancelled and meeting.starts_at is not None and today(centre, meeting.starts_at) < day


def _meetings(session: Session, links: Sequence[GroupLink], now: datetime) -> dict[int, list[Meeting]]:
    """Called meetings by association: those ahead, and those of the last `KEPT_DAYS`."""
    found: dict[int, list[Meeting]] = defaultdict(list)
    rows = session.scalars(
        select(Meeting)
        .where(
            Meeting.association_id.in_([link.association_id for link in links]),
            Meeting.called_at.is_not(None),
            Meeting.starts_at >= now - timedelta(days=KEPT_DAYS),
        )
        .options(selectinload(Meeting.agenda), selectinload(Meeting.association))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    for meeting in rows:
        found[meeting.association_id].append(meeting)
    return found


def _event_ids(session: Session, course: Course) -> dict[int, int]:
    rows = session.execute(
        select(MeetingEvent.meeting_id, MeetingEvent.event_id).where(MeetingEvent.course_id == course.id)
    )
    return {row.meeting_id: row.event_id for row in rows}


def _people(session: Session, links: Sequence[GroupLink]) -> dict[int, dict[bool, frozenset[str]]]:
    """By association, the accounts that are in (True) and out (False); an ended one touches nobody."""
    found: dict[int, dict[bool, set[str]]] = defaultdict(lambda: {True: set(), False: set()})
    rows = session.execute(
        select(Membership.association_id, Membership.state, Membership.ground, Account.sub)
        .join(Account, Account.person_id == Membership.person_id)
        .join(Association, Association.id == Membership.association_id)
        .where(
            Membership.association_id.in_([link.association_id for link in links]),
            Association.state == AssociationState.ACTIVE,
            Account.disabled.is_(False),
        )
    )
    for row in rows:
        if row.state in STANDING:
            found[row.association_id][True].add(row.sub)
        elif row.state in OUT or row.ground == REJECTED_IN_MOODLE:
            found[row.association_id][False].add(row.sub)
    return defaultdict(
        dict, {key: {side: frozenset(subs) for side, subs in both.items()} for key, both in found.items()}
    )


def _barred(
    session: Session, centre: Centre, people: Mapping[int, Mapping[bool, frozenset[str]]]
) -> frozenset[str]:
    closed = session.scalars(
        select(Account.sub).where(Account.centre_id == centre.id, Account.standing != AccountStanding.OPEN)
    )
    inside = frozenset[str]().union(*(both.get(True, frozenset()) for both in people.values()))
    return inside.intersection(closed)


def _confirmed(roster: CourseRoster | None) -> dict[str, int]:
    if roster is None or roster.confirmed_size is None:
        return {}
    return {roster.confirmed_scope: roster.confirmed_size}
