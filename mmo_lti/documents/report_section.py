"""How the gathered rows of a section are put into sentences; their words are in `wording.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, TypedDict

from jinja2 import Environment, StrictUndefined, Template

from mmo_lti.documents.folder import wording
from mmo_lti.documents.report_row import (
    Achieved,
    Consultations,
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
)
from mmo_lti.documents.sentence import fill
from mmo_lti.documents.typography import bound, ended, line
from mmo_lti.rules.activity import AchievementKind, OpenEventPart, Publisher
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.wording import MEETING, PERSON, agree, counted, date_in_digits


class Group(TypedDict):
    """A heading of its own («Проведено 4 заседания:») and its lines; either may be empty."""

    heading: str
    rows: list[str]


def groups_of(section: int, rows: Sequence[Row]) -> list[Group]:
    """The rows of a section, 1 to 9, grouped and in order. Section 1 says so when nothing was held."""
    makers = {
        1: _meetings,
        2: _plan,
        3: _experience,
        4: _contests,
        5: _open_events,
        6: _publications,
        7: _young,
    }
    groups = makers[section](rows) if section in makers else []
    return [group for group in groups if group["heading"] or group["rows"]]


def appendix_line(
    number: str, title: str, day: date | None, sheets: int | None, state: ProtocolState | None
) -> str:
    """«1.2. Протокол № 2 от 14.12.2026, 3 л. – принят»."""
    told = wording()["report"]["states"][state.value] if state else ""
    return bound(
        _template("appendix").render(
            number=number, title=line(title), day=_day(day), sheets=sheets, state=told
        )
    )


def _meetings(rows: Sequence[Row]) -> list[Group]:
    meetings = sorted((row for row in rows if isinstance(row, MeetingHeld)), key=lambda row: row.held_on)
    events = sorted((row for row in rows if isinstance(row, EventHeld)), key=lambda row: row.held_on)
    heading = (
        fill(_heading("meetings"), {"counted": counted(len(meetings), MEETING)})
        if meetings
        else _heading("no_meetings")
    )
    return [
        Group(heading=heading, rows=[_meeting(row) for row in meetings]),
        _group("events", map(_event, events)),
    ]


def _plan(rows: Sequence[Row]) -> list[Group]:
    plan = [row for row in rows if isinstance(row, PlanLine)]
    by_outcome = {outcome: [row for row in plan if row.outcome is outcome] for outcome in Outcome}
    theme = [fill(_heading("theme"), {"theme": line(row.text)}) for row in rows if isinstance(row, Theme)]
    sums = {outcome.value: str(len(found)) for outcome, found in by_outcome.items()}
    return [
        *(Group(heading=text, rows=[]) for text in theme),
        _group("priorities", (line(row.text) for row in rows if isinstance(row, Priority))),
        Group(
            heading=fill(_heading("plan"), sums) if plan else "",
            rows=[_planned(row) for row in by_outcome[Outcome.DONE]],
        ),
        _group("moved", map(_planned, by_outcome[Outcome.MOVED])),
        _group("cancelled", map(_planned, by_outcome[Outcome.CANCELLED])),
    ]


def _experience(rows: Sequence[Row]) -> list[Group]:
    return [
        _group("experience", _achieved(rows, AchievementKind.EXPERIENCE)),
        _group("talks", _achieved(rows, AchievementKind.TALK)),
    ]


def _contests(rows: Sequence[Row]) -> list[Group]:
    return [Group(heading="", rows=_achieved(rows, AchievementKind.CONTEST))]


def _open_events(rows: Sequence[Row]) -> list[Group]:
    """Two groups; events of the organisation's own level don't belong here, whatever was gathered."""
    high = [
        row
        for row in rows
        if isinstance(row, Achieved) and (row.level is None or row.level.municipal_or_higher)
    ]
    conduct = [row for row in high if row.part is OpenEventPart.CONDUCT]
    others = [row for row in high if row.part is not OpenEventPart.CONDUCT]
    return [
        _group("participation", _achieved(others, AchievementKind.OPEN_EVENT)),
        _group("conduct", _achieved(conduct, AchievementKind.OPEN_EVENT)),
    ]


def _publications(rows: Sequence[Row]) -> list[Group]:
    published = [row for row in rows if isinstance(row, Achieved)]
    of = {
        where: [row for row in published if (row.publisher or Publisher.OTHER) is where]
        for where in Publisher
    }
    return [
        _group(f"publisher_{where.value}", _achieved(found, AchievementKind.PUBLICATION))
        for where, found in of.items()
    ]


def _young(rows: Sequence[Row]) -> list[Group]:
    events = sorted((row for row in rows if isinstance(row, YoungEvent)), key=lambda row: row.held_on)
    said = [
        fill(_heading("young_members"), {"years": str(row.years), "count": str(row.count)})
        for row in rows
        if isinstance(row, YoungMembers)
    ]
    said += [
        fill(_heading("consultations"), {"count": str(row.count)})
        for row in rows
        if isinstance(row, Consultations) and row.count
    ]
    pairs = [
        _sentence("pair", mentor=line(row.mentor), young=line(row.young))
        for row in rows
        if isinstance(row, Pair)
    ]
    return [
        _group(
            "young_events",
            (
                _sentence("young_event", day=_day(row.held_on), form=line(row.form), topic=_topic(row))
                for row in events
            ),
        ),
        _group("pairs", pairs),
        *(Group(heading=text, rows=[]) for text in said),
    ]


def _meeting(row: MeetingHeld) -> str:
    words = wording()["report"]["rows"]
    one, many = words["attended_one"], words["attended_many"]
    return _sentence(
        "meeting",
        day=_day(row.held_on),
        protocol=row.protocol,
        topic=_topic(row),
        attended=agree(row.present, one, many, many),
        people=counted(row.present, PERSON),
        unplanned=row.unplanned,
        after_last_report=row.after_last_report,
    )


def _event(row: EventHeld) -> str:
    return _sentence(
        "event",
        day=_day(row.held_on),
        form=line(row.form),
        topic=_topic(row),
        place=line(row.place),
        unplanned=row.unplanned,
        after_last_report=row.after_last_report,
    )


def _planned(row: PlanLine) -> str:
    return _sentence(
        f"plan_{row.outcome.value}",
        form=line(row.form),
        topic=_topic(row),
        day=_day(row.day),
        moved_to=_day(row.moved_to),
        reason=line(row.reason).rstrip("."),
    )


def _achieved(rows: Iterable[Row], kind: AchievementKind) -> list[str]:
    found = [row for row in rows if isinstance(row, Achieved) and row.kind is kind]
    found.sort(key=lambda row: (row.day or date.max, row.person))
    levels = wording()["report"]["levels"]
    return [
        _sentence(
            "achieved",
            person=line(row.person),
            title=_topic(row),
            where=line(row.where),
            level=levels[row.level.value] if row.level else "",
            result=line(row.result),
            day=_day(row.day),
            address=line(row.address),
        )
        for row in found
    ]


def _group(heading: str, rows: Iterable[str]) -> Group:
    lines = list(rows)
    return Group(heading=_heading(heading) if lines else "", rows=lines)


def _heading(name: str) -> str:
    text: str = wording()["report"]["headings"][name]
    return text


def _topic(row: MeetingHeld | EventHeld | PlanLine | YoungEvent | Achieved) -> str:
    """Without its own full stop: the sentence goes on."""
    return line(row.title if isinstance(row, Achieved) else row.topic).rstrip(".")


def _day(day: date | None) -> str:
    return date_in_digits(day) if day else ""


def _sentence(name: str, **values: Any) -> str:
    return ended(bound(_template(name).render(values)))


@cache
def _template(name: str) -> Template:
    # Plain text for both engines: each escapes for itself.
    env = Environment(autoescape=False, undefined=StrictUndefined)  # noqa: S701
    env.filters["ended"] = ended
    return env.from_string(wording()["report"]["rows"][name])
