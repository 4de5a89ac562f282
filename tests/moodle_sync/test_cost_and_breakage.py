"""A sync costs one request, and any failure in its middle is told and healed."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from moodle_sync.encoding import Call
from moodle_sync.errors import MoodleError
from moodle_sync.needs import (
    ADD_MEMBERS,
    CREATE_GROUPS,
    ENROLLED,
    GROUP_MEMBERS,
    NEEDS,
)
from moodle_sync.plan import RefusalCode
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.state import CourseStatus
from tests.moodle_sync.conftest import A, B, C, City, association, keys, meeting

# Cost.


def test_a_steady_sync_is_one_request_however_many_associations(city: City) -> None:
    groups = [
        association(A, B, idnumber=f"mmo-{number}", name=f"ММО {number}", events=(meeting(f"m-{number}"),))
        for number in range(30)
    ]
    first = city.sync(*groups)
    assert first.done
    assert first.requests < 12
    city.restart()
    steady = city.sync(*groups)
    assert (steady.requests, steady.operations, steady.drift) == (1, (), ())


def test_open_questions_do_not_make_the_steady_sync_dearer(city: City) -> None:
    group = association(A, B, events=(meeting("m-1"), meeting("m-2")))
    event_ids = city.sync(group).event_ids
    by_hand.delete_event(city.moodle, event_ids["m-1"])
    by_hand.retype_event(city.moodle, event_ids["m-2"], "Для всех", "<p>без маркера</p>")
    by_hand.remove_member(city.moodle, city.group_id("mmo-chem"), A)
    held = keys(city.sync(group).drift)
    assert len(held) == 3
    city.restart()
    assert (city.sync(group, held=held).requests, city.sync(group, held=held).operations) == (1, ())


# Batches.


def test_a_batch_stops_at_its_first_failing_item_and_keeps_what_ran_before(city: City) -> None:
    """Somebody takes a name between reading and writing: the group in the middle is refused, the others are made."""
    original = city.client.batch

    def batch_after_somebody_was_faster(calls: Sequence[Call], **options: Any) -> Any:
        if any(call.function == CREATE_GROUPS for call in calls) and not refused_before:
            refused_before.append(city.moodle.add_group(city.site.course_id, "ММО учителей физики").id)
        return original(calls, **options)

    refused_before: list[int] = []
    city.client.batch = batch_after_somebody_was_faster  # type: ignore[method-assign]
    groups = [
        association(A, idnumber=f"mmo-{name}", name=f"ММО учителей {name}")
        for name in ("химии", "физики", "права")
    ]
    first = city.sync(*groups)
    assert {(one.operation.group, one.error.code) for one in first.failures} == {  # type: ignore[union-attr]
        ("mmo-физики", "moodle_parameter_refused"),
        ("mmo-физики", "moodle_not_reached"),
    }
    assert city.members(city.group_id("mmo-химии")) == {A}
    assert city.members(city.group_id("mmo-права")) == {A}
    [refusal] = city.sync(*groups).refusals
    assert (refusal.code, refusal.params) == (RefusalCode.GROUP_NAME_TAKEN, {"group_id": refused_before[0]})


def test_a_person_that_moodle_refuses_does_not_keep_the_others_out(city: City) -> None:
    """Unenrolled between reading and writing: the call for all is refused, so it is halved."""
    people = tuple(city.site.teacher_ids[:8])
    original = city.client.batch

    def batch_after_somebody_left(calls: object, **options: object) -> object:
        if any(call.function == ADD_MEMBERS for call in calls):  # type: ignore[attr-defined]
            city.moodle.unenrol(city.site.course_id, people[5])
        return original(calls, **options)  # type: ignore[arg-type]

    city.client.batch = batch_after_somebody_left  # type: ignore[method-assign, assignment]
    result = city.sync(association(*people))
    assert city.members(city.group_id("mmo-chem")) == set(people) - {people[5]}
    assert [(failure.users, failure.error.code) for failure in result.failures] == [
        ((people[5],), "moodle_parameter_refused")
    ]


# Breakage in the middle of a sync.


@pytest.mark.parametrize("kind", list(FaultKind))
@pytest.mark.parametrize("skip", range(5))
def test_any_failure_at_any_request_is_told_and_healed_by_the_next_sync(
    city: City, kind: FaultKind, skip: int
) -> None:
    group = association(A, B, events=(meeting(), meeting("m-2", days=1)))

    def reached() -> bool:
        names = sorted(event.name for event in city.moodle.events.values())
        places = {event.location for event in city.moodle.events.values()}
        idnumbers = [one.idnumber for one in city.moodle.groups.values()]
        return (
            (names, places) == (["Заседание m-1", "Заседание m-2"], {"каб. 5"})
            and idnumbers.count("mmo-chem") == 1
            and city.members(city.group_id("mmo-chem")) == {A, B}
        )

    city.fail(kind, skip=skip, times=1)
    with suppress(MoodleError):
        assert city.sync(group).done <= reached()
    city.moodle.faults.clear()
    city.restart()
    healed = city.sync(group)
    assert (healed.done, healed.drift, reached()) == (True, (), True)
    city.restart()
    assert city.sync(group).requests == 1


def test_a_write_that_moodle_did_not_keep_is_told(city: City) -> None:
    """What `max_input_vars` does to a long call: `null` as for success, a part written."""
    group_id = city.sync(association()).group_ids["mmo-chem"]

    class Lossy(set[int]):
        def add(self, user: int) -> None:
            if user != C:
                super().add(user)

    city.moodle.members[group_id] = Lossy()
    result = city.sync(association(A, B, C))
    assert [(failure.users, failure.error.code) for failure in result.failures] == [
        ((C,), "moodle_write_not_kept")
    ]
    city.moodle.members[group_id] = set(city.moodle.members[group_id])
    city.restart()
    assert city.sync(association(A, B, C)).done, "tried again, and not taken for a removal by hand"


def test_without_the_batch_the_sync_works_call_by_call(city: City) -> None:
    city.moodle.service.functions = {need.function for need in NEEDS if need.required}
    group = association(*city.site.teacher_ids, events=(meeting(),))
    result = city.sync(group)
    assert result.done
    assert result.requests > 10
    assert city.members(city.group_id("mmo-chem")) == set(city.site.teacher_ids)
    assert city.sync(group).operations == ()


def test_members_of_missing_groups_are_never_asked_in_the_steady_state(city: City) -> None:
    group = association(A)
    city.moodle.delete_group(city.sync(group).group_ids["mmo-chem"])
    held = keys(city.sync(group).drift)
    before = city.moodle.meter.functions[GROUP_MEMBERS]
    city.sync(group, held=held)
    assert city.moodle.meter.functions[GROUP_MEMBERS] == before


# Without the whole roster.


def enrolled_reads(city: City) -> int:
    return city.moodle.meter.functions[ENROLLED]


def test_the_frequent_sync_reads_the_roster_only_when_somebody_is_missing(city: City) -> None:
    group = association(A, B, C, events=(meeting(),))
    group_id = city.sync(group, whole_roster=False).group_ids["mmo-chem"]
    before = enrolled_reads(city)
    assert city.sync(group, whole_roster=False).requests == 1
    # Who is suspended, alone.
    assert enrolled_reads(city) - before == 1

    city.moodle.unenrol(city.site.course_id, A)
    gone = city.sync(group, whole_roster=False)
    assert (gone.requests, gone.without_access, gone.drift) == (2, {"mmo-chem": {A}}, ())
    steady = city.sync(group, whole_roster=False)
    assert (steady.requests, steady.without_access) == (1, {"mmo-chem": {A}})

    by_hand.remove_member(city.moodle, group_id, B)
    asked = city.sync(group, whole_roster=False)
    assert (asked.requests, [finding.subject for finding in asked.drift]) == (2, [B])
    waiting = city.sync(group, whole_roster=False, held=keys(asked.drift))
    assert (waiting.requests, waiting.operations, waiting.without_access) == (1, (), {"mmo-chem": {A}})
    assert city.sync(group, whole_roster=False).done
    assert city.members(group_id) == {B, C}

    city.moodle.enrol(city.site.course_id, A)
    assert city.sync(group).done
    assert city.members(group_id) == {A, B, C}


def test_the_frequent_sync_sees_a_closed_course_and_a_suspended_member_too(city: City) -> None:
    city.sync(association(A, B))
    by_hand.suspend_enrolment(city.moodle, city.site.course_id, A)
    suspended = city.sync(association(A, B), whole_roster=False)
    assert (suspended.requests, suspended.without_access) == (1, {"mmo-chem": {A}})
    by_hand.delete_course(city.moodle, city.site.course_id)
    assert city.sync(association(A, B), whole_roster=False).status is CourseStatus.MISSING


def test_new_members_do_not_make_the_frequent_sync_read_the_roster(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    before = enrolled_reads(city)
    assert city.sync(association(A, B, C), whole_roster=False).done
    assert city.members(group_id) == {A, B, C}
    assert enrolled_reads(city) - before == 1


def test_a_new_member_who_is_not_enrolled_is_found_out_once(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    stranger = city.site.manager_id
    group = association(A, B, stranger, events=(meeting(),))
    result = city.sync(group, whole_roster=False)
    assert (result.done, result.without_access) == (True, {"mmo-chem": {stranger}})
    assert city.members(group_id) == {A, B}
    assert len(city.moodle.events) == 1
    steady = city.sync(group, whole_roster=False)
    assert (steady.requests, steady.operations) == (1, ())
    assert steady.without_access == {"mmo-chem": {stranger}}
    city.moodle.enrol(city.site.course_id, stranger)
    assert city.sync(group).done
    assert city.members(group_id) == {A, B, stranger}


def test_a_question_asked_while_somebody_is_found_out_stays_a_question(city: City) -> None:
    group_id = city.sync(association(A, B)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, name="Химики")
    result = city.sync(association(A, B, city.site.manager_id), whole_roster=False)
    assert [finding.key for finding in result.drift] == ["group_renamed:mmo-chem"]
    assert city.moodle.groups[group_id].name == "Химики"


def test_a_connection_that_breaks_while_somebody_is_found_out_is_told(city: City) -> None:
    city.sync(association(A))
    group = association(A, B, city.site.manager_id)
    city.fail(FaultKind.ERROR_BEFORE, ENROLLED, skip=1, times=9)
    result = city.sync(group, whole_roster=False)
    assert result.interrupted is not None
    city.moodle.faults.clear()
    assert city.sync(group, whole_roster=False).done
