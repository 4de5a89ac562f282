"""The clock and meetings: who is reminded, who is asked whether one took place, who hears of too few."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Person
from mmo_lti.rules.states import (
    MeetingState,
    PlanState,
)
from mmo_lti.services.deadline import run_deadlines
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.services.due.told import told

HELD = MeetingState.HELD


def test_a_called_meeting_is_remembered_seven_days_and_one_day_before(
    session: Session, centre: Centre, settled: Association, outsider: object
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 10, 26, 11, 30), called_at=moment(2026, 10, 5))
    guest = make_person(session, centre, "Гостева")
    refused = make_person(session, centre, "Отказова")
    for person, mark in ((guest, AttendanceMark.INVITED), (refused, AttendanceMark.NOT_COMING)):
        session.add(Attendance(centre_id=centre.id, meeting_id=meeting.id, person_id=person.id, mark=mark))
    week = told(session, centre, 2026, 10, 19)
    assert len(week) == 12
    assert ("meeting_reminder", "Гостева") in week
    assert told(session, centre, 2026, 10, 20) == []
    assert len(told(session, centre, 2026, 10, 25)) == 12
    notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert notice is not None
    assert notice.params == {
        "association": "учителей математики",
        "starts_at": "2026-10-26T11:30:00+00:00",
        "place": "МБОУ «Гимназия № 23»",
        "days": 1,
    }
    assert notice.link == f"/a/MMO-02/2026-27/meetings/{meeting.number}"


def test_an_event_that_is_no_meeting_is_remembered_by_its_form(
    session: Session, centre: Centre, settled: Association
) -> None:
    make_meeting(
        session,
        settled,
        moment(2026, 10, 6),
        is_meeting=False,
        form="семинар-практикум",
        called_at=moment(2026, 9, 1),
    )
    written = run_deadlines(session, centre, moment(2026, 10, 5))
    assert {notice.params["event"] for notice in written} == {"семинар-практикум"}


def test_a_meeting_nobody_was_called_to_is_not_remembered(
    session: Session, centre: Centre, settled: Association
) -> None:
    make_meeting(session, settled, moment(2026, 10, 26))
    assert told(session, centre, 2026, 10, 19) == []


def test_leader_and_helper_are_asked_the_next_morning(
    session: Session, centre: Centre, settled: Association, teachers: list[Person]
) -> None:
    make_helper(session, settled, teachers[0])
    make_meeting(session, settled, moment(2026, 10, 12), called_at=moment(2026, 10, 1))
    asked = told(session, centre, 2026, 10, 13)
    assert asked == [("meeting_unconfirmed", "Абрамова"), ("meeting_unconfirmed", "Белова")]


def test_meetings_behind_at_risk_and_failed_escalate(
    session: Session, centre: Centre, association: Association, director_person: Person
) -> None:
    """The second association of the demo: meetings in January, March and May; only the first is held."""
    plan = make_plan(session, association, (1, 3, 5), state=PlanState.AGREED)
    both = ["Абрамова", "Королёва"]

    def paced(*day: int) -> list[tuple[str, str]]:
        return [one for one in told(session, centre, *day) if one[0].startswith("pace")]

    assert paced(2026, 12, 31) == []
    assert paced(2027, 1, 1) == [("pace_behind", who) for who in both]
    meeting = make_meeting(session, association, moment(2027, 1, 20), state=HELD, item_uid=plan.items[0].uid)
    make_protocol(session, meeting)
    assert paced(2027, 2, 1) == []
    assert paced(2027, 4, 5) == [("pace_at_risk", who) for who in both]
    assert paced(2027, 7, 1) == [("pace_failed", who) for who in [*both, "Соловьёв"]]
    assert paced(2027, 7, 2) == []
