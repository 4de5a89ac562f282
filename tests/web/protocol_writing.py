"""A protocol that is being written: what tests of its page and of its scan share."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import AgendaItem, Attendance, AttendanceMark
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import MeetingState
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.protocol import make_protocol
from tests.web.conftest import City
from tests.web.page import Page, read
from tests.web.papers import scan, upload
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/protocols/1"
NOTED = "Принять информацию к сведению."


def begin_protocol(session: Session, city: City) -> Protocol:
    """The draft of a meeting with one question, where everybody came."""
    meeting = make_meeting(
        session, city.association, moment(2026, 10, 2, 11, 30), number=1, state=MeetingState.HELD
    )
    session.add(
        AgendaItem(
            centre_id=meeting.centre_id, meeting_id=meeting.id, position=1, wording="О результатах ГИА"
        )
    )
    for person in (city.leader, *city.members):
        session.add(
            Attendance(
                centre_id=meeting.centre_id,
                meeting_id=meeting.id,
                person_id=person.id,
                mark=AttendanceMark.PRESENT,
            )
        )
    return make_protocol(session, meeting, chair_id=city.leader.id)


def question_of(database: Database) -> int:
    """The id of its one question."""
    with database.read() as session:
        return session.scalars(select(AgendaItem.id)).one()


def filled(city: City, question: int, **more: str) -> dict[str, str]:
    return {
        "secretary": str(city.member.id),
        f"heard-{question}": "Средний балл вырос.",
        f"decision-{question}": NOTED,
        f"unanimous-{question}": "1",
        **more,
    }


def now(database: Database, number: int = 1) -> Protocol:
    with database.read() as session:
        found = session.scalars(
            select(Protocol).where(Protocol.number == number).order_by(Protocol.version.desc())
        ).first()
        assert found is not None
        return found


def item(database: Database) -> AgendaItem:
    with database.read() as session:
        return session.scalars(select(AgendaItem)).one()


def lay(visitor: Visitor, **more: object) -> Page:
    sent = {"scan": upload(scan(), "протокол.pdf"), **more}
    return read(visitor.post(f"{PAGE}/scan", sent, content_type="multipart/form-data"))
