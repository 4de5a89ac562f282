"""The other side of a chaos run: people who change the course by hand, and everything that breaks."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from random import Random

from moodle_sync import needs
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.faults import Faults
from moodle_sync.sandbox.roles import SERVICE
from moodle_sync.sandbox.small import SmallSite

PEOPLE = tuple(range(3, 15))
TAKEN_AWAY = (
    needs.ALL_GROUPS,
    needs.VIEW_DETAILS,
    needs.ENROL_REVIEW,
    needs.MANAGE_ENTRIES,
    needs.MANAGE_GROUPS,
)


class CountedFaults(Faults):
    """Counts the failures that really struck a request."""

    def __init__(self, struck: Counter[str]) -> None:
        super().__init__()
        self._struck = struck

    def strike(self, functions: tuple[str, ...]) -> FaultKind | None:
        kind = super().strike(functions)
        if kind is not None:
            self._struck[kind.name] += 1
        return kind


class MoodleChaos:
    """Changes by hand and failures, drawn from the run's random numbers.

    `known_groups` and `known_events`: what a database or memory of ours still leads to. Marker or idnumber of
    anything else are left alone: destroyed in the moment between a crash and the next sync, they
    cannot be healed, for nothing else tells whose the event or the group is.
    """

    def __init__(self, site: SmallSite, random: Random, idnumbers: Collection[str], log: list[str]) -> None:
        self._site = site
        self._moodle = site.moodle
        self._random = random
        self._idnumbers = idnumbers
        self._log = log
        self.struck: Counter[str] = Counter()
        self._moodle.faults = CountedFaults(self.struck)
        self.strangers: set[tuple[int, int]] = set()
        """In a group by hand, neither wanted nor unwanted by us: whom nobody may throw out."""
        self._next_name = 0

    def meddle(self, known_groups: Collection[int | None], known_events: Collection[int | None]) -> None:
        """Somebody does one thing by hand."""
        groups = [group.id for group in self._moodle.groups.values() if group.idnumber in self._idnumbers]
        events = [event.id for event in self._moodle.events.values() if event.userid == self._site.service_id]
        kind = self._random.choice(["person", *["group"] * bool(groups), *["event"] * bool(events)])
        if kind == "person":
            self._person()
        elif kind == "group":
            group_id = self._random.choice(groups)
            self._group(group_id, known=group_id in known_groups)
        else:
            event_id = self._random.choice(events)
            self._event(event_id, known=event_id in known_events)

    def _person(self) -> None:
        moodle, course = self._moodle, self._site.course_id
        acts = ["unenrol", "enrol", "suspend", "end", "close"]
        act, person = self._random.choice(acts), self._random.choice(PEOPLE)
        self._log.append(f"moodle {act} {person}")
        enrolled = moodle.enrolled(course, person)
        if act == "unenrol" and enrolled:
            moodle.unenrol(course, person)
            self.strangers = {pair for pair in self.strangers if pair[1] != person}
        elif act == "enrol" and not enrolled:
            moodle.enrol(course, person)
        elif act == "suspend" and enrolled:
            by_hand.suspend_enrolment(moodle, course, person, self._random.random() < 0.5)
        elif act == "close":
            by_hand.suspend_account(moodle, person, self._random.random() < 0.5)
        elif act == "end" and enrolled:
            moodle.enrolments[course][person].timeend = moodle.now() + self._random.choice([-60, 7200, 0])

    def _group(self, group_id: int, *, known: bool) -> None:
        moodle, person = self._moodle, self._random.choice(PEOPLE)
        act = self._random.choice(["add", "remove", "rename", "unnumber", "drop"])
        if act == "remove" and moodle.members[group_id]:
            person = self._random.choice(sorted(moodle.members[group_id]))
        self._log.append(f"moodle {act} group {group_id} {person}")
        if act == "add" and moodle.enrolled(self._site.course_id, person):
            by_hand.add_member(moodle, group_id, person)
            self.strangers.add((group_id, person))
        elif act == "remove":
            by_hand.remove_member(moodle, group_id, person)
            self.strangers.discard((group_id, person))
        elif act == "rename":
            self._next_name += 1
            by_hand.change_group(moodle, group_id, name=f"Переименована {self._next_name}")
        elif act == "unnumber" and known:
            idnumber = self._random.choice(["", f"sis-{group_id}"])
            by_hand.change_group(moodle, group_id, idnumber=idnumber)
        elif act == "drop" and self._random.random() < 0.3:
            moodle.delete_group(group_id)

    def _event(self, event_id: int, *, known: bool) -> None:
        moodle, event = self._moodle, self._moodle.events[event_id]
        act = self._random.choice(["drag", "edit", "retype", "paste", "delete"])
        self._log.append(f"moodle {act} event {event_id}")
        if act == "drag":
            by_hand.drag_event(moodle, event_id, event.timestart + 7200)
        elif act == "edit" and known:
            name = self._random.choice([event.name, "Правка"])
            by_hand.edit_event(moodle, event_id, name, self._random.choice([None, "<p>x</p>"]))
        elif act == "retype" and known:
            by_hand.retype_event(moodle, event_id, event.name, "<p>Для всех</p>")
        elif act == "paste":
            by_hand.paste_event(moodle, event_id, self._site.coordinator_id, event.timestart)
        elif act == "delete":
            by_hand.delete_event(moodle, event_id)

    def fail(self) -> None:
        """The network, the web server, Moodle or its database has a bad day, or a right is taken away."""
        if self._random.random() < 0.2:
            right = self._random.choice(TAKEN_AWAY)
            self._moodle.roles[SERVICE].capabilities.discard(right)
            self.struck["RIGHT_TAKEN_AWAY"] += 1
            self._log.append(f"no {right}")
            return
        kind, skip = self._random.choice(list(FaultKind)), self._random.randrange(5)
        self._log.append(f"fail {kind.name} after {skip}")
        self._moodle.faults.add(kind, "", skip, self._random.choice([1, 1, 2, 4]))

    def recover(self) -> None:
        """The administrator puts everything right."""
        self._moodle.faults.clear()
        self._moodle.roles[SERVICE].capabilities.update(TAKEN_AWAY)

    def rights_are_whole(self) -> bool:
        """Whether no right is taken away: else the answers may be less than the truth."""
        return self._moodle.roles[SERVICE].capabilities.issuperset(TAKEN_AWAY)

    def jump(self) -> timedelta:
        """By how much a clock is suddenly off."""
        jump = timedelta(seconds=self._random.choice([-86400, -3600, -5, 30, 3600, 86400]))
        self.struck["CLOCK_JUMP"] += 1
        self._log.append(f"clock {jump}")
        return jump
