"""Changes made by hand in Moodle: found, asked about, and answered three ways («Sync» of the architecture)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.notice import Notice
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.states import MeetingState, MembershipState
from mmo_lti.services import drift, membership
from mmo_lti.services.drift_book import DriftKind
from mmo_lti.services.meeting_change import move
from mmo_lti.services.membership_decision import accept_request
from moodle_sync.sandbox import FaultKind, by_hand
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.person import actor_of
from tests.tasks.city import ANNA, ELENA, MARIA, City
from tests.tasks.test_sync import STARTS, called_meeting

TAKE, PUT, IGNORE = DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK, DriftAnswer.IGNORE


@pytest.fixture
def association_id(city: City) -> int:
    """An association of two, synced."""
    found = city.association(ANNA, MARIA)
    city.sync()
    return found


def group_of(city: City, association_id: int) -> int:
    return city.link(association_id).group_id or 0


def answer(city: City, given: DriftAnswer, reason: str = "") -> None:
    """The coordinator answers the one open question, and the sync acts on it."""
    [question] = city.questions()
    with city.worker.database.write() as session:
        row = session.get_one(Drift, question.id)
        drift.answer(session, city.coordinator, row, given, NOW + timedelta(hours=1), reason=reason)
    city.clock.forward(hours=1)
    city.work()


def test_who_was_added_by_hand_is_asked_about_once_and_left_in(city: City, association_id: int) -> None:
    by_hand.add_member(city.moodle, group_of(city, association_id), ELENA)
    city.sync()
    city.sync()
    [question] = city.questions()
    assert (question.kind, question.subject) == (DriftKind.MEMBER_ADDED, str(ELENA))
    assert city.members(association_id) == {ANNA, MARIA, ELENA}
    with city.worker.database.read() as session:
        told = session.scalars(select(Notice).where(Notice.kind == "drift_found")).all()
        assert [one.person_id for one in told] == [city.coordinator.person_id]


@pytest.mark.parametrize(
    ("given", "members", "standing"),
    [
        (TAKE, {ANNA, MARIA, ELENA}, MembershipState.PROPOSED),
        (PUT, {ANNA, MARIA}, MembershipState.REJECTED),
        (IGNORE, {ANNA, MARIA, ELENA}, None),
    ],
)
def test_the_answer_to_who_was_added(
    city: City, association_id: int, given: DriftAnswer, members: set[int], standing: MembershipState | None
) -> None:
    by_hand.add_member(city.moodle, group_of(city, association_id), ELENA)
    city.sync()
    answer(city, given)
    city.sync()
    assert (city.members(association_id), city.standing(association_id, ELENA)) == (members, standing)
    assert city.questions() == []


@pytest.mark.parametrize(
    ("given", "members", "standing"),
    [
        (TAKE, {ANNA}, MembershipState.LEFT),
        (PUT, {ANNA, MARIA}, MembershipState.MEMBER),
        (IGNORE, {ANNA}, MembershipState.MEMBER),
    ],
)
def test_the_answer_to_who_was_removed(
    city: City, association_id: int, given: DriftAnswer, members: set[int], standing: MembershipState
) -> None:
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.sync()
    assert [question.kind for question in city.questions()] == [DriftKind.MEMBER_REMOVED]
    answer(city, given, "Перешла в другой город")
    city.sync()
    assert (city.members(association_id), city.standing(association_id, MARIA)) == (members, standing)
    assert city.questions() == []


@pytest.mark.parametrize(
    ("given", "starts"),
    [(TAKE, STARTS + timedelta(days=2)), (PUT, STARTS), (IGNORE, STARTS + timedelta(days=2))],
)
def test_the_answer_to_an_event_that_was_dragged(
    city: City, association_id: int, given: DriftAnswer, starts: object
) -> None:
    meeting_id = called_meeting(city, association_id)
    city.work()
    [event] = city.events()
    moved = STARTS + timedelta(days=2)
    by_hand.drag_event(city.moodle, event.id, int(moved.timestamp()))
    city.sync()
    assert [question.kind for question in city.questions()] == [DriftKind.EVENT_CHANGED]
    answer(city, given, "Зал занят")
    city.sync()
    [event] = city.events()
    assert event.timestart == int(starts.timestamp())  # type: ignore[attr-defined]
    with city.worker.database.read() as session:
        ours = session.get_one(Meeting, meeting_id).starts_at
    assert ours == (moved if given is TAKE else STARTS)
    assert city.questions() == []


def drag(city: City, days: int) -> None:
    [event] = city.events()
    by_hand.drag_event(city.moodle, event.id, int((STARTS + timedelta(days=days)).timestamp()))
    city.sync()


def test_an_event_dragged_again_is_taken_over_from_where_it_is_now(city: City, association_id: int) -> None:
    meeting_id = called_meeting(city, association_id)
    city.work()
    drag(city, 2)
    drag(city, 3)
    answer(city, TAKE, "Зал занят")
    with city.worker.database.read() as session:
        assert session.get_one(Meeting, meeting_id).starts_at == STARTS + timedelta(days=3)


def test_once_a_meeting_is_moved_here_an_ignored_drag_is_past(city: City, association_id: int) -> None:
    """Whoever drags it again is asked about again."""
    meeting_id = called_meeting(city, association_id)
    city.work()
    drag(city, 2)
    answer(city, IGNORE)
    city.sync()
    with city.worker.database.write() as session:
        row = session.get_one(Meeting, meeting_id)
        later = STARTS + timedelta(days=5)
        move(session, city.leader, row, starts_at=later, now=city.clock(), reason="Зал занят")
    city.sync()
    assert city.events()[0].timestart == int(later.timestamp())
    drag(city, 6)
    assert [question.kind for question in city.questions()] == [DriftKind.EVENT_CHANGED]


@pytest.mark.parametrize("given", [IGNORE, None])
@pytest.mark.parametrize("hours", [1, -48])
def test_who_leaves_and_joins_here_again_is_brought_in_whatever_was_asked(
    city: City, association_id: int, given: DriftAnswer | None, hours: int
) -> None:
    """Also where the clock was set back meanwhile."""
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.sync()
    if given is not None:
        answer(city, given)
    city.clock.forward(hours=hours)
    with city.worker.database.write() as session:
        association = session.get_one(Association, association_id)
        teacher = actor_of(city.person(session, MARIA))
        membership.leave(session, teacher, association, city.clock())
        asked = membership.request_to_join(session, teacher, association, city.clock())
        accept_request(session, city.leader, asked, city.clock())
    city.sync()
    assert city.members(association_id) == {ANNA, MARIA}
    assert city.questions() == []


def test_who_joined_by_a_clock_ahead_and_was_removed_by_hand_waits_for_the_answer(
    city: City, association_id: int
) -> None:
    city.clock.forward(days=2)
    with city.worker.database.write() as session:
        association = session.get_one(Association, association_id)
        teacher = actor_of(city.person(session, ELENA))
        asked = membership.request_to_join(session, teacher, association, city.clock())
        accept_request(session, city.leader, asked, city.clock())
    city.sync()
    city.clock.forward(days=-2)
    by_hand.remove_member(city.moodle, group_of(city, association_id), ELENA)
    for _ in range(2):
        city.sync()
        assert city.members(association_id) == {ANNA, MARIA}


@pytest.mark.parametrize(
    ("given", "events", "state"),
    [
        (TAKE, 0, MeetingState.CANCELLED),
        (PUT, 1, MeetingState.PLANNED),
        (IGNORE, 0, MeetingState.PLANNED),
    ],
)
def test_the_answer_to_an_event_that_was_deleted(
    city: City, association_id: int, given: DriftAnswer, events: int, state: MeetingState
) -> None:
    """Taken over, the meeting is cancelled; no event is made anew to say so."""
    meeting_id = called_meeting(city, association_id)
    city.work()
    del city.moodle.events[city.events()[0].id]
    city.sync()
    assert [question.kind for question in city.questions()] == [DriftKind.EVENT_DELETED]
    answer(city, given, "Отменили в Moodle")
    city.sync()
    with city.worker.database.read() as session:
        assert session.get_one(Meeting, meeting_id).state is state
    assert len(city.events()) == events
    assert city.questions() == []


@pytest.mark.parametrize(
    ("given", "groups", "state"),
    [(TAKE, 0, LinkState.ENDED), (PUT, 1, LinkState.LINKED), (IGNORE, 0, LinkState.LOST)],
)
def test_the_answer_to_a_group_that_was_deleted(
    city: City, association_id: int, given: DriftAnswer, groups: int, state: LinkState
) -> None:
    """No operation on members until the coordinator chooses; made anew, everybody is in again."""
    uid = city.get(association_id).uid
    city.moodle.delete_group(group_of(city, association_id))
    city.sync()
    assert city.link(association_id).state is LinkState.LOST
    assert [question.kind for question in city.questions()] == [DriftKind.GROUP_DELETED]
    answer(city, given)
    city.sync()
    assert city.link(association_id).state is state
    ours = [group for group in city.moodle.groups.values() if group.idnumber == uid]
    assert len(ours) == groups
    if ours:
        assert city.members(association_id) == {ANNA, MARIA}


def put_back_by_setting(city: City) -> None:
    with city.worker.database.write() as session:
        centre = session.get_one(Centre, city.centre_id)
        centre.settings = {**centre.settings, "drift": "put_back"}


def test_by_setting_what_was_removed_is_put_back_without_asking(city: City, association_id: int) -> None:
    put_back_by_setting(city)
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.sync()
    assert city.members(association_id) == {ANNA, MARIA}
    assert city.questions() == []
    [found] = city.findings()
    assert (found.answer, found.answered_by) == (PUT, None)


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.TIMEOUT_BEFORE])
def test_what_was_put_back_is_told_once_though_the_answer_was_lost(
    city: City, association_id: int, kind: FaultKind
) -> None:
    """Once it is put back, nobody can see any more that it had been removed; so it is told before."""
    put_back_by_setting(city)
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.fail(kind, "core_group_add_group_members")
    assert not city.sync().ok
    city.next_attempt()
    assert city.runs()[-1].ok
    assert city.members(association_id) == {ANNA, MARIA}
    assert [(one.kind, one.answer) for one in city.findings()] == [(DriftKind.MEMBER_REMOVED, PUT)]
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.sync()
    assert len(city.findings()) == 2


def test_a_renamed_group_gets_its_name_back_when_put_back(city: City, association_id: int) -> None:
    by_hand.change_group(city.moodle, group_of(city, association_id), name="Химики города")
    city.sync()
    assert city.moodle.groups[group_of(city, association_id)].name == "Химики города"
    answer(city, PUT)
    assert city.moodle.groups[group_of(city, association_id)].name == "ММО учителей химии"


def test_who_joins_while_a_question_is_open_is_brought_in(city: City, association_id: int) -> None:
    """A question about one does not hold up the others."""
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    city.sync()
    with city.worker.database.write() as session:
        make_membership(session, session.get_one(Association, association_id), city.person(session, ELENA))
    city.sync()
    assert city.members(association_id) == {ANNA, ELENA}
