"""The clock tells who must know what is due: each thing once, the latest stage, further up when it is overdue."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association, AssociationYear
from mmo_lti.models.centre import Centre
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.person import Person
from mmo_lti.rules.notice_due import DueKind
from mmo_lti.rules.states import (
    AssociationState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
)
from mmo_lti.services.deadline import run_deadlines
from mmo_lti.services.notice_kind import KINDS
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report

HELD = MeetingState.HELD


@pytest.fixture
def association(session: Session, association: Association) -> Association:
    """Its report of the year before was accepted."""
    sent = moment(2026, 6, 18)
    make_report(session, association, 2025, ReportState.ACCEPTED, submitted_at=sent, first_submitted_at=sent)
    return association


@pytest.fixture
def settled(session: Session, association: Association, director_person: Person) -> Association:
    """An association whose plan is agreed; nothing is due in autumn."""
    make_plan(session, association, state=PlanState.AGREED, agreed_on=date(2026, 9, 20))
    return association


def told(session: Session, centre: Centre, *day: int) -> list[tuple[str, str]]:
    """Kind of each notice written at ten in the morning of a day, and the surname of who is told."""
    written = run_deadlines(session, centre, moment(*day, 7))
    session.flush()
    return sorted((notice.kind, session.get_one(Person, notice.person_id).last) for notice in written)


def kinds(session: Session, centre: Centre, *day: int) -> set[str]:
    return {kind for kind, _ in told(session, centre, *day)}


def test_every_kind_that_dates_make_due_has_its_text() -> None:
    assert {kind.value for kind in DueKind} <= set(KINDS)


def test_running_twice_changes_nothing(session: Session, centre: Centre, association: Association) -> None:
    assert told(session, centre, 2026, 10, 2)
    assert told(session, centre, 2026, 10, 2) == []


def test_a_quiet_day_tells_nobody(session: Session, centre: Centre, settled: Association) -> None:
    assert told(session, centre, 2026, 10, 5) == []


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
    meeting = make_meeting(session, association, moment(2026, 12, 10), state=HELD)
    make_protocol(session, meeting, state=ProtocolState.ACCEPTED)
    association.state = AssociationState.CLOSED
    association.closed_on = date(2027, 2, 1)
    assert told(session, centre, 2027, 2, 20) == [("report_due", "Абрамова")]
    assert kinds(session, centre, 2027, 3, 4) == {"report_overdue", "reports_overdue"}


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


def test_directors_of_today_are_told(
    session: Session, centre: Centre, association: Association, director_person: Person
) -> None:
    former = make_person(session, centre, "Бывшева")
    make_office(session, former, OfficeKind.ACTING_DIRECTOR, date(2026, 7, 1), date(2026, 8, 1))
    make_plan(session, association, state=PlanState.SUBMITTED, submitted_at=moment(2026, 9, 1))
    assert told(session, centre, 2026, 9, 20) == [("plan_waiting", "Соловьёв")]
