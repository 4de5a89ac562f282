from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import MoveRefused
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState
from mmo_lti.services.association_end import close, drop, merge
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.order_paper import Grounds, OrderPaper, initiators
from mmo_lti.services.permission import require
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.person import make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
PAPER = OrderPaper("30-о", TODAY)


@pytest.fixture
def grounds(session, coordinator):
    return Grounds(initiators(session, coordinator)[1], "объединений стало больше, чем нужно")


def states(session, association):
    found = session.scalars(select(Membership.state).where(Membership.association_id == association.id))
    return set(found)


def test_a_draft_is_dropped_with_a_reason(session, centre, coordinator, teachers, now):
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    make_membership(session, draft, teachers[0])
    make_membership(session, draft, teachers[1], MembershipState.REQUESTED)
    with refused("association.reason"):
        drop(session, coordinator, draft, " ", now)
    drop(session, coordinator, draft, "не набралось педагогов", now)
    assert (draft.state, draft.drop_reason) == (AssociationState.DROPPED, "не набралось педагогов")
    assert states(session, draft) == {MembershipState.LEFT, MembershipState.WITHDRAWN}
    (told,) = session.scalars(select(Notice)).all()
    assert (told.kind, told.person_id) == ("membership_ended", teachers[0].id)


def test_an_active_association_is_not_dropped(session, association, coordinator, now):
    with pytest.raises(MoveRefused):
        drop(session, coordinator, association, "не нужно", now)


def test_closing_ends_memberships_and_cancels_later_meetings(
    session, centre, association, coordinator, leader, grounds, now
):
    course = make_course(session, centre)
    make_group_link(session, association, course)
    later = make_meeting(session, association, now + timedelta(days=7), called_at=now)
    by_month = make_meeting(session, association, day=None, starts_at=None, month=11, year=2026)
    held = make_meeting(session, association, now - timedelta(days=7), state=MeetingState.HELD)
    unmarked = make_meeting(session, association, now - timedelta(days=2))
    order = close(session, coordinator, association, PAPER, grounds, now)
    assert (order.kind, order.ground) == (OrderKind.CLOSING, grounds.ground)
    assert (association.state, association.closed_on) == (AssociationState.CLOSED, TODAY)
    assert states(session, association) == {MembershipState.LEFT}
    assert [one.state for one in (later, by_month, held, unmarked)] == [
        MeetingState.CANCELLED,
        MeetingState.CANCELLED,
        MeetingState.HELD,
        MeetingState.PLANNED,
    ]
    assert later.cancel_reason == grounds.ground
    assert course.id in session.scalars(select(OutboxRow.subject_id)).all()
    told = set(session.scalars(select(Notice.kind)))
    assert told == {"association_closed", "meeting_cancelled"}
    require(session, leader, Action.PROTOCOL_LODGE, TODAY + timedelta(days=10), association)


def test_r3_3_members_of_a_merged_association_are_proposed_in_the_other(
    session, centre, association, coordinator, teachers, grounds, now
):
    into = make_association(session, centre, "учителей точных наук")
    make_membership(session, into, teachers[0])
    merge(session, coordinator, association, into, PAPER, grounds, now)
    assert association.state is AssociationState.MERGED
    assert membership_of(session, association, teachers[1].id).state is MembershipState.LEFT
    assert membership_of(session, into, teachers[0].id).state is MembershipState.MEMBER
    assert membership_of(session, into, teachers[1].id).state is MembershipState.PROPOSED


def test_an_association_is_merged_into_another_active_one(
    session, centre, association, coordinator, grounds, now
):
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    for into in (association, draft):
        with refused("association.merge_target"):
            merge(session, coordinator, association, into, PAPER, grounds, now)
    assert association.state is AssociationState.ACTIVE


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_r5_1_only_the_coordinator_drops_closes_and_merges(
    session, centre, association, grounds, request, role, now
):
    actor = request.getfixturevalue(role)
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    for attempt in (
        lambda: drop(session, actor, draft, "не нужно", now),
        lambda: close(session, actor, association, PAPER, grounds, now),
        lambda: merge(session, actor, association, draft, PAPER, grounds, now),
    ):
        with denied("R5.1"):
            attempt()
    assert association.state is AssociationState.ACTIVE


def test_people_of_another_centre_stay_out(session, other_centre, association, coordinator, grounds, now):
    foreign = make_association(session, other_centre)
    make_membership(session, foreign, make_person(session, other_centre))
    close(session, coordinator, association, PAPER, grounds, now)
    assert states(session, foreign) == {MembershipState.MEMBER}
