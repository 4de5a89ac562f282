"""Traps of groups: deleted, renamed, adopted, their idnumber on another one."""

from moodle_sync.needs import (
    CREATE_GROUPS,
    UPDATE_GROUPS,
)
from moodle_sync.plan import DriftKind, DriftPolicy, RefusalCode
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.model import Grouping
from tests.moodle_sync.conftest import A, B, C, City, association, keys, meeting

# Groups.


def test_a_group_deleted_by_hand_takes_its_events_along_and_all_come_back_on_demand(city: City) -> None:
    group = association(A, B, events=(meeting(),))
    old_id = city.sync(group).group_ids["mmo-chem"]
    city.moodle.delete_group(old_id)
    assert city.moodle.events == {}
    asked = city.sync(group)
    [finding] = asked.drift
    assert (finding.kind, finding.subject) == (DriftKind.GROUP_DELETED, old_id)
    waiting = city.sync(group, held=keys(asked.drift))
    assert (waiting.operations, waiting.drift) == ((), ())
    put_back = city.sync(group)
    assert put_back.done
    assert put_back.drift == ()
    assert city.members(put_back.group_ids["mmo-chem"]) == {A, B}
    assert len(city.moodle.events) == 1


def test_put_back_restores_a_deleted_group_at_once(city: City) -> None:
    group = association(A, events=(meeting(),))
    city.moodle.delete_group(city.sync(group).group_ids["mmo-chem"])
    result = city.sync(group, policy=DriftPolicy.PUT_BACK)
    assert [(one.kind, one.restored) for one in result.drift] == [(DriftKind.GROUP_DELETED, True)]
    assert len(city.moodle.events) == 1


def test_a_renamed_group_waits_for_an_answer_unless_the_name_changes_here(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, name="Химики")
    held = keys(city.sync(association(A)).drift)
    assert held == {"group_renamed:mmo-chem"}
    city.sync(association(A), held=held)
    assert city.moodle.groups[group_id].name == "Химики"
    city.sync(association(A, name="ММО учителей химии и биологии"), held=held)
    assert city.moodle.groups[group_id].name == "ММО учителей химии и биологии"


def test_our_idnumber_on_another_group_is_left_to_a_person(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, idnumber="")
    by_hand.change_group(city.moodle, city.site.group_ids[0], idnumber="mmo-chem")
    before = {key: set(members) for key, members in city.moodle.members.items()}
    result = city.sync(association(A, B, C, group_id=group_id))
    assert [refusal.code for refusal in result.refusals] == [RefusalCode.IDNUMBER_TAKEN]
    assert [finding.kind for finding in result.drift] == [DriftKind.IDNUMBER_TAKEN]
    assert {key: set(members) for key, members in city.moodle.members.items()} == before


def test_an_idnumber_that_was_only_removed_is_written_again(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, idnumber="")
    assert city.sync(association(A)).drift == ()
    assert city.moodle.groups[group_id].idnumber == "mmo-chem"


def test_a_group_that_is_adopted_keeps_its_people(city: City) -> None:
    old = city.site.group_ids[0]
    before = city.members(old)
    result = city.sync(association(group_id=old, name="ММО учителей русского языка"))
    assert city.members(old) == before
    assert result.remembered.groups["mmo-chem"].members == before
    assert city.moodle.groups[old].idnumber == "mmo-chem"


def test_another_group_chosen_by_the_coordinator_gets_the_events_without_a_question(city: City) -> None:
    first = association(A, events=(meeting(),))
    event_id = city.sync(first).event_ids["m-1"]
    by_hand.change_group(city.moodle, city.group_id("mmo-chem"), idnumber="")
    other = city.site.group_ids[1]
    result = city.sync(association(A, events=(meeting(),), group_id=other, name="ММО учителей математики"))
    assert result.drift == ()
    assert city.moodle.events[event_id].groupid == other


def test_a_group_created_before_a_crash_is_found_by_its_idnumber(city: City) -> None:
    city.fail(FaultKind.TIMEOUT_AFTER, CREATE_GROUPS)
    assert city.sync(association(A)).interrupted is not None
    city.restart()
    result = city.sync(association(A))
    assert result.done
    assert [group.name for group in city.moodle.groups.values()].count("ММО учителей химии") == 1


def test_groups_created_while_ids_are_gone_do_not_spoil_the_members_of_others(city: City) -> None:
    """`get_group_members` with one missing id fails whole: it comes last and is asked again without it."""
    one, two = association(A), association(B, idnumber="mmo-bio", name="ММО учителей биологии")
    city.sync(one, two)
    city.moodle.delete_group(city.group_id("mmo-chem"))
    by_hand.remove_member(city.moodle, city.group_id("mmo-bio"), B)
    result = city.sync(one, two, policy=DriftPolicy.PUT_BACK)
    assert result.done
    assert city.members(city.group_id("mmo-bio")) == {B}
    assert city.members(city.group_id("mmo-chem")) == {A}


def test_a_name_that_differs_in_e_and_yo_alone_is_taken(city: City) -> None:
    """The database of Moodle compares so; the answer would say «invalidparameter» and nothing else."""
    group_id = city.moodle.add_group(city.site.course_id, "ММО Учёта").id
    result = city.sync(association(A, name="ММО учета"))
    [refusal] = result.refusals
    assert (refusal.code, refusal.params) == (RefusalCode.GROUP_NAME_TAKEN, {"group_id": group_id})
    assert result.failures == ()


def test_a_name_with_signs_that_moodle_refuses_is_written_without_them(city: City) -> None:
    group = association(A, name="ММО <b>классов</b> <5 & «А»", events=(meeting(name="Заседание <5"),))
    result = city.sync(group)
    assert result.done
    assert city.moodle.groups[result.group_ids["mmo-chem"]].name == "ММО классов < 5 & «А»"
    again = city.sync(group)
    assert (again.operations, again.drift) == ((), ())


def test_a_name_put_back_in_vain_is_put_back_next_time(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, name="Химики")
    city.sync(association(A))
    city.fail(FaultKind.ACCESS, UPDATE_GROUPS)
    assert not city.sync(association(A)).done
    assert city.sync(association(A)).done
    assert city.moodle.groups[group_id].name == "ММО учителей химии"


def test_a_group_of_that_name_is_offered_and_not_doubled(city: City) -> None:
    result = city.sync(association(A, name="ММО учителей  Математики"))
    [refusal] = result.refusals
    assert (refusal.code, refusal.params) == (
        RefusalCode.GROUP_NAME_TAKEN,
        {"group_id": city.site.group_ids[1]},
    )
    adopted = association(A, name="ММО учителей математики", group_id=city.site.group_ids[1])
    assert city.sync(adopted).done


def test_two_associations_cannot_have_one_group(city: City) -> None:
    group_id = city.site.group_ids[0]
    one = association(A, group_id=group_id)
    two = association(B, idnumber="mmo-bio", name="ММО учителей биологии", group_id=group_id)
    result = city.sync(one, two)
    assert [(refusal.group, refusal.code) for refusal in result.refusals] == [
        ("mmo-bio", RefusalCode.GROUP_OF_ANOTHER)
    ]
    assert B not in city.members(group_id)


def test_a_foreign_idnumber_written_over_ours_is_asked_about(city: City) -> None:
    group_id = city.sync(association(A)).group_ids["mmo-chem"]
    by_hand.change_group(city.moodle, group_id, idnumber="sis-7")
    asked = city.sync(association(A, B))
    assert [(finding.kind, finding.params) for finding in asked.drift] == [
        (DriftKind.IDNUMBER_CHANGED, {"idnumber": "sis-7"})
    ]
    assert city.members(group_id) == {A, B}, "the group is known by its id: members go on"
    city.sync(association(A, B), held=keys(asked.drift))
    assert city.moodle.groups[group_id].idnumber == "sis-7"
    city.sync(association(A, B))
    assert city.moodle.groups[group_id].idnumber == "mmo-chem"


# The grouping.


def test_all_groups_stand_in_one_grouping_and_what_else_is_there_stays(city: City) -> None:
    city.sync(association(A))
    [grouping] = city.moodle.groupings.values()
    grouping.group_ids.append(city.site.group_ids[0])
    city.sync(association(A), association(B, idnumber="mmo-bio", name="ММО учителей биологии"))
    assert set(grouping.group_ids) == {
        city.group_id("mmo-chem"),
        city.group_id("mmo-bio"),
        city.site.group_ids[0],
    }


def test_a_deleted_grouping_is_made_again(city: City) -> None:
    city.sync(association(A))
    city.moodle.groupings.clear()
    assert city.sync(association(A)).done
    [grouping] = city.moodle.groupings.values()
    assert grouping.group_ids == [city.group_id("mmo-chem")]


def test_somebody_elses_grouping_of_that_name_is_not_taken(city: City) -> None:
    city.moodle.groupings[50] = Grouping(50, city.site.course_id, "ММО города")
    result = city.sync(association(A))
    assert [refusal.code for refusal in result.refusals] == [RefusalCode.GROUPING_NAME_TAKEN]
    assert city.members(city.group_id("mmo-chem")) == {A}
