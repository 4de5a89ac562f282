from datetime import date, timedelta

import pytest

from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Post
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.joined_person import join_people
from mmo_lti.services.member_count import Count, count_all, count_members
from tests.factories.association import make_association
from tests.factories.membership import make_membership
from tests.factories.office import make_office
from tests.factories.organisation import make_organisation
from tests.factories.person import make_person

TODAY = date(2026, 10, 5)


@pytest.fixture
def draft(session, centre):
    return make_association(session, centre, state=AssociationState.DRAFT)


def test_r2_3_only_those_who_agreed_count(session, centre, draft):
    for state in MembershipState:
        make_membership(session, draft, make_person(session, centre), state)
    assert count_members(session, draft, TODAY) == Count(confirmed=1, proposed=1, counted=1)


def test_r2_3_two_joined_accounts_are_one_person(session, centre, draft, coordinator, now):
    one, twin = make_person(session, centre), make_person(session, centre)
    for person in (one, twin):
        make_membership(session, draft, person)
    join_people(session, coordinator, twin, one, now)
    assert count_members(session, draft, TODAY).counted == 1


@pytest.mark.parametrize(
    ("kind", "position", "counted"),
    [
        (OfficeKind.COORDINATOR, "методист", 0),
        (OfficeKind.COORDINATOR, "учитель математики", 1),
        (OfficeKind.DIRECTOR, "директор", 0),
        (OfficeKind.DIRECTOR, "директор, учитель истории", 1),
    ],
)
def test_r2_3_coordinator_and_director_count_with_a_teaching_position(
    session, centre, draft, kind, position, counted
):
    person = make_person(session, centre, position=position)
    make_office(session, person, kind)
    make_membership(session, draft, person)
    assert count_members(session, draft, TODAY).counted == counted


def test_r2_3_the_leader_counts_when_a_member(session, centre, association):
    assert count_members(session, association, TODAY).counted == 11


@pytest.mark.parametrize("closed_on", [None, TODAY + timedelta(days=1), TODAY])
def test_r4_a_member_counts_with_an_open_organisation(session, centre, draft, closed_on):
    organisation = make_organisation(session, centre, "Лицей № 6", closed_on=closed_on)
    make_membership(session, draft, make_person(session, centre, organisation=organisation))
    assert count_members(session, draft, TODAY).counted == (0 if closed_on == TODAY else 1)


def test_r4_one_open_organisation_of_several_is_enough(session, centre, draft):
    closed = make_organisation(session, centre, "Лицей № 6", closed_on=TODAY)
    person = make_person(session, centre, organisation=closed)
    other = make_organisation(session, centre, "Гимназия № 3")
    session.add(Post(centre_id=centre.id, person_id=person.id, organisation_id=other.id, main=False))
    make_membership(session, draft, person)
    assert count_members(session, draft, TODAY) == Count(confirmed=1, counted=1)


def test_without_access_one_counts_for_no_access_days(session, centre, draft, now):
    make_membership(session, draft, make_person(session, centre), no_access_since=now)
    assert count_members(session, draft, TODAY + timedelta(days=60)).counted == 1
    assert count_members(session, draft, TODAY + timedelta(days=61)).counted == 0


def test_each_association_of_the_centre_is_counted_apart(session, centre, other_centre, association, draft):
    foreign = make_association(session, other_centre)
    make_membership(session, foreign, make_person(session, other_centre))
    assert count_all(session, centre.id, TODAY) == {association.id: Count(confirmed=11, counted=11)}
    assert count_members(session, draft, TODAY) == Count()
