"""The home page's list of a leader and a helper: what I owe, by when, where; the most urgent first."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Proposal
from mmo_lti.rules.states import (
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
)
from mmo_lti.services.actor import Actor
from mmo_lti.services.duty import duties_of
from mmo_lti.services.duty_item import Urgency
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.services.due.duty_codes import TODAY, codes


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


def test_an_accepted_protocol_without_its_scan_owes_a_correction(
    session: Session, settled: Association, leader: Actor
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 9, 20), state=MeetingState.HELD)
    first = make_protocol(session, meeting, state=ProtocolState.ACCEPTED, fix_due_on=date(2026, 10, 9))
    assert codes(session, leader) == [("protocol_correct", 4)]
    make_protocol(session, meeting, state=ProtocolState.LODGED, number=first.number, version=2)
    assert codes(session, leader) == []
