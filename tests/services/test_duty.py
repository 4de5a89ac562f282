"""The home page's list: what I owe, by when, where; the most urgent first."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Proposal
from mmo_lti.models.sync_run import Drift
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.duty import duties_of
from mmo_lti.services.duty_item import Urgency
from tests.factories.association import make_association
from tests.factories.course import make_course
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report

TODAY = date(2026, 10, 5)


@pytest.fixture
def association(session: Session, association: Association) -> Association:
    """Its report of the year before was accepted."""
    sent = moment(2026, 6, 18)
    make_report(session, association, 2025, ReportState.ACCEPTED, submitted_at=sent, first_submitted_at=sent)
    return association


@pytest.fixture
def settled(session: Session, association: Association) -> Association:
    """Its plan is agreed: nothing is owed in early October."""
    make_plan(session, association, state=PlanState.AGREED)
    return association


def codes(session: Session, actor: Actor, today: date = TODAY) -> list[tuple[str, int | None]]:
    """Code and days left of each duty, without their common beginning."""
    return [(duty.code.removeprefix("duty."), duty.days_left) for duty in duties_of(session, actor, today)]


def test_a_settled_leader_owes_nothing(session: Session, settled: Association, leader: Actor) -> None:
    assert codes(session, leader) == []


def test_a_leader_without_a_plan(session: Session, association: Association, leader: Actor) -> None:
    [propose, plan] = duties_of(session, leader, date(2026, 9, 10))
    assert (propose.code, propose.days_left) == ("duty.plan_propose", 5)
    assert (plan.code, plan.due, plan.urgency) == ("duty.plan_submit", date(2026, 10, 1), Urgency.LATER)
    assert plan.path == "/a/MMO-02/2026-27/plan"
    assert plan.params == {"association": "учителей математики", "year": "2026/2027"}
    [late, pace] = duties_of(session, leader, TODAY)
    assert (late.code, late.urgency) == ("duty.plan_submit", Urgency.OVERDUE)
    assert pace.code == "duty.meeting_add"


def test_a_plan_that_waits_for_the_director_is_no_duty_of_the_leader(
    session: Session, association: Association, leader: Actor, director: Actor
) -> None:
    make_plan(session, association, state=PlanState.SUBMITTED, submitted_at=moment(2026, 9, 25))
    assert codes(session, leader) == []
    assert codes(session, director) == [("plans_agree", -3)]


def test_a_returned_plan_has_five_working_days(
    session: Session, association: Association, leader: Actor
) -> None:
    make_plan(
        session,
        association,
        state=PlanState.RETURNED,
        submitted_at=moment(2026, 9, 28),
        decided_at=moment(2026, 10, 2),
        remarks="Укажите сроки.",
    )
    assert ("plan_mend", 4) in codes(session, leader)


def test_meetings_to_call_to_mark_and_to_write_down(
    session: Session, settled: Association, leader: Actor
) -> None:
    make_meeting(session, settled, moment(2026, 10, 15))
    make_meeting(session, settled, moment(2026, 10, 3), called_at=moment(2026, 9, 20))
    held = make_meeting(session, settled, moment(2026, 9, 28), state=MeetingState.HELD)
    protocol = make_protocol(session, held, due_on=date(2026, 10, 8))
    assert codes(session, leader) == [("meeting_confirm", 1), ("protocol_lodge", 3), ("meeting_call", 10)]
    protocol.state = ProtocolState.RETURNED
    protocol.returned_at = moment(2026, 10, 5)
    session.flush()
    assert ("protocol_mend", 7) in codes(session, leader)


def test_a_helper_is_asked_whether_a_meeting_took_place(
    session: Session, settled: Association, teachers: list[Person]
) -> None:
    make_helper(session, settled, teachers[0])
    make_meeting(session, settled, moment(2026, 10, 3), called_at=moment(2026, 9, 20))
    assert codes(session, actor_of(teachers[0])) == [("meeting_confirm", 1)]
    assert codes(session, actor_of(teachers[1])) == []


def test_meetings_behind_ask_for_a_date(session: Session, settled: Association, leader: Actor) -> None:
    [duty] = [one for one in duties_of(session, leader, date(2027, 1, 1)) if one.code == "duty.meeting_add"]
    assert (duty.due, duty.params["found"], duty.params["needed"]) == (date(2027, 3, 31), 2, 3)


def test_the_report_comes_into_sight_thirty_days_before(
    session: Session, settled: Association, leader: Actor
) -> None:
    assert "report_submit" not in dict(codes(session, leader, date(2027, 5, 20)))
    assert dict(codes(session, leader, date(2027, 5, 21)))["report_submit"] == 30
    assert dict(codes(session, leader, date(2027, 9, 10)))["report_submit"] == -82


def test_requests_and_proposals_wait_for_the_leader(
    session: Session, centre: Centre, settled: Association, leader: Actor, teachers: list[Person]
) -> None:
    for name in ("Новикова", "Орлова"):
        person = make_person(session, centre, name)
        make_membership(session, settled, person, MembershipState.REQUESTED, asked_at=moment(2026, 10, 1))
    session.add(
        Proposal(
            centre_id=centre.id,
            association_id=settled.id,
            year=2026,
            person_id=teachers[0].id,
            topic="Проектная задача",
            created_at=moment(2026, 9, 10),
        )
    )
    session.flush()
    found = duties_of(session, leader, TODAY)
    assert [(one.code, one.params["count"], one.days_left) for one in found] == [
        ("duty.requests_decide", 2, 6),
        ("duty.proposals_answer", 1, None),
    ]


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


def test_an_accepted_protocol_without_its_scan_owes_a_correction(
    session: Session, settled: Association, leader: Actor
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 9, 20), state=MeetingState.HELD)
    first = make_protocol(session, meeting, state=ProtocolState.ACCEPTED, fix_due_on=date(2026, 10, 9))
    assert codes(session, leader) == [("protocol_correct", 4)]
    make_protocol(session, meeting, state=ProtocolState.LODGED, number=first.number, version=2)
    assert codes(session, leader) == []


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


def test_nothing_of_another_centre_is_seen(
    session: Session, other_centre: Centre, association: Association, coordinator: Actor
) -> None:
    stranger = make_person(session, other_centre)
    assert codes(session, actor_of(stranger)) == []


def test_the_clock_owes_nothing(session: Session, centre: Centre) -> None:
    assert duties_of(session, clock_actor(centre.id), TODAY) == []
