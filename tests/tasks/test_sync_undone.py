"""Changes made by hand in Moodle that were undone there, or answered by the setting: nobody is asked any more."""

import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.services import drift
from mmo_lti.services.drift_book import DriftKind
from moodle_sync.sandbox import FaultKind, by_hand
from tests.refusal import refused
from tests.tasks.city import ANNA, ELENA, MARIA, City
from tests.tasks.test_sync import called_meeting
from tests.tasks.test_sync_drift import IGNORE, TAKE, answer, drag, group_of, put_back_by_setting


@pytest.fixture
def association_id(city: City) -> int:
    """An association of two, synced."""
    found = city.association(ANNA, MARIA)
    city.sync()
    return found


def answered(city: City) -> list[tuple[str, DriftAnswer | None, int | None]]:
    return [(one.kind, one.answer, one.answered_by) for one in city.findings()]


def test_who_was_removed_and_put_back_by_hand_is_asked_about_no_more(city: City, association_id: int) -> None:
    """Nobody can end the membership by an answer any more; removed again, they are asked about again."""
    group_id = group_of(city, association_id)
    by_hand.remove_member(city.moodle, group_id, MARIA)
    city.sync()
    [question] = city.questions()
    by_hand.add_member(city.moodle, group_id, MARIA)
    city.sync()
    assert answered(city) == [(DriftKind.MEMBER_REMOVED, DriftAnswer.UNDONE, None)]
    with city.worker.database.write() as session, refused("drift.undone"):
        row = session.get_one(Drift, question.id)
        drift.answer(session, city.coordinator, row, TAKE, city.clock(), reason="Перешла в другой город")
    with city.worker.database.read() as session:
        rows = session.scalars(select(JournalEntry).where(JournalEntry.action == "drift_undone")).all()
        assert [(one.actor, one.object_id) for one in rows] == [(None, question.id)]
    by_hand.remove_member(city.moodle, group_id, MARIA)
    city.sync()
    assert [one.kind for one in city.questions()] == [DriftKind.MEMBER_REMOVED]


def test_who_was_added_and_taken_out_by_hand_is_asked_about_no_more(city: City, association_id: int) -> None:
    group_id = group_of(city, association_id)
    by_hand.add_member(city.moodle, group_id, ELENA)
    city.sync()
    by_hand.remove_member(city.moodle, group_id, ELENA)
    city.sync()
    assert answered(city) == [(DriftKind.MEMBER_ADDED, DriftAnswer.UNDONE, None)]


def test_an_event_dragged_there_and_back_is_asked_about_no_more(city: City, association_id: int) -> None:
    called_meeting(city, association_id)
    city.work()
    drag(city, 2)
    drag(city, 0)
    assert answered(city) == [(DriftKind.EVENT_CHANGED, DriftAnswer.UNDONE, None)]
    drag(city, 3)
    assert [one.kind for one in city.questions()] == [DriftKind.EVENT_CHANGED]


def test_an_event_dragged_and_then_deleted_is_asked_about_once(city: City, association_id: int) -> None:
    called_meeting(city, association_id)
    city.work()
    drag(city, 2)
    by_hand.delete_event(city.moodle, city.events()[0].id)
    city.sync()
    assert [one.kind for one in city.questions()] == [DriftKind.EVENT_DELETED]


def test_a_group_that_got_its_name_back_by_hand_is_asked_about_no_more(
    city: City, association_id: int
) -> None:
    group_id = group_of(city, association_id)
    name = city.moodle.groups[group_id].name
    by_hand.change_group(city.moodle, group_id, name="Химики города")
    city.sync()
    by_hand.change_group(city.moodle, group_id, name=name)
    city.sync()
    assert answered(city) == [(DriftKind.GROUP_RENAMED, DriftAnswer.UNDONE, None)]


def test_a_change_that_is_still_there_is_asked_about_until_the_answer(
    city: City, association_id: int
) -> None:
    """The event of one, the member of another: undoing one of them says nothing about the other."""
    group_id = group_of(city, association_id)
    called_meeting(city, association_id)
    city.work()
    by_hand.remove_member(city.moodle, group_id, MARIA)
    drag(city, 2)
    by_hand.add_member(city.moodle, group_id, MARIA)
    city.sync()
    city.sync()
    assert [one.kind for one in city.questions()] == [DriftKind.EVENT_CHANGED]


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.TIMEOUT_BEFORE])
def test_a_sync_that_broke_off_ends_no_question(
    city: City, association_id: int, kind: FaultKind, no_pauses: None
) -> None:
    group_id = group_of(city, association_id)
    by_hand.remove_member(city.moodle, group_id, MARIA)
    city.sync()
    by_hand.add_member(city.moodle, group_id, MARIA)
    city.fail(kind, times=30)
    assert not city.sync().ok
    assert [one.kind for one in city.questions()] == [DriftKind.MEMBER_REMOVED]


def test_a_refused_answer_ends_no_question(city: City, association_id: int) -> None:
    group_id = group_of(city, association_id)
    by_hand.remove_member(city.moodle, group_id, MARIA)
    city.sync()
    by_hand.add_member(city.moodle, group_id, MARIA)
    for user in set(city.moodle.enrolments[city.site.course_id]) - {MARIA, city.site.service_id}:
        city.moodle.unenrol(city.site.course_id, user)
    assert city.sync().failure == "roster_shrank"
    assert [one.kind for one in city.questions()] == [DriftKind.MEMBER_REMOVED]


def test_an_ignored_change_that_was_undone_stays_ignored(city: City, association_id: int) -> None:
    group_id = group_of(city, association_id)
    by_hand.remove_member(city.moodle, group_id, MARIA)
    city.sync()
    answer(city, IGNORE)
    by_hand.add_member(city.moodle, group_id, MARIA)
    city.sync()
    assert [one.answer for one in city.findings()] == [IGNORE]


def test_switched_to_put_back_open_questions_are_answered_by_the_setting(
    city: City, association_id: int
) -> None:
    """But for somebody added by hand: the setting never removes anyone."""
    group_id = group_of(city, association_id)
    called_meeting(city, association_id)
    city.work()
    by_hand.delete_event(city.moodle, city.events()[0].id)
    by_hand.remove_member(city.moodle, group_id, MARIA)
    by_hand.add_member(city.moodle, group_id, ELENA)
    city.sync()
    assert len(city.questions()) == 3
    put_back_by_setting(city)
    city.sync()
    assert [one.kind for one in city.questions()] == [DriftKind.MEMBER_ADDED]
    assert city.members(association_id) == {ANNA, MARIA, ELENA}
    assert len(city.events()) == 1
