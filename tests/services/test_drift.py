from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.course import LinkState
from mmo_lti.models.membership import Membership
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.states import MeetingState, MembershipState
from mmo_lti.services.desired_course import desired_course
from mmo_lti.services.drift import answer, drift_of, find_drift, open_drift
from mmo_lti.services.drift_book import DriftFound, DriftKind, record_findings
from mmo_lti.services.group_link import create_anew, end_link
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.permission import NotFound
from moodle_sync.plan import DriftKind as KindOfTheSync
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.person import make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
TAKE, PUT, IGNORE = DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK, DriftAnswer.IGNORE


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def link(session, association, course):
    return make_group_link(session, association, course, 31)


@pytest.fixture
def find(session, association, course, link, now):
    def find(kind, subject, **params):
        key = f"{kind.value}:{association.uid}:{subject}"
        found = DriftFound(kind, association.uid, str(subject), key, params=params)
        return record_findings(session, course, [found], now)[0]

    return find


def standing(session, association, sub):
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(Membership.association_id == association.id)
        .order_by(Membership.id.desc())
    ).first()


def wish(session, course, now):
    (group,) = desired_course(session, course, now).groups
    return group


def test_the_kinds_are_those_of_the_sync():
    assert {kind.value for kind in DriftKind} == {kind.value for kind in KindOfTheSync}


# Members


def test_somebody_added_by_hand_is_proposed_when_taken_over(
    session, centre, association, course, coordinator, find, now
):
    person = make_person(session, centre, sub="501")
    drift = find(DriftKind.MEMBER_ADDED, 501)
    answer(session, coordinator, drift, TAKE, now)
    assert membership_of(session, association, person.id).state is MembershipState.PROPOSED
    assert (drift.answer, drift.answered_by) == (TAKE, coordinator.person_id)
    assert session.scalars(select(OutboxRow.subject_id)).all() == [course.id]


def test_somebody_who_left_and_was_added_by_hand_is_invited_anew(
    session, centre, association, coordinator, find, now
):
    person = make_person(session, centre, sub="501")
    membership = make_membership(session, association, person, MembershipState.LEFT)
    answer(session, coordinator, find(DriftKind.MEMBER_ADDED, 501), TAKE, now)
    assert membership.state is MembershipState.INVITED


def test_an_account_never_met_is_proposed_too(session, association, coordinator, find, now):
    answer(session, coordinator, find(DriftKind.MEMBER_ADDED, 777), TAKE, now)
    assert standing(session, association, "777").state is MembershipState.PROPOSED


def test_somebody_added_by_hand_is_rejected_by_the_named_coordinator_when_put_back(
    session, centre, association, course, coordinator, find, now
):
    person = make_person(session, centre, sub="501")
    answer(session, coordinator, find(DriftKind.MEMBER_ADDED, 501), PUT, now)
    membership = membership_of(session, association, person.id)
    assert (membership.state, membership.decided_by) == (MembershipState.REJECTED, coordinator.person_id)
    assert "501" in wish(session, course, now).outside


def test_whoever_declined_and_was_added_by_hand_is_put_back_out(
    session, centre, association, course, coordinator, find, now
):
    person = make_person(session, centre, sub="501")
    make_membership(session, association, person, MembershipState.DECLINED)
    assert "501" not in wish(session, course, now).outside
    answer(session, coordinator, find(DriftKind.MEMBER_ADDED, 501), PUT, now)
    assert "501" in wish(session, course, now).outside


def test_who_asks_to_join_is_decided_about_as_a_request(session, centre, association, coordinator, find, now):
    person = make_person(session, centre, sub="501")
    make_membership(session, association, person, MembershipState.REQUESTED)
    drift = find(DriftKind.MEMBER_ADDED, 501)
    with refused("drift.asks_to_join"):
        answer(session, coordinator, drift, PUT, now)
    assert drift.answered_at is None


def test_a_member_added_by_hand_stays_whatever_the_answer(
    session, centre, association, coordinator, find, now
):
    person = make_person(session, centre, sub="501")
    membership = make_membership(session, association, person)
    answer(session, coordinator, find(DriftKind.MEMBER_ADDED, 501), PUT, now)
    assert membership.state is MembershipState.MEMBER


def test_a_member_removed_by_hand_has_left_with_the_coordinators_name_when_taken_over(
    session, centre, association, coordinator, find, now
):
    membership = make_membership(session, association, make_person(session, centre, sub="501"))
    drift = find(DriftKind.MEMBER_REMOVED, 501)
    with refused("membership.reason"):
        answer(session, coordinator, drift, TAKE, now)
    answer(session, coordinator, drift, TAKE, now, reason="перешла в другой город")
    assert (membership.state, membership.decided_by) == (MembershipState.LEFT, coordinator.person_id)
    assert membership.ground == "removed_in_moodle"


def test_a_member_removed_by_hand_is_put_back_by_the_next_sync(
    session, centre, association, course, coordinator, find, now
):
    make_membership(session, association, make_person(session, centre, sub="501"))
    drift = find(DriftKind.MEMBER_REMOVED, 501)
    assert drift.key in desired_course(session, course, now).held
    answer(session, coordinator, drift, PUT, now)
    assert drift.key not in desired_course(session, course, now).held
    assert "501" in wish(session, course, now).inside


def test_an_ignored_finding_stays_as_it_is(session, course, coordinator, find, now):
    drift = find(DriftKind.GROUP_RENAMED, 31, name="Физики")
    answer(session, coordinator, drift, IGNORE, now)
    assert drift.key in desired_course(session, course, now).held
    assert open_drift(session, coordinator, now) == []


# Events


def test_an_event_dragged_in_the_calendar_moves_the_meeting_when_taken_over(
    session, association, coordinator, find, now
):
    meeting = make_meeting(session, association, now + timedelta(days=7), called_at=now)
    starts = now + timedelta(days=9)
    drift = find(DriftKind.EVENT_CHANGED, meeting.uid, starts=int(starts.timestamp()))
    answer(session, coordinator, drift, TAKE, now, reason="зал занят")
    assert meeting.starts_at == starts.astimezone(UTC)


def test_a_text_changed_in_the_calendar_is_not_taken_over(session, association, coordinator, find, now):
    meeting = make_meeting(session, association, called_at=now)
    drift = find(DriftKind.EVENT_CHANGED, meeting.uid, name="Встреча")
    with refused("drift.not_taken_over", kind="event_changed"):
        answer(session, coordinator, drift, TAKE, now, reason="так лучше")
    answer(session, coordinator, drift, PUT, now)
    assert isinstance(drift.answered_at, datetime)


def test_an_event_deleted_by_hand_cancels_the_meeting_when_taken_over(
    session, association, coordinator, find, now
):
    meeting = make_meeting(session, association, called_at=now)
    drift = find(DriftKind.EVENT_DELETED, meeting.uid)
    answer(session, coordinator, drift, TAKE, now, reason="карантин")
    assert (meeting.state, meeting.cancel_reason) == (MeetingState.CANCELLED, "карантин")


# Groups


@pytest.mark.parametrize(
    "kind", [DriftKind.GROUP_RENAMED, DriftKind.IDNUMBER_CHANGED, DriftKind.IDNUMBER_TAKEN]
)
def test_names_and_keys_of_groups_are_not_taken_over(session, coordinator, find, kind, now):
    with refused("drift.not_taken_over", kind=kind.value):
        answer(session, coordinator, find(kind, 31), TAKE, now)


@pytest.mark.parametrize(("given", "state"), [(PUT, LinkState.WANTED), (TAKE, LinkState.ENDED)])
def test_a_deleted_group_is_made_anew_or_its_link_ends(session, coordinator, link, find, given, state, now):
    drift = find(DriftKind.GROUP_DELETED, 31)
    link.state = LinkState.LOST
    answer(session, coordinator, drift, given, now)
    assert (link.state, drift.answer) == (state, given)


@pytest.mark.parametrize(("choose", "given"), [(create_anew, PUT), (end_link, TAKE)])
def test_choosing_at_the_link_answers_the_question(session, coordinator, link, find, choose, given, now):
    drift = find(DriftKind.GROUP_DELETED, 31)
    link.state = LinkState.LOST
    choose(session, coordinator, link, now)
    assert (drift.answer, drift.answered_by) == (given, coordinator.person_id)


# Who answers, and how often


def test_an_answer_is_given_once(session, coordinator, find, now):
    drift = find(DriftKind.GROUP_RENAMED, 31)
    answer(session, coordinator, drift, PUT, now)
    later = now + timedelta(minutes=1)
    assert answer(session, coordinator, drift, PUT, later).answered_at == now
    with refused("drift.answered"):
        answer(session, coordinator, drift, IGNORE, later)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_nobody_else_answers_or_sees_all(session, association, find, request, role, now):
    actor = request.getfixturevalue(role)
    drift = find(DriftKind.GROUP_RENAMED, 31)
    with denied():
        answer(session, actor, drift, PUT, now)
    with denied():
        open_drift(session, actor, now)


@pytest.mark.parametrize("role", ["outsider", "member", "director", "site_administrator"])
def test_the_leader_sees_what_the_coordinator_answers_others_do_not(
    session, association, leader, find, request, role, now
):
    drift = find(DriftKind.GROUP_RENAMED, 31)
    assert drift_of(session, leader, association, now) == [drift]
    with denied():
        drift_of(session, request.getfixturevalue(role), association, now)


def test_a_finding_of_another_centre_is_not_there(session, centre, other_centre, coordinator, now):
    foreign = make_course(session, other_centre)
    association = make_association(session, other_centre)
    found = DriftFound(DriftKind.GROUP_RENAMED, association.uid, "31", "key")
    (drift,) = record_findings(session, foreign, [found], now)
    with pytest.raises(NotFound):
        find_drift(session, centre.id, drift.id)
    with pytest.raises(NotFound):
        answer(session, coordinator, drift, PUT, now)
    assert session.scalars(select(Drift)).one().answer is None
