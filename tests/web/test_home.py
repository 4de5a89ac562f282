"""The home page: what is owed, by when, what next."""

from mmo_lti.models.database import Database
from mmo_lti.rules.states import MeetingState, MembershipState
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper, make_membership
from tests.factories.moment import moment
from tests.factories.person import make_person
from tests.web.conftest import City, ClientFor
from tests.web.page import see
from tests.web.visitor import Visitor


def test_the_most_urgent_duty_stands_first_with_its_term_and_one_way_on(leader: Visitor) -> None:
    page = see(leader, "/")
    assert page.primary == ["К самому срочному"]
    assert "Отправьте отчёт ММО учителей математики за 2025/2026 уч. год" in page
    assert "Не позднее 20 июня 2026 г." in page
    assert "г.." not in page.words
    assert page.tree.xpath("//*[contains(@class,'btn-primary')]/@href") == ["/a/MMO-02/2025-26/report"]
    assert "вы руководитель" in page


def test_a_member_with_nothing_to_do_reads_so_and_sees_the_next_meeting(
    member: Visitor, database: Database, city: City
) -> None:
    with database.write() as session:
        make_meeting(
            session, city.association, moment(2026, 10, 20, 11, 30), number=1, called_at=moment(2026, 10, 1)
        )
    page = see(member, "/")
    assert "всё сделано" in page
    assert page.primary == []
    assert "20 октября 2026 г., 14:30" in page
    assert "/a/MMO-02/2026-27/meetings/1" in page.links()


def test_a_day_that_is_set_is_shown_before_anybody_is_invited(
    member: Visitor, database: Database, city: City
) -> None:
    assert "Следующая встреча ещё не назначена." in see(member, "/")
    with database.write() as session:
        later = moment(2026, 11, 10, 11, 30)
        make_meeting(session, city.association, later, number=2, called_at=moment(2026, 10, 1))
        meeting = make_meeting(session, city.association, moment(2026, 10, 20), number=1, place="")
        meeting.starts_at = None
    page = see(member, "/")
    assert "20 октября 2026 г." in page
    assert "приглашения ещё не разосланы" in page
    assert "ещё не назначена" not in page
    assert "/a/MMO-02/2026-27/meetings/1" in page.links()


def test_an_outsider_is_led_to_the_associations(outsider: Visitor) -> None:
    page = see(outsider, "/")
    assert page.primary == ["Найти объединение"]
    assert "Участие добровольное" in page


def test_an_unconfirmed_teacher_confirms_the_own_name_first(
    client_for: ClientFor, database: Database, city: City
) -> None:
    with database.write() as session:
        newcomer = make_person(session, city.centre, "Новикова", employed=False, confirmed_at=None)
    page = see(client_for(newcomer), "/")
    assert page.primary == ["К самому срочному"]
    assert page.tree.xpath("//*[contains(@class,'btn-primary')]/@href") == ["/me"]


def test_an_invited_teacher_finds_the_invitation(
    client_for: ClientFor, database: Database, city: City
) -> None:
    with database.write() as session:
        physics = make_association(session, city.centre, "учителей физики", code="MMO-03")
        make_membership(session, physics, city.member, MembershipState.INVITED)
    page = see(client_for(city.member), "/")
    assert "приглашение ждёт ответа" in page
    assert "/a/MMO-03" in page.links()


def test_coordinator_and_director_read_how_the_city_stands(coordinator: Visitor, director: Visitor) -> None:
    for visitor in (coordinator, director):
        page = see(visitor, "/")
        assert "0 из 1 в порядке" in page
        assert "/city" in page.links()
        assert "Вы пока не состоите" not in page


def test_a_helper_marks_an_unconfirmed_meeting(client_for: ClientFor, database: Database, city: City) -> None:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
        make_meeting(session, city.association, moment(2026, 10, 2), number=1, state=MeetingState.PLANNED)
    page = see(client_for(city.members[1]), "/")
    assert "/a/MMO-02/2026-27/meetings/1" in page.links()


def test_many_duties_are_folded(coordinator: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        for number in range(12):
            make_association(session, city.centre, f"учителей предмета {number}")
    page = see(coordinator, "/")
    assert page.tree.xpath("//details[contains(., 'Ещё')]//li")


def test_the_page_says_its_language_and_whose_it_is(leader: Visitor) -> None:
    page = see(leader, "/")
    assert page.tree.get("lang") == "ru"
    assert "Абрамова Е. С." in page
    assert page.tree.xpath("//nav//a[@aria-current='page']/text()") == ["Главная"]
    assert len(page.tree.xpath("//h1")) == 1
