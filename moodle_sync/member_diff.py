"""Members of a group: *inside* must be in, *outside* must not, everybody else is left alone."""

from moodle_sync.group_diff import Findings, Place
from moodle_sync.plan import AddMembers, Drift, DriftKind, DriftPolicy, RemoveMembers, drift_key
from moodle_sync.state import ActualCourse


def diff_members(
    place: Place,
    actual: ActualCourse,
    held: frozenset[str],
    policy: DriftPolicy,
    findings: Findings,
) -> frozenset[int]:
    """Plan who is added and removed; returns the members without access.

    People without access are never enrolled by us and never taken out; they are written back when they can
    enter again. A removal by hand is only seen of people who were in the group at the last sync. Nothing is
    planned for a group of which Moodle did not tell the members.
    """
    want = place.want
    present = place.group.members if place.group is not None else frozenset[int]()
    if present is None:
        return want.inside - actual.active
    before = place.known.members if place.known is not None else None
    missing = (want.inside & actual.active) - present

    kept_out = {user for user in missing if drift_key(DriftKind.MEMBER_REMOVED, want.idnumber, user) in held}
    lost = (missing & before) - kept_out if before is not None else frozenset()
    restore = policy is DriftPolicy.PUT_BACK
    findings.drift += [Drift(DriftKind.MEMBER_REMOVED, want.idnumber, user, restore) for user in sorted(lost)]
    add = missing - kept_out - (frozenset() if restore else lost)

    remove = want.outside & present
    if before is not None:
        arrived = present - before - want.inside
        findings.drift += [
            Drift(DriftKind.OUTSIDER_ADDED, want.idnumber, user, restored=True)
            for user in sorted(arrived & want.outside)
        ]
        findings.drift += [
            Drift(DriftKind.MEMBER_ADDED, want.idnumber, user) for user in sorted(arrived - want.outside)
        ]
    if remove and place.group_id is not None:
        findings.operations.append(RemoveMembers(want.idnumber, place.group_id, tuple(sorted(remove))))
    if add:
        findings.operations.append(AddMembers(want.idnumber, place.group_id, tuple(sorted(add))))
    return want.inside - actual.active
