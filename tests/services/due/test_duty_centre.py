"""The home page's list of the coordinator and the director: what waits for the centre."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.models.sync_run import Drift
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.actor import Actor
from mmo_lti.services.duty import duties_of
from tests.factories.association import make_association
from tests.factories.course import make_course
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.services.due.duty_codes import TODAY, codes


def test_without_a_leader_the_coordinator_owes_the_leaders_duties(
    session: Session, centre: Centre, coordinator: Actor, director_person: Person, teachers: list[Person]
) -> None:
    lonely = make_association(session, centre, created_on=date(2026, 9, 1))
    make_plan(session, lonely, state=PlanState.AGREED)
    held = make_meeting(session, lonely, moment(2026, 9, 28), state=MeetingState.HELD)
    make_protocol(session, held, due_on=date(2026, 10, 8))
    assert codes(session, coordinator) == [("protocol_lodge", 3), ("leader_appoint", None)]


def test_an_acting_leaders_end_is_seen_a_week_before(
    session: Session,
    settled: Association,
    coordinator: Actor,
    coordinator_person: Person,
    director_person: Person,
) -> None:
    make_order(
        session,
        settled,
        OrderKind.ACTING,
        coordinator_person,
        coordinator_person,
        date(2026, 9, 1),
        until=date(2026, 10, 12),
    )
    assert ("leader_successor", 7) in codes(session, coordinator)
    assert codes(session, coordinator, date(2026, 10, 4)) == []


def test_protocols_wait_for_the_coordinator_who_did_not_lodge_them(
    session: Session,
    settled: Association,
    coordinator: Actor,
    coordinator_person: Person,
    director: Actor,
) -> None:
    at = moment(2026, 9, 30)
    first, second = (
        make_meeting(session, settled, moment(2026, 9, day), state=MeetingState.HELD) for day in (20, 25)
    )
    make_protocol(session, first, state=ProtocolState.LODGED, lodged_at=at, first_lodged_at=at)
    make_protocol(
        session,
        second,
        state=ProtocolState.LODGED,
        lodged_at=at,
        first_lodged_at=at,
        lodged_by=coordinator_person.id,
        lodged_for_leader="Руководитель болеет.",
    )
    [mine] = duties_of(session, coordinator, TODAY)
    assert (mine.code, mine.params, mine.due) == ("duty.protocols_review", {"count": 1}, date(2026, 10, 7))
    [directors] = duties_of(session, director, TODAY)
    assert (directors.code, directors.params) == ("duty.protocols_review", {"count": 1})


def test_a_report_waits_for_the_director(
    session: Session, settled: Association, director: Actor, leader_person: Person
) -> None:
    make_report(session, settled, state=ReportState.SUBMITTED, submitted_by=leader_person.id)
    assert codes(session, director) == [("reports_review", None)]


def test_a_full_draft_waits_for_its_order(
    session: Session, centre: Centre, coordinator: Actor, director_person: Person, teachers: list[Person]
) -> None:
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    for person in teachers[:9]:
        make_membership(session, draft, person)
    assert codes(session, coordinator) == []
    make_membership(session, draft, teachers[9])
    assert codes(session, coordinator) == [("creation_order", None)]


def test_a_request_left_for_ten_days_is_the_coordinators_too(
    session: Session, centre: Centre, settled: Association, coordinator: Actor, director_person: Person
) -> None:
    person = make_person(session, centre, "Новикова")
    make_membership(session, settled, person, MembershipState.REQUESTED, asked_at=moment(2026, 9, 24))
    assert codes(session, coordinator) == [("requests_overdue", -1)]
    assert codes(session, coordinator, date(2026, 10, 4)) == []


def test_drift_and_a_missing_director_wait_for_the_coordinator(
    session: Session, centre: Centre, coordinator: Actor
) -> None:
    course = make_course(session, centre)
    session.add(
        Drift(
            centre_id=centre.id,
            course_id=course.id,
            kind="member_added",
            key="7",
            found_at=moment(2026, 10, 5),
        )
    )
    session.flush()
    assert codes(session, coordinator) == [("director_name", None), ("drift_answer", None)]


def test_a_group_that_is_gone_is_no_question_about_a_change_by_hand(
    session: Session, centre: Centre, coordinator: Actor, director_person: Person
) -> None:
    gone = Drift(
        centre_id=centre.id,
        course_id=make_course(session, centre).id,
        kind="group_deleted",
        key="7",
        found_at=moment(2026, 10, 5),
    )
    session.add(gone)
    session.flush()
    assert codes(session, coordinator) == []
