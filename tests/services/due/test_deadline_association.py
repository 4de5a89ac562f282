"""The clock and associations: requests that wait, a leader who goes, members who are too few, the end."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
)
from mmo_lti.services.deadline import run_deadlines
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.services.due.told import kinds, told


def test_requests_go_to_who_decides_and_to_the_coordinator_after_ten_days(
    session: Session, centre: Centre, settled: Association
) -> None:
    for name in ("Новикова", "Орлова"):
        person = make_person(session, centre, name)
        make_membership(session, settled, person, MembershipState.REQUESTED, asked_at=moment(2026, 10, 5))
    assert told(session, centre, 2026, 10, 5) == [("requests_waiting", "Абрамова")]
    assert told(session, centre, 2026, 10, 15) == []
    assert told(session, centre, 2026, 10, 16) == [("requests_overdue", "Королёва")]


def test_requests_of_a_draft_go_to_the_coordinator(
    session: Session, centre: Centre, coordinator_person: Person
) -> None:
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    make_membership(session, draft, make_person(session, centre), MembershipState.REQUESTED)
    assert told(session, centre, 2026, 10, 5) == [("requests_waiting", "Королёва")]


def test_an_acting_leader_is_told_on_the_last_day_and_the_vacancy_is_the_coordinators(
    session: Session, centre: Centre, coordinator_person: Person, teachers: list[Person]
) -> None:
    lonely = make_association(session, centre, created_on=date(2026, 9, 1))
    make_plan(session, lonely, state=PlanState.AGREED)
    for person in teachers:
        make_membership(session, lonely, person)
    make_order(
        session,
        lonely,
        OrderKind.ACTING,
        coordinator_person,
        teachers[0],
        date(2026, 9, 1),
        until=date(2026, 10, 9),
    )
    assert told(session, centre, 2026, 10, 9) == [
        ("acting_last_day", "Белова"),
        ("acting_last_day", "Королёва"),
    ]
    assert told(session, centre, 2026, 10, 10) == [("leader_vacant", "Королёва")]


def test_without_a_leader_the_duties_are_the_coordinators(
    session: Session, centre: Centre, coordinator_person: Person, teachers: list[Person]
) -> None:
    lonely = make_association(session, centre, created_on=date(2026, 9, 1))
    for person in teachers:
        make_membership(session, lonely, person)
    assert ("plan_due", "Королёва") in told(session, centre, 2026, 9, 30)


def test_an_association_that_falls_below_ten_is_flagged_the_same_day(
    session: Session, centre: Centre, settled: Association, teachers: list[Person]
) -> None:
    """R2.4: two lost their access to Moodle sixty days ago, nobody acted."""
    for row in session.scalars(
        select(Membership).where(Membership.person_id.in_([person.id for person in teachers[:2]]))
    ):
        row.no_access_since = moment(2026, 8, 6)
    session.flush()
    run_deadlines(session, centre, moment(2026, 10, 5))
    assert settled.below_minimum_since is None
    run_deadlines(session, centre, moment(2026, 10, 7))
    run_deadlines(session, centre, moment(2026, 10, 8))
    assert settled.below_minimum_since == date(2026, 10, 7)
    [notice] = session.scalars(select(Notice).where(Notice.kind == "below_minimum"))
    assert notice.params == {"association": "учителей математики", "count": 9, "minimum": 10}


def test_of_a_closed_association_only_protocols_and_report_are_asked_for(
    session: Session, centre: Centre, association: Association
) -> None:
    """R2: closed in February after one checkpoint; the last leader owes the report 30 days later."""
    meeting = make_meeting(session, association, moment(2026, 12, 10), state=MeetingState.HELD)
    make_protocol(session, meeting, state=ProtocolState.ACCEPTED)
    association.state = AssociationState.CLOSED
    association.closed_on = date(2027, 2, 1)
    assert told(session, centre, 2027, 2, 20) == [("report_due", "Абрамова")]
    assert kinds(session, centre, 2027, 3, 4) == {"report_overdue", "reports_overdue"}
