import pytest
from sqlalchemy import select

from mmo_lti.models.person import Account
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.joined_person import join_people, part_people
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.person import people_search
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.factories.person import make_person
from tests.refusal import denied, refused


@pytest.fixture
def twins(session, centre):
    return make_person(session, centre, "Орлова", sub="71"), make_person(session, centre, "Орлова", sub="72")


def subs(session, person):
    return set(session.scalars(select(Account.sub).where(Account.person_id == person.id)))


def test_joined_accounts_are_one_persons_and_can_be_parted(session, coordinator, twins, now):
    kept, given_up = twins
    join_people(session, coordinator, given_up, kept, now)
    assert subs(session, kept) == {"71", "72"}
    assert people_search(session, coordinator, "орлова", now) == [kept]
    part_people(session, coordinator, given_up, now)
    assert (subs(session, kept), subs(session, given_up)) == ({"71"}, {"72"})
    assert people_search(session, coordinator, "орлова", now) == [kept, given_up]


def test_memberships_go_along_and_come_back(session, centre, coordinator, twins, now):
    kept, given_up = twins
    physics, maths = make_association(session, centre), make_association(session, centre)
    moved = make_membership(session, physics, given_up)
    covered = make_membership(session, maths, given_up, MembershipState.INVITED)
    make_membership(session, maths, kept)
    join_people(session, coordinator, given_up, kept, now)
    assert membership_of(session, physics, kept.id) is moved
    assert covered.state is MembershipState.WITHDRAWN
    part_people(session, coordinator, given_up, now)
    assert membership_of(session, physics, given_up.id) is moved
    assert covered.state is MembershipState.INVITED


def test_nobody_is_joined_twice_or_to_themselves(session, centre, coordinator, twins, now):
    kept, given_up = twins
    with refused("person.joined_already"):
        join_people(session, coordinator, kept, kept, now)
    with refused("person.not_joined"):
        part_people(session, coordinator, given_up, now)
    join_people(session, coordinator, given_up, kept, now)
    with refused("person.joined_already"):
        join_people(session, coordinator, kept, given_up, now)


def test_whoever_holds_an_office_or_leads_is_kept(
    session, association, coordinator, coordinator_person, leader_person, twins, now
):
    for person in (coordinator_person, leader_person):
        with refused("person.holds_office"):
            join_people(session, coordinator, person, twins[0], now)
    assert join_people(session, coordinator, twins[0], leader_person, now) is leader_person


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_joins_or_parts(session, association, twins, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        join_people(session, actor, twins[1], twins[0], now)
    with denied():
        part_people(session, actor, twins[1], now)
