"""What a notice due by its date is about: its row, its link, and words beside those of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.base import Base
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.notice_due import DueKind, NoticeDue
from mmo_lti.services import link
from mmo_lti.services.year_rows import UNDRAFTED, YearRows

INBOX = "/city/inbox"

_MEETINGS = frozenset({DueKind.MEETING_REMINDER, DueKind.MEETING_UNCONFIRMED})
_PROTOCOLS = frozenset(
    {
        DueKind.PROTOCOL_DUE,
        DueKind.PROTOCOL_FIX_DUE,
        DueKind.PROTOCOL_OVERDUE,
        DueKind.PROTOCOL_REVIEW_OVERDUE,
    }
)
_REPORTS = frozenset({DueKind.REPORT_DUE, DueKind.REPORT_FIX_DUE, DueKind.REPORT_OVERDUE})
AFTER_CLOSING = _PROTOCOLS | _REPORTS
"""What is still owed after an association was closed: its protocols and its report."""


@dataclass(frozen=True)
class DueThing:
    """A notice of the rules with the row it is about, where it leads, and all that its text needs.

    `association` is none for a notice about the whole city.
    """

    due: NoticeDue
    association: Association | None
    thing: Base
    path: str
    params: Mapping[str, Any]
    meeting: Meeting | None = None

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What makes it one, whoever is told: kind, object, stage."""
        thing: Any = self.thing
        return (self.due.kind.value, thing.__tablename__, thing.id, self.due.stage)


def things_of_year(
    rows: YearRows, notices: Iterable[NoticeDue], keep: Callable[[YearRows], AssociationYear]
) -> Iterator[DueThing]:
    """Find the row of each notice of a year; `keep` gives the one that stands for plan, pace and report."""
    meetings = {str(meeting.id): meeting for meeting in rows.meetings}
    protocols = {str(protocol.id): protocol for protocol in rows.protocols}
    for due in notices:
        if due.kind in _MEETINGS:
            yield _of_meeting(rows, due, meetings[due.key])
        elif due.kind in _PROTOCOLS and due.key in protocols:
            yield _of_protocol(rows, due, protocols[due.key])
        elif due.kind in _PROTOCOLS:
            yield _of_meeting(rows, due, meetings[due.key.removeprefix(UNDRAFTED)])
        else:
            yield _of_year(rows, due, keep(rows))


def thing_of_city(centre: Centre, due: NoticeDue) -> DueThing:
    """A notice about the whole city."""
    return DueThing(due, None, centre, "/city", dict(due.params))


def thing_of_association(association: Association, due: NoticeDue) -> DueThing:
    """A notice about the association itself: requests, its leader, its number of members."""
    page = link.association_path(association)
    path = {
        DueKind.LEADER_VACANT: "/city/orders",
        DueKind.ACTING_LAST_DAY: page,
    }.get(due.kind, f"{page}/members")
    return DueThing(due, association, association, path, _params(association, due))


def _of_meeting(rows: YearRows, due: NoticeDue, meeting: Meeting) -> DueThing:
    words: dict[str, Any] = {}
    if due.kind is DueKind.MEETING_REMINDER:
        words = {"starts_at": meeting.starts_at or meeting.day, "place": meeting.place}
    if due.kind in _MEETINGS and not meeting.is_meeting:
        words |= {"event": meeting.form}
    path = link.meeting_path(rows.association, meeting)
    return DueThing(due, rows.association, meeting, path, _params(rows.association, due, words), meeting)


def _of_protocol(rows: YearRows, due: NoticeDue, protocol: Protocol) -> DueThing:
    path = link.protocol_path(rows.association, protocol)
    return DueThing(due, rows.association, protocol, path, _params(rows.association, due))


def _of_year(rows: YearRows, due: NoticeDue, kept: AssociationYear) -> DueThing:
    association, year = rows.association, rows.frame.year
    words: dict[str, Any] = {}
    if due.kind in _REPORTS:
        path = link.report_path(association, year.start)
    elif due.kind.value.startswith("pace"):
        path = link.association_path(association)
    elif due.kind is DueKind.PLAN_WAITING:
        path = INBOX
    else:
        path = link.plan_path(association, year.start)
    if due.kind is DueKind.REPORT_DUE:
        words = {"sections": rows.unsaid_sections()}
    return DueThing(due, association, kept, path, _params(association, due, words))


def _params(
    association: Association, due: NoticeDue, words: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {"association": association.genitive, **due.params, **(words or {})}
