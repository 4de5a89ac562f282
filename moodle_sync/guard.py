"""Refuses to believe an answer that is empty or sharply smaller than last time. Pure.

A missing capability looks exactly like a course that everybody has left, and so does a course reset.
"""

from collections.abc import Mapping

from moodle_sync.match import EventFinder, known_group_count, live_group_ids
from moodle_sync.memory import Remembered
from moodle_sync.needs import ALL_GROUPS, ENROL_REVIEW, MANAGE_ENTRIES, VIEW_DETAILS
from moodle_sync.plan import Refusal, RefusalCode
from moodle_sync.state import ActualCourse, DesiredCourse

SHRINK_MAX = 0.2
# Fewer lost groups, members or events than this are asked about one by one.
FEW = 5


def check(
    desired: DesiredCourse,
    actual: ActualCourse,
    remembered: Remembered,
    *,
    shrink_max: float = SHRINK_MAX,
    confirmed: Mapping[str, int] | None = None,
) -> Refusal | None:
    """The refusal of an answer that shrank by more than the share `shrink_max`, or None.

    `confirmed` maps `roster`, `groups`, `members` or `events` to the number a coordinator was shown and
    confirmed: an answer with at least as many passes. `params` of the refusal hold `before`, `now` and
    `scope`.
    """
    confirmed = confirmed or {}
    return (
        _roster(desired, actual, remembered, shrink_max, confirmed.get("roster"))
        or _groups(desired, actual, remembered, confirmed.get("groups"))
        or _members(desired, actual, remembered, shrink_max, confirmed.get("members"))
        or _events(desired, actual, remembered, shrink_max, confirmed.get("events"))
    )


def _roster(
    desired: DesiredCourse,
    actual: ActualCourse,
    remembered: Remembered,
    shrink_max: float,
    confirmed: int | None,
) -> Refusal | None:
    if not actual.roster_read:
        return None
    now = len(actual.enrolled)
    before = remembered.roster
    if before is None:
        before = len(frozenset().union(*(group.inside for group in desired.groups))) if not now else 0
    if not _shrank(before, now, shrink_max, confirmed) or not before:
        return None
    if now:
        code, hints = RefusalCode.ROSTER_SHRANK, (ALL_GROUPS, ENROL_REVIEW)
    else:
        code = RefusalCode.ROSTER_EMPTY
        hints = (VIEW_DETAILS, ALL_GROUPS) if actual.saw_itself else (ALL_GROUPS, VIEW_DETAILS)
    return _refusal(code, "roster", before, now, hints)


def _groups(
    desired: DesiredCourse, actual: ActualCourse, remembered: Remembered, confirmed: int | None
) -> Refusal | None:
    """None of our groups is left. While some are, each that is gone is asked about by itself."""
    before = known_group_count(desired, remembered)
    if before < FEW or confirmed is not None or live_group_ids(desired, remembered, actual):
        return None
    return _refusal(RefusalCode.GROUPS_SHRANK, "groups", before, 0, ())


def _members(
    desired: DesiredCourse,
    actual: ActualCourse,
    remembered: Remembered,
    shrink_max: float,
    confirmed: int | None,
) -> Refusal | None:
    """Memberships in the groups that are still there, of people still enrolled and not sent out by us."""
    before = now = 0
    for want in desired.groups:
        known = remembered.groups.get(want.idnumber)
        group = None if known is None or known.group_id is None else actual.groups.get(known.group_id)
        if known is None or group is None or group.members is None:
            continue
        expected = (known.members & actual.enrolled) - want.outside
        before += len(expected)
        now += len(expected & group.members)
    if before - now < FEW or not _shrank(before, now, shrink_max, confirmed):
        return None
    return _refusal(RefusalCode.MEMBERS_SHRANK, "members", before, now, (ALL_GROUPS,))


def _events(
    desired: DesiredCourse,
    actual: ActualCourse,
    remembered: Remembered,
    shrink_max: float,
    confirmed: int | None,
) -> Refusal | None:
    """Events of groups that are still there; a deleted group takes its own along."""
    if not actual.events_listed:
        return None
    finder = EventFinder(desired, remembered, actual)
    before = now = 0
    for want in desired.groups:
        known = remembered.groups.get(want.idnumber)
        if known is None or known.group_id not in actual.groups:
            continue
        for event in want.events:
            kept = remembered.events.get(event.uuid)
            if kept is None or kept.event_id is None:
                continue
            before += 1
            now += finder.find(event)[0] is not None
    if before - now < FEW or not _shrank(before, now, shrink_max, confirmed):
        return None
    return _refusal(RefusalCode.EVENTS_SHRANK, "events", before, now, (MANAGE_ENTRIES,))


def _shrank(before: int, now: int, shrink_max: float, confirmed: int | None) -> bool:
    if confirmed is not None and now >= confirmed:
        return False
    return (before > 0 and now == 0) or before - now > shrink_max * before


def _refusal(code: RefusalCode, scope: str, before: int, now: int, hints: tuple[str, ...]) -> Refusal:
    return Refusal(code, "", {"scope": scope, "before": before, "now": now}, hints)
