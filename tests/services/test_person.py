from datetime import date

import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.person import confirm_profile, main_organisation, people_search, shown
from tests.factories.membership import make_membership
from tests.factories.organisation import make_organisation
from tests.factories.person import actor_of, make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)


@pytest.fixture
def school(session, centre):
    return make_organisation(session, centre, "МБОУ «Средняя школа № 4»")


@pytest.fixture
def newcomer(session, centre):
    return make_person(session, centre, "Орлова", "Анна", "", employed=False, confirmed_at=None)


def confirm(session, person, now, organisations=(), **changes):
    fields = {"last": "Орлова", "first": "Анна", "patronymic": "Фёдоровна", "position": "учитель"} | changes
    return confirm_profile(
        session,
        actor_of(person),
        fields["last"],
        fields["first"],
        fields["patronymic"],
        [one.id for one in organisations],
        fields["position"],
        False,
        now,
    )


def test_a_person_confirms_name_organisations_and_position(session, centre, newcomer, school, now):
    lyceum = make_organisation(session, centre, "Лицей № 6")
    confirm(session, newcomer, now, [lyceum, school], last="  Орлова-Заде ", position="учитель  физики")
    assert (newcomer.last, newcomer.position, newcomer.confirmed_at) == ("Орлова-Заде", "учитель физики", now)
    assert main_organisation(newcomer) is lyceum
    assert shown(newcomer) == "Орлова-Заде Анна Фёдоровна, Лицей № 6"


def test_another_order_of_organisations_changes_the_main_one(session, centre, newcomer, school, now):
    lyceum = make_organisation(session, centre, "Лицей № 6")
    confirm(session, newcomer, now, [lyceum, school])
    confirm(session, newcomer, now, [school])
    assert main_organisation(newcomer) is school
    assert len(newcomer.posts) == 1


def test_all_faults_are_named_at_once(session, newcomer, school, now):
    with refused("profile") as caught:
        confirm(session, newcomer, now, [school], last=" ", first="", position="", patronymic="х" * 151)
    assert {fault.code for fault in caught.value.faults} == {
        "profile.last",
        "profile.first",
        "profile.position",
        "profile.too_long",
    }
    assert newcomer.confirmed_at is None


def test_a_closed_organisation_is_not_chosen(session, newcomer, school, now):
    school.closed_on = TODAY
    with refused("profile") as caught:
        confirm(session, newcomer, now, [school])
    assert [fault.code for fault in caught.value.faults] == ["profile.organisation_closed"]


def test_an_organisation_of_another_centre_is_not_there(session, other_centre, newcomer, now):
    with pytest.raises(NotFound):
        confirm(session, newcomer, now, [make_organisation(session, other_centre)])


def test_the_journal_holds_no_name(session, newcomer, school, now):
    confirm(session, newcomer, now, [school])
    assert "Орлова" not in repr(vars(session.scalars(select(JournalEntry)).one()))


def test_r4_2_who_names_no_organisation_is_suspended_and_comes_back_with_one(
    session, centre, association, school, now
):
    membership = make_membership(session, association, make_person(session, centre, "Орлова"))
    confirm(session, membership.person, now, [])
    assert membership.state is MembershipState.SUSPENDED
    confirm(session, membership.person, now, [school])
    assert membership.state is MembershipState.MEMBER


def test_the_clock_has_no_profile(session, centre, now):
    with pytest.raises(NotFound):
        confirm_profile(session, clock_actor(centre.id), "А", "Б", "", [], "", False, now)


@pytest.mark.parametrize("text", ["семен", "СЕМЁН алена", "артем семенова", "семёнова-"])
def test_search_knows_neither_yo_nor_case_nor_order(session, centre, coordinator, text, now):
    dotted = make_person(session, centre, "Семёнова", "Алёна", "Артёмовна")
    plain = make_person(session, centre, "Семенова", "Алена", "Артемовна")
    make_person(session, centre, "Орлова")
    assert people_search(session, coordinator, text, now) == [dotted, plain]


@pytest.mark.parametrize("text", ["%", "_", "<script>", '"; DROP TABLE persons; --'])
def test_search_takes_signs_literally(session, centre, coordinator, teachers, text, now):
    assert people_search(session, coordinator, text, now) == []


def test_search_is_paged_and_stays_in_the_centre(session, other_centre, coordinator, teachers, now):
    make_person(session, other_centre, "Белова")
    found = people_search(session, coordinator, "", now, limit=3)
    assert [person.last for person in found] == ["Белова", "Воронова", "Громова"]
    (next_one,) = people_search(session, coordinator, "", now, offset=3, limit=1)
    assert next_one.last == "Дроздова"


def test_the_leader_searches_people_to_invite(session, association, leader, now):
    assert people_search(session, leader, "белова", now, association=association)
    with denied():
        people_search(session, leader, "белова", now)


@pytest.mark.parametrize("role", ["outsider", "member", "director", "site_administrator"])
def test_nobody_else_searches_people(session, association, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        people_search(session, actor, "белова", now)
    with denied():
        people_search(session, actor, "белова", now, association=association)
