"""The inbox: what waits, who decides, and what becomes of words that were typed."""

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.report import Report
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.factories.stored_file import make_stored_file
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable


def lodged(session: Session, association: Association, **fields: object) -> Protocol:
    meeting = make_meeting(session, association, moment(2026, 9, 21), state=MeetingState.HELD)
    scan = make_stored_file(session, association, "protocol_scan", "скан.pdf")
    return make_protocol(session, meeting, ProtocolState.LODGED, scan_id=scan.id, **fields)


@pytest.fixture
def protocol(database: Database, city: City) -> Protocol:
    with database.write() as session:
        return lodged(session, city.association, lodged_by=city.leader.id)


@pytest.fixture
def plan(database: Database, city: City) -> Plan:
    with database.write() as session:
        sent = {"submitted_at": NOW, "submitted_by": city.leader.id}
        return make_plan(session, city.association, state=PlanState.SUBMITTED, **sent)


@pytest.fixture
def report(database: Database, city: City) -> Report:
    with database.write() as session:
        sent = {"submitted_at": NOW, "submitted_by": city.leader.id, "days_late": 2}
        return make_report(session, city.association, state=ReportState.SUBMITTED, **sent)


class TestWhatWaits:
    def test_an_empty_inbox_says_what_will_come_there(self, coordinator: Visitor, director: Visitor) -> None:
        assert "Протоколов на проверке нет" in coordinator.page("/city/inbox")
        assert "Планов и отчётов на рассмотрении нет" in director.page("/city/inbox")

    def test_the_coordinator_opens_the_protocol_that_waits_longest(
        self, coordinator: Visitor, protocol: Protocol
    ) -> None:
        page = coordinator.page("/city/inbox")
        assert "Протокол № 1 ММО учителей математики" in page
        assert "ждёт с 5 октября 2026 г." in page
        assert f'src="/files/{protocol.scan_id}#navpanes=0"' in page
        assert "Принять протокол" in page

    def test_the_director_sees_plans_and_reports_and_no_ordinary_protocols(
        self, director: Visitor, plan: Plan, report: Report, protocol: Protocol
    ) -> None:
        page = director.page(f"/city/inbox?show=reports-{report.id}")
        assert "План ММО учителей математики" in page
        assert "Отправлен с опозданием на 2 дня" in page
        assert "Принять отчёт" in page
        assert "Протокол №" not in page

    def test_who_lodged_a_protocol_reads_that_somebody_else_accepts_it(
        self, coordinator: Visitor, director: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            lodged(session, city.association, lodged_by=city.coordinator.id, lodged_for_leader="Болеет")
        own = coordinator.page("/city/inbox?show=protocols-1")
        assert "принимает другой координатор или директор" in own
        assert "Принять протокол" not in own
        assert "Принять протокол" in director.page("/city/inbox")

    def test_teachers_have_no_inbox(self, leader: Visitor) -> None:
        leader.page("/city/inbox", 403)


class TestDecisions:
    def test_accepting_a_protocol_leads_back_to_the_rest(
        self, coordinator: Visitor, protocol: Protocol, database: Database
    ) -> None:
        answer = coordinator.post(f"/city/inbox/protocols/{protocol.id}/accept")
        assert (answer.status_code, answer.location) == (303, "/city/inbox")
        with database.read() as session:
            assert session.get_one(Protocol, protocol.id).state is ProtocolState.ACCEPTED

    def test_accepting_twice_says_that_it_is_accepted(self, coordinator: Visitor, protocol: Protocol) -> None:
        coordinator.post(f"/city/inbox/protocols/{protocol.id}/accept")
        again = coordinator.post(f"/city/inbox/protocols/{protocol.id}/accept")
        assert again.status_code == 422

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("plans", "Этот план уже возвращён 5 октября 2026 г."),
            ("reports", "Этот отчёт уже возвращён 5 октября 2026 г."),
        ],
    )
    def test_a_double_click_on_return_says_that_it_was_returned(
        self, director: Visitor, plan: Plan, report: Report, kind: str, said: str
    ) -> None:
        path = f"/city/inbox/{kind}/{(plan if kind == 'plans' else report).id}/return"
        assert director.post(path, {"words": "Нет сроков"}).status_code == 303
        again = director.post(path, {"words": "Нет сроков"})
        assert again.status_code == 422
        assert said in readable(again)

    def test_a_double_click_on_returning_a_protocol_says_so_too(
        self, coordinator: Visitor, protocol: Protocol
    ) -> None:
        path = f"/city/inbox/protocols/{protocol.id}/return"
        assert coordinator.post(path, {"words": "Нет подписи"}).status_code == 303
        assert "Протокол № 1 уже возвращён 5 октября 2026 г." in readable(
            coordinator.post(path, {"words": "Нет подписи"})
        )

    def test_words_are_kept_when_the_return_is_refused(
        self, coordinator: Visitor, protocol: Protocol, database: Database
    ) -> None:
        path = f"/city/inbox/protocols/{protocol.id}/return"
        answer = coordinator.post(path, {"words": "… – …", "act": "return"})
        assert answer.status_code == 422
        assert "… – …" in answer.text
        with database.read() as session:
            assert session.get_one(Protocol, protocol.id).state is ProtocolState.LODGED

    def test_returned_with_words_it_goes_back_to_the_page_it_came_from(
        self, coordinator: Visitor, protocol: Protocol, database: Database
    ) -> None:
        fields = {"words": "Нет подписи секретаря", "next": "/a/MMO-02/2026-27/protocols/1"}
        answer = coordinator.post(f"/city/inbox/protocols/{protocol.id}/return", fields)
        assert answer.location == "/a/MMO-02/2026-27/protocols/1"
        with database.read() as session:
            assert session.get_one(Protocol, protocol.id).remarks == "Нет подписи секретаря"

    def test_a_next_page_elsewhere_is_not_followed(self, coordinator: Visitor, protocol: Protocol) -> None:
        fields = {"next": "//evil.example"}
        answer = coordinator.post(f"/city/inbox/protocols/{protocol.id}/accept", fields)
        assert answer.location == "/city/inbox"

    def test_the_director_agrees_a_plan(self, director: Visitor, plan: Plan, database: Database) -> None:
        assert director.post(f"/city/inbox/plans/{plan.id}/agree").status_code == 303
        with database.read() as session:
            assert session.get_one(Plan, plan.id).state is PlanState.AGREED

    def test_a_plan_is_not_returned_without_words(self, director: Visitor, plan: Plan) -> None:
        answer = director.post(f"/city/inbox/plans/{plan.id}/return", {"words": "", "act": "return"})
        assert answer.status_code == 422
        assert "Укажите, что нужно исправить." in answer.text

    def test_the_director_accepts_a_report(
        self, director: Visitor, report: Report, database: Database
    ) -> None:
        assert director.post(f"/city/inbox/reports/{report.id}/accept").status_code == 303
        with database.read() as session:
            assert session.get_one(Report, report.id).state is ReportState.ACCEPTED

    def test_a_coordinator_does_not_agree_a_plan(
        self, coordinator: Visitor, plan: Plan, database: Database
    ) -> None:
        assert coordinator.post(f"/city/inbox/plans/{plan.id}/agree").status_code == 422
        with database.read() as session:
            assert session.get_one(Plan, plan.id).state is PlanState.SUBMITTED

    def test_a_form_of_another_page_changes_nothing(
        self, director: Visitor, plan: Plan, database: Database
    ) -> None:
        assert director.post(f"/city/inbox/plans/{plan.id}/agree", csrf="").status_code == 403
        with database.read() as session:
            assert session.get_one(Plan, plan.id).state is PlanState.SUBMITTED

    @pytest.mark.parametrize("path", ["plans/999/agree", "plans/1/accept", "orders/1/agree"])
    def test_what_is_not_there_is_said_so(self, director: Visitor, path: str) -> None:
        assert director.post(f"/city/inbox/{path}").status_code == 404


class TestOnThePapersOwnPage:
    def test_whoever_decides_finds_the_decision_there(
        self,
        director: Visitor,
        coordinator: Visitor,
        plan: Plan,
        report: Report,
        protocol: Protocol,
    ) -> None:
        year = "/a/MMO-02/2026-27"
        assert f'action="/city/inbox/plans/{plan.id}/agree"' in director.page(f"{year}/plan")
        assert f'action="/city/inbox/reports/{report.id}/accept"' in director.page(f"{year}/report")
        protocol_page = coordinator.page(f"{year}/protocols/1")
        assert f'action="/city/inbox/protocols/{protocol.id}/void"' in protocol_page
        assert f'name="next" value="{year}/protocols/1"' in protocol_page

    def test_nobody_else_does(
        self, leader: Visitor, coordinator: Visitor, plan: Plan, protocol: Protocol
    ) -> None:
        assert "/city/inbox/plans" not in coordinator.page("/a/MMO-02/2026-27/plan")
        assert "/city/inbox/protocols" not in leader.page("/a/MMO-02/2026-27/protocols/1")
