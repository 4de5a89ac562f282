from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.notice import Notice
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.membership_decision import (
    EndGround,
    RefusalGround,
    accept_request,
    decide_request,
    end_membership,
    invite,
    refuse_request,
    reject_proposed,
    request_term,
    withdraw_invitation,
)
from mmo_lti.services.membership_move import membership_of
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.membership import make_helper, make_membership
from tests.factories.person import actor_of, make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
REQUESTED, INVITED, MEMBER = MembershipState.REQUESTED, MembershipState.INVITED, MembershipState.MEMBER


@pytest.fixture
def person(session, centre):
    return make_person(session, centre, "Орлова")


@pytest.fixture
def asked(session, association, person, now):
    return make_membership(session, association, person, REQUESTED, asked_at=now)


@pytest.fixture
def helper(session, association, teachers):
    make_helper(session, association, teachers[1])
    return actor_of(teachers[1])


def told(session):
    return [(one.kind, one.person_id) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_the_leader_accepts_a_request(session, centre, association, leader, asked, now):
    course = make_course(session, centre)
    make_group_link(session, association, course)
    accept_request(session, leader, asked, now)
    assert (asked.state, asked.decided_by, asked.member_since) == (MEMBER, leader.person_id, TODAY)
    assert told(session) == [("membership_accepted", asked.person_id)]
    assert session.scalars(select(OutboxRow).where(OutboxRow.kind == "sync_course")).one()


def test_accepting_twice_is_accepting_once(session, association, leader, asked, now):
    accept_request(session, leader, asked, now)
    accept_request(session, leader, asked, now + timedelta(seconds=2))
    assert len(session.scalars(select(JournalEntry)).all()) == 1


@pytest.mark.parametrize(
    "role", ["outsider", "member", "helper", "coordinator", "director", "site_administrator"]
)
def test_nobody_else_decides_requests(session, asked, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        accept_request(session, actor, asked, now)
    with denied():
        refuse_request(session, actor, asked, RefusalGround.OTHER_SUBJECT, "Другой предмет", now)
    assert asked.state is REQUESTED


def test_the_coordinator_decides_after_request_days(session, association, coordinator, asked, now):
    assert request_term(session, asked) == TODAY + timedelta(days=10)
    with denied():
        accept_request(session, coordinator, asked, now + timedelta(days=10))
    accept_request(session, coordinator, asked, now + timedelta(days=11))
    assert asked.state is MEMBER


@pytest.mark.parametrize("state", [AssociationState.DRAFT, AssociationState.ACTIVE])
def test_the_coordinator_decides_in_a_draft_and_without_a_leader(
    session, centre, coordinator, person, state, now
):
    association = make_association(session, centre, state=state)
    asked = make_membership(session, association, person, REQUESTED)
    assert accept_request(session, coordinator, asked, now).state is MEMBER


def test_a_request_is_refused_only_for_want_of_a_condition_and_in_words(session, leader, asked, now):
    with refused("membership.ground"):
        decide_request(session, leader, asked, False, now)
    with refused("membership.reason"):
        decide_request(session, leader, asked, False, now, ground=RefusalGround.OTHER_SUBJECT, reason=" … ")
    assert asked.state is REQUESTED
    decide_request(
        session, leader, asked, False, now, ground=RefusalGround.OTHER_SUBJECT, reason="Вы ведёте историю."
    )
    assert (asked.state, asked.ground) == (MembershipState.REFUSED, "other_subject")
    (notice,) = session.scalars(select(Notice)).all()
    assert (notice.kind, notice.params["reason"]) == ("membership_refused", "Вы ведёте историю.")
    entry = session.scalars(select(JournalEntry)).one()
    assert "историю" not in repr(vars(entry))
    assert entry.digest


def test_r4_1_an_applicant_without_an_organisation_stays_requested(session, centre, association, leader, now):
    person = make_person(session, centre, "Орлова", employed=False)
    asked = make_membership(session, association, person, REQUESTED)
    with refused("R4.1.applicant"):
        accept_request(session, leader, asked, now)
    assert asked.state is REQUESTED


def test_nobody_decides_the_own_request(session, centre, coordinator, coordinator_person, now):
    association = make_association(session, centre, state=AssociationState.DRAFT)
    asked = make_membership(session, association, coordinator_person, REQUESTED)
    with refused("membership.own_request"):
        accept_request(session, coordinator, asked, now)


def test_the_request_of_the_leader_is_the_coordinators_to_decide(
    session, association, leader, leader_person, coordinator, now
):
    session.delete(membership_of(session, association, leader_person.id))
    session.flush()
    asked = make_membership(session, association, leader_person, REQUESTED)
    with refused("membership.own_request"):
        accept_request(session, leader, asked, now)
    assert accept_request(session, coordinator, asked, now).state is MEMBER


@pytest.mark.parametrize("role", ["leader", "coordinator"])
def test_leader_and_coordinator_invite(session, association, person, request, role, now):
    actor = request.getfixturevalue(role)
    invited = invite(session, actor, association, person, now)
    invite(session, actor, association, person, now + timedelta(minutes=1))
    assert invited.state is INVITED
    assert told(session) == [("membership_invited", person.id)]


@pytest.mark.parametrize("role", ["outsider", "member", "helper", "director", "site_administrator"])
def test_nobody_else_invites_or_takes_an_invitation_back(session, association, person, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        invite(session, actor, association, person, now)
    invited = make_membership(session, association, person, INVITED)
    with denied():
        withdraw_invitation(session, actor, invited, now)


def test_an_invitation_is_taken_back(session, association, leader, person, now):
    invited = invite(session, leader, association, person, now)
    assert withdraw_invitation(session, leader, invited, now).state is MembershipState.WITHDRAWN
    with refused("membership.not_invited"):
        withdraw_invitation(session, leader, invited, now)


@pytest.mark.parametrize("ground", [EndGround.DEATH, EndGround.DISMISSAL])
def test_the_coordinator_ends_a_membership_with_a_reason(
    session, association, coordinator, teachers, ground, now
):
    membership = membership_of(session, association, teachers[0].id)
    with refused("membership.reason"):
        end_membership(session, coordinator, membership, ground, "", now)
    end_membership(session, coordinator, membership, ground, "приказ школы", now)
    assert (membership.state, membership.ground) == (MembershipState.LEFT, ground.value)
    kinds = [] if ground is EndGround.DEATH else ["membership_ended"]
    assert [kind for kind, _ in told(session)] == kinds


def test_a_member_without_access_may_be_ended_after_no_access_days(
    session, association, coordinator, teachers, now
):
    membership = membership_of(session, association, teachers[0].id)
    with refused("membership.no_access_term", until=None):
        end_membership(session, coordinator, membership, EndGround.NO_ACCESS, "нет доступа", now)
    membership.no_access_since = now
    until = TODAY + timedelta(days=60)
    with refused("membership.no_access_term", until=until):
        later = now + timedelta(days=60)
        end_membership(session, coordinator, membership, EndGround.NO_ACCESS, "нет доступа", later)
    later = now + timedelta(days=61)
    end_membership(session, coordinator, membership, EndGround.NO_ACCESS, "нет доступа", later)
    assert membership.state is MembershipState.LEFT


@pytest.mark.parametrize("role", ["outsider", "member", "helper", "leader", "director", "site_administrator"])
def test_nobody_else_ends_memberships_or_rejects_the_proposed(
    session, association, person, teachers, request, role, now
):
    actor = request.getfixturevalue(role)
    membership = membership_of(session, association, teachers[2].id)
    with denied():
        end_membership(session, actor, membership, EndGround.DISMISSAL, "приказ", now)
    proposed = make_membership(session, association, person, MembershipState.PROPOSED)
    with denied():
        reject_proposed(session, actor, proposed, "не работает в городе", now)


def test_the_coordinator_rejects_a_proposed_person(session, association, coordinator, person, now):
    proposed = make_membership(session, association, person, MembershipState.PROPOSED)
    reject_proposed(session, coordinator, proposed, "не работает в городе", now)
    assert (proposed.state, proposed.decided_by) == (MembershipState.REJECTED, coordinator.person_id)
    with refused("membership.not_proposed"):
        reject_proposed(session, coordinator, proposed, "не работает в городе", now)


def test_who_does_not_belong_is_not_ended(session, asked, coordinator, now):
    with refused("membership.not_standing"):
        end_membership(session, coordinator, asked, EndGround.DISMISSAL, "приказ", now)


def test_r6_1_before_the_order_nobody_has_the_leaders_rights(session, centre, teachers, person, now):
    association = make_association(session, centre)
    for one in teachers:
        make_membership(session, association, one)
    asked = make_membership(session, association, person, REQUESTED)
    with denied("R6.1"):
        accept_request(session, actor_of(teachers[0]), asked, now)
