"""Groups that are deleted between two questions of one reading: nobody else is accused of anything."""

import pytest

from moodle_sync import errors, rows
from moodle_sync.diff import diff
from moodle_sync.encoding import Call
from moodle_sync.memory import Remembered, RememberedGroup
from moodle_sync.needs import GROUP_MEMBERS
from moodle_sync.plan import DriftKind, DriftPolicy, RefusalCode
from moodle_sync.sandbox import by_hand
from moodle_sync.state import ActualCourse, ActualGroup, DesiredCourse, DesiredGroup
from tests.moodle_sync.conftest import A, B, C, City, association

SUBJECTS = ("химии", "физики", "биологии", "географии", "истории", "музыки")


def associations(number: int) -> list[DesiredGroup]:
    return [
        association(A, B, C, idnumber=f"mmo-{place}", name=f"ММО учителей {SUBJECTS[place]}")
        for place in range(number)
    ]


def deleted(city: City, doomed: list[int], monkeypatch: pytest.MonkeyPatch, function: str = "") -> None:
    """Before each further request, or each of one function, a teacher deletes another group."""
    post, sent = city.client._post, [0]

    def hurried(call: Call, *, safe: bool) -> object:
        sent[0] += 1
        if doomed and (call.function == function if function else sent[0] > 1):
            city.moodle.delete_group(doomed.pop(0))
        return post(call, safe=safe)

    monkeypatch.setattr(city.client, "_post", hurried)


@pytest.mark.parametrize("policy", DriftPolicy)
def test_groups_deleted_between_our_requests_accuse_only_themselves(
    city: City, monkeypatch: pytest.MonkeyPatch, policy: DriftPolicy
) -> None:
    wanted = associations(4)
    ids = city.sync(*wanted).group_ids
    city.moodle.delete_group(ids["mmo-1"])
    city.next_job()
    deleted(city, [ids["mmo-2"]], monkeypatch)
    found = city.sync(*wanted, policy=policy, whole_roster=False)
    assert {(one.kind, one.group) for one in found.drift} == {
        (DriftKind.GROUP_DELETED, "mmo-1"),
        (DriftKind.GROUP_DELETED, "mmo-2"),
    }
    assert found.refusal is None
    city.next_job()
    held = frozenset(one.key for one in found.drift if not one.restored)
    assert (city.sync(*wanted, held=held).operations, city.members(ids["mmo-0"])) == ((), {A, B, C})


def test_a_group_deleted_before_its_members_are_asked_for_one_by_one(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the service lacks the batch, the list of the groups is older than each answer after it."""
    wanted = associations(2)
    ids = city.sync(*wanted).group_ids
    city.next_job()
    city.client._batches = False
    deleted(city, [ids["mmo-1"]], monkeypatch, GROUP_MEMBERS)
    found = city.sync(*wanted)
    assert [(one.kind, one.group) for one in found.drift] == [(DriftKind.GROUP_DELETED, "mmo-1")]


def test_a_course_whose_groups_go_on_vanishing_is_left_for_later(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = associations(6)
    ids = city.sync(*wanted).group_ids
    kept = city.memory
    city.next_job()
    city.client._batches = False
    deleted(city, [ids[f"mmo-{place}"] for place in range(1, 6)], monkeypatch, GROUP_MEMBERS)
    with pytest.raises(errors.CourseChanging) as caught:
        city.sync(*wanted)
    assert (caught.value.retry, city.memory) == (True, kept)
    city.next_job()
    assert {one.kind for one in city.sync(*wanted).drift} == {DriftKind.GROUP_DELETED}


def test_an_answer_without_one_of_the_groups_is_no_empty_group(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = associations(2)
    city.sync(*wanted)
    city.next_job()
    city.client._batches = False
    post = city.client._post

    def shorter(call: Call, *, safe: bool) -> object:
        answer = post(call, safe=safe)
        return answer[:1] if call.function == GROUP_MEMBERS and isinstance(answer, list) else answer

    monkeypatch.setattr(city.client, "_post", shorter)
    assert city.sync(*wanted).drift == ()


def test_a_group_that_is_gone_for_good_costs_two_requests_more(city: City) -> None:
    wanted = associations(4)
    ids = city.sync(*wanted).group_ids
    city.moodle.delete_group(ids["mmo-1"])
    city.next_job()
    assert city.sync(*wanted).requests == 3


@pytest.mark.parametrize("policy", DriftPolicy)
def test_members_that_nobody_told_us_are_neither_gone_nor_come(policy: DriftPolicy) -> None:
    actual = ActualCourse(
        course_id=2,
        account=9,
        groups={7: ActualGroup(7, "ММО", "mmo", members=None)},
        enrolled=frozenset({A, B}),
    )
    memory = Remembered(roster=2, groups={"mmo": RememberedGroup(7, "ММО", "ММО", "mmo", frozenset({A, B}))})
    wanted = DesiredCourse(2, (DesiredGroup("mmo", "ММО", 7, frozenset({A, C}), frozenset({B})),))
    plan = diff(wanted, actual, memory, policy=policy)
    assert (plan.operations, plan.drift, dict(plan.without_access)) == ((), (), {"mmo": {C}})


# A list of groups without any of ours.


def empty_lists(city: City, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The first answers about the groups of the course are empty, whatever there is."""
    left = [times]

    def listed(value: object) -> list[ActualGroup]:
        left[0] -= 1
        return [] if left[0] >= 0 else groups(value)

    groups = rows.groups
    monkeypatch.setattr(rows, "groups", listed)


@pytest.mark.parametrize("number", [1, 2, 6])
def test_one_empty_list_of_groups_is_not_believed(
    city: City, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    wanted = associations(number)
    city.sync(*wanted)
    empty_lists(city, monkeypatch, 1)
    result = city.sync(*wanted, policy=DriftPolicy.PUT_BACK)
    assert (result.done, result.drift, result.operations) == (True, (), ())


def test_a_course_that_lost_five_groups_at_once_is_asked_about_as_a_whole(city: City) -> None:
    """None of them is lost to us before somebody says that this is meant."""
    wanted = associations(5)
    city.sync(*wanted)
    by_hand.reset_course(city.moodle, city.site.course_id, groups=True)
    result = city.sync(*wanted, policy=DriftPolicy.PUT_BACK)
    assert result.refusal is not None
    assert (result.refusal.code, result.drift) == (RefusalCode.GROUPS_SHRANK, ())
    assert result.refusal.params == {"scope": "groups", "before": 5, "now": 0}
    assert result.remembered == city.memory
    believed = city.sync(*wanted, policy=DriftPolicy.PUT_BACK, confirmed={"groups": 0})
    assert [(one.kind, one.restored) for one in believed.drift] == [(DriftKind.GROUP_DELETED, False)] * 5
    assert believed.operations == ()


def test_four_lost_groups_or_one_left_of_six_are_asked_about_one_by_one(city: City) -> None:
    wanted = associations(6)
    ids = city.sync(*wanted).group_ids
    for place in range(5):
        city.moodle.delete_group(ids[f"mmo-{place}"])
    result = city.sync(*wanted)
    assert (result.refusal, len(result.drift)) == (None, 5)
    city.memory = Remembered()
    four = wanted[:4]
    city.sync(*four)
    by_hand.reset_course(city.moodle, city.site.course_id, groups=True)
    result = city.sync(*four)
    assert (result.refusal, len(result.drift)) == (None, 4)
