"""Paths of pages: the stable addresses that notices and lists lead to."""

from __future__ import annotations

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.year import AcademicYear


def association_path(association: Association) -> str:
    """The page of an association."""
    return f"/a/{association.code}"


def plan_path(association: Association, year: int) -> str:
    """The plan of a year, named by the calendar year in which it starts."""
    return f"{_year(association, year)}/plan"


def meeting_path(association: Association, meeting: Meeting) -> str:
    """A meeting, or an event that is none."""
    kind = "meetings" if meeting.is_meeting else "events"
    return f"{_year(association, meeting.year)}/{kind}/{meeting.number}"


def protocol_path(association: Association, protocol: Protocol) -> str:
    """A protocol by its number."""
    return f"{_year(association, protocol.year)}/protocols/{protocol.number}"


def report_path(association: Association, year: int) -> str:
    """The report of a year."""
    return f"{_year(association, year)}/report"


def go_path(code: str) -> str:
    """What a link or a QR code outside the tool leads by."""
    return f"/go/{code}"


def _year(association: Association, year: int) -> str:
    return f"{association_path(association)}/{AcademicYear(year).slug}"
