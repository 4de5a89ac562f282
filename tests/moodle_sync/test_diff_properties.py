"""For any two states: a diff applied reaches what is wanted, touches nobody else, and can be cut anywhere."""

from hypothesis import strategies as st

from moodle_sync.diff import diff
from moodle_sync.match import EventFinder, locate_group
from moodle_sync.memory import Remembered
from moodle_sync.plan import DriftPolicy, Plan, RefusalCode
from moodle_sync.state import DesiredCourse, DesiredGroup, Seen
from tests.further import further
from tests.moodle_sync.fake_course import COURSE, FakeCourse, run_sync
from tests.moodle_sync.worlds import courses, desired_courses, meddling


def assert_reached(course: FakeCourse, desired: DesiredCourse, memory: Remembered, plan: Plan) -> None:
    """inside ⊆ group, outside ∩ group = ∅, one event a meeting, for all but what was left to a person."""
    view = course.view(desired, memory)
    finder = EventFinder(desired, memory, view)
    unnamed = {one.group for one in plan.refusals if one.code is RefusalCode.GROUP_NAME_TAKEN}
    by_hand = " ".join(plan.by_hand)
    for want in desired.groups:
        if want.idnumber in plan.idle:
            continue
        group, _ = locate_group(want, memory.groups.get(want.idnumber), view)
        assert group is not None
        members = group.members or frozenset()
        asked = {
            finding.subject
            for finding in plan.drift
            if finding.group == want.idnumber and not finding.restored
        }
        assert want.inside & view.active <= members | asked
        assert not want.outside & members
        assert f"idnumber_changed:{want.idnumber}" in by_hand or group.idnumber == want.idnumber
        if want.idnumber not in unnamed and f"group_renamed:{want.idnumber}" not in by_hand:
            assert group.name == want.name
        for event in want.events:
            found, surplus = finder.find(event)
            if event.cancelled and found is None:
                continue
            if f":{event.uuid}" in by_hand:
                assert not surplus
                continue
            assert found is not None
            assert not surplus
            assert Seen.of(found, event.uuid, group.group_id) == Seen.expected(event)
            assert course.places.get(found.event_id, "") == event.location


def assert_left_alone(before: FakeCourse, after: FakeCourse, desired: DesiredCourse, plan: Plan) -> None:
    """Who is in neither set stays as they were; groups and events that are not ours do not change."""
    ours = {}
    memory = Remembered()
    view = before.view(desired, memory)
    for want in desired.groups:
        group, _ = locate_group(want, None, view)
        if group is not None and want.idnumber not in plan.idle:
            ours[group.group_id] = want
    for group_id, group in before.groups.items():
        if group_id not in ours:
            assert after.groups[group_id] == group
            continue
        old, new = group.members or frozenset(), after.groups[group_id].members or frozenset()
        assert new - old <= ours[group_id].inside
        assert old - new <= ours[group_id].outside
    finder = EventFinder(desired, memory, view)
    touchable = {event_id for event_id, _ in finder.removable(desired.removed_events)}
    for event in (event for group in desired.groups for event in group.events):
        found, surplus = finder.find(event)
        touchable |= {one.event_id for one in (*surplus, *([found] if found else []))}
    for event_id, event in before.events.items():
        if event_id not in touchable:
            assert after.events[event_id] == event


@further(courses(), desired_courses())
def test_a_diff_applied_reaches_what_is_wanted_and_touches_nobody_else(
    course: FakeCourse, desired: DesiredCourse
) -> None:
    before = course.copy()
    plan, memory = run_sync(course, desired, Remembered(), policy=DriftPolicy.PUT_BACK)
    assert_reached(course, desired, memory, plan)
    assert_left_alone(before, course, desired, plan)


@further(courses(), desired_courses(), st.sampled_from(DriftPolicy))
def test_a_second_diff_is_empty(course: FakeCourse, desired: DesiredCourse, policy: DriftPolicy) -> None:
    plan, memory = run_sync(course, desired, Remembered(), policy=policy)
    again = diff(desired, course.view(desired, memory), memory, held=plan.by_hand, policy=policy)
    assert again.operations == ()
    assert {finding.key for finding in again.drift} <= {
        f"idnumber_taken:{group.idnumber}" for group in desired.groups
    }


@further(courses(), desired_courses(), st.integers(0, 12))
def test_a_sync_killed_anywhere_ends_where_a_whole_one_does(
    course: FakeCourse, desired: DesiredCourse, kill_after: int
) -> None:
    run_sync(course, desired, Remembered(), policy=DriftPolicy.PUT_BACK, kill_after=kill_after)
    plan, memory = run_sync(course, desired, Remembered(), policy=DriftPolicy.PUT_BACK)
    assert_reached(course, desired, memory, plan)
    again = diff(desired, course.view(desired, memory), memory, policy=DriftPolicy.PUT_BACK)
    assert again.operations == ()


@further(st.data(), courses(), desired_courses(), st.integers(0, 12))
def test_after_changes_by_hand_put_back_reaches_it_again(
    data: st.DataObject, course: FakeCourse, first: DesiredCourse, kill_after: int
) -> None:
    _, memory = run_sync(course, first, Remembered(), policy=DriftPolicy.PUT_BACK)
    data.draw(meddling(course))
    # Often nothing changes here: then only our memory tells what was written.
    second = data.draw(st.just(first) | desired_courses())
    run_sync(course, second, memory, policy=DriftPolicy.PUT_BACK, kill_after=kill_after)
    plan, memory = run_sync(course, second, memory, policy=DriftPolicy.PUT_BACK)
    assert_reached(course, second, memory, plan)
    # A course that lost all its groups may be over: about that people are asked all the same.
    asked = frozenset(finding.key for finding in plan.drift if not finding.restored)
    again = diff(second, course.view(second, memory), memory, held=asked, policy=DriftPolicy.PUT_BACK)
    assert again.operations == ()


@further(st.data(), courses(), desired_courses())
def test_an_open_question_changes_nothing_until_it_is_answered(
    data: st.DataObject, course: FakeCourse, desired: DesiredCourse
) -> None:
    _, memory = run_sync(course, desired, Remembered(), policy=DriftPolicy.PUT_BACK)
    data.draw(meddling(course))
    plan, memory = run_sync(course, desired, memory)
    open_questions = frozenset(finding.key for finding in plan.drift if not finding.restored) | plan.by_hand
    waiting = course.copy()
    again, memory = run_sync(course, desired, memory, held=open_questions)
    assert again.operations == ()
    assert course == waiting
    # All answered with «put back».
    plan, memory = run_sync(course, desired, memory)
    assert_reached(course, desired, memory, plan)
    assert {finding.kind for finding in plan.drift} <= {"idnumber_taken"}


@further(courses(), desired_courses())
def test_memory_survives_being_stored(course: FakeCourse, desired: DesiredCourse) -> None:
    _, memory = run_sync(course, desired, Remembered(), policy=DriftPolicy.PUT_BACK)
    assert Remembered.from_plain(memory.to_plain()) == memory


@further(courses())
def test_importing_groups_and_syncing_them_changes_no_member(course: FakeCourse) -> None:
    """Adoption: the association is new to us, its group is old and full."""
    adopted = tuple(
        DesiredGroup(f"new-{group.group_id}", group.name, group.group_id)
        for group in course.groups.values()
        if not group.idnumber
    )
    before = course.copy()
    run_sync(course, DesiredCourse(COURSE, adopted), Remembered())
    assert {key: group.members for key, group in course.groups.items()} == {
        key: group.members for key, group in before.groups.items()
    }
