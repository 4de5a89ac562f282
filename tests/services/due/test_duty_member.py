"""The home page's list of a teacher; and of those who owe nothing."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Proposal
from mmo_lti.rules.states import (
    MembershipState,
)
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.duty import duties_of
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person
from tests.services.due.duty_codes import TODAY, codes


def test_a_member_answers_and_proposes_once(
    session: Session, centre: Centre, association: Association, teachers: list[Person]
) -> None:
    meeting = make_meeting(session, association, moment(2026, 9, 20), called_at=moment(2026, 9, 1))
    session.add(Attendance(centre_id=centre.id, meeting_id=meeting.id, person_id=teachers[0].id))
    session.flush()
    actor = actor_of(teachers[0])
    assert codes(session, actor, date(2026, 9, 10)) == [("plan_propose", 5), ("meeting_answer", 10)]
    session.add(
        Proposal(
            centre_id=centre.id,
            association_id=association.id,
            year=2026,
            person_id=teachers[0].id,
            topic="Проектная задача",
            created_at=moment(2026, 9, 10),
        )
    )
    session.flush()
    assert codes(session, actor, date(2026, 9, 11)) == [("meeting_answer", 9)]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (MembershipState.PROPOSED, "membership_confirm"),
        (MembershipState.INVITED, "invitation_answer"),
        (MembershipState.LEFT, None),
    ],
)
def test_a_teacher_answers_what_was_asked(
    session: Session, centre: Centre, settled: Association, state: MembershipState, code: str | None
) -> None:
    person = make_person(session, centre, "Новикова")
    make_membership(session, settled, person, state)
    assert codes(session, actor_of(person)) == ([(code, None)] if code else [])


def test_a_newcomer_confirms_the_name_first(session: Session, centre: Centre) -> None:
    person = make_person(session, centre, confirmed_at=None)
    assert codes(session, actor_of(person)) == [("profile_confirm", None)]


def test_nothing_of_another_centre_is_seen(
    session: Session, other_centre: Centre, association: Association, coordinator: Actor
) -> None:
    stranger = make_person(session, other_centre)
    assert codes(session, actor_of(stranger)) == []


def test_the_clock_owes_nothing(session: Session, centre: Centre) -> None:
    assert duties_of(session, clock_actor(centre.id), TODAY) == []
