from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import Order, OrderKind
from mmo_lti.models.person import Account
from mmo_lti.rules.duties import first_year
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.adoption import Appointment, ChosenGroup, adopt
from mmo_lti.services.leader import leader_id
from mmo_lti.services.member_count import Count, count_members
from mmo_lti.services.membership import accept
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.order_paper import OrderPaper
from mmo_lti.services.proposed import propose_people
from mmo_lti.services.roster_person import RosterPerson
from tests.factories.course import make_course
from tests.factories.membership import make_membership
from tests.factories.person import actor_of, make_person
from tests.factories.stored_file import make_stored_file
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
OLD = OrderPaper("5", date(2019, 9, 2))


def roster(*subs):
    return [RosterPerson(sub, given="Анна Ивановна", family="Петрова", email=f"{sub}@x.ru") for sub in subs]


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def adopted(session, coordinator, course, now):
    return adopt(
        session, coordinator, "учителей химии", "Химия", OLD, now, group=ChosenGroup(course, group_id=31)
    )


@pytest.fixture
def link(session, adopted):
    return session.scalars(select(GroupLink).where(GroupLink.association_id == adopted.id)).one()


def test_r2_5_an_older_association_is_active_at_once_by_its_original_order(session, adopted):
    assert adopted.state is AssociationState.ACTIVE
    assert (adopted.created_on, adopted.started_using) == (date(2019, 9, 2), TODAY)
    assert first_year(adopted.created_on) == AcademicYear(2019)
    order = session.scalars(select(Order)).one()
    assert (order.kind, order.number, order.signed_on) == (OrderKind.CREATION, "5", date(2019, 9, 2))


def test_r2_5_ten_is_not_asked_the_flag_shows_who_confirmed(session, adopted, link, now):
    propose_people(session, link, roster("501", "502"), now)
    assert adopted.below_minimum_since == TODAY
    assert count_members(session, adopted, TODAY) == Count(confirmed=0, proposed=2, counted=0)
    assert "below_minimum" not in set(session.scalars(select(Notice.kind)))


def test_r2_5_the_original_leader_leads(session, coordinator, teachers, now):
    appointment = Appointment(teachers[0], OrderPaper("6", date(2021, 9, 1)), since=date(2021, 9, 1))
    adopted = adopt(session, coordinator, "учителей химии", "", OLD, now, appointment=appointment)
    assert leader_id(session, adopted.centre_id, adopted.id, TODAY) == teachers[0].id


def test_r3_3_people_of_the_group_are_proposed_once(session, centre, adopted, link, now):
    known = make_person(session, centre, sub="501")
    assert link.adopted
    assert (link.group_id, link.state) == (31, LinkState.LINKED)
    proposed = propose_people(session, link, roster("501", "502"), now)
    assert {one.state for one in proposed} == {MembershipState.PROPOSED}
    assert membership_of(session, adopted, known.id) in proposed
    assert link.people_read_at == now
    assert propose_people(session, link, roster("503"), now) == []
    assert set(session.scalars(select(Notice.kind))) == {"membership_proposed"}


def test_names_found_in_the_roster_are_only_proposed(session, centre, link, now):
    confirmed = make_person(session, centre, "Орлова", sub="501")
    propose_people(session, link, roster("501", "502"), now)
    assert confirmed.last == "Орлова"
    fresh = session.scalars(select(Account).where(Account.sub == "502")).one().person
    assert (fresh.last, fresh.first, fresh.patronymic) == ("Петрова", "Анна", "Ивановна")
    assert fresh.confirmed_at is None


def test_who_has_a_standing_keeps_it(session, centre, adopted, link, now):
    person = make_person(session, centre, sub="501")
    asked = make_membership(session, adopted, person, MembershipState.REQUESTED)
    assert propose_people(session, link, roster("501"), now) == []
    assert asked.state is MembershipState.REQUESTED


def test_a_proposed_person_confirms_at_the_launch(session, centre, adopted, link, now):
    person = make_person(session, centre, sub="501")
    propose_people(session, link, roster("501"), now)
    waiting = membership_of(session, adopted, person.id)
    assert waiting.state is MembershipState.PROPOSED
    accept(session, actor_of(person), waiting, now)
    assert count_members(session, adopted, TODAY).confirmed == 1


def test_a_group_made_by_us_proposes_nobody(session, coordinator, course, now):
    adopted = adopt(session, coordinator, "учителей химии", "", OLD, now, group=ChosenGroup(course))
    link = session.scalars(select(GroupLink).where(GroupLink.association_id == adopted.id)).one()
    assert not link.adopted
    assert propose_people(session, link, roster("501"), now) == []


def test_the_scan_filed_before_the_association_becomes_its_own(session, association, coordinator, now):
    scan = make_stored_file(session, association)
    scan.association_id = None
    paper = OrderPaper("5", date(2019, 9, 2), scan.id)
    adopted = adopt(session, coordinator, "учителей химии", "", paper, now)
    assert scan.association_id == adopted.id


@pytest.mark.parametrize("started", [date(2019, 9, 1), TODAY + timedelta(days=1)])
def test_the_day_of_adoption_lies_between_the_order_and_today(session, coordinator, started, now):
    with refused("adoption.dates"):
        adopt(session, coordinator, "учителей химии", "", OLD, now, started_using=started)


def test_one_group_belongs_to_one_association(session, coordinator, adopted, course, now):
    with refused("group.taken"):
        adopt(session, coordinator, "учителей физики", "", OLD, now, group=ChosenGroup(course, 31))


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_r5_1_only_the_coordinator_adopts(session, association, request, role, now):
    with denied("R5.1"):
        adopt(session, request.getfixturevalue(role), "учителей химии", "", OLD, now)
