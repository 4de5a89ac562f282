"""A plan after it was sent: taken back, returned, agreed, put in force, sent for an absent leader."""

import pytest
from sqlalchemy import func, select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.plan import Plan
from mmo_lti.rules.states import MeetingState, PlanState
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.web.conftest import City
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/plan"


@pytest.fixture
def draft(database: Database, city: City) -> Plan:
    """A plan that may be sent as it is."""
    with database.write() as session:
        return make_plan(session, city.association)


def plans(database: Database) -> list[tuple[int, PlanState]]:
    with database.read() as session:
        return [(one.version, one.state) for one in session.scalars(select(Plan).order_by(Plan.version))]


class TestAfterSending:
    def test_the_leader_takes_it_back(self, leader: Visitor, database: Database, draft: Plan) -> None:
        follow(leader, press(leader, PAGE, "Отправить на согласование"))
        page = see(leader, PAGE)
        assert page.primary == []
        assert page.buttons == {"Отозвать, чтобы изменить", "Предложить"}
        refused = read(leader.post(PAGE, {"act": "edit", "priorities": "Другое"}))
        assert refused.status == 422
        assert "План на согласовании. Отзовите его, чтобы изменить." in refused.alert
        follow(leader, press(leader, PAGE, "Отозвать, чтобы изменить"))
        assert plans(database) == [(1, PlanState.DRAFT)]

    def test_a_return_shows_the_directors_words(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_plan(
                session,
                city.association,
                state=PlanState.RETURNED,
                remarks="Нет работы с молодыми",
                decided_at=NOW,
            )
        page = see(leader, PAGE)
        assert "Замечания директора: Нет работы с молодыми" in page
        assert page.primary == ["Отправить на согласование"]

    def test_an_agreed_one_leads_to_its_meetings_and_to_a_new_version(
        self, leader: Visitor, member: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            plan = make_plan(
                session, city.association, state=PlanState.AGREED, agreed_on=NOW.date(), decided_at=NOW
            )
            plan.items[1].is_meeting, plan.items[1].form = False, "лекторий"
            make_meeting(
                session, city.association, moment(2026, 10, 20), number=1, item_uid=plan.items[0].uid
            )
        page = see(leader, PAGE)
        assert "Действует редакция 1 от 5 октября 2026 г." in page
        assert "/a/MMO-02/2026-27/meetings/1" in page.links()
        answer = press(leader, PAGE, "Назначить день и пригласить", times=2)
        assert (
            answer.location == "/a/MMO-02/2026-27/meetings/2"
            or answer.location == "/a/MMO-02/2026-27/events/2"
        )
        with database.read() as session:
            assert session.scalar(select(func.count(Meeting.id))) == 2
        assert "Назначить день и пригласить" not in see(member, PAGE).buttons
        page = follow(leader, press(leader, PAGE, "Новая редакция"))
        assert "Вы готовите редакцию 2." in page
        assert "Вы готовите" not in see(member, PAGE)
        assert "Тема 1" in see(member, PAGE)

    def test_a_cancelled_meeting_stays_in_the_plan(
        self, member: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            plan = make_plan(session, city.association, state=PlanState.AGREED, agreed_on=NOW.date())
            make_meeting(
                session,
                city.association,
                moment(2026, 10, 20),
                state=MeetingState.CANCELLED,
                item_uid=plan.items[0].uid,
            )
        assert "– отменено" in see(member, PAGE)


class TestForAnAbsentLeader:
    def test_the_coordinator_sends_with_a_reason_and_is_named(
        self, coordinator: Visitor, database: Database, draft: Plan
    ) -> None:
        page = see(coordinator, PAGE)
        assert "Отправить на согласование" not in page.buttons
        refused = press(coordinator, PAGE, "Отправить за руководителя", {"reason": " "})
        assert refused.status == 422
        page = follow(
            coordinator, press(coordinator, PAGE, "Отправить за руководителя", {"reason": "Больничный"})
        )
        assert "Отправлен координатором за руководителя: Больничный" in page
        assert plans(database) == [(1, PlanState.SUBMITTED)]
