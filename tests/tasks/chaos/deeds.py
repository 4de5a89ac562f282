"""What the tool did to Moodle of its own accord: each deed must be one that people want, and none hasty."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mmo_lti.services.drift_book import DriftKind
from moodle_sync.sandbox import Moodle
from tests.tasks.chaos.notebook import Ours, Shown
from tests.tasks.chaos.people import People


@dataclass(frozen=True)
class Deeds:
    """Between two looks at what was `ours`; `standing` are the questions open or ignored before."""

    people: People
    moodle: Moodle
    standing: Collection[str]
    ours: Ours
    before: Shown
    after: Shown

    def wrong(self) -> list[str]:
        """Deeds that nobody wanted."""
        return [*self._groups(), *self._members(), *self._events()]

    def _groups(self) -> Iterator[str]:
        for uid, group in self.before.groups.items():
            if uid not in self.after.groups:
                yield f"deleted the group of {uid}"
                continue
            for kind, position in ((DriftKind.GROUP_RENAMED, 1), (DriftKind.IDNUMBER_CHANGED, 2)):
                if self.after.groups[uid][position] != group[position] and f"{kind}:{uid}" in self.standing:
                    yield f"did not wait for the answer to {kind}"

    def _members(self) -> Iterator[str]:
        inside = {(self.people.uids[key], sub): there for (key, sub), there in self.people.inside.items()}
        for uid, now in self.after.members.items():
            for sub in now - self.before.members[uid]:
                if inside.get((uid, sub)) is not True:
                    yield f"brought in {sub} who does not belong"
                if f"{DriftKind.MEMBER_REMOVED}:{uid}:{sub}" in self.standing:
                    yield f"brought back {sub} before the answer"
            for sub in self.before.members[uid] - now:
                if inside.get((uid, sub)) is not False:
                    yield f"threw out {sub}"

    def _events(self) -> Iterator[str]:
        for uid, face in self.before.events.items():
            event_id, home = self.ours.events[uid]
            if face is not None and event_id not in self.moodle.events:
                if not self.people.called[uid].cancelled:
                    yield f"deleted the event of {uid}"
                continue
            key = f"{DriftKind.EVENT_CHANGED}:{home}:{uid}"
            if face != self.after.events[uid] and key in self.standing:
                yield f"did not wait for the answer about the event of {uid}"
