from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.notice import Notice
from mmo_lti.models.office import OfficeKind
from mmo_lti.rules.permission import Role
from mmo_lti.services.invitation import invite_coordinator, redeem
from mmo_lti.services.office import appoint, end_office, make_first_coordinator, offices
from mmo_lti.services.permission import NotFound, offices_of, roles_of
from tests.factories.person import actor_of, make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def teacher(session, centre):
    return make_person(session, centre, "Орлова")


def test_r1_the_redeemer_of_the_invitation_is_the_first_coordinator(session, teacher, now):
    make_first_coordinator(session, actor_of(teacher), now)
    assert Role.COORDINATOR in roles_of(session, actor_of(teacher), TODAY)


def test_r1_the_code_makes_a_coordinator_once(session, centre, teacher, now):
    code = invite_coordinator(session, centre, now)
    office = redeem(session, actor_of(teacher), code, now)
    assert (office.kind, office.person_id) == (OfficeKind.COORDINATOR, teacher.id)
    with refused("R1.coordinator_exists"):
        redeem(session, actor_of(make_person(session, centre)), code, now)


def test_r1_there_is_one_first_coordinator(session, coordinator, teacher, now):
    with refused("R1.coordinator_exists"):
        make_first_coordinator(session, actor_of(teacher), now)


def test_r1_the_director_does_not_become_the_first_coordinator(session, director, now):
    with refused("R1.two_offices"):
        make_first_coordinator(session, director, now)


def test_r1_a_coordinator_names_another_and_the_director(session, coordinator, teacher, centre, now):
    other = make_person(session, centre, "Павлова")
    appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, None, now)
    appoint(session, coordinator, OfficeKind.DIRECTOR, other, TODAY, None, now)
    assert Role.COORDINATOR in roles_of(session, actor_of(teacher), TODAY)
    assert Role.DIRECTOR in roles_of(session, actor_of(other), TODAY)
    assert session.scalars(select(Notice.kind).order_by(Notice.id)).all() == [
        "office_coordinator",
        "office_director",
    ]


@pytest.mark.parametrize("kind", [OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR])
def test_r1_nobody_is_coordinator_and_director_at_once(session, coordinator, coordinator_person, kind, now):
    until = TODAY + timedelta(days=7)
    with refused("R1.two_offices"):
        appoint(session, coordinator, kind, coordinator_person, TODAY, until, now)


def test_r1_the_director_is_not_named_coordinator(session, coordinator, director_person, now):
    with refused("R1.two_offices"):
        appoint(session, coordinator, OfficeKind.COORDINATOR, director_person, TODAY, None, now)


def test_a_new_director_ends_the_term_of_the_one_before(session, coordinator, director_person, teacher, now):
    appoint(session, coordinator, OfficeKind.DIRECTOR, teacher, TODAY, None, now)
    centre_id = teacher.centre_id
    assert offices_of(session, centre_id, director_person.id, YESTERDAY) == {OfficeKind.DIRECTOR}
    assert offices_of(session, centre_id, director_person.id, TODAY) == frozenset()


def test_an_acting_director_has_dates_and_is_alone(session, coordinator, teacher, centre, now):
    until = TODAY + timedelta(days=10)
    with refused("R1.acting_until"):
        appoint(session, coordinator, OfficeKind.ACTING_DIRECTOR, teacher, TODAY, None, now)
    appoint(session, coordinator, OfficeKind.ACTING_DIRECTOR, teacher, TODAY, until, now)
    other = make_person(session, centre, "Павлова")
    with refused("R1.acting_taken"):
        appoint(session, coordinator, OfficeKind.ACTING_DIRECTOR, other, until, until, now)
    assert Role.DIRECTOR in roles_of(session, actor_of(teacher), until)
    assert Role.DIRECTOR not in roles_of(session, actor_of(teacher), until + timedelta(days=1))


def test_naming_twice_is_naming_once(session, coordinator, teacher, now):
    first = appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, None, now)
    assert appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, None, now) is first


def test_dates_run_forward(session, coordinator, teacher, now):
    with refused("office.dates"):
        appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, YESTERDAY, now)


def test_r1_one_coordinator_always_remains(session, coordinator, teacher, now):
    (own,) = offices(session, coordinator, now)
    with refused("R1.last_coordinator"):
        end_office(session, coordinator, own, TODAY, now)
    appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, TODAY + timedelta(days=30), now)
    with refused("R1.last_coordinator"):
        end_office(session, coordinator, own, TODAY, now)
    appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, TODAY, None, now)
    end_office(session, coordinator, own, TODAY, now)
    assert Role.COORDINATOR in roles_of(session, coordinator, TODAY)
    assert Role.COORDINATOR not in roles_of(session, coordinator, TODAY + timedelta(days=1))


def test_an_office_may_end_at_once_but_not_in_the_past(session, coordinator, teacher, now):
    office = appoint(session, coordinator, OfficeKind.COORDINATOR, teacher, date(2026, 9, 1), None, now)
    with refused("office.dates"):
        end_office(session, coordinator, office, YESTERDAY - timedelta(days=1), now)
    end_office(session, coordinator, office, YESTERDAY, now)
    assert Role.COORDINATOR not in roles_of(session, actor_of(teacher), TODAY)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_gives_or_ends_offices(
    session, coordinator_person, association, teacher, request, role, now
):
    actor = request.getfixturevalue(role)
    with denied():
        appoint(session, actor, OfficeKind.COORDINATOR, teacher, TODAY, None, now)
    with denied():
        offices(session, actor, now)
    (own,) = offices(session, actor_of(coordinator_person), now)[:1]
    with denied():
        end_office(session, actor, own, TODAY, now)


def test_people_of_another_centre_are_not_there(session, coordinator, other_centre, now):
    stranger = make_person(session, other_centre)
    with pytest.raises(NotFound):
        appoint(session, coordinator, OfficeKind.COORDINATOR, stranger, TODAY, None, now)
