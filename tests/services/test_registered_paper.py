"""R2.5: papers of an adopted association from before the tool."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.pace import pace_of
from mmo_lti.services.plan_item import ItemFields
from mmo_lti.services.registered_paper import PaperProtocol, register_accepted, register_agreed
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.stored_file import make_stored_file

YEAR = AcademicYear(2026)
ITEMS = [
    ItemFields(form="заседание", topic=f"Тема {month}", month=month, responsible="руководитель ММО")
    for month in (9, 1, 4)
]


@pytest.fixture
def adopted(association: Association) -> Association:
    association.started_using = date(2026, 10, 1)
    return association


@pytest.fixture
def scan(session: Session, adopted: Association) -> StoredFile:
    return make_stored_file(session, adopted, "protocol_scan", "skan.pdf")


def test_r2_5_the_agreed_plan_is_registered_and_its_meetings_are_planned(
    session: Session, coordinator: Actor, leader: Actor, adopted: Association, now: datetime
) -> None:
    paper = {"priorities": ["ФГОС"], "theme": "", "items": ITEMS, "agreed_on": date(2026, 9, 10), "now": now}
    with pytest.raises(Denied):
        register_agreed(session, leader, adopted, YEAR, **paper)
    plan = register_agreed(session, coordinator, adopted, YEAR, **paper)
    assert (plan.state, plan.registered, plan.agreed_on) == (PlanState.AGREED, True, date(2026, 9, 10))
    found = session.scalars(select(Meeting).order_by(Meeting.number)).all()
    assert [(m.month, m.state) for m in found] == [
        (9, MeetingState.PLANNED),
        (1, MeetingState.PLANNED),
        (4, MeetingState.PLANNED),
    ]
    with pytest.raises(RuleError) as refused:
        register_agreed(session, coordinator, adopted, YEAR, **paper)
    assert refused.value.code == "registered.plan_exists"


def test_r2_5_protocols_of_the_running_year_count_at_once_and_ours_go_on_from_the_highest(
    session: Session,
    coordinator: Actor,
    leader: Actor,
    adopted: Association,
    teachers: list[Person],
    scan: StoredFile,
    now: datetime,
) -> None:
    paper = PaperProtocol(
        number=4, day=date(2026, 9, 18), topic="Начало года", present={teachers[0].id, teachers[1].id}
    )
    protocol = register_accepted(session, coordinator, adopted, YEAR, paper, scan, now)
    assert (protocol.state, protocol.number, protocol.registered) == (ProtocolState.ACCEPTED, 4, True)
    assert pace_of(session, adopted, 2026, date(2026, 10, 5)).counted == 1
    held = make_meeting(session, adopted, moment(2026, 10, 2))
    meetings.mark_held(session, leader, held, now)
    ours = protocol_of(session, held)
    assert ours is not None
    assert ours.number == 5


def test_r2_5_a_planned_meeting_is_the_one_the_paper_is_about(
    session: Session, coordinator: Actor, adopted: Association, scan: StoredFile, now: datetime
) -> None:
    planned = make_meeting(session, adopted, moment(2026, 9, 15))
    paper = PaperProtocol(number=1, day=date(2026, 9, 18), topic="Начало года")
    protocol = register_accepted(session, coordinator, adopted, YEAR, paper, scan, now, meeting=planned)
    assert (protocol.meeting_id, planned.state, planned.day) == (
        planned.id,
        MeetingState.HELD,
        date(2026, 9, 18),
    )


@pytest.mark.parametrize(
    ("number", "day", "code"),
    [
        (1, date(2026, 10, 2), "registered.date"),
        (1, date(2026, 8, 10), "registered.date"),
        (0, date(2026, 9, 18), "R13.4"),
        (7, date(2026, 9, 18), "R13.4"),
    ],
)
def test_a_paper_that_does_not_fit_is_refused(
    session: Session,
    coordinator: Actor,
    adopted: Association,
    scan: StoredFile,
    number: int,
    day: date,
    code: str,
    now: datetime,
) -> None:
    first = PaperProtocol(number=7, day=date(2026, 9, 4), topic="Первое")
    register_accepted(session, coordinator, adopted, YEAR, first, scan, now)
    with pytest.raises(RuleError) as refused:
        register_accepted(
            session, coordinator, adopted, YEAR, PaperProtocol(number, day, "Второе"), scan, now
        )
    assert refused.value.code == code


def test_only_an_adopted_association_and_only_its_running_year(
    session: Session, coordinator: Actor, association: Association, now: datetime
) -> None:
    paper = {"priorities": [], "theme": "", "items": [], "agreed_on": date(2026, 9, 10), "now": now}
    with pytest.raises(RuleError) as refused:
        register_agreed(session, coordinator, association, YEAR, **paper)
    assert refused.value.code == "registered.not_adopted"
    association.started_using = date(2026, 10, 1)
    with pytest.raises(RuleError) as other:
        register_agreed(session, coordinator, association, AcademicYear(2025), **paper)
    assert other.value.code == "registered.other_year"
