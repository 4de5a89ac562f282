"""What is changed by hand while a sync is at work is found by the next one, as if it had happened later."""

from collections.abc import Callable

import pytest

from moodle_sync.diff import diff
from moodle_sync.plan import DriftKind
from moodle_sync.read_back import ReadBack
from moodle_sync.sandbox import by_hand
from tests.moodle_sync.conftest import A, B, C, City, association, meeting

D = 6


def remove(city: City, group_id: int, _event_id: int) -> None:
    by_hand.remove_member(city.moodle, group_id, A)


def add(city: City, group_id: int, _event_id: int) -> None:
    by_hand.add_member(city.moodle, group_id, D)


def rename(city: City, group_id: int, _event_id: int) -> None:
    by_hand.change_group(city.moodle, group_id, name="Химики")


def number(city: City, group_id: int, _event_id: int) -> None:
    by_hand.change_group(city.moodle, group_id, idnumber="sis-7")


def drag(city: City, _group_id: int, event_id: int) -> None:
    by_hand.drag_event(city.moodle, event_id, city.moodle.events[event_id].timestart + 7200)


def delete(city: City, _group_id: int, event_id: int) -> None:
    by_hand.delete_event(city.moodle, event_id)


@pytest.mark.parametrize(
    ("act", "kind"), [(rename, DriftKind.GROUP_RENAMED), (drag, DriftKind.EVENT_CHANGED)]
)
@pytest.mark.parametrize("anew", [True, False])
def test_what_is_changed_as_soon_as_it_is_written_is_found_by_the_next_sync(
    city: City,
    monkeypatch: pytest.MonkeyPatch,
    anew: bool,
    act: Callable[[City, int, int], None],
    kind: DriftKind,
) -> None:
    """Where it could not be read back along with the writes, but had to be read afterwards."""
    if not anew:
        city.sync(association(A, name="ММО химиков", events=(meeting(days=1),)))

    def nothing(_reading: ReadBack, _answers: object) -> None:
        [event] = city.moodle.events.values()
        act(city, city.group_id("mmo-chem"), event.id)

    wanted = association(A, events=(meeting(),))
    with monkeypatch.context() as patch:
        patch.setattr(ReadBack, "course", nothing)
        city.sync(wanted)
    [found] = city.sync(wanted).drift
    assert found.kind is kind


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (remove, DriftKind.MEMBER_REMOVED),
        (add, DriftKind.MEMBER_ADDED),
        (rename, DriftKind.GROUP_RENAMED),
        (number, DriftKind.IDNUMBER_CHANGED),
        (drag, DriftKind.EVENT_CHANGED),
        (delete, DriftKind.EVENT_DELETED),
    ],
)
def test_a_change_between_reading_and_reading_back_is_found_by_the_next_sync(
    city: City, monkeypatch: pytest.MonkeyPatch, act: Callable[[City, int, int], None], kind: DriftKind
) -> None:
    """The sync writes a member, an event and a group beside it, and so reads all of them again."""
    first = city.sync(association(A, B, events=(meeting("m-1"),)))
    group_id, event_id = first.group_ids["mmo-chem"], first.event_ids["m-1"]
    grown = association(A, B, C, events=(meeting("m-1"), meeting("m-2")))
    other = association(A, idnumber="mmo-phys", name="ММО учителей физики")

    def diff_then_act(*args: object, **kwargs: object) -> object:
        plan = diff(*args, **kwargs)  # type: ignore[arg-type]
        if acts:
            acts.pop()(city, group_id, event_id)
        return plan

    acts = [act]
    monkeypatch.setattr("moodle_sync.sync.diff", diff_then_act)
    written = city.sync(grown, other)
    assert (written.drift, bool(written.operations)) == ((), True)
    [found] = city.sync(grown, other).drift
    assert found.kind is kind
