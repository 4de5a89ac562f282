"""Who belongs: requests, members, helpers, invitations."""

import pytest
from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.states import MembershipState
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.person import make_person
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/members"


@pytest.fixture
def asked(database: Database, city: City) -> Membership:
    """A teacher asks to join."""
    with database.write() as session:
        return make_membership(session, city.association, city.outsider, MembershipState.REQUESTED)


def state(database: Database, row: Membership) -> MembershipState:
    with database.read() as session:
        return session.get_one(Membership, row.id).state


class TestWhoSees:
    def test_a_member_sees_names_and_no_acts(self, member: Visitor, asked: Membership) -> None:
        page = see(member, PAGE)
        assert "11 членов ММО" in page
        assert "Воронова Анна Ивановна" in page
        assert "Яковлева" not in page
        assert page.buttons == set()
        assert page.primary == []

    def test_a_director_too(self, director: Visitor, asked: Membership) -> None:
        assert see(director, PAGE).buttons == set()

    def test_an_outsider_and_the_administrator_do_not(
        self, outsider: Visitor, administrator: Visitor
    ) -> None:
        see(outsider, PAGE, 403)
        see(administrator, PAGE, 403)

    def test_leader_and_helper_are_marked(self, member: Visitor, database: Database, city: City) -> None:
        with database.write() as session:
            make_helper(session, city.association, city.members[1])
        page = see(member, PAGE)
        assert "Абрамова Елена Сергеевна ✓ руководитель" in page
        assert "Воронова Анна Ивановна ✓ помощник" in page

    def test_without_access_to_moodle_and_suspended_are_said(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            rows = {row.person_id: row for row in session.scalars(select(Membership))}
            rows[city.members[2].id].no_access_since = moment(2026, 9, 20)
            rows[city.members[3].id].state = MembershipState.SUSPENDED
        page = see(leader, PAGE)
        assert "нет доступа в Moodle с 20 сентября 2026 г." in page
        assert "участие приостановлено" in page


class TestRequests:
    def test_the_leader_accepts_and_the_first_request_is_the_next_step(
        self, leader: Visitor, database: Database, asked: Membership
    ) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Принять"]
        assert "1 заявка ждёт решения" in page
        assert "ответить не позднее 15 октября 2026 г." in page
        assert "Заявка принята." in follow(leader, press(leader, PAGE, "Принять", times=2))
        assert state(database, asked) is MembershipState.MEMBER

    def test_a_refusal_needs_words_and_keeps_the_ground(
        self, leader: Visitor, database: Database, asked: Membership
    ) -> None:
        page = press(leader, PAGE, "Отклонить заявку", {"ground": "other_subject", "reason": "  "})
        assert page.status == 422
        assert page.alert
        kept = page.form("Отклонить заявку").values
        assert kept["ground"] == "other_subject"
        assert page.tree.xpath("//details[@open]//select[@name='ground']")
        assert state(database, asked) is MembershipState.REQUESTED
        values = {"ground": "other_subject", "reason": "Вы преподаёте физику"}
        page = follow(leader, press(leader, PAGE, "Отклонить заявку", values))
        assert "педагог узнает причину" in page
        assert state(database, asked) is MembershipState.REFUSED

    def test_an_unknown_ground_is_refused_with_the_words_kept(
        self, leader: Visitor, asked: Membership
    ) -> None:
        values = {"act": "refuse", "ground": "weather", "reason": "Дождь"}
        page = read(leader.post(f"{PAGE}/{asked.id}", values))
        assert page.status == 422
        assert page.form("Отклонить заявку").values["reason"] == "Дождь"

    def test_the_coordinator_decides_only_after_the_leaders_term(
        self, coordinator: Visitor, clock: Clock, database: Database, asked: Membership
    ) -> None:
        page = see(coordinator, PAGE)
        assert "Принять" not in page.buttons
        assert "Решает руководитель; после 15 октября 2026 г. – и координатор." in page
        assert read(coordinator.post(f"{PAGE}/{asked.id}", {"act": "accept"})).status == 422
        clock.at = moment(2026, 10, 16)
        follow(coordinator, press(coordinator, PAGE, "Принять"))
        assert state(database, asked) is MembershipState.MEMBER

    def test_without_an_organisation_the_request_waits(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            newcomer = make_person(session, city.centre, "Новикова", employed=False)
            row = make_membership(session, city.association, newcomer, MembershipState.REQUESTED)
        page = press(leader, PAGE, "Принять")
        assert page.status == 422
        assert "организаци" in page.alert
        assert state(database, row) is MembershipState.REQUESTED

    def test_a_member_decides_nothing(self, member: Visitor, database: Database, asked: Membership) -> None:
        answer = member.post(f"{PAGE}/{asked.id}", {"act": "accept"})
        assert answer.status_code == 422
        assert state(database, asked) is MembershipState.REQUESTED

    def test_a_row_of_another_association_is_nothing(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            other = make_association(session, city.centre, "учителей физики", code="MMO-03")
            row = make_membership(session, other, city.outsider, MembershipState.REQUESTED)
        assert leader.post(f"{PAGE}/{row.id}", {"act": "accept"}).status_code == 404
        assert leader.post(f"{PAGE}/{row.id}", {"act": "promote"}).status_code == 404

    def test_a_foreign_form_changes_nothing(
        self, leader: Visitor, database: Database, asked: Membership
    ) -> None:
        assert leader.post(f"{PAGE}/{asked.id}", {"act": "accept"}, csrf="").status_code == 403
        assert state(database, asked) is MembershipState.REQUESTED


class TestMembers:
    def row(self, database: Database, person: Person) -> Membership:
        with database.read() as session:
            return session.scalars(select(Membership).where(Membership.person_id == person.id)).one()

    def test_the_leader_names_a_helper_and_takes_it_back(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        chosen = f"{PAGE}?member={self.row(database, city.members[1]).id}"
        assert f"{chosen}#chosen" in see(leader, PAGE).links()
        page = follow(leader, press(leader, chosen, "Назначить помощником", times=2))
        assert "он готовит документы, но не отправляет их" in page
        assert "помощник" in page
        follow(leader, press(leader, chosen, "Снять помощника"))
        with database.read() as session:
            assert session.scalars(select(Helper)).one().until == moment(2026, 10, 4).date()

    def test_the_leader_is_nobodys_helper(self, leader: Visitor, database: Database, city: City) -> None:
        page = see(leader, f"{PAGE}?member={self.row(database, city.leader).id}")
        assert page.buttons == set()

    def test_the_coordinator_ends_a_membership_with_ground_and_reason(
        self, coordinator: Visitor, database: Database, city: City
    ) -> None:
        row = self.row(database, city.members[4])
        chosen = f"{PAGE}?member={row.id}"
        page = press(coordinator, chosen, "Прекратить участие", {"ground": "dismissal", "reason": ""})
        assert page.status == 422
        assert page.form("Прекратить участие").values["ground"] == "dismissal"
        page = read(
            coordinator.post(f"{PAGE}/{row.id}", {"act": "end", "ground": "boredom", "reason": "скучно"})
        )
        assert page.status == 422
        assert page.form("Прекратить участие").values["reason"] == "скучно"
        values = {"ground": "dismissal", "reason": "Приказ школы"}
        follow(coordinator, press(coordinator, chosen, "Прекратить участие", values))
        assert state(database, row) is MembershipState.LEFT

    def test_r4_2_the_coordinator_suspends_who_moved_away_and_takes_it_back(
        self, coordinator: Visitor, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.read() as session:
            row = session.scalars(select(Membership).where(Membership.person_id == city.member.id)).one()
        chosen = f"{PAGE}?member={row.id}"
        assert "Приостановить" not in see(leader, chosen).buttons
        assert leader.post(f"{PAGE}/{row.id}", {"act": "suspend", "reason": "Уехала"}).status_code == 422
        assert press(coordinator, chosen, "Приостановить", {"reason": " "}).status == 422
        page = follow(coordinator, press(coordinator, chosen, "Приостановить", {"reason": "Уехала"}))
        assert "Участие приостановлено: человек остаётся в списке, но не считается." in page
        assert "Приостановить" not in see(coordinator, chosen).buttons
        page = follow(coordinator, press(coordinator, chosen, "Возобновить участие", times=2))
        assert "Участие возобновлено." in page
        with database.read() as session:
            assert session.get_one(Membership, row.id).state is MembershipState.MEMBER

    def test_a_long_list_can_be_narrowed(self, member: Visitor, database: Database, city: City) -> None:
        assert not see(member, PAGE).tree.xpath("//input[@data-filter]")
        with database.write() as session:
            for number in range(5):
                make_membership(
                    session, city.association, make_person(session, city.centre, f"Педагог{number}")
                )
        assert see(member, PAGE).tree.xpath("//input[@data-filter]/@aria-label") == ["Найти в списке"]


class TestInvitations:
    def test_the_leader_finds_and_invites(self, leader: Visitor, database: Database, city: City) -> None:
        page = see(leader, f"{PAGE}?search=яковлев")
        assert "Яковлева Анна Ивановна" in page
        page = follow(leader, press(leader, f"{PAGE}?search=яковлев", "Пригласить", times=2))
        assert "Приглашение отправлено." in page
        assert "Ещё не ответили" in page
        follow(leader, press(leader, PAGE, "Отозвать приглашение"))
        with database.read() as session:
            found = session.scalars(select(Membership).where(Membership.person_id == city.outsider.id)).one()
            assert found.state is MembershipState.WITHDRAWN

    def test_whoever_belongs_already_is_not_invited(self, leader: Visitor) -> None:
        page = see(leader, f"{PAGE}?search=белова")
        assert "Пригласить" not in page.buttons
        assert "член ММО" in page

    def test_nobody_found_says_why(self, leader: Visitor) -> None:
        assert "хотя бы раз открывал методические объединения" in see(leader, f"{PAGE}?search=никого")

    def test_nobody_of_another_centre_is_found_or_invited(self, leader: Visitor, database: Database) -> None:
        with database.write() as session:
            foreign = make_person(session, make_centre(session, "https://other.example"), "Чужакова").id
        assert "Чужакова" not in see(leader, f"{PAGE}?search=чужакова")
        assert leader.post(f"{PAGE}/invite", {"person": foreign}).status_code == 404

    def test_a_member_invites_nobody(self, member: Visitor, city: City) -> None:
        assert "Пригласить педагога" not in see(member, PAGE)
        assert member.post(f"{PAGE}/invite", {"person": city.outsider.id}).status_code == 422

    def test_a_proposed_person_is_rejected_by_the_coordinator_with_a_reason(
        self, coordinator: Visitor, client_for: ClientFor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            row = make_membership(session, city.association, city.outsider, MembershipState.PROPOSED)
        assert "Не член ММО" not in see(client_for(city.leader), PAGE).buttons
        page = press(coordinator, PAGE, "Не член ММО", {"reason": ""})
        assert page.status == 422
        assert page.tree.xpath("//details[@open]")
        follow(coordinator, press(coordinator, PAGE, "Не член ММО", {"reason": "Ученик"}))
        assert state(database, row) is MembershipState.REJECTED
