"""Traps of a course that ends: next year's is a copy of it."""

from moodle_sync.memory import Remembered
from moodle_sync.sandbox import by_hand
from moodle_sync.state import DesiredCourse
from moodle_sync.sync import SyncResult, sync_course
from tests.moodle_sync.conftest import NOW, A, B, City, association, meeting


def contents(city: City, course_id: int) -> list[str]:
    moodle = city.moodle
    groups = [f"{group} {sorted(moodle.members[group.id])}" for group in moodle.groups_of(course_id)]
    return groups + [str(event) for event in moodle.events.values() if event.courseid == course_id]


def sync_copy(city: City, course_id: int, *events: object) -> SyncResult:
    desired = DesiredCourse(course_id, (association(A, B, events=events),), "mmo-all", "ММО города")
    return sync_course(city.client, desired, Remembered(), now=NOW)


def test_a_copied_course_repeats_our_idnumbers_and_markers_and_the_first_one_is_synced_alone(
    city: City,
) -> None:
    city.sync(association(A, events=(meeting(), meeting("m-2"))))
    copy = by_hand.copy_course(city.moodle, city.site.course_id, "MMO-27", "ММО 2027")
    [group] = [one for one in city.moodle.groups_of(copy.id) if one.idnumber == "mmo-chem"]
    before = contents(city, copy.id)
    result = city.sync(association(B, outside=(A,), events=(meeting(days=1),)), removed_events=("m-2",))
    assert result.done
    assert contents(city, copy.id) == before
    assert city.moodle.members[group.id] == {A}
    [event] = [one for one in city.moodle.events.values() if one.courseid == city.site.course_id]
    assert event.timestart == meeting(days=1).starts


def test_a_copied_course_that_is_connected_goes_on_with_its_copies(city: City) -> None:
    """No second group, no second event; what was copied of meetings long over stays."""
    city.sync(association(A, events=(meeting(), meeting("over"))))
    before = contents(city, city.site.course_id)
    copy = by_hand.copy_course(city.moodle, city.site.course_id, "MMO-27", "ММО 2027")
    groups = len(city.moodle.groups_of(copy.id))
    result = sync_copy(city, copy.id, meeting(days=9))
    assert result.done
    assert len(city.moodle.groups_of(copy.id)) == groups
    assert city.moodle.members[result.group_ids["mmo-chem"]] == {A, B}
    starts = {one.name: one.timestart for one in city.moodle.events.values() if one.courseid == copy.id}
    assert starts == {"Заседание m-1": meeting(days=9).starts, "Заседание over": meeting("over").starts}
    assert contents(city, city.site.course_id) == before
