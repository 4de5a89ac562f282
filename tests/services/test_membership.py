from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.errors import MoveRefused
from mmo_lti.rules.permission import Role
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.leader import leader_id
from mmo_lti.services.membership import (
    accept,
    decline,
    leave,
    request_to_join,
    withdraw_request,
)
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.permission import NotFound, roles_of
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.membership import make_helper, make_membership
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
ALL_ROLES = [
    "outsider",
    "member",
    "leader",
    "coordinator",
    "director",
    "site_administrator",
]


def notices(session):
    return session.scalars(select(Notice).order_by(Notice.id)).all()


def test_a_teacher_asks_to_join_once_however_often_the_form_is_sent(session, association, outsider, now):
    first = request_to_join(session, outsider, association, now)
    again = request_to_join(session, outsider, association, now + timedelta(seconds=1))
    assert again is first
    assert (first.state, first.asked_at) == (MembershipState.REQUESTED, now)
    entries = session.scalars(select(JournalEntry)).all()
    assert [(entry.action, entry.new_state) for entry in entries] == [("request_to_join", "requested")]


@pytest.mark.parametrize("role", ["outsider", "coordinator", "director"])
def test_everybody_may_ask_for_themselves(session, association, request, role, now):
    actor = request.getfixturevalue(role)
    assert request_to_join(session, actor, association, now).person_id == actor.person_id


@pytest.mark.parametrize(
    "state", [AssociationState.CLOSED, AssociationState.DROPPED, AssociationState.MERGED]
)
def test_nobody_joins_an_association_that_has_ended(session, centre, outsider, state, now):
    association = make_association(session, centre, state=state)
    with refused("association.ended"):
        request_to_join(session, outsider, association, now)


def test_a_member_does_not_ask_again(session, association, member, now):
    with pytest.raises(MoveRefused):
        request_to_join(session, member, association, now)


@pytest.mark.parametrize(
    "state",
    [
        MembershipState.LEFT,
        MembershipState.REFUSED,
        MembershipState.DECLINED,
        MembershipState.WITHDRAWN,
        MembershipState.REJECTED,
    ],
)
def test_whoever_left_or_was_refused_may_ask_anew(session, association, outsider, centre, state, now):
    person = make_person(session, centre, "Орлова")
    earlier = now - timedelta(days=100)
    make_membership(session, association, person, state, asked_at=earlier)
    asked = request_to_join(session, actor_of(person), association, now)
    assert (asked.state, asked.asked_at) == (MembershipState.REQUESTED, now)


def test_a_request_is_taken_back_by_who_made_it(session, association, outsider, leader, now):
    asked = request_to_join(session, outsider, association, now)
    with denied():
        withdraw_request(session, leader, asked, now)
    assert withdraw_request(session, outsider, asked, now).state is MembershipState.WITHDRAWN
    with refused("membership.not_requested"):
        withdraw_request(session, outsider, asked, now)


@pytest.mark.parametrize("state", [MembershipState.INVITED, MembershipState.PROPOSED])
@pytest.mark.parametrize("role", ALL_ROLES)
def test_r3_1_nobody_but_the_teacher_confirms_a_membership(
    session, centre, association, request, role, state, now
):
    membership = make_membership(session, association, make_person(session, centre, "Орлова"), state)
    with denied("R3.1"):
        accept(session, request.getfixturevalue(role), membership, now)
    with denied("R3.1"):
        decline(session, request.getfixturevalue(role), membership, now)
    assert membership.state is state


def test_r3_3_a_proposed_person_is_a_member_once_they_confirm(session, centre, association, now):
    person = make_person(session, centre, "Орлова")
    membership = make_membership(session, association, person, MembershipState.PROPOSED)
    course = make_course(session, centre)
    make_group_link(session, association, course)
    assert Role.MEMBER not in roles_of(session, actor_of(person), TODAY, association)
    accept(session, actor_of(person), membership, now)
    assert Role.MEMBER in roles_of(session, actor_of(person), TODAY, association)
    assert membership.member_since == TODAY
    row = session.scalars(select(OutboxRow).where(OutboxRow.kind == "sync_course")).one()
    assert row.subject_id == course.id


def test_a_person_may_decline(session, centre, association, now):
    person = make_person(session, centre, "Орлова")
    membership = make_membership(session, association, person, MembershipState.INVITED)
    assert decline(session, actor_of(person), membership, now).state is MembershipState.DECLINED
    with refused("membership.not_asked"):
        decline(session, actor_of(person), membership, now)


def test_r3_the_own_request_is_not_answered_by_the_teacher(session, association, outsider, now):
    asked = request_to_join(session, outsider, association, now)
    with refused("membership.not_asked"):
        accept(session, outsider, asked, now)


@pytest.mark.parametrize("lacking", ["organisation", "position", "open organisation"])
def test_r4_1_without_an_organisation_of_the_city_one_stays_invited(
    session, centre, association, lacking, now
):
    person = make_person(session, centre, "Орлова", employed=lacking != "organisation")
    person.position = "" if lacking == "position" else "учитель"
    if lacking == "open organisation":
        person.posts[0].organisation.closed_on = TODAY
    membership = make_membership(session, association, person, MembershipState.INVITED)
    with refused("R4.1"):
        accept(session, actor_of(person), membership, now)
    assert membership.state is MembershipState.INVITED


def test_r3_leaving_is_possible_at_once(session, centre, association, member, now):
    make_group_link(session, association, make_course(session, centre))
    left = leave(session, member, association, now)
    assert (left.thing.state, left.warnings) == (MembershipState.LEFT, ())
    assert Role.MEMBER not in roles_of(session, member, TODAY, association)
    assert session.scalars(select(OutboxRow)).one().kind == "sync_course"
    assert notices(session) == []


def test_a_helper_who_leaves_helps_no_more_even_after_coming_back(
    session, association, member, teachers, now
):
    make_helper(session, association, teachers[0])
    leave(session, member, association, now)
    membership_of(session, association, teachers[0].id).state = MembershipState.MEMBER
    assert Role.HELPER not in roles_of(session, member, TODAY, association)


def test_r3_2_a_leader_who_leaves_stays_leader_until_an_order(session, association, leader, coordinator, now):
    left = leave(session, leader, association, now)
    assert [one.code for one in left.warnings] == ["R3.2"]
    assert leader_id(session, association.centre_id, association.id, TODAY) == leader.person_id
    (told,) = notices(session)
    assert (told.kind, told.person_id) == ("leader_left", coordinator.person_id)


def test_who_is_no_member_has_nothing_to_leave(session, association, outsider, now):
    with pytest.raises(NotFound):
        leave(session, outsider, association, now)


def test_a_suspended_member_may_leave_too(session, centre, association, now):
    person = make_person(session, centre, "Орлова")
    make_membership(session, association, person, MembershipState.SUSPENDED)
    assert leave(session, actor_of(person), association, now).thing.state is MembershipState.LEFT


def test_an_association_of_another_centre_is_not_there(session, other_centre, outsider, now):
    foreign = make_association(session, other_centre)
    with pytest.raises(NotFound):
        request_to_join(session, outsider, foreign, now)


def test_r2_4_an_active_association_that_falls_to_nine_is_flagged_and_goes_on(
    session, centre, coordinator, coordinator_person, teachers, now
):
    association = make_association(session, centre, "учителей физики")
    make_order(session, association, OrderKind.CREATION, coordinator_person)
    for person in teachers:
        make_membership(session, association, person)
    leave(session, actor_of(teachers[0]), association, now)
    assert association.state is AssociationState.ACTIVE
    assert association.below_minimum_since == TODAY
    (told,) = notices(session)
    assert (told.kind, told.person_id) == ("below_minimum", coordinator.person_id)
    assert told.params == {"association": "учителей физики", "count": 9, "minimum": 10}


def test_r2_4_the_flag_falls_at_ten(session, centre, coordinator_person, teachers, now):
    association = make_association(session, centre, below_minimum_since=TODAY - timedelta(days=3))
    for person in teachers[1:]:
        make_membership(session, association, person)
    tenth = make_membership(session, association, teachers[0], MembershipState.INVITED)
    accept(session, actor_of(teachers[0]), tenth, now)
    assert association.below_minimum_since is None


def test_r2_4_the_flag_keeps_the_day_of_the_fall(session, centre, coordinator_person, teachers, now):
    association = make_association(session, centre)
    for person in teachers:
        make_membership(session, association, person)
    leave(session, actor_of(teachers[0]), association, now)
    leave(session, actor_of(teachers[1]), association, now + timedelta(days=2))
    assert association.below_minimum_since == TODAY
    assert [told.kind for told in notices(session)] == ["below_minimum"]
