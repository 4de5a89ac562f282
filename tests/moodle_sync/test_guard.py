"""Where the guard begins to doubt, to the person; and whose events are ours."""

import pytest

from moodle_sync import guard
from moodle_sync.match import own_events
from moodle_sync.memory import Remembered, RememberedGroup
from moodle_sync.state import ActualCourse, ActualEvent, ActualGroup, DesiredCourse, DesiredGroup


def event(event_id: int, course_id: int, user_id: int) -> ActualEvent:
    return ActualEvent(event_id, "Заседание", "", course_id, 7, user_id, "group", 0, 0)


@pytest.mark.parametrize(("now", "refused"), [(80, False), (79, True)])
def test_a_fifth_of_the_roster_may_go_and_not_one_more(now: int, refused: bool) -> None:
    actual = ActualCourse(2, 9, enrolled=frozenset(range(100, 100 + now)))
    found = guard.check(DesiredCourse(2), actual, Remembered(roster=100))
    assert (found is not None) is refused


@pytest.mark.parametrize(("lost", "refused"), [(4, False), (5, True)])
def test_four_lost_members_are_asked_about_one_by_one_and_five_as_a_whole(lost: int, refused: bool) -> None:
    people = frozenset(range(100, 106))
    left = frozenset(sorted(people)[lost:])
    actual = ActualCourse(2, 9, groups={7: ActualGroup(7, "ММО", "mmo", left)}, enrolled=people)
    memory = Remembered(roster=6, groups={"mmo": RememberedGroup(7, "ММО", "ММО", "mmo", people)})
    wanted = DesiredCourse(2, (DesiredGroup("mmo", "ММО", 7, people),))
    assert (guard.check(wanted, actual, memory) is not None) is refused


def test_an_event_is_ours_in_this_course_and_by_our_account_alone() -> None:
    events = {1: event(1, 2, 9), 2: event(2, 3, 9), 3: event(3, 2, 5)}
    assert set(own_events(ActualCourse(2, 9, events=events))) == {1}
