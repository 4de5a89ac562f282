from datetime import date, timedelta

import pytest

from mmo_lti.models.order import OrderKind
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.association_list import card_of, list_associations, own_associations
from mmo_lti.services.member_list import helpers_of, members_of, requests_of, unanswered_of
from mmo_lti.services.permission import NotFound
from tests.factories.association import make_association
from tests.factories.membership import make_helper, make_membership
from tests.factories.order import make_order
from tests.factories.person import make_person
from tests.refusal import denied

TODAY = date(2026, 10, 5)


def names(cards):
    return [card.association.genitive for card in cards]


@pytest.fixture
def city(session, centre, other_centre, association):
    make_association(session, centre, "учителей физики")
    make_association(session, centre, "учителей родного (татарского) языка", state=AssociationState.DRAFT)
    make_association(session, centre, "учителей черчения", state=AssociationState.CLOSED)
    make_association(session, centre, "воспитателей «Ёлочка»", direction="Дошкольное")
    make_association(session, other_centre, "учителей физики")


def test_the_list_shows_the_own_first_then_by_name_without_ended_ones(session, city, member, now):
    assert names(list_associations(session, member, "", now)) == [
        "учителей математики",
        "воспитателей «Ёлочка»",
        "учителей родного (татарского) языка",
        "учителей физики",
    ]
    assert "учителей черчения" in names(list_associations(session, member, "", now, ended=True))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ФИЗИК", ["учителей физики"]),
        ("елочка", ["воспитателей «Ёлочка»"]),
        ("языка родного", ["учителей родного (татарского) языка"]),
        ("%", []),
    ],
)
def test_the_list_is_searched_by_words(session, city, outsider, search, found, now):
    assert names(list_associations(session, outsider, search, now)) == found


def test_a_card_tells_the_leader_the_number_and_how_i_stand(
    session, association, member, leader, outsider, now
):
    card = card_of(session, member, association, now)
    assert (card.leader.full, card.count.confirmed, card.mine) == (
        "Абрамова Елена Сергеевна",
        11,
        MembershipState.MEMBER,
    )
    assert not card.leading
    assert card_of(session, leader, association, now).leading
    assert card_of(session, outsider, association, now).mine is None


def test_an_acting_leader_is_shown_as_leading(
    session, association, coordinator_person, teachers, outsider, now
):
    until = TODAY + timedelta(days=3)
    make_order(
        session, association, OrderKind.ACTING, coordinator_person, teachers[3], since=TODAY, until=until
    )
    assert card_of(session, outsider, association, now).leader.last == teachers[3].last


def test_home_shows_what_i_belong_to_lead_or_am_asked_to_join(session, centre, city, outsider, leader, now):
    assert own_associations(session, outsider, now) == []
    draft = make_association(session, centre, "учителей химии", state=AssociationState.DRAFT)
    person = make_person(session, centre)
    make_membership(session, draft, person, MembershipState.INVITED)
    make_membership(session, draft, make_person(session, centre), MembershipState.LEFT)
    assert names(own_associations(session, leader, now)) == ["учителей математики"]


@pytest.mark.parametrize("role", ["member", "leader", "coordinator", "director"])
def test_members_leader_coordinator_and_director_see_the_members(session, association, request, role, now):
    found = members_of(session, request.getfixturevalue(role), association, now)
    assert [one.person.last for one in found][:3] == ["Абрамова", "Белова", "Воронова"]
    assert found[0].person.posts[0].organisation.name == "МБОУ «Средняя школа № 4»"


@pytest.mark.parametrize("role", ["outsider", "site_administrator"])
def test_others_do_not_see_the_members(session, association, request, role, now):
    with denied():
        members_of(session, request.getfixturevalue(role), association, now)


def test_the_clock_reads_no_lists(session, association, now):
    with denied():
        list_associations(session, clock_actor(association.centre_id), "", now)


@pytest.mark.parametrize("role", ["leader", "coordinator"])
def test_open_requests_wait_oldest_first(session, centre, association, request, role, now):
    late, early = make_person(session, centre, "Орлова"), make_person(session, centre, "Яшина")
    make_membership(session, association, late, MembershipState.REQUESTED, asked_at=now)
    asked = now - timedelta(days=4)
    make_membership(session, association, early, MembershipState.REQUESTED, asked_at=asked)
    found = requests_of(session, request.getfixturevalue(role), association, now)
    assert [(one.membership.person.last, one.days) for one in found] == [("Яшина", 4), ("Орлова", 0)]
    assert found[0].leader_until == TODAY + timedelta(days=6)


def test_who_has_not_answered_is_shown_apart(session, centre, association, leader, now):
    person = make_person(session, centre, "Орлова")
    make_membership(session, association, person, MembershipState.PROPOSED)
    assert [one.person for one in unanswered_of(session, leader, association, now)] == [person]


@pytest.mark.parametrize("role", ["outsider", "member", "director", "site_administrator"])
def test_nobody_else_sees_requests(session, association, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        requests_of(session, actor, association, now)
    with denied():
        unanswered_of(session, actor, association, now)


def test_helpers_are_listed_while_they_help(session, association, teachers):
    helper = make_helper(session, association, teachers[1])
    assert helpers_of(session, association, TODAY) == [teachers[1]]
    helper.until = TODAY - timedelta(days=1)
    assert helpers_of(session, association, TODAY) == []


def test_another_centres_association_is_not_there(session, other_centre, coordinator, now):
    foreign = make_association(session, other_centre)
    for look in (card_of, members_of, requests_of, unanswered_of):
        with pytest.raises(NotFound):
            look(session, coordinator, foreign, now)
