"""The pace of meetings as the database tells it (R12; the function itself is tried in the tests of rules)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.pace import Pace
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState
from mmo_lti.services.pace import pace_of
from mmo_lti.services.year_settings import begin_year
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol

HELD = MeetingState.HELD


def hold(session: Session, association: Association, month: int, day: int, **protocol: Any) -> Meeting:
    """A held meeting; with a protocol where its fields are given."""
    year = 2026 if month >= 9 else 2027
    meeting = make_meeting(session, association, moment(year, month, day), state=HELD)
    if protocol:
        make_protocol(session, meeting, **protocol)
    return meeting


def lodged(month: int, day: int, state: ProtocolState = ProtocolState.ACCEPTED) -> dict[str, Any]:
    at = moment(2026 if month >= 9 else 2027, month, day)
    return {"state": state, "lodged_at": at, "first_lodged_at": at}


def test_nothing_planned_is_no_trouble_in_september_and_a_risk_from_october(
    session: Session, association: Association
) -> None:
    assert pace_of(session, association, 2026, date(2026, 9, 15)).state is Pace.ON_TRACK
    assert pace_of(session, association, 2026, date(2026, 10, 1)).state is Pace.AT_RISK


@pytest.mark.parametrize(
    ("state", "pace", "ahead"),
    [
        (PlanState.DRAFT, Pace.AT_RISK, 0),
        (PlanState.SUBMITTED, Pace.ON_TRACK, 3),
        (PlanState.AGREED, Pace.ON_TRACK, 3),
        (PlanState.RETURNED, Pace.AT_RISK, 0),
    ],
)
def test_meetings_of_a_plan_by_month_lie_ahead(
    session: Session, association: Association, state: PlanState, pace: Pace, ahead: int
) -> None:
    """A plan that waits for the director is no fault of the association."""
    make_plan(session, association, state=state)
    result = pace_of(session, association, 2026, date(2026, 10, 1))
    assert (result.state, result.ahead) == (pace, ahead)


def test_a_line_of_the_plan_and_its_meeting_are_one(session: Session, association: Association) -> None:
    plan = make_plan(session, association, state=PlanState.AGREED)
    make_meeting(session, association, moment(2026, 10, 20), item_uid=plan.items[0].uid)
    assert pace_of(session, association, 2026, date(2026, 10, 1)).ahead == 3
    make_meeting(
        session, association, moment(2027, 2, 2), item_uid=plan.items[1].uid, state=MeetingState.CANCELLED
    )
    assert pace_of(session, association, 2026, date(2026, 10, 1)).ahead == 2


def test_a_lodged_protocol_counts_and_a_draft_does_not(session: Session, association: Association) -> None:
    """R11.1: three held, two lodged."""
    hold(session, association, 10, 12, **lodged(10, 20))
    hold(session, association, 2, 10, **lodged(2, 12, ProtocolState.LODGED))
    hold(session, association, 4, 12, state=ProtocolState.DRAFT)
    result = pace_of(session, association, 2026, date(2027, 4, 13))
    assert (result.held, result.counted, result.state) == (3, 2, Pace.AWAITING_PROTOCOLS)


def test_what_was_not_called_a_meeting_does_not_count(session: Session, association: Association) -> None:
    """R11.2."""
    seminar = hold(session, association, 10, 12, **lodged(10, 20))
    seminar.is_meeting = False
    session.flush()
    assert pace_of(session, association, 2026, date(2026, 10, 30)).counted == 0


def test_a_void_protocol_does_not_count_and_the_one_after_it_does(
    session: Session, association: Association
) -> None:
    meeting = hold(session, association, 10, 12, **lodged(10, 20, ProtocolState.VOID))
    assert pace_of(session, association, 2026, date(2026, 11, 1)).counted == 0
    make_protocol(session, meeting, **lodged(10, 30))
    assert pace_of(session, association, 2026, date(2026, 11, 1)).counted == 1


def test_an_accepted_protocol_counts_while_its_correction_is_prepared(
    session: Session, association: Association
) -> None:
    meeting = hold(session, association, 10, 12, **lodged(10, 20))
    make_protocol(session, meeting, state=ProtocolState.DRAFT)
    assert pace_of(session, association, 2026, date(2026, 11, 1)).counted == 1


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2027, 6, 23), Pace.MET),
        (date(2027, 6, 24), Pace.AWAITING_PROTOCOLS),
        (date(2027, 7, 1), Pace.AWAITING_PROTOCOLS),
        (date(2027, 7, 2), Pace.FAILED),
    ],
)
def test_the_third_protocol_was_returned_in_june(
    session: Session, association: Association, today: date, state: Pace
) -> None:
    """The row of the rules' table, with rows of the database; 1 July is the last of five working days."""
    hold(session, association, 10, 12, **lodged(10, 20))
    hold(session, association, 2, 10, **lodged(2, 12))
    third = hold(session, association, 6, 10)
    protocol = make_protocol(session, third, **lodged(6, 17, ProtocolState.LODGED))
    if today >= date(2027, 6, 24):
        protocol.state = ProtocolState.RETURNED
        protocol.returned_at = moment(2027, 6, 24)
    session.flush()
    assert pace_of(session, association, 2026, today).state is state


def test_papers_of_before_the_tool_are_in_time(session: Session, association: Association) -> None:
    """R2.5: registered by the coordinator in July, lodged on paper in the winter."""
    association.started_using = date(2027, 7, 5)
    for month in (11, 2, 4):
        meeting = hold(session, association, month, 15)
        make_protocol(
            session,
            meeting,
            state=ProtocolState.ACCEPTED,
            registered=True,
            lodged_at=moment(2027, 7, 6),
            first_lodged_at=moment(2027, 7, 6),
        )
    assert pace_of(session, association, 2026, date(2027, 7, 10)).state is Pace.MET


def test_created_in_january_two_are_needed(session: Session, centre: Centre) -> None:
    young = make_association(session, centre, created_on=date(2027, 1, 15))
    result = pace_of(session, young, 2026, date(2027, 1, 20))
    assert (result.needed, result.state) == (2, Pace.ON_TRACK)
    assert pace_of(session, young, 2025, date(2027, 1, 20)).state is Pace.NOT_REQUIRED


def test_the_years_own_settings_rule(session: Session, centre: Centre, association: Association) -> None:
    centre.settings = {"min_meetings": 4, "checkpoints": ["31.10", "31.12", "31.03", "31.05"]}
    begin_year(session, centre, date(2026, 9, 1))
    centre.settings = {}
    assert pace_of(session, association, 2026, date(2026, 11, 1)).needed == 4
    assert pace_of(session, association, 2027, date(2027, 11, 1)).needed == 3


def test_a_closed_year_keeps_its_state(session: Session, association: Association) -> None:
    for month in (10, 2, 5):
        hold(session, association, month, 12, **lodged(month, 20))
    session.add(
        AssociationYear(
            centre_id=association.centre_id,
            association_id=association.id,
            year=2026,
            priorities=[],
            closed_pace="failed",
        )
    )
    session.flush()
    result = pace_of(session, association, 2026, date(2027, 10, 1))
    assert (result.state, result.counted) == (Pace.FAILED, 3)
