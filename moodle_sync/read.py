"""Moodle → state: one request for a course in its usual state, however many associations it has."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from moodle_sync import needs, questions, rows
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import CourseChanging, CourseUnavailable, PermissionMissing, RecordMissing
from moodle_sync.gathered import Gathered
from moodle_sync.match import event_ids_of, group_id_of, known_group_count, live_group_ids, locate_group
from moodle_sync.memory import Remembered
from moodle_sync.plan import DriftKind, drift_key
from moodle_sync.state import (
    ActualCourse,
    CourseStatus,
    DesiredCourse,
)

READINGS = 3
"""How often the groups are listed anew at most, while some of them vanish between two requests."""


def read_course(
    client: MoodleClient,
    desired: DesiredCourse,
    remembered: Remembered,
    *,
    whole_roster: bool = True,
    held: frozenset[str] = frozenset(),
    since: ActualCourse | None = None,
    made_groups: Mapping[str, int] | None = None,
    ending_after: int | None = None,
) -> ActualCourse:
    """What Moodle shows of a course.

    Without `whole_roster` the list of the enrolled, by far the dearest answer, is read only when somebody is
    missing from a group who was in it last time: who is in a group is enrolled, for Moodle takes everybody
    out of the groups with the enrolment, and who is new is presumed to be. Who is kept out by a key in `held`
    is not missed. With `since` the
    enrolled are taken from there: reading back what was written needs no roster. `made_groups` are groups
    created a moment ago, by idnumber. With `ending_after` (Unix time) events that were over by then are not
    listed; those known by id are asked for all the same before they are called gone. A hidden or deleted
    course is told by `status`. Raises `MoodleError`.
    """
    whole = whole_roster or remembered.roster is None
    return _Reading(client, desired, remembered, whole, held, since, made_groups or {}, ending_after).course()


class _Reading:
    """One reading of one course: what is likely to be needed first, what turned out missing second."""

    def __init__(
        self,
        client: MoodleClient,
        desired: DesiredCourse,
        remembered: Remembered,
        whole_roster: bool,
        held: frozenset[str],
        since: ActualCourse | None,
        made_groups: Mapping[str, int],
        ending_after: int | None,
    ) -> None:
        self._client = client
        self._desired = desired
        self._remembered = remembered
        self._whole_roster = whole_roster
        self._held = held
        self._since = since
        self._ending_after = ending_after
        self._likely_groups = self._group_ids(made_groups)
        self._likely_grouping = remembered.grouping_id if desired.grouping_idnumber else None

    def course(self) -> ActualCourse:
        answers = self._first()
        if self._since is None:
            if self._client.account is None:
                self._client.learn(answers["site"].get())
            try:
                enrolled = rows.user_ids(answers["enrolled"].get()) if self._whole_roster else frozenset()
                suspended = rows.user_ids(_allowed(answers["suspended"], needs.ENROL_REVIEW))
            except RecordMissing:
                return self._closed(CourseStatus.MISSING)
            except CourseUnavailable:
                return self._closed(CourseStatus.HIDDEN)
        else:
            enrolled, suspended = self._since.enrolled, self._since.suspended
        account = self._account()
        actual = ActualCourse(
            course_id=self._desired.course_id,
            account=account,
            groups={group.group_id: group for group in rows.groups(answers["groups"].get())},
            enrolled=enrolled - {account},
            suspended=(suspended | self._desired.barred) - {account},
            saw_itself=account in enrolled,
            roster_read=self._whole_roster if self._since is None else self._since.roster_read,
            groupings=tuple(rows.groupings(answers["groupings"].get())) if "groupings" in answers else (),
        )
        return self._complete(actual, answers)

    def _first(self) -> dict[str, Answer]:
        """What is most often enough. The course itself comes first, ids that may be gone come last."""
        course_id = self._desired.course_id
        calls: dict[str, Call] = {}
        if self._since is None:
            if self._client.account is None:
                calls["site"] = Call(needs.SITE_INFO)
            if self._whole_roster:
                calls["enrolled"] = questions.enrolled(self._desired.course_id)
            calls["suspended"] = questions.suspended(course_id)
        calls["groups"] = questions.groups(course_id)
        if self._desired.grouping_idnumber:
            calls["groupings"] = questions.groupings(course_id)
        if self._likely_groups:
            calls["events"] = questions.events_of_groups(self._likely_groups, self._ending_after)
        doubtful = self._doubtful_events()
        if doubtful:
            calls["events by id"] = questions.events_by_id(doubtful)
        if self._likely_groups:
            calls["members"] = questions.members(self._likely_groups)
        if self._likely_grouping is not None:
            calls["grouping"] = questions.groups_of(self._likely_grouping)
        doors = [name for name in ("enrolled", "suspended") if name in calls]
        essential = list(calls).index(doors[0]) + 1 if doors else 0
        answers = self._client.batch(list(calls.values()), essential=essential)
        return dict(zip(calls, answers, strict=True))

    def _complete(self, actual: ActualCourse, answers: Mapping[str, Answer]) -> ActualCourse:
        """Ask once more for groups made or deleted meanwhile, and for events before calling them gone."""
        gathered = Gathered()
        gathered.take(answers)
        ours = self._desired.grouping_idnumber
        grouping = next((one for one in actual.groupings if ours and one.idnumber == ours), None)
        if grouping is None or grouping.grouping_id != self._likely_grouping:
            gathered.inside = None
        live = live_group_ids(self._desired, self._remembered, actual)

        more: dict[str, Call] = {}
        if live - self._likely_groups:
            more["events"] = questions.events_of_groups(live - self._likely_groups, self._ending_after)
        vanished = self._known_events() - gathered.events.keys() - self._doubtful_events()
        if vanished:
            more["events by id"] = questions.events_by_id(vanished)
        if live - gathered.members.keys():
            more["members"] = questions.members(live - gathered.members.keys())
        if grouping is not None and gathered.inside is None:
            more["grouping"] = questions.groups_of(grouping.grouping_id)
        if self._since is None and not actual.roster_read and self._misses(actual, gathered):
            more["enrolled"] = questions.enrolled(self._desired.course_id)
        got = dict(zip(more, self._client.batch(list(more.values())), strict=True)) if more else {}
        gathered.take(got)
        settled = self._settled(actual, gathered, asked=live | self._likely_groups)
        gathered.forget(actual.groups.keys() - settled.groups.keys())
        actual = settled
        members = gathered.members
        actual = replace(
            actual,
            groups={key: replace(group, members=members.get(key)) for key, group in actual.groups.items()},
            events=gathered.events,
            events_listed=gathered.listed,
            groupings=tuple(
                replace(one, groups=gathered.inside) if one is grouping else one for one in actual.groupings
            ),
        )
        if self._since is not None or self._whole_roster:
            return actual
        if "enrolled" not in got:
            return replace(actual, enrolled=self._presumed(actual))
        enrolled = rows.user_ids(got["enrolled"].get())
        account = actual.account
        return replace(
            actual, enrolled=enrolled - {account}, saw_itself=account in enrolled, roster_read=True
        )

    def _settled(self, actual: ActualCourse, gathered: Gathered, asked: frozenset[int]) -> ActualCourse:
        """The course with a list of groups whose members are all known.

        A group that vanished since they were listed fails the answer about the members of all: who is in the
        others is then unknown, which is something else than nobody. Groups `asked` had their events listed.
        A list without any of our groups is believed when it comes twice. Raises `CourseChanging`.
        """
        doubted = known_group_count(self._desired, self._remembered) > 0
        for _ in range(READINGS):
            live = live_group_ids(self._desired, self._remembered, actual)
            unknown = live - gathered.members.keys()
            if not unknown and (live or not doubted):
                return actual
            doubted = doubted and bool(live)
            calls = {"groups": questions.groups(self._desired.course_id)}
            if live - asked:
                calls["events"] = questions.events_of_groups(live - asked, self._ending_after)
            # The list comes along for the next round, should one more be gone by now.
            if unknown:
                calls["members"] = questions.members(unknown)
            answers = dict(zip(calls, self._client.batch(list(calls.values())), strict=True))
            gathered.take(answers)
            asked |= live
            listed = rows.groups(answers["groups"].get())
            actual = replace(actual, groups={group.group_id: group for group in listed})
        live = live_group_ids(self._desired, self._remembered, actual)
        if live - gathered.members.keys() or (doubted and not live):
            raise CourseChanging(needs.GROUP_MEMBERS)
        return actual

    def _misses(self, actual: ActualCourse, gathered: Gathered) -> bool:
        """Whether somebody is gone from a group: taken out, or no longer enrolled; the roster tells which."""
        excused = self._remembered.absent | actual.suspended
        for want in self._desired.groups:
            if drift_key(DriftKind.GROUP_DELETED, want.idnumber) in self._held:
                continue
            known = self._remembered.groups.get(want.idnumber)
            group, _ = locate_group(want, known, actual)
            if group is None or known is None or known.group_id != group.group_id:
                continue
            # Of a group not answered for, anybody may be missing.
            present = gathered.members.get(group.group_id, frozenset())
            gone = (want.inside & known.members) - excused - present
            if any(
                drift_key(DriftKind.MEMBER_REMOVED, want.idnumber, user) not in self._held for user in gone
            ):
                return True
        return False

    def _presumed(self, actual: ActualCourse) -> frozenset[int]:
        """The enrolled, as far as our groups tell."""
        inside = frozenset[int]().union(*(want.inside for want in self._desired.groups))
        present = frozenset[int]().union(*(group.members or () for group in actual.groups.values()))
        barred = self._desired.barred
        return (inside - self._remembered.absent - barred) | present | (actual.suspended - barred)

    def _group_ids(self, made_groups: Mapping[str, int]) -> frozenset[int]:
        """Ids that our groups probably have."""
        ids = set(made_groups.values())
        for want in self._desired.groups:
            known = self._remembered.groups.get(want.idnumber)
            if known is not None and known.group_id is None:
                continue
            group_id = group_id_of(want, known)
            if group_id is not None:
                ids.add(group_id)
        return frozenset(ids)

    def _known_events(self) -> frozenset[int]:
        """Ids of all events that we know of."""
        ids = set(self._removed_events())
        for event in (event for group in self._desired.groups for event in group.events):
            ids.update(event_ids_of(event, self._remembered.events.get(event.uuid)))
        return frozenset(ids)

    def _doubtful_events(self) -> frozenset[int]:
        """Ids that the list of group events may not bring: to be removed, moved by hand, found elsewhere."""
        doubtful = set(self._removed_events())
        for event in (event for group in self._desired.groups for event in group.events):
            known = self._remembered.events.get(event.uuid)
            if known is not None and (known.face is None or not known.at_home or known.by_hand):
                doubtful.update(event_ids_of(event, known))
        return frozenset(doubtful)

    def _removed_events(self) -> Iterable[int]:
        for mark in self._desired.removed_events:
            known = self._remembered.events.get(mark) if isinstance(mark, str) else None
            if isinstance(mark, int):
                yield mark
            elif known is not None and known.event_id is not None:
                yield known.event_id

    def _closed(self, status: CourseStatus) -> ActualCourse:
        return ActualCourse(self._desired.course_id, self._account(), status)

    def _account(self) -> int:
        account = self._client.account
        if account is None:
            return int(self._client.site_info()["userid"])
        return account


def _allowed(answer: Answer, capability: str) -> Any:
    if isinstance(answer.error, PermissionMissing):
        answer.error.missing_capabilities = (capability,)
    return answer.get()
