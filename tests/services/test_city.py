"""The city at a glance: association by duty, each cell with its word, its numbers, its day and its link."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Person
from mmo_lti.rules.errors import Denied
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.actor import Actor
from mmo_lti.services.city import COLUMNS, city_overview
from mmo_lti.services.city_cell import Cell, Mark
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report

AUTUMN = date(2026, 10, 5)


def cell(session: Session, actor: Actor, column: str, today: date = AUTUMN) -> Cell:
    """The cell of the only association."""
    [row] = city_overview(session, actor, 2026, today).rows
    return row.cell(column)


def test_only_coordinator_and_director_see_it(
    session: Session, association: Association, leader: Actor, director: Actor
) -> None:
    with pytest.raises(Denied):
        city_overview(session, leader, 2026, AUTUMN)
    assert city_overview(session, director, 2026, AUTUMN).total == 1


def test_a_row_names_the_association_and_its_leader(
    session: Session, association: Association, coordinator: Actor
) -> None:
    [row] = city_overview(session, coordinator, 2026, AUTUMN).rows
    assert (row.code, row.genitive, row.path) == ("MMO-02", "учителей математики", "/a/MMO-02")
    assert row.leader == "Абрамова\u00a0Е.\u00a0С."
    assert len(row.cells) == len(COLUMNS)


def test_members_against_the_minimum(
    session: Session, centre: Centre, association: Association, coordinator: Actor, teachers: list[Person]
) -> None:
    enough = cell(session, coordinator, "members")
    assert (enough.code, enough.mark, enough.params["count"]) == ("city.members.enough", Mark.GOOD, 11)
    assert enough.path == "/a/MMO-02/members"
    small = make_association(session, centre, "учителей физики", started_using=date(2026, 9, 1))
    for person in teachers[:7]:
        make_membership(session, small, person)
    for number in range(17):
        make_membership(
            session, small, make_person(session, centre, f"Новая-{number}"), MembershipState.PROPOSED
        )
    rows = {row.genitive: row for row in city_overview(session, coordinator, 2026, AUTUMN).rows}
    unsure = rows["учителей физики"].cell("members")
    assert (unsure.code, unsure.mark) == ("city.members.unconfirmed", Mark.ATTENTION)
    assert (unsure.params["count"], unsure.params["total"]) == (7, 24)
    small.started_using = None
    session.flush()
    rows = {row.genitive: row for row in city_overview(session, coordinator, 2026, AUTUMN).rows}
    assert rows["учителей физики"].cell("members").mark is Mark.BAD


@pytest.mark.parametrize(
    ("state", "today", "code", "mark"),
    [
        (None, date(2026, 9, 20), "city.plan.missing", Mark.ATTENTION),
        (PlanState.DRAFT, date(2026, 10, 1), "city.plan.missing", Mark.ATTENTION),
        (PlanState.DRAFT, date(2026, 10, 2), "city.plan.overdue", Mark.BAD),
        (PlanState.SUBMITTED, date(2026, 10, 20), "city.plan.waiting", Mark.WAITING),
        (PlanState.RETURNED, date(2026, 10, 6), "city.plan.returned", Mark.ATTENTION),
        (PlanState.RETURNED, date(2026, 10, 10), "city.plan.overdue", Mark.BAD),
        (PlanState.AGREED, date(2026, 10, 2), "city.plan.agreed", Mark.GOOD),
    ],
)
def test_the_plan(
    session: Session,
    association: Association,
    coordinator: Actor,
    state: PlanState | None,
    today: date,
    code: str,
    mark: Mark,
) -> None:
    """Returned on 2 October: five working days to mend it, to 9 October."""
    if state is not None:
        decided = (
            {"decided_at": moment(2026, 10, 2), "remarks": "Сроки."} if state is PlanState.RETURNED else {}
        )
        make_plan(session, association, state=state, submitted_at=moment(2026, 9, 28), **decided)
    found = cell(session, coordinator, "plan", today)
    assert (found.code, found.mark) == (code, mark)


def test_the_pace_of_meetings(session: Session, association: Association, coordinator: Actor) -> None:
    risky = cell(session, coordinator, "meetings")
    assert (risky.code, risky.mark, risky.due) == ("city.pace.at_risk", Mark.BAD, date(2026, 12, 31))
    assert risky.params == {"held": 0, "counted": 0, "ahead": 0, "expected": 0, "needed": 3}
    make_plan(session, association, state=PlanState.AGREED)
    assert cell(session, coordinator, "meetings").code == "city.pace.on_track"


def test_the_worst_protocol_decides(session: Session, association: Association, coordinator: Actor) -> None:
    none = cell(session, coordinator, "protocols")
    assert (none.code, none.mark) == ("city.protocols.none", Mark.NOT_DUE)
    meeting = make_meeting(session, association, moment(2026, 9, 28), state=MeetingState.HELD)
    protocol = make_protocol(session, meeting, due_on=date(2026, 10, 8))
    due = cell(session, coordinator, "protocols")
    assert (due.code, due.mark, due.due) == ("city.protocols.due", Mark.ATTENTION, date(2026, 10, 8))
    assert due.path == f"/a/MMO-02/2026-27/protocols/{protocol.number}"
    late = cell(session, coordinator, "protocols", date(2026, 10, 11))
    assert (late.code, late.mark, late.params["days"]) == ("city.protocols.overdue", Mark.BAD, 3)
    protocol.state, protocol.lodged_at = ProtocolState.LODGED, moment(2026, 10, 7)
    session.flush()
    assert cell(session, coordinator, "protocols").code == "city.protocols.waiting"
    protocol.state = ProtocolState.ACCEPTED
    session.flush()
    done = cell(session, coordinator, "protocols")
    assert (done.code, done.params) == ("city.protocols.all", {"held": 1, "lodged": 1, "accepted": 1})


@pytest.mark.parametrize(
    ("state", "today", "code", "mark"),
    [
        (None, AUTUMN, "city.report.due", Mark.NOT_DUE),
        (None, date(2027, 5, 21), "city.report.due", Mark.ATTENTION),
        (ReportState.DRAFT, date(2027, 6, 20), "city.report.due", Mark.ATTENTION),
        (ReportState.DRAFT, date(2027, 6, 21), "city.report.overdue", Mark.BAD),
        (ReportState.SUBMITTED, date(2027, 6, 21), "city.report.waiting", Mark.WAITING),
        (ReportState.RETURNED, date(2027, 7, 21), "city.report.returned", Mark.ATTENTION),
        (ReportState.ACCEPTED, date(2027, 7, 21), "city.report.accepted", Mark.GOOD),
    ],
)
def test_the_report(
    session: Session,
    association: Association,
    coordinator: Actor,
    state: ReportState | None,
    today: date,
    code: str,
    mark: Mark,
) -> None:
    """One that was sent in time and returned never becomes overdue (R14.2)."""
    if state is not None:
        sent = None if state is ReportState.DRAFT else moment(2027, 6, 18)
        returned = moment(2027, 6, 22) if state is ReportState.RETURNED else None
        make_report(
            session,
            association,
            state=state,
            submitted_at=sent,
            first_submitted_at=sent,
            returned_at=returned,
        )
    found = cell(session, coordinator, "report", today)
    assert (found.code, found.mark) == (code, mark)


def test_in_order_and_what_is_overdue(
    session: Session, centre: Centre, association: Association, coordinator: Actor, teachers: list[Person]
) -> None:
    """«1 из 2 в порядке»: the causes of the other, the oldest term first, then without a term."""
    make_plan(session, association, state=PlanState.AGREED)
    make_association(session, centre, "учителей химии", created_on=date(2026, 9, 1))
    city = city_overview(session, coordinator, 2026, AUTUMN)
    assert (city.in_order, city.total) == (1, 2)
    assert [(one.row.genitive, one.column) for one in city.overdue] == [
        ("учителей химии", "plan"),
        ("учителей химии", "meetings"),
        ("учителей химии", "members"),
    ]
    assert city.counts("plan")[Mark.BAD] == 1


def test_drafts_later_ones_and_those_that_ended_before_are_not_there(
    session: Session, centre: Centre, other_centre: Centre, coordinator: Actor
) -> None:
    make_association(session, centre, state=AssociationState.DRAFT)
    make_association(session, centre, created_on=date(2027, 9, 1))
    make_association(session, centre, state=AssociationState.CLOSED, closed_on=date(2026, 3, 1))
    make_association(session, other_centre)
    closed = make_association(session, centre, state=AssociationState.CLOSED, closed_on=date(2026, 10, 1))
    rows = city_overview(session, coordinator, 2026, AUTUMN).rows
    assert [row.association_id for row in rows] == [closed.id]


def test_a_city_of_any_size_costs_the_same_number_of_statements(
    session: Session, centre: Centre, association: Association, coordinator: Actor, teachers: list[Person]
) -> None:
    def statements() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        session.expire_all()
        city_overview(session, coordinator, 2026, AUTUMN)
        event.listen(session.get_bind(), "before_cursor_execute", listen)
        city_overview(session, coordinator, 2026, AUTUMN)
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        return len(seen)

    few = statements()
    for number in range(12):
        one = make_association(session, centre, f"объединение {number}")
        make_plan(session, one, state=PlanState.AGREED)
        meeting = make_meeting(session, one, moment(2026, 9, 12), state=MeetingState.HELD)
        make_protocol(session, meeting)
        for person in teachers:
            make_membership(session, one, person)
    assert statements() <= few + 1
    assert few < 25
