"""The day of the meeting, the next one, and how many meetings count."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.pace import pace_of
from tests.factories.moment import moment

YEAR = AcademicYear(2026)
DAY = moment(2026, 10, 12, 15)
NEXT_DAY = moment(2026, 10, 13)


def counted(session: Session, association: Association, day: date) -> int:
    return pace_of(session, association, 2026, day).counted
