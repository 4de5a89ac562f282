"""A run of the clock: each thing told once, the latest stage, nobody else's city, at a constant cost."""

from datetime import date

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.notice_due import DueKind
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    ProtocolState,
)
from mmo_lti.services.deadline import run_deadlines
from mmo_lti.services.notice_kind import KINDS
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.order import make_order
from tests.factories.protocol import make_protocol
from tests.services.due.told import told

HELD = MeetingState.HELD


def test_every_kind_that_dates_make_due_has_its_text() -> None:
    assert {kind.value for kind in DueKind} <= set(KINDS)


def test_running_twice_changes_nothing(session: Session, centre: Centre, association: Association) -> None:
    assert told(session, centre, 2026, 10, 2)
    assert told(session, centre, 2026, 10, 2) == []


def test_a_quiet_day_tells_nobody(session: Session, centre: Centre, settled: Association) -> None:
    assert told(session, centre, 2026, 10, 5) == []


def test_after_an_outage_only_the_latest_stage_is_told(
    session: Session, centre: Centre, settled: Association
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 10, 12), state=HELD)
    make_protocol(session, meeting, due_on=date(2026, 10, 22))
    run_deadlines(session, centre, moment(2026, 10, 12, 7))
    assert told(session, centre, 2026, 11, 6) == [
        ("protocol_overdue", "Абрамова"),
        ("protocol_overdue", "Королёва"),
    ]
    waiting = session.scalars(select(Notice.kind).where(Notice.state == NoticeState.WAITING)).all()
    assert waiting == ["protocol_overdue", "protocol_overdue"]


def test_what_was_settled_in_the_night_is_not_told_in_the_morning(
    session: Session, centre: Centre, settled: Association
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 10, 12), state=HELD)
    protocol = make_protocol(session, meeting, due_on=date(2026, 10, 22))
    [early] = run_deadlines(session, centre, moment(2026, 10, 21, 21, 5))
    protocol.state = ProtocolState.LODGED
    protocol.lodged_at = protocol.first_lodged_at = moment(2026, 10, 22, 4)
    assert run_deadlines(session, centre, moment(2026, 10, 22, 5)) == []
    assert early.state is NoticeState.SUPERSEDED


def test_a_closed_year_keeps_the_state_of_its_pace(
    session: Session, centre: Centre, settled: Association
) -> None:
    make_association(session, centre, "учителей химии", state=AssociationState.DRAFT)
    run_deadlines(session, centre, moment(2027, 8, 31, 20))
    closed = select(AssociationYear.closed_pace).where(AssociationYear.year == 2026)
    assert session.scalars(closed).all() == [None]
    run_deadlines(session, centre, moment(2027, 8, 31, 21, 5))
    run_deadlines(session, centre, moment(2027, 9, 1, 21, 5))
    assert session.scalars(closed).all() == ["failed"]
    rows = (
        select(JournalEntry.at, JournalEntry.new_state)
        .where(JournalEntry.action == "close_year")
        .order_by(JournalEntry.id)
    )
    assert session.execute(rows).all()[-1] == (moment(2027, 8, 31, 21, 5), "failed")


def test_another_centre_is_not_touched(
    session: Session, centre: Centre, other_centre: Centre, association: Association
) -> None:
    assert run_deadlines(session, other_centre, moment(2026, 10, 2)) == []
    assert session.scalars(select(Notice)).all() == []


def test_a_city_of_forty_costs_a_constant_number_of_statements_on_a_quiet_day(
    session: Session,
    centre: Centre,
    association: Association,
    teachers: list[Person],
    coordinator_person: Person,
) -> None:
    """What was told before is not asked about one by one."""

    def statements() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        run_deadlines(session, centre, moment(2026, 10, 2, 7))
        session.flush()
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", listen)
        assert run_deadlines(session, centre, moment(2026, 10, 2, 8)) == []
        event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    few = statements()
    for number in range(8):
        one = make_association(session, centre, f"объединение {number}")
        make_order(session, one, OrderKind.APPOINTMENT, coordinator_person, teachers[number])
        meeting = make_meeting(session, one, moment(2026, 9, 12), state=HELD)
        make_protocol(session, meeting)
        for person in teachers:
            make_membership(session, one, person)
    assert statements() == few
