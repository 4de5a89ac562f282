"""A meeting that runs at this moment, and who is at it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.web.conftest import City, Clock

STARTS = moment(2026, 10, 12, 11, 30)
PAGE = "/a/MMO-02/2026-27/meetings/1"
CODE, LINK = "482913", "Zl3mQ0r8aPq7Xw2k"
HERE = "Я на заседании"


def begin_meeting(database: Database, city: City, clock: Clock) -> Meeting:
    """It began at 14:30 in Moscow, ten minutes ago, and takes 90."""
    with database.write() as session:
        row = make_meeting(
            session,
            city.association,
            STARTS,
            number=1,
            called_at=moment(2026, 10, 1),
            check_in_code=CODE,
            go_code=LINK,
        )
    clock.at = STARTS + timedelta(minutes=10)
    return row


def present(database: Database) -> set[int]:
    """Ids of the people who are marked present anywhere."""
    with database.read() as session:
        rows = session.scalars(select(Attendance).where(Attendance.mark == AttendanceMark.PRESENT))
        return {row.person_id for row in rows}
