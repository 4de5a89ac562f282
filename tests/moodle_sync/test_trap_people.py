"""Traps of people and courses: who left, came back, or seems to be gone."""

import pytest

from moodle_sync.errors import OwnAnswerInvalid, PermissionMissing
from moodle_sync.plan import DriftKind, DriftPolicy, RefusalCode
from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.roles import SERVICE, STUDENT
from moodle_sync.state import CourseStatus
from tests.moodle_sync.conftest import A, B, C, City, association, keys, meeting

# People.


def test_a_removal_by_hand_is_asked_about_and_never_fought(city: City) -> None:
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    by_hand.remove_member(city.moodle, group_id, A)
    asked = city.sync(group)
    assert [finding.key for finding in asked.drift] == [f"member_removed:mmo-chem:{A}"]
    assert city.sync(group, held=keys(asked.drift)).operations == ()
    assert city.members(group_id) == {B}
    city.sync(group)
    assert city.members(group_id) == {A, B}


def test_put_back_never_removes_anyone(city: City) -> None:
    group = association(A)
    group_id = city.sync(group).group_ids["mmo-chem"]
    by_hand.add_member(city.moodle, group_id, B)
    result = city.sync(group, policy=DriftPolicy.PUT_BACK)
    assert [finding.key for finding in result.drift] == [f"member_added:mmo-chem:{B}"]
    assert city.members(group_id) == {A, B}
    assert city.sync(group, policy=DriftPolicy.PUT_BACK).drift == ()


def test_who_left_is_taken_out_again_when_somebody_brings_them_back(city: City) -> None:
    group_id = city.sync(association(A, outside=(B,))).group_ids["mmo-chem"]
    by_hand.add_member(city.moodle, group_id, B)
    result = city.sync(association(A, outside=(B,)))
    assert [(finding.kind, finding.restored) for finding in result.drift] == [
        (DriftKind.OUTSIDER_ADDED, True)
    ]
    assert city.members(group_id) == {A}


def test_unenrolling_empties_the_groups_and_enrolling_again_writes_them_back(city: City) -> None:
    group = association(A, B, C)
    group_id = city.sync(group).group_ids["mmo-chem"]
    city.moodle.unenrol(city.site.course_id, A)
    away = city.sync(group)
    assert (away.operations, away.drift, away.without_access) == ((), (), {"mmo-chem": {A}})
    city.moodle.enrol(city.site.course_id, A)
    back = city.sync(group)
    assert back.drift == ()
    assert city.members(group_id) == {A, B, C}


def test_who_is_suspended_in_the_course_is_without_access_and_stays(city: City) -> None:
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    by_hand.suspend_enrolment(city.moodle, city.site.course_id, A)
    result = city.sync(group)
    assert (result.operations, result.without_access) == ((), {"mmo-chem": {A}})
    assert city.members(group_id) == {A, B}


def test_an_enrolment_past_its_end_is_like_a_suspension(city: City) -> None:
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    city.moodle.enrolments[city.site.course_id][A].timeend = int(city.now.timestamp()) - 1
    result = city.sync(group)
    assert (result.operations, result.without_access) == ((), {"mmo-chem": {A}})
    assert city.members(group_id) == {A, B}


def test_who_is_known_to_be_closed_at_site_level_is_without_access_though_no_list_shows_it(
    city: City,
) -> None:
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    by_hand.suspend_account(city.moodle, A)
    assert city.sync(group).without_access == {}
    for whole_roster in (False, True):
        known = city.sync(group, barred=frozenset({A}), whole_roster=whole_roster)
        assert (known.operations, known.without_access, known.requests) == ((), {"mmo-chem": {A}}, 1)
    by_hand.remove_member(city.moodle, group_id, A)
    assert city.sync(group, barred=frozenset({A}), whole_roster=False).drift == ()
    back = city.sync(group, whole_roster=False)
    assert (back.done, back.drift) == (True, ())
    assert city.members(group_id) == {A, B}


def test_many_who_are_closed_at_site_level_and_unenrolled_are_no_reset(city: City) -> None:
    people = city.site.teacher_ids[:10]
    group = association(*people)
    city.sync(group)
    for user in people[:8]:
        city.moodle.unenrol(city.site.course_id, user)
    result = city.sync(group, barred=frozenset(people[:8]), whole_roster=False)
    assert (result.refusal, result.operations, result.drift) == (None, (), ())


def test_who_was_never_enrolled_is_not_enrolled_by_us_and_gives_no_error(city: City) -> None:
    stranger = city.site.manager_id
    for _ in range(2):
        result = city.sync(association(A, stranger))
        assert result.failures == ()
        assert result.without_access == {"mmo-chem": {stranger}}
    assert not city.moodle.enrolled(city.site.course_id, stranger)


# Shrinking.


@pytest.mark.parametrize("capability", ["moodle/site:accessallgroups", "moodle/user:viewdetails"])
def test_a_silent_empty_roster_is_not_believed(city: City, capability: str) -> None:
    group = association(*city.site.teacher_ids)
    group_id = city.sync(group).group_ids["mmo-chem"]
    city.moodle.roles[SERVICE].capabilities.discard(capability)
    result = city.sync(group)
    assert result.refusal is not None
    assert result.refusal.code is RefusalCode.ROSTER_EMPTY
    assert capability in result.refusal.missing_capabilities
    assert city.members(group_id) == set(city.site.teacher_ids)
    assert result.remembered == city.memory


def test_a_shrunken_roster_passes_once_by_the_confirmed_number(city: City) -> None:
    group = association(*city.site.teacher_ids[:3])
    before = city.sync(group).remembered.roster
    for teacher in city.site.teacher_ids[20:]:
        city.moodle.unenrol(city.site.course_id, teacher)
    refused = city.sync(group)
    assert refused.refusal is not None
    assert refused.refusal.params == {"scope": "roster", "before": before, "now": 22}
    assert city.sync(group, confirmed={"roster": 30}).refusal is not None
    assert city.sync(group, confirmed={"roster": 22}).refusal is None
    assert city.sync(group).refusal is None


def test_a_reset_that_empties_the_groups_is_refused_whole(city: City) -> None:
    group = association(*city.site.teacher_ids[:10])
    city.sync(group)
    by_hand.reset_course(city.moodle, city.site.course_id, members=True)
    result = city.sync(group, policy=DriftPolicy.PUT_BACK)
    assert result.refusal is not None
    assert (result.refusal.code, result.operations) == (RefusalCode.MEMBERS_SHRANK, ())
    assert city.sync(group, policy=DriftPolicy.PUT_BACK, confirmed={"members": 0}).done
    assert city.members(city.group_id("mmo-chem")) == set(city.site.teacher_ids[:10])


def test_a_reset_that_deletes_the_events_is_refused_whole(city: City) -> None:
    group = association(A, events=tuple(meeting(f"m-{number}", days=number) for number in range(6)))
    city.sync(group)
    by_hand.reset_course(city.moodle, city.site.course_id, events=True)
    result = city.sync(group)
    assert result.refusal is not None
    assert result.refusal.code is RefusalCode.EVENTS_SHRANK


def test_a_reset_that_deletes_the_groups_touches_nobody_until_the_coordinator_chooses(city: City) -> None:
    """Even where changes by hand are put back: the course may be over."""
    groups = [association(A, B, idnumber=f"mmo-{number}", name=f"ММО {number}") for number in range(3)]
    city.sync(*groups)
    by_hand.reset_course(city.moodle, city.site.course_id, groups=True)
    result = city.sync(*groups, policy=DriftPolicy.PUT_BACK)
    assert [(one.kind, one.restored) for one in result.drift] == [(DriftKind.GROUP_DELETED, False)] * 3
    held = keys(result.drift)
    assert city.sync(*groups, held=held, policy=DriftPolicy.PUT_BACK).operations == ()
    anew = city.sync(*groups, policy=DriftPolicy.PUT_BACK)
    assert (anew.done, anew.drift) == (True, ())
    assert city.members(city.group_id("mmo-1")) == {A, B}


def test_a_reset_that_unenrols_is_refused_whole(city: City) -> None:
    city.sync(association(A))
    by_hand.reset_course(city.moodle, city.site.course_id, unenrol_roles=frozenset({STUDENT}))
    result = city.sync(association(A))
    assert result.refusal is not None
    assert result.refusal.code in (RefusalCode.ROSTER_SHRANK, RefusalCode.ROSTER_EMPTY)


# Courses that end.


def test_a_hidden_course_is_left_as_it_is(city: City) -> None:
    city.sync(association(A))
    by_hand.show_course(city.moodle, city.site.course_id, visible=False)
    assert city.sync(association(A, B)).done, "with moodle/course:viewhiddencourses all is as before"
    city.moodle.roles[SERVICE].capabilities.discard("moodle/course:viewhiddencourses")
    city.restart()
    result = city.sync(association(A, B, C))
    assert result.refusal is not None
    assert (result.status, result.refusal.code, result.requests) == (
        CourseStatus.HIDDEN,
        RefusalCode.COURSE_HIDDEN,
        1,
    )


def test_a_deleted_course_is_told_from_a_hidden_one(city: City) -> None:
    city.sync(association(A))
    by_hand.delete_course(city.moodle, city.site.course_id)
    result = city.sync(association(A))
    assert result.refusal is not None
    assert (result.status, result.refusal.code) == (CourseStatus.MISSING, RefusalCode.COURSE_MISSING)


def test_a_disabled_enrolment_method_throws_nobody_out(city: City) -> None:
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    by_hand.switch_manual_enrolment(city.moodle, city.site.course_id, "disabled")
    assert city.sync(group).operations == ()
    assert city.members(group_id) == {A, B}


def test_a_deleted_enrolment_method_throws_nobody_out(city: City) -> None:
    """Enrolments and memberships are gone, the groups are left empty."""
    group = association(A, B)
    city.sync(group)
    by_hand.switch_manual_enrolment(city.moodle, city.site.course_id, "deleted")
    result = city.sync(group)
    assert result.refusal is not None
    assert (result.refusal.code, result.operations) == (RefusalCode.ROSTER_EMPTY, ())


# Names that Moodle cannot tell.


def test_a_name_with_a_tag_withholds_the_roster_and_nothing_is_believed(city: City) -> None:
    """A directory or single sign-on makes accounts past Moodle's forms; the frequent sync goes on."""
    group = association(A, B)
    group_id = city.sync(group).group_ids["mmo-chem"]
    city.moodle.users[C].lastname = "<b>Иванова</b>"
    with pytest.raises(OwnAnswerInvalid):
        city.sync(group)
    assert city.members(group_id) == {A, B}
    assert city.sync(group, whole_roster=False).done


def test_without_the_right_to_see_participants_it_is_named_first(city: City) -> None:
    city.sync(association(A))
    city.moodle.roles[SERVICE].capabilities.discard("moodle/course:enrolreview")
    with pytest.raises(PermissionMissing) as caught:
        city.sync(association(A))
    assert caught.value.missing_capabilities[0] == "moodle/course:enrolreview"
