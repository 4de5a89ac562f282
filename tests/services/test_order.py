from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import MoveRefused
from mmo_lti.rules.permission import Role
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.leader import leader_id
from mmo_lti.services.order import (
    orders_of,
    register_acting,
    register_appointment,
    register_creation_order,
    register_release,
)
from mmo_lti.services.order_paper import OrderPaper
from mmo_lti.services.permission import NotFound, require, roles_of
from tests.factories.association import make_association
from tests.factories.course import make_course
from tests.factories.membership import make_membership
from tests.factories.person import actor_of, make_person
from tests.factories.stored_file import make_stored_file
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
PAPER = OrderPaper(number="17-о", signed_on=date(2026, 10, 1))
ONE_DAY = timedelta(days=1)


@pytest.fixture
def draft(session, centre):
    return make_association(session, centre, "учителей физики", state=AssociationState.DRAFT, created_on=None)


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def newcomer(session, centre):
    return make_person(session, centre, "Орлова", "Анна", "Фёдоровна")


def join(session, association, people):
    for person in people:
        make_membership(session, association, person)


def kinds_told(session):
    return sorted(set(session.scalars(select(Notice.kind))))


def current(session, association, day=TODAY):
    return leader_id(session, association.centre_id, association.id, day)


# Creation


def test_r2_1_the_order_is_refused_with_nine_members_and_the_draft_is_kept(
    session, draft, coordinator, teachers, newcomer, now
):
    join(session, draft, teachers[:9])
    make_membership(session, draft, newcomer, MembershipState.REQUESTED)
    with refused("R2.1", needed=10, count=9, missing=1):
        register_creation_order(session, coordinator, draft, PAPER, now)
    assert draft.state is AssociationState.DRAFT
    assert session.scalars(select(Order)).all() == []


def test_r2_2_the_order_is_registered_with_ten(session, draft, coordinator, teachers, now):
    join(session, draft, teachers)
    order = register_creation_order(session, coordinator, draft, PAPER, now)
    assert (draft.state, draft.created_on) == (AssociationState.ACTIVE, PAPER.signed_on)
    assert (order.kind, order.number, order.registered_by) == (
        OrderKind.CREATION,
        "17-о",
        coordinator.person_id,
    )
    assert kinds_told(session) == ["association_created"]
    assert session.scalars(select(GroupLink)).all() == []


def test_r2_the_order_makes_a_group_in_the_chosen_course(session, draft, coordinator, teachers, course, now):
    join(session, draft, teachers)
    register_creation_order(session, coordinator, draft, PAPER, now, course=course)
    link = session.scalars(select(GroupLink)).one()
    assert (link.state, link.group_id, link.adopted) == (LinkState.WANTED, None, False)
    row = session.scalars(select(OutboxRow).where(OutboxRow.kind == "sync_course")).one()
    assert row.subject_id == course.id


def test_r2_the_order_takes_the_group_chosen(session, draft, coordinator, teachers, course, now):
    join(session, draft, teachers)
    register_creation_order(session, coordinator, draft, PAPER, now, course=course, group_id=31)
    link = session.scalars(select(GroupLink)).one()
    assert (link.state, link.group_id) == (LinkState.LINKED, 31)


def test_one_paper_creates_and_appoints_and_is_registered_as_both(
    session, draft, coordinator, teachers, newcomer, now
):
    join(session, draft, teachers)
    scan = make_stored_file(session, draft)
    paper = OrderPaper("17-о", date(2026, 10, 1), scan.id)
    register_creation_order(session, coordinator, draft, paper, now, leader=newcomer)
    orders = session.scalars(select(Order).order_by(Order.id)).all()
    assert [(one.kind, one.number, one.scan_id) for one in orders] == [
        (OrderKind.CREATION, "17-о", scan.id),
        (OrderKind.APPOINTMENT, "17-о", scan.id),
    ]
    assert current(session, draft) == newcomer.id
    assert Role.MEMBER not in roles_of(session, actor_of(newcomer), TODAY, draft)


def test_an_association_is_created_once(session, association, coordinator, now):
    with pytest.raises(MoveRefused):
        register_creation_order(session, coordinator, association, PAPER, now)


def test_an_order_has_a_number_and_a_date_that_has_come(session, draft, coordinator, teachers, now):
    join(session, draft, teachers)
    with refused("text.missing", field="number"):
        register_creation_order(session, coordinator, draft, OrderPaper(" ", TODAY), now)
    with refused("order.future"):
        register_creation_order(session, coordinator, draft, OrderPaper("1", TODAY + ONE_DAY), now)


def test_the_scan_is_this_associations(session, draft, association, other_centre, coordinator, teachers, now):
    join(session, draft, teachers)
    foreign = make_stored_file(session, association)
    with refused("order.scan"):
        register_creation_order(session, coordinator, draft, OrderPaper("1", TODAY, foreign.id), now)
    withdrawn = make_stored_file(session, draft, withdrawn_at=now)
    with refused("order.scan"):
        register_creation_order(session, coordinator, draft, OrderPaper("1", TODAY, withdrawn.id), now)
    elsewhere = make_stored_file(session, make_association(session, other_centre))
    with pytest.raises(NotFound):
        register_creation_order(session, coordinator, draft, OrderPaper("1", TODAY, elsewhere.id), now)


def test_a_group_needs_a_connected_course(session, centre, draft, coordinator, teachers, now):
    join(session, draft, teachers)
    course = make_course(session, centre, "9", connected=False)
    with refused("course.not_connected"):
        register_creation_order(session, coordinator, draft, PAPER, now, course=course)


# The leader


def test_r6_powers_begin_with_the_order_and_its_day(session, centre, coordinator, newcomer, now):
    association = make_association(session, centre)
    with denied("denied"):
        require(session, actor_of(newcomer), Action.MEMBER_INVITE, TODAY, association)
    since = TODAY + ONE_DAY
    register_appointment(session, coordinator, association, newcomer, PAPER, since, now)
    with denied("R6.1"):
        require(session, actor_of(newcomer), Action.MEMBER_INVITE, TODAY, association)
    require(session, actor_of(newcomer), Action.MEMBER_INVITE, since, association)
    assert kinds_told(session) == ["leader_appointed"]


def test_r6_2_no_powers_before_the_orders_date(session, centre, coordinator, newcomer, now):
    association = make_association(session, centre)
    with refused("R6.2.early"):
        since = PAPER.signed_on - ONE_DAY
        register_appointment(session, coordinator, association, newcomer, PAPER, since, now)


def test_r6_2_a_second_order_for_the_same_days_names_the_one_it_ends(
    session, association, coordinator, leader, newcomer, now
):
    with refused("R6.2", name="Абрамова Елена Сергеевна", signed_on=date(2025, 9, 1), number="1"):
        register_appointment(session, coordinator, association, newcomer, PAPER, TODAY, now)
    first = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
    order = register_appointment(
        session, coordinator, association, newcomer, PAPER, TODAY, now, replaces=first
    )
    assert (order.ends_order_id, first.until) == (first.id, TODAY - ONE_DAY)
    assert current(session, association, TODAY - ONE_DAY) == leader.person_id
    assert current(session, association, TODAY) == newcomer.id


def test_r6_2_an_order_that_has_ended_is_not_replaced(session, association, coordinator, newcomer, now):
    first = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
    first.until = TODAY - ONE_DAY
    with refused("order.not_running"):
        register_appointment(session, coordinator, association, newcomer, PAPER, TODAY, now, replaces=first)
    register_appointment(session, coordinator, association, newcomer, PAPER, TODAY, now)


def test_r6_3_while_the_acting_order_runs_the_acting_leader_alone_has_the_rights(
    session, association, coordinator, leader, newcomer, now
):
    until = TODAY + timedelta(days=14)
    register_acting(session, coordinator, association, newcomer, PAPER, TODAY, until, now)
    assert current(session, association, until) == newcomer.id
    with denied():
        require(session, leader, Action.MEMBER_INVITE, until, association)
    assert current(session, association, until + ONE_DAY) == leader.person_id
    with denied("R6.3") as caught:
        require(session, actor_of(newcomer), Action.MEMBER_INVITE, until + ONE_DAY, association)
    assert caught.value.params["until"] == until
    told = session.execute(select(Notice.kind, Notice.person_id).order_by(Notice.person_id)).all()
    assert {tuple(row) for row in told} == {
        ("acting_appointed", newcomer.id),
        ("acting_appointed", leader.person_id),
    }


def test_r6_2_two_acting_leaders_at_once_are_refused(
    session, association, coordinator, newcomer, teachers, now
):
    until = TODAY + timedelta(days=14)
    register_acting(session, coordinator, association, newcomer, PAPER, TODAY, until, now)
    with refused("R6.2", name="Орлова Анна Фёдоровна"):
        register_acting(session, coordinator, association, teachers[0], PAPER, until, until, now)
    with refused("order.dates"):
        later = until + ONE_DAY
        register_acting(session, coordinator, association, teachers[0], PAPER, later, until, now)


def test_a_leader_is_released_without_a_successor(session, association, coordinator, leader, now):
    order = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
    paper = OrderPaper("20-о", TODAY)
    with refused("order.dates"):
        register_release(session, coordinator, order, paper, TODAY - timedelta(days=2), now)
    release = register_release(session, coordinator, order, paper, TODAY, now)
    assert (release.kind, release.ends_order_id, order.until) == (OrderKind.RELEASE, order.id, TODAY)
    assert current(session, association, TODAY) == leader.person_id
    assert current(session, association, TODAY + ONE_DAY) is None
    with refused("order.not_running"):
        register_release(session, coordinator, order, paper, TODAY, now)
    with refused("order.not_running"):
        register_release(session, coordinator, release, paper, TODAY, now)


def test_a_draft_gets_a_leader_with_its_order_only(session, draft, coordinator, newcomer, now):
    with refused("association.not_active"):
        register_appointment(session, coordinator, draft, newcomer, PAPER, TODAY, now)


def test_a_stranger_from_another_centre_does_not_lead(session, association, other_centre, coordinator, now):
    stranger = make_person(session, other_centre)
    with pytest.raises(NotFound):
        register_appointment(session, coordinator, association, stranger, PAPER, TODAY, now)


def test_members_see_the_orders(session, association, member, outsider, now):
    assert [one.kind for one in orders_of(session, member, association, now)] == [
        OrderKind.CREATION,
        OrderKind.APPOINTMENT,
    ]
    with denied():
        orders_of(session, outsider, association, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_registers_orders(session, association, draft, newcomer, request, role, now):
    actor = request.getfixturevalue(role)
    order = session.scalars(select(Order).where(Order.kind == OrderKind.APPOINTMENT)).one()
    for attempt in (
        lambda: register_creation_order(session, actor, draft, PAPER, now),
        lambda: register_appointment(session, actor, association, newcomer, PAPER, TODAY, now),
        lambda: register_acting(session, actor, association, newcomer, PAPER, TODAY, TODAY, now),
        lambda: register_release(session, actor, order, PAPER, TODAY, now),
    ):
        with denied():
            attempt()
