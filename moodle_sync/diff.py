"""Desired against actual state of a course: what to do. Pure.

With nothing to do the plan is empty; a plan applied converges; applied twice it changes nothing. Afterwards
*inside* ⊆ group and *outside* ∩ group = ∅ hold, each meeting has one event, and nobody else was touched.
"""

from moodle_sync.event_diff import EventDiff
from moodle_sync.group_diff import Findings, GroupDiff, Place
from moodle_sync.match import EventFinder
from moodle_sync.member_diff import diff_members
from moodle_sync.memory import Remembered
from moodle_sync.needs import MANAGE_ENTRIES
from moodle_sync.plan import (
    AddMembers,
    AdoptGroup,
    AssignGrouping,
    CreateEvent,
    CreateGroup,
    CreateGrouping,
    DeleteEvent,
    DriftPolicy,
    Operation,
    Plan,
    Refusal,
    RefusalCode,
    RemoveMembers,
    RenameGroup,
    RenameGrouping,
    UpdateEvent,
)
from moodle_sync.state import ActualCourse, DesiredCourse
from moodle_sync.text import plain_name, same_name

# Names and idnumbers first, because they are unique in a course; what needs an id afterwards.
_ORDER: tuple[type[Operation], ...] = (
    AdoptGroup,
    RenameGroup,
    CreateGroup,
    CreateGrouping,
    RenameGrouping,
    RemoveMembers,
    AddMembers,
    AssignGrouping,
    DeleteEvent,
    UpdateEvent,
    CreateEvent,
)


def diff(
    desired: DesiredCourse,
    actual: ActualCourse,
    remembered: Remembered,
    *,
    held: frozenset[str] = frozenset(),
    policy: DriftPolicy = DriftPolicy.ASK,
) -> Plan:
    """What to do to an open course.

    `remembered` tells changes by hand from ours; `held` are the keys of findings whose question is open or
    was answered with «ignore»: they are neither undone nor reported again.
    """
    findings = Findings()
    places = GroupDiff(desired, actual, remembered, held, policy, findings).places()
    without_access = {}
    finder = EventFinder(desired, remembered, actual)
    events = EventDiff(finder, remembered, held, policy, findings, may_create=actual.events_listed)
    for place in places:
        barred = diff_members(place, actual, held, policy, findings)
        if barred:
            without_access[place.want.idnumber] = barred
        events.diff(place)
    findings.operations += [
        DeleteEvent(event_id, uuid) for event_id, uuid in finder.removable(desired.removed_events)
    ]
    if not actual.events_listed:
        findings.refusals.append(
            Refusal(RefusalCode.CALENDAR_NOT_LISTED, missing_capabilities=(MANAGE_ENTRIES,))
        )
    _grouping(desired, actual, places, findings)
    return Plan(
        operations=tuple(sorted(findings.operations, key=lambda operation: _ORDER.index(type(operation)))),
        drift=tuple(findings.drift),
        refusals=tuple(findings.refusals),
        without_access=without_access,
        by_hand=frozenset(findings.by_hand),
        idle=frozenset(findings.idle),
    )


def _grouping(desired: DesiredCourse, actual: ActualCourse, places: list[Place], findings: Findings) -> None:
    """The grouping holds the groups of all associations; what else is in it stays."""
    idnumber, name = desired.grouping_idnumber, plain_name(desired.grouping_name)
    if not idnumber or not name:
        return
    found = next((one for one in actual.groupings if one.idnumber == idnumber), None)
    taken = any(one is not found and same_name(one.name, name) for one in actual.groupings)
    if taken:
        findings.refusals.append(Refusal(RefusalCode.GROUPING_NAME_TAKEN, params={"name": name}))
    if found is None:
        if taken:
            return
        findings.operations.append(CreateGrouping(idnumber, name))
    elif plain_name(found.name) != name and not taken:
        findings.operations.append(RenameGrouping(found.grouping_id, name))
    grouping_id = None if found is None else found.grouping_id
    inside = frozenset() if found is None else found.groups or frozenset()
    findings.operations += [
        AssignGrouping(place.want.idnumber, place.group_id, grouping_id)
        for place in places
        if place.group_id is None or place.group_id not in inside
    ]
