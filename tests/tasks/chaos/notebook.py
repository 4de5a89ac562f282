"""What was changed by hand in Moodle since the tool last saw it: each must be shown, and nothing else may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.meeting_event import MeetingEvent
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.services.drift_book import DriftKind
from mmo_lti.services.group_link import ALIVE
from moodle_sync.sandbox import Moodle
from moodle_sync.sandbox.model import Event

Subject = tuple[str | int, ...]
"""`("member", uid, sub)`, `("person", sub)`, `("name", uid)`, `("link", uid)`, `("event", meeting)`, …"""


@dataclass(frozen=True)
class Shown:
    """What Moodle shows of groups and events that are ours, by uid."""

    groups: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    members: Mapping[str, frozenset[int]] = field(default_factory=dict)
    events: Mapping[str, tuple[object, ...] | None] = field(default_factory=dict)
    access: Mapping[int, tuple[object, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ours:
    """Which groups and events are ours, by uid."""

    groups: Mapping[str, int]
    events: Mapping[str, tuple[int, str]]

    @classmethod
    def found(cls, session: Session, moodle: Moodle) -> Ours:
        """By the tool's rows, else by idnumber and marker: a worker may be just about to write them down."""
        rows = cls._by_rows(session)
        groups = {
            uid: next((key for key, group in moodle.groups.items() if group.idnumber == uid), None)
            for uid in session.scalars(select(Association.uid))
        }
        own = {key: group_id for key, group_id in groups.items() if group_id is not None} | dict(rows.groups)
        homes = session.execute(select(Meeting.uid, Association.uid.label("home")).join(Meeting.association))
        marked = {
            row.uid: (key, row.home)
            for row in homes
            for key, event in moodle.events.items()
            if row.home in own
            and f'mmo-event-{row.uid}"' in event.description
            and event.groupid in own.values()
        }
        return cls(own, marked | dict(rows.events))

    @classmethod
    def _by_rows(cls, session: Session) -> Ours:
        links = session.scalars(
            select(GroupLink).where(GroupLink.state.in_(ALIVE), GroupLink.group_id.is_not(None))
        ).all()
        rows = session.execute(
            select(Meeting.uid, MeetingEvent.event_id, Meeting.association_id).join(
                MeetingEvent, MeetingEvent.meeting_id == Meeting.id
            )
        )
        uids = {link.association_id: link.association.uid for link in links}
        return cls(
            {uids[link.association_id]: link.group_id or 0 for link in links},
            {row.uid: (row.event_id, uids[row.association_id]) for row in rows if row.association_id in uids},
        )

    def shown(self, moodle: Moodle, course_id: int) -> Shown:
        """How they look now."""
        groups = {uid: moodle.groups[key] for uid, key in self.groups.items() if key in moodle.groups}
        return Shown(
            groups={uid: (group.id, group.name, group.idnumber) for uid, group in groups.items()},
            members={uid: frozenset(moodle.members[group.id]) for uid, group in groups.items()},
            events={
                uid: _face(moodle.events[event_id], self.groups[home]) if event_id in moodle.events else None
                for uid, (event_id, home) in self.events.items()
            },
            access={sub: (one.suspended, one.timeend) for sub, one in moodle.enrolments[course_id].items()},
        )


def _face(event: Event, group_id: int) -> tuple[object, ...]:
    text = re.sub(r"<[^>]*>|\s", "", event.description)
    at_home = event.eventtype == "group" and event.groupid == group_id
    return event.name, event.timestart, event.timeduration, text, at_home


@dataclass(frozen=True)
class Known:
    """How things stand when somebody changes something by hand.

    `inside` belong to an association, `barred` cannot enter the course. Events of meetings that `may_do_without`
    them may go. `told`: what the tool told of and has not come to undo yet.
    """

    inside: set[tuple[str, int]]
    barred: set[int]
    may_do_without: set[str]
    told: set[str]


@dataclass(frozen=True)
class Due:
    """A change that the tool has to show: as a finding with one of these keys, newer than `after`."""

    keys: frozenset[str]
    about: frozenset[Subject]
    after: int


def _about(key: str) -> tuple[Subject, ...]:
    """What a finding is about, by its key."""
    kind, uid, *subject = key.split(":")
    if kind in {DriftKind.EVENT_CHANGED, DriftKind.EVENT_DELETED}:
        return ("event", subject[0]), ("events", uid), ("link", uid)
    if kind == DriftKind.MEMBER_REMOVED:
        return ("member", uid, int(subject[0])), ("link", uid)
    return ({DriftKind.GROUP_RENAMED: "name"}.get(DriftKind(kind), "number"), uid), ("link", uid)


class Notebook:
    """Keeps what the last good sync left (`seen`), and what was changed by hand after that."""

    def __init__(self) -> None:
        self.explained: set[str] = set()
        """Keys of findings that somebody's hand has given a reason for."""
        self.due: dict[Subject, Due] = {}
        self._moments = count(1)
        self._touched: dict[Subject, int] = {}
        self._seen, self._began = Shown(), 0
        self._standing: set[str] = set()
        self._last = 0
        self._found: dict[int, int] = {}

    def moment(self) -> int:
        """Now; for `saw`."""
        return next(self._moments)

    def touch(self, *subjects: Subject) -> None:
        """People decided something about these by the tool: what was changed by hand before is overruled."""
        for subject in subjects:
            self._touched[subject] = next(self._moments)
        self.due = {key: due for key, due in self.due.items() if not due.about & set(subjects)}

    def saw(self, ours: Ours, moodle: Moodle, course_id: int, began: int) -> None:
        """A sync that began at that moment ended well."""
        self._seen, self._began = ours.shown(moodle, course_id), began

    def changed(
        self,
        session: Session,
        ours: Ours,
        before: Shown,
        after: Shown,
        known: Known,
    ) -> None:
        """Somebody's hand made `after` out of `before`."""
        self._standing = self.held(session) | known.told
        self._last = max(session.scalars(select(Drift.id)), default=0)
        for sub in before.access.keys() | after.access.keys():
            if before.access.get(sub) != after.access.get(sub):
                self.touch(("person", sub))
        for uid in before.groups:
            if uid in after.groups:
                self._group(uid, before, after, known)
            else:
                self._gone(uid, before.groups[uid][0])
        for uid, face in before.events.items():
            if face != after.events.get(uid):
                self._event(uid, ours.events[uid][1], after, may_go=uid in known.may_do_without)

    def _gone(self, uid: str, group_id: int) -> None:
        """The group took all along that could be said of it; one just made that nobody had seen is made again."""
        told = self._seen.groups.get(uid, (0,))[0] == group_id
        self.due = {key: due for key, due in self.due.items() if ("link", uid) not in due.about}
        self._note(("gone", uid), [f"{DriftKind.GROUP_DELETED}:{uid}"], ("link", uid), told=told)

    def _group(self, uid: str, before: Shown, after: Shown, known: Known) -> None:
        seen = self._seen.groups.get(uid, (0, "", ""))
        for kind, position, part in (
            (DriftKind.GROUP_RENAMED, 1, "name"),
            (DriftKind.IDNUMBER_CHANGED, 2, "number"),
        ):
            now = after.groups[uid][position]
            if now != before.groups[uid][position]:
                # An empty idnumber is filled without a question.
                told = bool(seen[position]) and now not in ("", seen[position])
                self._note((part, uid), [f"{kind}:{uid}"], ("link", uid), told=told)
        for sub in before.members[uid] ^ after.members[uid]:
            self._member(uid, sub, after, known)

    def _member(self, uid: str, sub: int, after: Shown, known: Known) -> None:
        added = sub in after.members[uid]
        kinds = (DriftKind.MEMBER_ADDED, DriftKind.OUTSIDER_ADDED) if added else (DriftKind.MEMBER_REMOVED,)
        seen = self._seen.members.get(uid)
        # Who belongs may be added, who does not may go, and whoever cannot enter is written back once they can.
        silent = (
            (uid, sub) in known.inside if added else (uid, sub) not in known.inside or sub in known.barred
        )
        told = seen is not None and (sub in seen) is not added and not silent
        keys = [f"{kind}:{uid}:{sub}" for kind in kinds]
        self._note(("member", uid, sub), keys, ("person", sub), ("link", uid), told=told)

    def _event(self, uid: str, home: str, after: Shown, *, may_go: bool) -> None:
        now, seen = after.events.get(uid), self._seen.events.get(uid)
        kind = DriftKind.EVENT_DELETED if now is None else DriftKind.EVENT_CHANGED
        told = seen is not None and now != seen and home in after.groups and not (now is None and may_go)
        self._note(("event", uid), [f"{kind}:{home}:{uid}"], ("events", home), ("link", home), told=told)

    def _note(self, subject: Subject, keys: list[str], *about: Subject, told: bool) -> None:
        """A reason for findings of these keys; `told`: one of them has to come, unless it stands already."""
        self.explained.update(keys)
        self.due.pop(subject, None)
        about = (subject, *about)
        if told and not self._standing & set(keys) and not any(self._fresh(one) for one in about):
            self.due[subject] = Due(frozenset(keys), frozenset(about), self._last)

    def _fresh(self, subject: Subject) -> bool:
        """Whether it was decided about after the last good sync began, which may not have known of it."""
        return self._touched.get(subject, 0) > self._began

    def held(self, session: Session) -> set[str]:
        """Keys of questions that are open or ignored, and that nobody has overruled by the tool since."""
        asked = or_(Drift.answered_at.is_(None), Drift.answer == DriftAnswer.IGNORE)
        return {
            row.key
            for row in session.execute(select(Drift.id, Drift.key).where(asked))
            if not any(
                self._touched.get(subject, 0) > self._found.get(row.id, 0) for subject in _about(row.key)
            )
        }

    def found(self, drift_id: int) -> None:
        """The tool has found something."""
        self._found[drift_id] = next(self._moments)

    def missing(self, session: Session) -> list[Subject]:
        """Changes that were never shown."""
        rows = session.execute(select(Drift.key, Drift.id)).all()
        return [
            subject
            for subject, due in self.due.items()
            if not any(row.key in due.keys and row.id > due.after for row in rows)
        ]
