"""What the system gathers for the sections 1–7 and the appendices of the report (R15, Приложение 2).

The result is plain JSON: rows by section (`"1"` … `"9"`), `sources` with the path of each row's page in the
same order, and `appendices`. It is frozen with the submission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents.report_row import (
    Achieved,
    EventHeld,
    MeetingHeld,
    Outcome,
    Pair,
    PlanLine,
    Priority,
    Row,
    Theme,
    YoungEvent,
    YoungMembers,
    to_json,
)
from mmo_lti.models.achievement import Achievement
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.plan import PlanItem
from mmo_lti.models.report import Report
from mmo_lti.rules.activity import REPORT_SECTION_OF, AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.report_check import SECTIONS
from mmo_lti.rules.states import MeetingState, MembershipState, PlanState
from mmo_lti.services import year_rows
from mmo_lti.services.attendance import members_present
from mmo_lti.services.link import association_path, meeting_path, plan_path
from mmo_lti.services.person import shown
from mmo_lti.services.report_appendix import appendices_of, signed_protocol
from mmo_lti.services.year_rows import YearRows

Found = Iterator[tuple[Row, str]]


@dataclass
class _Year:
    """The association's year, what of last year came after its report, and everybody's achievements."""

    rows: YearRows
    after: list[Meeting] = field(default_factory=list)
    achievements: list[Achievement] = field(default_factory=list)
    young: int = 0

    @property
    def planned(self) -> set[str]:
        """Lines of every agreed version: what was held under an older one was planned."""
        agreed = (plan for plan in self.rows.plans if plan.state is PlanState.AGREED)
        return {item.uid for plan in agreed for item in plan.items}

    def held(self, *, meetings: bool) -> list[tuple[date, Meeting, bool]]:
        """Held meetings, or other events, with their day; those after the last report marked."""
        found = [(meeting, False) for meeting in self.rows.meetings] + [(one, True) for one in self.after]
        dated = [
            (day, meeting, late)
            for meeting, late in found
            if meeting.state is MeetingState.HELD
            and meeting.is_meeting is meetings
            and (day := self.rows.day_of_meeting(meeting)) is not None
        ]
        return sorted(dated, key=lambda each: (each[0], each[1].id))


def gather(session: Session, report: Report) -> dict[str, Any]:
    """Everything the report of a year can say by itself, read from the rows as they are."""
    year = _read(session, report)
    sections: dict[int, Callable[[_Year], Found]] = {
        1: _meetings,
        2: _plan,
        3: _achieved(3),
        4: _achieved(4),
        5: _open_events,
        6: _achieved(6),
        7: _young,
    }
    gathered: dict[str, Any] = {"sources": {}}
    for number in SECTIONS:
        found = list(sections[number](year)) if number in sections else []
        gathered[str(number)] = [to_json(row) for row, _path in found]
        gathered["sources"][str(number)] = [path for _row, path in found]
    gathered["appendices"] = appendices_of(session, year.rows)
    return gathered


def _read(session: Session, report: Report) -> _Year:
    centre = session.get_one(Centre, report.centre_id)
    association = report.association
    frame = year_rows.frame_of(session, centre, report.year)
    year = _Year(year_rows.gather(session, frame, [association])[association.id])
    before = year_rows.frame_of(session, centre, report.year - 1)
    last = year_rows.gather(session, before, [association])[association.id]
    sent = last.report.first_submitted_at if last.report else None
    achievements = _achievements(session, report, report.year)
    if sent is not None:
        since = frame.day_of(sent)
        year.after = [
            meeting
            for meeting in last.meetings
            if meeting.state is MeetingState.HELD and (last.day_of_meeting(meeting) or since) > since
        ]
        late = _achievements(session, report, report.year - 1)
        achievements = [one for one in late if one.day > since] + achievements
    year.achievements = achievements
    year.young = _young_members(session, report)
    return year


def _achievements(session: Session, report: Report, year: int) -> list[Achievement]:
    return list(
        session.scalars(
            select(Achievement)
            .where(
                Achievement.centre_id == report.centre_id,
                Achievement.association_id == report.association_id,
                Achievement.year == year,
            )
            .order_by(Achievement.day, Achievement.id)
        )
    )


def _young_members(session: Session, report: Report) -> int:
    people = session.scalars(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.centre_id == report.centre_id,
            Membership.association_id == report.association_id,
            Membership.state == MembershipState.MEMBER,
            Person.young.is_(True),
        )
    )
    return len(people.all())


def _meetings(year: _Year) -> Found:
    association = year.rows.association
    for day, meeting, late in year.held(meetings=True):
        protocol = signed_protocol(year.rows, meeting)
        row = MeetingHeld(
            held_on=day,
            topic=meeting.topic,
            present=members_present(meeting),
            protocol=protocol.number if protocol else None,
            unplanned=not late and meeting.item_uid not in year.planned,
            after_last_report=late,
        )
        yield row, meeting_path(association, meeting)
    for day, event, late in year.held(meetings=False):
        yield (
            EventHeld(
                held_on=day,
                form=event.form,
                topic=event.topic,
                place=event.place,
                unplanned=not late and event.item_uid not in year.planned,
                after_last_report=late,
            ),
            meeting_path(association, event),
        )


def _plan(year: _Year) -> Found:
    plan = year.rows.agreed_plan
    if plan is None:
        return
    association = year.rows.association
    path = plan_path(association, plan.year)
    if plan.theme:
        yield Theme(text=plan.theme), path
    for priority in plan.priorities:
        yield Priority(text=str(priority)), path
    of_item = {meeting.item_uid: meeting for meeting in year.rows.meetings if meeting.item_uid}
    for item in plan.items:
        meeting = of_item.get(item.uid)
        if meeting is not None:
            for line in _plan_lines(year, item, meeting):
                yield line, meeting_path(association, meeting)


def _plan_lines(year: _Year, item: PlanItem, meeting: Meeting) -> Iterator[PlanLine]:
    """Each move within the year, and what came of the line in the end."""
    frame = year.rows.frame
    for move in meeting.moves:
        yield PlanLine(
            outcome=Outcome.MOVED,
            form=item.form,
            topic=item.topic,
            day=frame.day_of(move.old_starts_at) if move.old_starts_at else item.day,
            moved_to=frame.day_of(move.new_starts_at),
            reason=move.reason,
        )
    outcome = {MeetingState.HELD: Outcome.DONE, MeetingState.CANCELLED: Outcome.CANCELLED}.get(meeting.state)
    if outcome is not None:
        yield PlanLine(
            outcome=outcome,
            form=item.form,
            topic=item.topic,
            day=year.rows.day_of_meeting(meeting) if outcome is Outcome.DONE else meeting.day,
            reason=meeting.cancel_reason,
        )


def _achieved(section: int) -> Callable[[_Year], Found]:
    kinds = [kind for kind, number in REPORT_SECTION_OF.items() if number == section]

    def found(year: _Year) -> Found:
        for one in year.achievements:
            if AchievementKind(one.kind) in kinds:
                yield _row(one), association_path(year.rows.association)

    return found


def _row(one: Achievement) -> Achieved:
    return Achieved(
        kind=AchievementKind(one.kind),
        person=shown(one.person),
        title=one.title,
        level=Level(one.level) if one.level else None,
        where=one.where,
        result=one.result,
        day=one.day,
        part=OpenEventPart(one.part) if one.part else None,
        publisher=Publisher(one.publisher) if one.publisher else None,
        address=one.address,
    )


def _open_events(year: _Year) -> Found:
    """Of the municipal level and above only: the association's own open events, and its members'."""
    association = year.rows.association
    for day, event, _late in year.held(meetings=False):
        if event.level is not None and event.level.municipal_or_higher:
            row = Achieved(
                kind=AchievementKind.OPEN_EVENT,
                person="",
                title=event.topic,
                level=event.level,
                where=event.place,
                day=day,
                part=OpenEventPart.CONDUCT,
            )
            yield row, meeting_path(association, event)
    for found, path in _achieved(5)(year):
        if isinstance(found, Achieved) and found.level is not None and found.level.municipal_or_higher:
            yield found, path


def _young(year: _Year) -> Found:
    association = year.rows.association
    for meetings in (True, False):
        for day, event, _late in year.held(meetings=meetings):
            if event.for_young:
                row = YoungEvent(held_on=day, form=event.form, topic=event.topic)
                yield row, meeting_path(association, event)
    for one in year.achievements:
        if AchievementKind(one.kind) is AchievementKind.MENTORING:
            yield Pair(mentor=shown(one.person), young=one.title), association_path(association)
    if year.young:
        years = year.rows.frame.settings.young_years
        yield YoungMembers(count=year.young, years=years), f"{association_path(association)}/members"
