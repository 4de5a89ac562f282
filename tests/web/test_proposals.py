"""Members' proposals for the plan of a year, and the leader's answers."""

import pytest
from sqlalchemy import func, select

from mmo_lti.models.database import Database
from mmo_lti.models.plan import Plan, PlanItem, Proposal, ProposalState
from tests.factories.membership import make_helper
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/plan"


@pytest.fixture
def draft(database: Database, city: City) -> Plan:
    """A plan that may be sent as it is."""
    with database.write() as session:
        return make_plan(session, city.association)


@pytest.fixture
def proposal(database: Database, city: City) -> Proposal:
    with database.write() as session:
        row = Proposal(
            centre_id=city.centre.id,
            association_id=city.association.id,
            year=2026,
            person_id=city.member.id,
            topic="Олимпиада в 5–6 классах",
            state=ProposalState.OPEN,
            created_at=NOW,
        )
        session.add(row)
    return row


@pytest.fixture
def helper(client_for: ClientFor, database: Database, city: City) -> Visitor:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    return client_for(city.members[1])


def items(database: Database) -> list[PlanItem]:
    with database.read() as session:
        return list(session.scalars(select(PlanItem).order_by(PlanItem.position)))


class TestProposals:
    def test_a_member_proposes_once_however_often_it_is_sent(
        self, member: Visitor, database: Database, clock: Clock
    ) -> None:
        clock.at = moment(2026, 9, 10)
        page = see(member, PAGE)
        assert "не позднее 15 сентября 2026 г." in page
        values = {"proposal": "Геометрия в 7 классе", "proposal_form": "мастер-класс", "proposal_month": "2"}
        page = follow(member, press(member, PAGE, "Предложить", values, times=2))
        assert "Предложение отправлено руководителю." in page
        assert "мастер-класс · февраль" in page
        with database.read() as session:
            assert session.scalar(select(func.count(Proposal.id))) == 1

    def test_an_empty_one_keeps_form_and_month(self, member: Visitor) -> None:
        values = {"proposal": "", "proposal_form": "мастер-класс", "proposal_month": "2"}
        page = press(member, PAGE, "Предложить", values)
        assert page.status == 422
        assert page.faults == {"proposal": "Заполните это поле."}
        kept = page.form("Предложить").values
        assert (kept["proposal_form"], kept["proposal_month"]) == ("мастер-класс", "2")

    def test_taking_makes_a_line_and_the_author_sees_it(
        self, leader: Visitor, member: Visitor, database: Database, proposal: Proposal
    ) -> None:
        page = follow(leader, press(leader, PAGE, "Взять"))
        assert "Предложение взято в план." in page
        assert [one.topic for one in items(database)] == ["Олимпиада в 5–6 классах"]
        assert "взято в план" in see(member, PAGE)
        again = read(leader.post(f"{PAGE}/proposals/{proposal.id}", {"act": "take"}))
        assert again.status == 422
        assert len(items(database)) == 1

    def test_declining_and_merging_need_a_word(
        self, leader: Visitor, database: Database, draft: Plan, proposal: Proposal
    ) -> None:
        for button in ("Отклонить", "Объединить"):
            page = press(leader, PAGE, button, {"words": ""})
            assert page.status == 422
            assert page.alert
        page = follow(
            leader, press(leader, PAGE, "Объединить", {"words": "В пункт 1", "uid": items(database)[1].uid})
        )
        assert "Ответ руководителя: В пункт 1" in page
        assert "объединено с пунктом плана" in page

    def test_what_was_typed_stays_with_its_own_proposal(
        self, leader: Visitor, database: Database, city: City, draft: Plan, proposal: Proposal
    ) -> None:
        long = "Очень длинный ответ. " * 60
        page = press(leader, PAGE, "Отклонить", {"words": long})
        assert page.status == 422
        assert page.form("Отклонить").values["words"].strip() == long.strip()

    def test_members_and_helpers_do_not_answer(
        self, member: Visitor, helper: Visitor, database: Database, proposal: Proposal
    ) -> None:
        for visitor in (member, helper):
            assert "Взять" not in see(visitor, PAGE).buttons
            assert visitor.post(f"{PAGE}/proposals/{proposal.id}", {"act": "take"}).status_code == 422
        with database.read() as session:
            assert session.get_one(Proposal, proposal.id).state is ProposalState.OPEN
