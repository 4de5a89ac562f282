"""R2.5: the plan and the protocols that an adopted association had on paper, registered by the coordinator."""

from datetime import date

import pytest
from sqlalchemy import select

from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Attendance, AttendanceMark, Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState
from tests.web.conftest import City, Clock
from tests.web.page import Page, follow, press, read, see
from tests.web.papers import scan, upload, word
from tests.web.visitor import Visitor

PAGE = "/city/orders/MMO-02/papers"
PLAN = {
    "agreed_on": "2026-09-10",
    "priorities": "ФГОС\r\nФункциональная грамотность",
    "topic-0": "Начало года",
    "month-0": "9",
    "responsible-0": "руководитель ММО",
    "topic-2": "Итоги года",
    "day-2": "2027-04-14",
    "form-2": "лекторий",
    "is_meeting-2": "1",
}
PROTOCOL = {"number": "3", "day": "2026-09-18", "topic": "Начало года"}


@pytest.fixture(autouse=True)
def _adopted(database: Database, city: City) -> None:
    with database.write() as session:
        session.get_one(Association, city.association.id).started_using = date(2026, 10, 1)


def paper(name: str = "skan.pdf") -> dict[str, object]:
    return {"scan": upload(scan(), name)}


class TestWhose:
    def test_it_is_the_coordinators(
        self, coordinator: Visitor, leader: Visitor, director: Visitor, member: Visitor
    ) -> None:
        assert "ММО принято на учёт 1 октября 2026 г." in see(coordinator, PAGE)
        for visitor in (leader, director, member):
            see(visitor, PAGE, 403)
            assert visitor.post(f"{PAGE}/plan", PLAN).status_code == 403
            assert visitor.post(f"{PAGE}/protocol", PROTOCOL).status_code == 403

    def test_the_orders_of_an_adopted_association_lead_there_until_its_year_ends(
        self, coordinator: Visitor, clock: Clock
    ) -> None:
        assert PAGE in see(coordinator, "/city/orders/MMO-02").links()
        clock.at = clock.at.replace(year=2027)
        assert PAGE not in see(coordinator, "/city/orders/MMO-02").links()

    def test_one_that_began_here_has_no_such_papers(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            session.get_one(Association, city.association.id).started_using = None
        assert PAGE not in see(coordinator, "/city/orders/MMO-02").links()
        assert "только у ММО, принятых на учёт" in see(coordinator, PAGE, 409)

    def test_a_foreign_form_changes_nothing(self, coordinator: Visitor, database: Database) -> None:
        assert coordinator.post(f"{PAGE}/plan", PLAN, csrf="foreign").status_code == 403
        with database.read() as session:
            assert session.scalars(select(Plan)).all() == []


class TestPlan:
    def test_the_plan_is_in_force_and_its_meetings_are_planned(
        self, coordinator: Visitor, database: Database
    ) -> None:
        answer = press(coordinator, PAGE, "Внести план", {**PLAN, "plan_scan": upload(scan(), "plan.pdf")})
        page = follow(coordinator, answer)
        assert "внесён, согласован 10 сентября 2026 г." in page
        assert page.primary == ["Внести протокол"]
        with database.read() as session:
            plan = session.scalars(select(Plan)).one()
            assert (plan.state, plan.registered) == (PlanState.AGREED, True)
            assert plan.priorities == ["ФГОС", "Функциональная грамотность"]
            assert [(one.topic, one.is_meeting) for one in plan.items] == [
                ("Начало года", True),
                ("Итоги года", True),
            ], "empty lines are passed over"
            assert plan.scan is not None
            assert plan.scan.name == "plan-mmo-02-2026-27-red-1-skan.pdf"
            assert len(session.scalars(select(Meeting)).all()) == 2

    def test_everybody_of_the_association_finds_the_scan_at_the_plan(
        self, coordinator: Visitor, leader: Visitor, member: Visitor, database: Database
    ) -> None:
        follow(coordinator, press(coordinator, PAGE, "Внести план", {**PLAN, "plan_scan": paper()["scan"]}))
        with database.read() as session:
            file = session.scalars(select(StoredFile)).one()
        for visitor in (leader, member):
            assert f"/files/{file.id}" in see(visitor, "/a/MMO-02/2026-27/plan").links()
            assert visitor.get(f"/files/{file.id}", buffered=True).status_code == 200

    def test_more_lines_keep_what_is_typed_and_the_scan(
        self, coordinator: Visitor, database: Database
    ) -> None:
        typed = {**PLAN, "plan_scan": upload(scan(), "plan.pdf")}
        page = press(coordinator, PAGE, "Ещё строки", typed)
        assert page.status == 200
        form = page.form("Внести план")
        assert form.values["topic-2"] == "Итоги года"
        assert "topic-7" in form.values
        with database.read() as session:
            file = session.scalars(select(StoredFile)).one()
        assert form.values["plan_scan_id"] == str(file.id)
        follow(coordinator, press_again(coordinator, form.values))
        with database.read() as session:
            assert session.scalars(select(Plan)).one().scan_id == file.id

    def test_faults_stand_at_their_fields_and_nothing_is_lost(self, coordinator: Visitor) -> None:
        page = press(coordinator, PAGE, "Внести план", {**PLAN, "agreed_on": "", "topic-0": ""})
        assert page.status == 422
        assert set(page.faults) == {"agreed_on", "topic-0"}
        assert page.form("Внести план").values["responsible-0"] == "руководитель ММО"

    def test_a_day_that_has_not_come_is_refused(self, coordinator: Visitor) -> None:
        page = press(coordinator, PAGE, "Внести план", {**PLAN, "agreed_on": "2026-12-01"})
        assert page.status == 422
        assert "1 декабря 2026 г." in page.alert

    def test_an_empty_plan_is_none(self, coordinator: Visitor) -> None:
        page = press(coordinator, PAGE, "Внести план", {"agreed_on": "2026-09-10"})
        assert page.faults == {"topic-0": "Внесите хотя бы одно мероприятие плана."}

    def test_sent_twice_it_is_there_once(self, coordinator: Visitor, database: Database) -> None:
        page = press(coordinator, PAGE, "Внести план", PLAN, times=2)
        assert "План на 2026/2027 уч. год уже есть." in page.alert
        with database.read() as session:
            session.scalars(select(Plan)).one()


class TestProtocol:
    def test_it_counts_at_once_with_its_paper_number(self, coordinator: Visitor, database: Database) -> None:
        page = follow(coordinator, press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, **paper()}))
        assert "Протокол № 3 внесён: заседание засчитано." in page
        assert "/a/MMO-02/2026-27/protocols/3" in page.links()
        with database.read() as session:
            protocol = session.scalars(select(Protocol)).one()
            assert (protocol.state, protocol.registered) == (ProtocolState.ACCEPTED, True)
            assert protocol.scan is not None
            assert protocol.meeting.state is MeetingState.HELD
            assert {row.mark for row in protocol.meeting.attendance} == {AttendanceMark.INVITED}

    def test_who_was_there_may_be_entered(self, coordinator: Visitor, database: Database, city: City) -> None:
        there = [str(city.leader.id), str(city.member.id)]
        typed = {**PROTOCOL, **paper(), "with_list": "1", "present": there}
        follow(coordinator, press(coordinator, PAGE, "Внести протокол", typed))
        with database.read() as session:
            present = session.scalars(
                select(Attendance.person_id).where(Attendance.mark == AttendanceMark.PRESENT)
            ).all()
        assert {str(one) for one in present} == set(there)

    def test_the_planned_meeting_is_the_one_the_paper_is_about(
        self, coordinator: Visitor, database: Database
    ) -> None:
        follow(coordinator, press(coordinator, PAGE, "Внести план", PLAN))
        typed = {**PROTOCOL, "topic": "", **paper(), "meeting": "1"}
        follow(coordinator, press(coordinator, PAGE, "Внести протокол", typed))
        with database.read() as session:
            protocol = session.scalars(select(Protocol)).one()
            assert (protocol.meeting.topic, protocol.meeting.day) == ("Начало года", date(2026, 9, 18))

    def test_the_scan_stays_whatever_else_is_faulty(self, coordinator: Visitor, database: Database) -> None:
        page = press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, "topic": "", **paper()})
        assert set(page.faults) == {"topic"}
        assert "protokol-3-2026-27-skan.pdf" in page
        values = {**page.form("Внести протокол").values, "topic": "Начало года"}
        follow(coordinator, press_again(coordinator, values, "protocol"))

    def test_without_a_scan_or_with_a_word_file_it_is_none(self, coordinator: Visitor) -> None:
        page = press(coordinator, PAGE, "Внести протокол", PROTOCOL)
        assert page.faults == {"scan": "Приложите скан подписанного протокола."}
        page = press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, "scan": upload(word(), "p.docx")})
        assert "scan" in page.faults

    def test_a_day_after_adoption_or_a_number_that_is_there_is_refused(self, coordinator: Visitor) -> None:
        late = press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, "day": "2026-10-02", **paper()})
        assert "2 октября 2026 г." in late.alert
        follow(coordinator, press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, **paper()}))
        again = press(coordinator, PAGE, "Внести протокол", {**PROTOCOL, **paper()})
        assert "Протокол № 3 за 2026/2027 уч. год уже есть." in again.alert


def press_again(visitor: Visitor, values: dict[str, object], what: str = "plan") -> Page:
    return read(visitor.post(f"{PAGE}/{what}", dict(values)))
