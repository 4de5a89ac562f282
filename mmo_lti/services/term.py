"""Terms of meetings and of lines of a plan: a day, or a month that counts as its last day (R12)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import PlanItem
from mmo_lti.rules.duties import Duties
from mmo_lti.rules.year import AcademicYear, years_for
from mmo_lti.services.scope import local_today
from mmo_lti.services.year_rows import duties_of_association, frame_of, last_day_of_month


def term_of(thing: Meeting | PlanItem, year: AcademicYear) -> date | None:
    """The day that a meeting or a line of a plan counts as; none while it has no term."""
    return thing.day or last_day_of_month(year, thing.month)


def day_of_meeting(session: Session, meeting: Meeting) -> date | None:
    """The local day of a meeting; none while only its month is known."""
    if meeting.starts_at is not None:
        return local_today(session, meeting.centre_id, meeting.starts_at)
    return meeting.day


def fits(day: date, year: AcademicYear) -> bool:
    """Whether a meeting on a day may belong to a year: 15–31 August may open the new one (4.4, ours)."""
    return year in years_for(day)


def duties_of(session: Session, association: Association, year: AcademicYear) -> Duties:
    """What the association owes in a year, by the settings that the year began with."""
    centre = session.get_one(Centre, association.centre_id)
    return duties_of_association(frame_of(session, centre, year.start), association)
