from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.notice import Notice
from mmo_lti.models.organisation import Organisation
from mmo_lti.models.person import Post
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.organisation import (
    add_organisation,
    close_organisation,
    find_organisation,
    list_organisations,
    rename_organisation,
    reopen_organisation,
)
from mmo_lti.services.permission import NotFound
from mmo_lti.services.suspension import restore, suspend
from tests.factories.membership import make_membership
from tests.factories.organisation import make_organisation
from tests.factories.person import make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
SCHOOL = "МБОУ «Средняя школа № 1»"


def test_an_organisation_is_added_cleaned(session, coordinator, now):
    added = add_organisation(session, coordinator, "  МБОУ   «Лицей № 6» ", "лицей", now)
    assert (added.name, added.kind) == ("МБОУ «Лицей № 6»", "лицей")


def test_the_same_school_spelled_otherwise_is_offered_never_added(session, centre, coordinator, now):
    school = make_organisation(session, centre, SCHOOL)
    with refused("organisation.same", id=school.id, name=SCHOOL, closed=False):
        add_organisation(session, coordinator, 'МБОУ  "средняя школа №1"', "школа", now)
    assert session.scalars(select(Organisation)).all() == [school]


def test_another_centres_school_is_no_obstacle(session, centre, other_centre, coordinator, now):
    make_organisation(session, other_centre, SCHOOL)
    assert add_organisation(session, coordinator, SCHOOL, "школа", now).centre_id == centre.id


def test_a_name_is_corrected_but_not_into_another_ones(session, centre, coordinator, now):
    school = make_organisation(session, centre, SCHOOL)
    other = make_organisation(session, centre, "Лицей № 6")
    rename_organisation(session, coordinator, school, "МБОУ «Средняя Школа №1»", "школа", now)
    assert school.name == "МБОУ «Средняя Школа №1»"
    with refused("organisation.same", id=other.id):
        rename_organisation(session, coordinator, school, "лицей №6", "лицей", now)


@pytest.mark.parametrize("name", ["", " «» "])
def test_a_name_is_needed(session, coordinator, name, now):
    with refused("text.missing", field="name"):
        add_organisation(session, coordinator, name, "", now)


def test_r4_2_members_of_a_closed_organisation_are_suspended_and_the_leader_asked(
    session, centre, association, coordinator, leader, now
):
    lyceum = make_organisation(session, centre, "Лицей № 6")
    here = make_membership(session, association, make_person(session, centre, organisation=lyceum))
    both = make_person(session, centre, organisation=lyceum)
    other = make_organisation(session, centre, "Гимназия № 3")
    session.add(Post(centre_id=centre.id, person_id=both.id, organisation_id=other.id, main=False))
    elsewhere = make_membership(session, association, both)
    assert close_organisation(session, coordinator, lyceum, TODAY, now) == [here]
    assert here.state is MembershipState.SUSPENDED
    assert elsewhere.state is MembershipState.MEMBER
    (told,) = session.scalars(select(Notice)).all()
    assert (told.kind, told.person_id) == ("member_suspended", leader.person_id)


def test_a_closing_is_taken_back(session, centre, association, coordinator, now):
    lyceum = make_organisation(session, centre, "Лицей № 6")
    here = make_membership(session, association, make_person(session, centre, organisation=lyceum))
    close_organisation(session, coordinator, lyceum, TODAY, now)
    assert reopen_organisation(session, coordinator, lyceum, now) == [here]
    assert here.state is MembershipState.MEMBER


def test_an_organisation_is_not_closed_ahead(session, centre, coordinator, now):
    lyceum = make_organisation(session, centre, "Лицей № 6")
    with refused("organisation.not_yet"):
        close_organisation(session, coordinator, lyceum, TODAY + timedelta(days=1), now)


def test_r4_2_the_coordinator_suspends_who_moved_away_and_takes_it_back(
    session, centre, association, coordinator, now
):
    member = make_membership(session, association, make_person(session, centre))
    assert suspend(session, coordinator, member, "переезд", now).state is MembershipState.SUSPENDED
    assert suspend(session, coordinator, member, "ещё раз", now) is member
    assert restore(session, coordinator, member, now).state is MembershipState.MEMBER
    suspend(session, coordinator, member, "переезд", now)
    member.person.position = ""
    with refused("R4.1.applicant"):
        restore(session, coordinator, member, now)


def test_the_directory_is_searched_by_any_spelling_without_closed_ones(session, centre, outsider, now):
    school = make_organisation(session, centre, SCHOOL)
    closed = make_organisation(session, centre, "МБОУ «Средняя школа № 11»", closed_on=TODAY)
    make_organisation(session, centre, "Детский сад № 61 «Ёлочка»")
    assert list_organisations(session, outsider, now, "школа №1") == [school]
    assert list_organisations(session, outsider, now, "школа 1", closed=True) == [school, closed]
    assert [one.name for one in list_organisations(session, outsider, now, "елоч")] == [
        "Детский сад № 61 «Ёлочка»"
    ]


def test_an_organisation_of_another_centre_is_not_there(session, centre, other_centre, coordinator, now):
    foreign = make_organisation(session, other_centre, SCHOOL)
    with pytest.raises(NotFound):
        find_organisation(session, centre.id, foreign.id)
    with pytest.raises(NotFound):
        close_organisation(session, coordinator, foreign, TODAY, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_edits_the_directory_or_suspends(session, centre, association, request, role, now):
    actor = request.getfixturevalue(role)
    school = make_organisation(session, centre, SCHOOL)
    member = make_membership(session, association, make_person(session, centre))
    for attempt in (
        lambda: add_organisation(session, actor, "Лицей № 6", "лицей", now),
        lambda: rename_organisation(session, actor, school, "Лицей № 6", "лицей", now),
        lambda: close_organisation(session, actor, school, TODAY, now),
        lambda: reopen_organisation(session, actor, school, now),
        lambda: suspend(session, actor, member, "переезд", now),
        lambda: restore(session, actor, member, now),
    ):
        with denied():
            attempt()
