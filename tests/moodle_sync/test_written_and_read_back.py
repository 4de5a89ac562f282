"""What a change costs: the writes and their reading back, and how little of an old calendar is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from moodle_sync.encoding import Call
from moodle_sync.needs import ADD_MEMBERS, CREATE_EVENTS, GROUP_MEMBERS
from moodle_sync.plan import DriftKind
from moodle_sync.sandbox import FaultKind, by_hand
from tests.moodle_sync.conftest import STARTS, A, B, C, City, association, keys, meeting

# Changes.


def test_changes_and_their_reading_back_are_one_request(city: City) -> None:
    moved = replace(meeting("m-2"), starts_at=STARTS + timedelta(hours=2))
    city.sync(association(A, B, events=(meeting("m-1"), meeting("m-2"))))
    result = city.sync(association(A, C, outside=(B,), events=(meeting("m-1"), moved)), whole_roster=False)
    assert (result.done, result.requests, len(result.operations)) == (True, 2, 3)
    assert city.sync(association(A, C, outside=(B,), events=(meeting("m-1"), moved))).operations == ()


def test_a_new_meeting_with_its_place_is_one_request_more(city: City) -> None:
    city.sync(association(A, events=(meeting("m-1"),)))
    result = city.sync(association(A, B, events=(meeting("m-1"), meeting("m-2"))), whole_roster=False)
    assert (result.done, result.requests) == (True, 3)


def test_only_what_was_written_is_read_back(city: City) -> None:
    groups = [association(A, idnumber=f"mmo-{number}", name=f"ММО {number}") for number in range(3)]
    changed = city.sync(*groups).group_ids["mmo-1"]
    asked: list[list[int]] = []
    original = city.client.batch

    def spy(calls: Sequence[Call], **options: Any) -> Any:
        asked.extend(call.args["groupids"] for call in calls if call.function == GROUP_MEMBERS)
        return original(calls, **options)

    city.client.batch = spy  # type: ignore[method-assign]
    groups[1] = replace(groups[1], inside=frozenset({A, B}))
    city.sync(*groups)
    assert (len(asked[0]), asked[1:]) == (3, [[changed]])


def test_a_change_by_hand_amid_a_sync_is_the_next_ones_question(city: City) -> None:
    """Reading back looks at what was written alone, and remembers of the rest what was read before."""
    groups = [association(A, B, idnumber=f"mmo-{number}", name=f"ММО {number}") for number in range(2)]
    ids = city.sync(*groups).group_ids
    original = city.client.batch

    def meanwhile(calls: Sequence[Call], **options: Any) -> Any:
        if any(call.function == ADD_MEMBERS for call in calls):
            by_hand.remove_member(city.moodle, ids["mmo-1"], B)
        return original(calls, **options)

    city.client.batch = meanwhile  # type: ignore[method-assign]
    groups[0] = replace(groups[0], inside=frozenset({A, B, C}))
    assert (city.sync(*groups).done, city.sync(*groups).drift[0].subject) == (True, B)


def test_a_group_deleted_amid_a_sync_is_told_and_the_others_are_done(city: City) -> None:
    groups = [association(A, idnumber=f"mmo-{number}", name=f"ММО {number}") for number in range(2)]
    ids = city.sync(*groups).group_ids
    original = city.client.batch

    def meanwhile(calls: Sequence[Call], **options: Any) -> Any:
        if any(call.function == ADD_MEMBERS for call in calls):
            city.moodle.groups.pop(ids["mmo-0"], None)
        return original(calls, **options)

    city.client.batch = meanwhile  # type: ignore[method-assign]
    result = city.sync(*(replace(group, inside=frozenset({A, B})) for group in groups))
    assert [failure.operation.group for failure in result.failures] == ["mmo-0"]  # type: ignore[union-attr]
    assert city.members(ids["mmo-1"]) == {A, B}


# The age of a calendar.


def test_events_of_years_ago_are_not_read_every_quarter_of_an_hour(city: City) -> None:
    old = [meeting(f"old-{number}", days=-400 - number) for number in range(50)]
    city.sync(association(A, events=(*old, meeting())))
    city.sync(association(A, events=(meeting(),)))
    city.moodle.meter.reset()
    assert city.sync(association(A, events=(meeting(),)), whole_roster=False).requests == 1
    frequent = city.moodle.meter.rows
    assert len(city.moodle.events) == 51
    city.moodle.meter.reset()
    city.sync(association(A, events=(meeting(),)))
    assert city.moodle.meter.rows - frequent >= 50


def test_an_event_dragged_years_back_is_asked_by_id_and_once(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.drag_event(city.moodle, event_id, int(STARTS.timestamp()) - 800 * 24 * 3600)
    found = city.sync(group, whole_roster=False)
    assert [one.kind for one in found.drift] == [DriftKind.EVENT_CHANGED]
    held = keys(found.drift)
    steady = city.sync(group, held=held, whole_roster=False)
    assert (steady.requests, steady.operations, steady.drift) == (1, (), ())


def test_an_event_made_just_before_a_crash_is_found_in_the_window_too(city: City) -> None:
    group = association(A, events=(meeting(),))
    city.sync(association(A))
    city.fail(FaultKind.TIMEOUT_AFTER, CREATE_EVENTS)
    city.sync(group, whole_roster=False)
    city.restart()
    assert city.sync(group, whole_roster=False).done
    assert len(city.moodle.events) == 1
