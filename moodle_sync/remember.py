"""What to keep after a sync, so that the next one can tell changes by hand from ours. Pure."""

from collections.abc import Collection

from moodle_sync.match import EventFinder, locate_group
from moodle_sync.memory import Remembered, RememberedEvent, RememberedGroup
from moodle_sync.plan import DriftKind, Plan, RefusalCode, drift_key
from moodle_sync.state import (
    ActualCourse,
    ActualGroup,
    DesiredCourse,
    DesiredEvent,
    DesiredGroup,
    Seen,
)
from moodle_sync.text import plain_name


def remember(
    desired: DesiredCourse,
    actual: ActualCourse,
    before: Remembered,
    plan: Plan,
    *,
    failed_events: Collection[str] = (),
    failed_renames: Collection[str] = (),
    form_shift: int | None = None,
) -> Remembered:
    """The memory after a plan was applied; `actual` is what the next sync compares with (`baseline`).

    `failed_events` (uuids) and `failed_renames` (idnumbers) were not written, so what we remember of them
    stays: the next sync tries again and does not take our own failure for a change by hand.
    """
    unnamed = {one.group for one in plan.refusals if one.code is RefusalCode.GROUP_NAME_TAKEN}
    unnamed |= set(failed_renames)
    groups: dict[str, RememberedGroup] = {}
    events: dict[str, RememberedEvent] = {}
    finder = EventFinder(desired, before, actual)
    for want in desired.groups:
        known = before.groups.get(want.idnumber)
        idle = want.idnumber in plan.idle
        group = None if idle else locate_group(want, known, actual)[0]
        entry = _group(want, group, known, plan, renamed=want.idnumber not in unnamed)
        if entry is not None:
            groups[want.idnumber] = entry
        for event in want.events:
            kept = before.events.get(event.uuid)
            if group is not None and event.uuid not in failed_events:
                kept = _event(want.idnumber, group, event, finder, kept, plan, listed=actual.events_listed)
            if kept is not None:
                events[event.uuid] = kept
    # An event that could not be removed yet is only known by what we remember of it.
    for mark in desired.removed_events:
        gone = before.events.get(mark) if isinstance(mark, str) else None
        if gone is not None and mark not in events and gone.event_id in actual.events:
            events[str(mark)] = gone
    grouping = next((one for one in actual.groupings if one.idnumber == desired.grouping_idnumber), None)
    absent = frozenset[int]().union(*(group.inside for group in desired.groups)) - actual.enrolled
    return Remembered(
        roster=len(actual.enrolled) if actual.roster_read else before.roster,
        absent=absent if actual.roster_read else before.absent,
        groups=groups,
        events=events,
        grouping_id=None if grouping is None else grouping.grouping_id,
        form_shift=before.form_shift if form_shift is None else form_shift,
    )


def _group(
    want: DesiredGroup,
    group: ActualGroup | None,
    known: RememberedGroup | None,
    plan: Plan,
    *,
    renamed: bool,
) -> RememberedGroup | None:
    if group is None:
        key = drift_key(DriftKind.GROUP_DELETED, want.idnumber)
        if key in plan.by_hand or any(finding.key == key for finding in plan.drift):
            return RememberedGroup(None, plain_name(want.name), "", "")
        return known
    members = group.members
    if members is None:
        members = known.members if known is not None and known.group_id == group.group_id else frozenset()
    # An empty name asked for differs from any: the next sync writes again.
    wanted_name = plain_name(want.name) if renamed else ""
    return RememberedGroup(
        group_id=group.group_id,
        wanted_name=wanted_name,
        seen_name=plain_name(group.name),
        seen_idnumber=group.idnumber,
        members=members,
        name_by_hand=drift_key(DriftKind.GROUP_RENAMED, want.idnumber) in plan.by_hand,
        idnumber_by_hand=drift_key(DriftKind.IDNUMBER_CHANGED, want.idnumber) in plan.by_hand,
    )


def _event(
    idnumber: str,
    group: ActualGroup,
    event: DesiredEvent,
    finder: EventFinder,
    known: RememberedEvent | None,
    plan: Plan,
    *,
    listed: bool,
) -> RememberedEvent | None:
    found, _ = finder.find(event)
    if found is not None:
        seen = Seen.of(found, event.uuid, group.group_id)
        return RememberedEvent(
            event_id=found.event_id,
            wanted=event.wanted,
            face=seen.face,
            at_home=seen.at_home,
            marker=seen.marker,
            by_hand=drift_key(DriftKind.EVENT_CHANGED, idnumber, event.uuid) in plan.by_hand,
        )
    if drift_key(DriftKind.EVENT_DELETED, idnumber, event.uuid) in plan.by_hand:
        return RememberedEvent(None, event.wanted, None, by_hand=True)
    return None if listed else known
