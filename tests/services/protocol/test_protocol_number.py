"""R13.4: each number is given once, also to two who want it at the same moment."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.order import OrderKind
from mmo_lti.models.protocol import Protocol
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.factories.protocol import make_protocol


def test_r13_4_two_meetings_marked_held_at_once_get_two_numbers(database: Database) -> None:
    with database.write() as session:
        centre = make_centre(session)
        association = make_association(session, centre)
        person = make_person(session, centre)
        make_order(session, association, OrderKind.APPOINTMENT, person, person)
        leader = actor_of(person)
        ids = [make_meeting(session, association, moment(2026, 10, day)).id for day in (1, 2, 3, 4)]
    start = threading.Barrier(len(ids))

    def hold(meeting_id: int) -> None:
        start.wait()
        with database.write() as session:
            meetings.mark_held(session, leader, session.get_one(Meeting, meeting_id), moment(2026, 10, 5))

    threads = [threading.Thread(target=hold, args=(meeting_id,)) for meeting_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert sorted(session.scalars(select(Protocol.number))) == [1, 2, 3, 4]


def test_r13_4_the_database_gives_each_number_once(
    session: Session, association: Association, centre: Centre, leader: Actor, now: datetime
) -> None:
    meeting = make_meeting(session, association)
    make_protocol(session, meeting, number=3)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_protocol(session, meeting, number=3)
