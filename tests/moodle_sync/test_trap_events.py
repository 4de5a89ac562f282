"""Traps of the calendar: markers that die, lists with holes, forms in another time zone."""

from datetime import timedelta

import pytest

from moodle_sync.memory import Remembered
from moodle_sync.needs import (
    CREATE_EVENTS,
    DELETE_EVENTS,
    EVENT_FORM,
    EVENTS,
    MANAGE_ENTRIES,
)
from moodle_sync.plan import DriftKind, DriftPolicy, RefusalCode
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.model import category_context
from moodle_sync.sandbox.roles import SERVICE
from tests.moodle_sync.conftest import STARTS, A, B, City, association, keys, meeting

# The marker.


def test_the_marker_survives_a_teacher_who_saves_the_event(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.edit_event(city.moodle, event_id, "Заседание m-1")
    assert "mmo-event-m-1" in city.moodle.events[event_id].description
    again = city.sync(group)
    assert (again.operations, again.drift) == ((), ())


def test_without_a_description_the_marker_still_stands_on_text(city: City) -> None:
    group = association(A, events=(meeting(description_html=""),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.edit_event(city.moodle, event_id, "Заседание m-1")
    assert "mmo-event-m-1" in city.moodle.events[event_id].description


def test_a_lost_marker_alone_is_put_back_without_a_question(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    text = city.moodle.events[event_id].description.replace('class="mmo-event-m-1"', "")
    by_hand.edit_event(city.moodle, event_id, "Заседание m-1", text)
    again = city.sync(group)
    assert again.drift == ()
    assert "mmo-event-m-1" in city.moodle.events[event_id].description


def test_an_event_made_just_before_a_crash_is_found_by_its_marker(city: City) -> None:
    group = association(A, events=(meeting(),))
    city.fail(FaultKind.TIMEOUT_AFTER, CREATE_EVENTS)
    crashed = city.sync(group)
    assert crashed.interrupted is not None
    city.restart()
    assert city.sync(group).done
    [event] = city.moodle.events.values()
    assert (event.location, event.timestart) == ("каб. 5", int(STARTS.timestamp()))


def test_a_place_that_was_dropped_between_a_crash_and_the_next_sync_goes(city: City) -> None:
    """Moodle lists events without their place, so of one that we do not remember it is written anew."""
    city.sync(association(A, events=(meeting(),)))
    city.memory = Remembered()
    event_id = city.sync(association(A, events=(meeting(location=""),))).event_ids["m-1"]
    assert city.moodle.events[event_id].location == ""


def test_a_place_not_yet_written_to_an_event_put_back_is_written_after_a_crash(city: City) -> None:
    """The event that we remember looked the same, but it was another one."""
    group = association(A, events=(meeting(),))
    by_hand.delete_event(city.moodle, city.sync(group).event_ids["m-1"])
    city.fail(FaultKind.ERROR_BEFORE, EVENT_FORM)
    assert city.sync(group, policy=DriftPolicy.PUT_BACK).interrupted is not None
    assert city.sync(group, policy=DriftPolicy.PUT_BACK).done
    assert [event.location for event in city.moodle.events.values()] == ["каб. 5"]


def test_the_marker_counts_only_with_our_course_and_our_account(city: City) -> None:
    """A teacher pastes our text into an event of theirs; the course is copied with our events in it."""
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    pasted = by_hand.paste_event(city.moodle, event_id, city.site.coordinator_id, 1_798_777_600)
    copy = by_hand.copy_course(city.moodle, city.site.course_id, "MMO-27", "ММО 2027")
    before = {key: str(event) for key, event in city.moodle.events.items()}
    moved = association(A, events=(meeting(days=1),))
    city.sync(moved)
    after = {key: str(event) for key, event in city.moodle.events.items()}
    assert {key for key in before if before[key] != after.get(key)} == {event_id}
    assert pasted.id in after
    in_copy = [event.userid for event in city.moodle.events.values() if event.courseid == copy.id]
    assert in_copy == [city.site.service_id, city.site.coordinator_id]


def test_a_doubled_event_of_ours_is_reduced_to_one(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.paste_event(city.moodle, event_id, city.site.service_id, int(STARTS.timestamp()))
    city.sync(group)
    assert list(city.moodle.events) == [event_id]


# The calendar's list.


def test_group_events_are_asked_by_groups_alone(city: City) -> None:
    group = association(A, events=(meeting(),))
    city.sync(group)
    seen: list[object] = []
    original = city.client.batch

    def watch(calls: object, **options: object) -> object:
        seen.extend(call.args for call in calls if call.function == EVENTS)  # type: ignore[attr-defined]
        return original(calls, **options)  # type: ignore[arg-type]

    city.client.batch = watch  # type: ignore[method-assign, assignment]
    city.sync(group)
    assert seen == [
        {
            "events": {"groupids": [city.group_id("mmo-chem")]},
            "options": {"userevents": False, "siteevents": False},
        }
    ]


def test_a_role_in_the_category_alone_refuses_the_calendar_and_syncs_the_members(city: City) -> None:
    """Events would be invisible, so a second sync would double them: none is made, and it is said why."""
    group = association(A, events=(meeting(),))
    city.sync(group)
    moodle, service = city.moodle, city.site.service_id
    moodle.assignments[service].clear()
    moodle.assign_role(service, SERVICE, category_context(2))
    moodle.roles[7].capabilities.add("webservice/rest:use")
    wider = association(A, B, events=(meeting(), meeting("m-2")))
    result = city.sync(wider)
    [refusal] = result.refusals
    assert refusal.code is RefusalCode.CALENDAR_NOT_LISTED
    assert refusal.missing_capabilities == (MANAGE_ENTRIES,)
    assert len(moodle.events) == 1
    assert B in city.members(city.group_id("mmo-chem"))


def test_a_retyped_event_is_asked_by_id_before_it_is_believed_gone(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.retype_event(city.moodle, event_id, "Для всех", "<p>без маркера</p>")
    result = city.sync(group)
    [finding] = result.drift
    assert finding.kind is DriftKind.EVENT_CHANGED
    assert finding.params["moved_elsewhere"] is True
    # The coordinator answers «put back».
    assert city.sync(group).done
    [event] = city.moodle.events.values()
    assert (event.id, event.eventtype, event.name) == (event_id, "group", "Заседание m-1")


# Events.


def test_an_event_follows_when_the_meeting_moves(city: City) -> None:
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    moved = meeting(days=3, duration_minutes=0, location="каб. 7", name="Заседание перенесено")
    result = city.sync(association(A, events=(moved,)))
    assert (result.done, result.drift) == (True, ())
    event = city.moodle.events[event_id]
    assert event.timestart == int((STARTS + timedelta(days=3)).timestamp())
    assert (event.timeduration, event.location, event.name) == (0, "каб. 7", "Заседание перенесено")


def test_a_new_place_alone_is_written_too(city: City) -> None:
    """Moodle lists events without their place: only our memory tells that it changed."""
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    city.sync(association(A, events=(meeting(location="каб. 9"),)))
    assert city.moodle.events[event_id].location == "каб. 9"


def test_the_time_zone_of_the_account_does_not_matter(city: City) -> None:
    city.moodle.users[city.site.service_id].timezone = "Asia/Vladivostok"
    first = city.sync(association(A, events=(meeting(), meeting("m-2", days=130))))
    assert (first.done, city.memory.form_shift) == (True, 0)
    assert city.moodle.events[first.event_ids["m-1"]].timestart == meeting().starts


@pytest.mark.parametrize("zone", ["Asia/Yekaterinburg", "Asia/Vladivostok", "Europe/Kaliningrad", "UTC"])
def test_the_time_zone_of_the_form_is_corrected_once_and_then_known(city: City, zone: str) -> None:
    city.moodle.site.forced_timezone = zone
    events = tuple(meeting(f"m-{number}", days=number) for number in range(4))
    first = city.sync(association(A, events=events))
    assert first.done
    for number, event in enumerate(events):
        assert city.moodle.events[first.event_ids[f"m-{number}"]].timestart == event.starts
    known = city.memory.form_shift
    city.sync(association(A, events=(meeting("m-0", days=9), *events[1:])))
    assert city.moodle.events[first.event_ids["m-0"]].timestart == meeting(days=9).starts
    assert city.memory.form_shift == known


def test_a_clock_change_in_the_zone_of_the_account_is_corrected_per_event(city: City) -> None:
    """Berlin: +1 in December, +2 in April."""
    city.moodle.site.forced_timezone = "Europe/Berlin"
    winter, summer = meeting("m-1"), meeting("m-2", days=130)
    result = city.sync(association(A, events=(winter, summer)))
    assert result.done
    assert city.moodle.events[result.event_ids["m-1"]].timestart == winter.starts
    assert city.moodle.events[result.event_ids["m-2"]].timestart == summer.starts


def test_a_dragged_event_is_asked_about_and_our_own_move_answers(city: City) -> None:
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    dragged = int((STARTS + timedelta(days=8)).timestamp())
    by_hand.drag_event(city.moodle, event_id, dragged)
    asked = city.sync(association(A, events=(meeting(),)))
    [finding] = asked.drift
    assert (finding.key, finding.params) == ("event_changed:mmo-chem:m-1", {"starts": dragged})
    held = keys(asked.drift)
    assert city.sync(association(A, events=(meeting(),)), held=held).operations == ()
    # «Take it over»: the meeting moves here.
    assert city.sync(association(A, events=(meeting(days=8),)), held=held).done
    assert city.moodle.events[event_id].timestart == dragged
    # Any other move of ours wins while a question is open.
    by_hand.drag_event(city.moodle, event_id, dragged + 3600)
    held = keys(city.sync(association(A, events=(meeting(days=8),))).drift)
    assert city.sync(association(A, events=(meeting(days=2),)), held=held).done
    assert city.moodle.events[event_id].timestart == meeting(days=2).starts


def test_an_event_deleted_by_hand_is_asked_about_once(city: City) -> None:
    group = association(A, events=(meeting(),))
    event_id = city.sync(group).event_ids["m-1"]
    by_hand.delete_event(city.moodle, event_id)
    asked = city.sync(group)
    assert [finding.key for finding in asked.drift] == ["event_deleted:mmo-chem:m-1"]
    assert city.sync(group, held=keys(asked.drift)).drift == ()
    assert city.moodle.events == {}
    assert city.sync(group).done
    assert len(city.moodle.events) == 1


def test_a_cancelled_meeting_is_changed_and_not_made_anew(city: City) -> None:
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    cancelled = meeting(name="Отменено: заседание", cancelled=True)
    city.sync(association(A, events=(cancelled,)))
    assert city.moodle.events[event_id].name == "Отменено: заседание"
    by_hand.delete_event(city.moodle, event_id)
    result = city.sync(association(A, events=(cancelled,)))
    assert (result.operations, result.drift) == ((), ())


def test_events_to_be_removed_go_once_and_only_ours(city: City) -> None:
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    pasted = by_hand.paste_event(city.moodle, event_id, city.site.coordinator_id, 1_798_777_600)
    for _ in range(2):
        assert city.sync(association(A), removed_events=("m-1", event_id, pasted.id)).done
    assert list(city.moodle.events) == [pasted.id]


def test_a_retyped_event_of_a_removed_meeting_is_deleted_all_the_same(city: City) -> None:
    """Out of every list and without its marker: only its remembered id leads to it."""
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    by_hand.retype_event(city.moodle, event_id, "Для всех", "<p>без маркера</p>")
    city.sync(association(A), removed_events=("m-1",))
    assert city.moodle.events == {}


def test_an_event_that_could_not_be_removed_is_removed_next_time(city: City) -> None:
    event_id = city.sync(association(A, events=(meeting(),))).event_ids["m-1"]
    by_hand.retype_event(city.moodle, event_id, "Для всех", "<p>без маркера</p>")
    city.fail(FaultKind.ACCESS, DELETE_EVENTS)
    assert not city.sync(association(A), removed_events=("m-1",)).done
    city.sync(association(A), removed_events=("m-1",))
    assert city.moodle.events == {}


def test_the_place_is_written_to_an_event_made_in_a_group_that_was_made_anew(city: City) -> None:
    """The crash came between making the event and writing its place, and an older event is remembered."""
    group = association(A, events=(meeting(),))
    city.moodle.delete_group(city.sync(group).group_ids["mmo-chem"])
    city.sync(group)
    city.fail(FaultKind.ERROR_BEFORE, EVENT_FORM)
    assert city.sync(group).interrupted is not None
    assert city.sync(group).done
    assert [event.location for event in city.moodle.events.values()] == ["каб. 5"]
