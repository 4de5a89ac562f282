"""The list of the city's associations: finding one, and asking to join."""

import pytest
from sqlalchemy import func, select

from mmo_lti.models.database import Database
from mmo_lti.models.membership import Membership
from mmo_lti.rules.states import AssociationState, MembershipState
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.web.conftest import City, ClientFor
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor


@pytest.fixture
def physics(database: Database, city: City) -> str:
    with database.write() as session:
        return make_association(session, city.centre, "учителей физики", code="MMO-03").code


def test_one_finds_an_association_by_a_word(outsider: Visitor, physics: str) -> None:
    page = see(outsider, "/associations?search=Физика")
    assert "ММО учителей физики" in page
    assert "ММО учителей математики" not in page
    assert page.primary == ["Подать заявку"]


def test_nothing_found_says_what_to_try(outsider: Visitor) -> None:
    page = see(outsider, "/associations?search=астрология")
    assert "Попробуйте одно слово" in page


def test_who_leads_and_how_many_belong(outsider: Visitor, physics: str) -> None:
    page = see(outsider, "/associations")
    assert "Руководитель: Абрамова Е. С." in page
    assert "11 членов ММО" in page
    assert "Руководитель не назначен" in page


def test_asking_to_join_twice_is_asking_once(
    outsider: Visitor, database: Database, city: City, physics: str
) -> None:
    answer = press(outsider, "/associations?search=физик", "Подать заявку", times=2)
    assert answer.location == "/a/MMO-03"
    assert "Заявка подана" in follow(outsider, answer)
    with database.read() as session:
        rows = session.scalars(select(Membership).where(Membership.person_id == city.outsider.id)).all()
        assert [row.state for row in rows] == [MembershipState.REQUESTED]
    assert "Подать заявку" not in see(outsider, "/associations?search=физик").buttons


def test_own_associations_stand_first_without_a_request(member: Visitor, physics: str) -> None:
    page = see(member, "/associations")
    assert page.words.index("учителей математики") < page.words.index("учителей физики")
    assert "член ММО" in page
    assert page.words.count("Подать заявку") == 1


def test_coordinator_and_director_look_and_do_not_ask(coordinator: Visitor, director: Visitor) -> None:
    for visitor in (coordinator, director):
        assert see(visitor, "/associations").buttons == set()


def test_an_ended_association_takes_nobody(outsider: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        make_association(session, city.centre, "учителей пения", code="MMO-04", state=AssociationState.CLOSED)
    answer = read(outsider.post("/associations", {"code": "MMO-04"}))
    assert answer.status == 422
    assert "ММО завершило работу" in answer.alert
    assert "учителей пения" not in see(outsider, "/associations")


def test_another_address_is_no_association(outsider: Visitor) -> None:
    assert outsider.post("/associations", {"code": "MMO-99"}).status_code == 404


def test_a_foreign_form_changes_nothing(outsider: Visitor, database: Database, physics: str) -> None:
    assert outsider.post("/associations", {"code": "MMO-03"}, csrf="foreign").status_code == 403
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Membership.state == MembershipState.REQUESTED)) == 0


def test_whoever_left_may_ask_anew(
    client_for: ClientFor, database: Database, city: City, physics: str
) -> None:
    with database.write() as session:
        association = session.merge(make_association(session, city.centre, "учителей химии", code="MMO-05"))
        make_membership(session, association, city.outsider, MembershipState.LEFT)
    page = see(client_for(city.outsider), "/associations?search=химии")
    assert page.primary == ["Подать заявку"]
    assert "вышел из состава" in page
