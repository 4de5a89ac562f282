"""A meeting that was held, and its protocol as far as it has come."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.services import meeting as meetings
from mmo_lti.services import protocol as protocols
from mmo_lti.services.actor import Actor
from mmo_lti.services.agenda import Question, set_agenda
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.protocol import Block
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.stored_file import make_stored_file
from tests.services.protocol.held_day import DAY, NEXT_DAY


@pytest.fixture
def held(session: Session, leader: Actor, association: Association, teachers: list[Person]) -> Meeting:
    """Held on 12 October 2026; ten teachers were there, the leader among the eleven members was not marked."""
    meeting = make_meeting(session, association, moment(2026, 10, 12, 11, 30), number=1)
    set_agenda(
        session, leader, meeting, [Question("О плане работы", "Е. С. Абрамова"), Question("О разном")], DAY
    )
    present = {person.id for person in teachers} | {leader.person_id or 0}
    return meetings.mark_held(session, leader, meeting, DAY, present=present)


@pytest.fixture
def draft(session: Session, held: Meeting) -> Protocol:
    protocol = protocol_of(session, held)
    assert protocol is not None
    return protocol


@pytest.fixture
def scan(session: Session, association: Association) -> StoredFile:
    return make_stored_file(session, association, "protocol_scan", "protokol-1-2026-27-skan.pdf", pages=2)


@pytest.fixture
def written(
    session: Session, leader: Actor, draft: Protocol, held: Meeting, teachers: list[Person]
) -> Protocol:
    blocks = [
        Block(
            item.id,
            heard="доложила",
            decision="Утвердить план.\nРазослать план.",
            responsible="Белова",
            due=date(2026, 12, 20),
            unanimous=True,
        )
        for item in held.agenda
    ]
    return protocols.edit(
        session,
        leader,
        draft,
        chair_id=leader.person_id,
        secretary_id=teachers[0].id,
        blocks=blocks,
        now=DAY,
    )


@pytest.fixture
def lodged(session: Session, leader: Actor, written: Protocol, scan: StoredFile) -> Protocol:
    return protocols.lodge(session, leader, written, NEXT_DAY, scan=scan)
