import pytest
from sqlalchemy import select

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.course import (
    connect_course,
    connected_courses,
    disconnect_course,
    find_course,
    groups_of_course,
)
from mmo_lti.services.group_link import (
    create_anew,
    end_link,
    link_group,
    links_of,
    lose_link,
    move_to_course,
    want_sync,
)
from mmo_lti.services.permission import NotFound
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.refusal import denied, refused


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


def wanted(session):
    return session.scalars(select(OutboxRow.subject_id).where(OutboxRow.kind == "sync_course")).all()


def test_a_coordinator_connects_a_course(session, centre, coordinator, now):
    course = make_course(session, centre, connected=False)
    connect_course(session, coordinator, course, now)
    connect_course(session, coordinator, course, now)
    assert (course.connected_at, course.connected_by) == (now, coordinator.person_id)
    assert wanted(session) == [course.id]
    assert connected_courses(session, coordinator, now) == [course]


def test_a_course_with_groups_stays_connected(session, association, coordinator, course, now):
    link = make_group_link(session, association, course)
    with refused("course.has_groups"):
        disconnect_course(session, coordinator, course, now)
    end_link(session, coordinator, link, now)
    assert disconnect_course(session, coordinator, course, now).connected_at is None
    assert connected_courses(session, coordinator, now) == []


def test_an_association_gets_a_new_group_or_the_one_chosen(session, centre, association, coordinator, now):
    one, two = make_course(session, centre, "2"), make_course(session, centre, "3")
    fresh = link_group(session, coordinator, association, one, None, now)
    chosen = link_group(session, coordinator, association, two, 31, now)
    assert (fresh.state, chosen.state) == (LinkState.WANTED, LinkState.LINKED)
    assert links_of(session, association) == [fresh, chosen]
    assert wanted(session) == [one.id, two.id]


def test_what_a_group_cannot_be_linked_to(session, centre, association, coordinator, course, now):
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    with refused("association.not_active"):
        link_group(session, coordinator, draft, course, None, now)
    with refused("course.not_connected"):
        idle = make_course(session, centre, "9", connected=False)
        link_group(session, coordinator, association, idle, None, now)
    make_group_link(session, association, course, 31)
    with refused("group.linked_already"):
        link_group(session, coordinator, association, course, 32, now)
    with refused("group.taken"):
        link_group(session, coordinator, make_association(session, centre), course, 31, now)


def test_the_groups_to_choose_from_are_those_last_read(session, association, coordinator, course, now):
    assert groups_of_course(session, coordinator, course, now) == []
    make_group_link(session, association, course, 31)
    groups = [
        {"id": 31, "name": "ММО учителей математики", "idnumber": "", "people": 24},
        {"id": 32, "name": "ММО учителей химии", "idnumber": "", "people": 12},
    ]
    session.add(CourseRoster(course_id=course.id, centre_id=course.centre_id, groups=groups))
    found = groups_of_course(session, coordinator, course, now)
    assert [(one["id"], one["taken"]) for one in found] == [(31, True), (32, False)]


def test_a_lost_group_is_made_anew_on_the_coordinators_word(session, association, coordinator, course, now):
    link = make_group_link(session, association, course)
    with refused("group.not_lost"):
        create_anew(session, coordinator, link, now)
    lose_link(session, coordinator, link, now)
    want_sync(session, association, now)
    assert wanted(session) == []
    create_anew(session, coordinator, link, now)
    assert (link.state, link.group_id) == (LinkState.WANTED, None)
    assert wanted(session) == [course.id]


def test_a_lost_group_is_replaced_by_one_of_another_course(
    session, centre, association, coordinator, course, now
):
    link = make_group_link(session, association, course, state=LinkState.LOST)
    other = make_course(session, centre, "3")
    fresh = move_to_course(session, coordinator, link, other, None, now)
    assert (link.state, link.until) == (LinkState.ENDED, now)
    assert links_of(session, association) == [fresh]


def test_ending_a_link_twice_is_ending_it_once(session, association, coordinator, course, now):
    link = make_group_link(session, association, course)
    end_link(session, coordinator, link, now)
    assert end_link(session, coordinator, link, now).state is LinkState.ENDED
    lose_link(session, coordinator, link, now)
    assert link.state is LinkState.ENDED


def test_a_course_of_another_centre_is_not_there(
    session, centre, other_centre, association, coordinator, now
):
    foreign = make_course(session, other_centre)
    with pytest.raises(NotFound):
        find_course(session, centre.id, foreign.id)
    with pytest.raises(NotFound):
        link_group(session, coordinator, association, foreign, None, now)
    with pytest.raises(NotFound):
        connect_course(session, coordinator, foreign, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_connects_courses_or_links_groups(
    session, centre, association, course, request, role, now
):
    actor = request.getfixturevalue(role)
    link = make_group_link(session, association, course, state=LinkState.LOST)
    for attempt in (
        lambda: connect_course(session, actor, course, now),
        lambda: disconnect_course(session, actor, course, now),
        lambda: connected_courses(session, actor, now),
        lambda: groups_of_course(session, actor, course, now),
        lambda: link_group(session, actor, association, course, None, now),
        lambda: create_anew(session, actor, link, now),
        lambda: move_to_course(session, actor, link, course, None, now),
        lambda: end_link(session, actor, link, now),
    ):
        with denied():
            attempt()
    assert session.scalars(select(GroupLink)).one().state is LinkState.LOST
