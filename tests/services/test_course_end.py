"""A course that ends: the coordinator chooses where its associations go on, and nobody is touched."""

import pytest
from sqlalchemy import select

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.course_end import end_all, links_in, move_all
from mmo_lti.services.group_link import move_to_course
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.refusal import denied, refused


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def next_year(session, centre):
    return make_course(session, centre, "3")


@pytest.fixture
def links(session, centre, course):
    names = ("учителей физики", "учителей химии")
    return [
        make_group_link(session, make_association(session, centre, name), course, 31 + number)
        for number, name in enumerate(names)
    ]


def test_all_associations_go_on_in_next_years_copy(session, coordinator, course, next_year, links, now):
    fresh = move_all(session, coordinator, course, next_year, now)
    assert [(one.course_id, one.group_id, one.state) for one in fresh] == [
        (next_year.id, None, LinkState.WANTED)
    ] * 2
    assert [(one.state, one.until) for one in links] == [(LinkState.ENDED, now)] * 2
    assert set(session.scalars(select(OutboxRow.subject_id))) == {next_year.id}


def test_whoever_has_a_group_there_keeps_it(session, coordinator, course, next_year, links, now):
    kept = make_group_link(session, links[0].association, next_year, 77)
    fresh = move_all(session, coordinator, course, next_year, now)
    assert [one.association_id for one in fresh] == [links[1].association_id]
    assert (kept.state, kept.group_id) == (LinkState.LINKED, 77)
    assert links_in(session, coordinator, course, now) == []


def test_an_association_that_ended_does_not_go_on(session, coordinator, course, next_year, links, now):
    links[0].association.state = AssociationState.CLOSED
    assert len(move_all(session, coordinator, course, next_year, now)) == 1
    assert links[0].state is LinkState.ENDED


def test_lost_groups_go_along(session, coordinator, course, next_year, links, now):
    links[0].state = LinkState.LOST
    assert len(move_all(session, coordinator, course, next_year, now)) == 2


def test_where_it_cannot_go_on(session, centre, coordinator, course, links, now):
    with refused("course.same"):
        move_all(session, coordinator, course, course, now)
    with refused("course.not_connected"):
        move_all(session, coordinator, course, make_course(session, centre, "9", connected=False), now)
    assert [one.state for one in links] == [LinkState.LINKED] * 2


def test_a_link_that_ended_goes_nowhere(session, coordinator, course, next_year, links, now):
    end_all(session, coordinator, course, now)
    assert session.scalars(select(GroupLink.state)).all() == [LinkState.ENDED] * 2
    with refused("group.ended"):
        move_to_course(session, coordinator, links[0], next_year, None, now)


@pytest.mark.parametrize("role", ["outsider", "director", "site_administrator"])
def test_nobody_else_chooses(session, course, next_year, links, request, role, now):
    actor = request.getfixturevalue(role)
    for act in (
        lambda: move_all(session, actor, course, next_year, now),
        lambda: end_all(session, actor, course, now),
        lambda: links_in(session, actor, course, now),
    ):
        with denied():
            act()
