"""The clock and papers: plan, protocol and report are asked for, then further up when they are overdue."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.rules.states import (
    MeetingState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.deadline import run_deadlines
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.services.due.told import kinds, told

HELD = MeetingState.HELD


def test_members_are_asked_for_proposals_and_the_leader_for_the_plan(
    session: Session, centre: Centre, association: Association
) -> None:
    september = Counter(kind for kind, _ in told(session, centre, 2026, 9, 1))
    assert september == {"plan_proposals": 11}
    assert told(session, centre, 2026, 9, 24) == [("plan_due", "Абрамова")]
    assert ("plan_due", "Абрамова") in told(session, centre, 2026, 10, 1)
    overdue = told(session, centre, 2026, 10, 2)
    assert ("plan_overdue", "Абрамова") in overdue
    assert ("plan_overdue", "Королёва") in overdue


def test_the_director_is_reminded_of_a_plan_after_five_working_days(
    session: Session, centre: Centre, association: Association, director_person: Person
) -> None:
    make_plan(session, association, state=PlanState.SUBMITTED, submitted_at=moment(2026, 9, 21))
    assert "plan_waiting" not in kinds(session, centre, 2026, 9, 28)
    assert told(session, centre, 2026, 9, 29) == [("plan_waiting", "Соловьёв")]
    assert told(session, centre, 2026, 10, 5) == []
    assert told(session, centre, 2026, 10, 6) == [("plan_waiting", "Соловьёв")]


def test_directors_of_today_are_told(
    session: Session, centre: Centre, association: Association, director_person: Person
) -> None:
    former = make_person(session, centre, "Бывшева")
    make_office(session, former, OfficeKind.ACTING_DIRECTOR, date(2026, 7, 1), date(2026, 8, 1))
    make_plan(session, association, state=PlanState.SUBMITTED, submitted_at=moment(2026, 9, 1))
    assert told(session, centre, 2026, 9, 20) == [("plan_waiting", "Соловьёв")]


def test_a_protocol_is_asked_for_on_the_day_half_way_at_the_end_and_then_weekly(
    session: Session, centre: Centre, settled: Association
) -> None:
    meeting = make_meeting(session, settled, moment(2026, 10, 12), state=HELD)
    make_protocol(session, meeting, due_on=date(2026, 10, 22))
    days = [moment(2026, 10, 12, 7) + timedelta(days=n) for n in range(26)]
    found = {}
    for now in days:
        written = run_deadlines(session, centre, now)
        if written:
            found[now.date().isoformat()] = sorted(
                (notice.kind, notice.stage.split("-")[-1], len(written)) for notice in written
            )[0]
    assert found == {
        "2026-10-12": ("protocol_due", "first", 1),
        "2026-10-17": ("protocol_due", "half", 1),
        "2026-10-22": ("protocol_due", "last", 1),
        "2026-10-29": ("protocol_overdue", "1", 2),
        "2026-11-05": ("protocol_overdue", "2", 2),
    }


def test_an_unreviewed_protocol_is_the_coordinators_own_duty(
    session: Session, centre: Centre, settled: Association
) -> None:
    """R13.6: five working days after 14 October, in the week after."""
    meeting = make_meeting(session, settled, moment(2026, 10, 12), state=HELD)
    at = moment(2026, 10, 14)
    make_protocol(session, meeting, state=ProtocolState.LODGED, lodged_at=at, first_lodged_at=at)
    assert told(session, centre, 2026, 10, 21) == []
    assert told(session, centre, 2026, 10, 22) == [("protocol_review_overdue", "Королёва")]


def test_the_report_is_asked_for_and_then_escalates(
    session: Session, centre: Centre, settled: Association
) -> None:
    for month in (10, 1, 4):
        meeting = make_meeting(session, settled, moment(2027 if month < 9 else 2026, month, 20), state=HELD)
        make_protocol(session, meeting, state=ProtocolState.ACCEPTED)
    session.flush()
    days = [date(2027, 5, 15) + timedelta(days=n) for n in range(60)]
    found = {}
    for day in days:
        reports = [one for one in told(session, centre, day.year, day.month, day.day) if "report" in one[0]]
        if reports and day <= date(2027, 6, 29):
            found[day.isoformat()] = reports
    asked = [("report_due", "Абрамова")]
    late = [("report_overdue", "Абрамова")]
    city = [*late, ("reports_overdue", "Королёва"), ("reports_overdue", "Соловьёв")]
    assert found == {
        **dict.fromkeys(["2027-05-21", "2027-06-06", "2027-06-13"], asked),
        **dict.fromkeys(["2027-06-17", "2027-06-19", "2027-06-20"], asked),
        "2027-06-21": city,
        **{f"2027-06-{day}": late for day in range(22, 28)},
        "2027-06-28": city,
        "2027-06-29": late,
    }


def test_a_report_reminder_names_the_sections_that_say_nothing(
    session: Session, centre: Centre, settled: Association
) -> None:
    words = {str(number): "нет" for number in range(3, 8)} | {"8": "Мало времени."}
    make_report(session, settled, state=ReportState.DRAFT, words=words)
    [notice] = [one for one in run_deadlines(session, centre, moment(2027, 6, 6)) if one.kind == "report_due"]
    assert notice.params["sections"] == [
        "Перспективы, приоритетные направления работы ММО в новом учебном году"
    ]
    assert notice.link == "/a/MMO-02/2026-27/report"
