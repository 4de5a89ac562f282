"""One seeded run of everything at once: users change things here, people meddle in Moodle, the network fails,
workers die. At rest, with every question answered, Moodle must show exactly what is wanted."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from moodle_sync.errors import MoodleError
from moodle_sync.memory import Remembered
from moodle_sync.plan import Drift, DriftKind, DriftPolicy, RefusalCode
from moodle_sync.state import DesiredEvent, DesiredGroup
from moodle_sync.sync import SyncResult
from tests.moodle_sync.chaos_moodle import PEOPLE, MoodleChaos
from tests.moodle_sync.conftest import City, Killed, meeting

IDNUMBERS = ("mmo-a", "mmo-b", "mmo-c")


@dataclass
class Association:
    """An association as the tool's database would hold it."""

    idnumber: str
    name: str
    inside: set[int] = field(default_factory=set)
    outside: set[int] = field(default_factory=set)
    events: dict[str, DesiredEvent] = field(default_factory=dict)
    group_id: int | None = None

    def desired(self) -> DesiredGroup:
        return DesiredGroup(
            self.idnumber,
            self.name,
            self.group_id,
            frozenset(self.inside),
            frozenset(self.outside),
            tuple(self.events.values()),
        )


class Chaos:
    """The tool's side of the sync as the glue will have it: results and questions are stored together."""

    def __init__(self, city: City, seed: int) -> None:
        self.city = city
        self.random = Random(seed)
        self.ours = [Association(idnumber, f"ММО {idnumber}") for idnumber in IDNUMBERS]
        self.questions: dict[str, Drift] = {}
        self.confirmed: dict[str, int] = {}
        self.removed: list[int | str] = []
        self.closed: frozenset[int] = frozenset()
        self.next_event = 0
        self.next_name = 0
        self.policy = self.random.choice(list(DriftPolicy))
        self.log: list[str] = [self.policy]
        self.moodle = MoodleChaos(city.site, self.random, IDNUMBERS, self.log)

    @property
    def struck(self) -> Counter[str]:
        """How often each failure struck."""
        return self.moodle.struck

    def step(self) -> None:
        acts = [self.change_here] * 4 + [self.meddle] * 4 + [self.sync] * 4 + [self.moodle.fail] * 2
        self.random.choice([*acts, self.answer, self.answer, self.clock, self.forget, self.sweep])()

    # Here.

    def change_here(self) -> None:
        one = self.random.choice(self.ours)
        act = self.random.choice(["join", "join", "leave", "call", "call", "move", "cancel", "rename"])
        self.log.append(f"here {act} {one.idnumber}")
        person = self.random.choice(PEOPLE)
        uuid = self.random.choice(sorted(one.events)) if one.events else None
        if act == "join":
            one.inside.add(person)
            one.outside.discard(person)
            self.questions.pop(f"{DriftKind.MEMBER_REMOVED}:{one.idnumber}:{person}", None)
        elif act == "leave" and person in one.inside:
            one.inside.discard(person)
            one.outside.add(person)
        elif act == "call" and len(one.events) < 4:
            self.next_event += 1
            one.events[f"m-{self.next_event}"] = meeting(
                f"m-{self.next_event}", days=self.random.randrange(9)
            )
        elif act == "move" and uuid is not None:
            event = one.events[uuid]
            place = self.random.choice(["", "каб. 5", "онлайн"])
            moved = event.starts_at + timedelta(days=self.random.randrange(2))
            one.events[uuid] = replace(event, starts_at=moved, location=place)
        elif act == "cancel" and uuid is not None:
            self._remove(one, uuid)
        elif act == "rename":
            self.next_name += 1
            one.name = f"ММО {one.idnumber} {self.next_name}"

    def _remove(self, one: Association, uuid: str) -> None:
        event_id = one.events.pop(uuid).event_id
        self.removed += [uuid] if event_id is None else [uuid, event_id]

    # Around us.

    def meddle(self) -> None:
        groups = {one.group_id for one in (*self.city.memory.groups.values(), *self.ours)}
        events = {one.event_id for one in self.city.memory.events.values()}
        events |= {event.event_id for one in self.ours for event in one.events.values()}
        self.moodle.meddle(groups, events)

    def clock(self) -> None:
        """Most often time just passes."""
        if self.random.random() < 0.5:
            self.city.now += timedelta(minutes=self.random.randrange(30))
        else:
            self.city.now += self.moodle.jump()

    def forget(self) -> None:
        """An old backup of the database was brought back: ids are known, what was written last is not."""
        if self.random.random() < 0.2:
            self.log.append("forget")
            self.struck["MEMORY_LOST"] += 1
            self.city.memory = Remembered()

    def sweep(self) -> None:
        """Read who is suspended at site level: no answer about the course tells."""
        users = self.city.moodle.users
        self.closed = frozenset(person for person in PEOPLE if users[person].suspended)
        self.log.append(f"sweep {sorted(self.closed)}")

    # Between.

    def sync(self) -> None:
        """One job of a worker, which may be killed between any two requests and before it stores anything."""
        before = self.city.memory
        kill_after = self.random.choice([*[None] * 6, *range(6)])
        self.log.append(f"sync, killed after {kill_after}")
        self.city.next_job(kill_after)
        with suppress(MoodleError, Killed):
            result = self.city.sync(
                *[one.desired() for one in self.ours],
                held=frozenset(self.questions),
                policy=self.policy,
                confirmed=self.confirmed,
                removed_events=tuple(self.removed),
                barred=self.closed,
                whole_roster=self.random.random() < 0.5,
            )
            if kill_after is None:
                self._store(result)
                return
        if kill_after is not None:
            self.struck["WORKER_KILLED"] += 1
            self.city.memory = before
            self.city.restart()

    def _store(self, result: SyncResult, *, at_rest: bool = False) -> None:
        self.log.append(
            f"  {[type(one).__name__ for one in result.operations]} drift {[one.key for one in result.drift]}"
            f" refusal {result.refusal} {result.refusals} failures {[str(one.error) for one in result.failures]}"
        )
        self.confirmed = {}
        if result.refusal is not None and (at_rest or self.random.random() < 0.3):
            params = result.refusal.params
            self.confirmed = {str(params["scope"]): int(params["now"])}
        for finding in result.drift:
            if not finding.restored and finding.kind is not DriftKind.MEMBER_ADDED:
                self.questions[finding.key] = finding
        for one in self.ours:
            one.group_id = result.group_ids.get(one.idnumber, one.group_id)
            one.events = {
                uuid: replace(event, event_id=result.event_ids.get(uuid, event.event_id))
                for uuid, event in one.events.items()
            }

    def answer(self) -> None:
        """One open question: put it back, or take it over."""
        if not self.questions:
            return
        key = self.random.choice(sorted(self.questions))
        finding = self.questions.pop(key)
        one = next(one for one in self.ours if one.idnumber == finding.group)
        self.log.append(f"answer {key}")
        if self.random.random() < 0.5:
            return
        if finding.kind is DriftKind.MEMBER_REMOVED and finding.subject in one.inside:
            one.inside.discard(int(finding.subject))
            one.outside.add(int(finding.subject))
        elif finding.kind is DriftKind.EVENT_DELETED and finding.subject in one.events:
            self._remove(one, str(finding.subject))

    def settle(self) -> SyncResult:
        """The failures end, every question is answered with «put back», and the syncs come to rest."""
        self.moodle.recover()
        self.log.append("settle")
        for _ in range(8):
            self.questions.clear()
            self.sweep()
            self.city.now += timedelta(minutes=15)
            self.city.next_job()
            result = self.city.sync(
                *[one.desired() for one in self.ours],
                policy=self.policy,
                confirmed=self.confirmed,
                removed_events=tuple(self.removed),
                barred=self.closed,
            )
            self._store(result, at_rest=True)
            self._adopt(result)
            if result.done and not result.operations and not result.drift and not result.refusals:
                return result
        raise AssertionError("does not come to rest")

    def _adopt(self, result: SyncResult) -> None:
        """A group of that name is there without our idnumber: the coordinator takes it."""
        for refusal in result.refusals:
            if refusal.code is RefusalCode.GROUP_NAME_TAKEN:
                one = next(one for one in self.ours if one.idnumber == refusal.group)
                one.group_id = int(refusal.params["group_id"])

    def check(self) -> None:
        """Zero drift, zero doubles, zero lost changes, nobody thrown out."""
        moodle, course = self.city.moodle, self.city.site.course_id
        service = self.city.site.service_id
        for one in self.ours:
            [group] = [group for group in moodle.groups.values() if group.idnumber == one.idnumber]
            members = self.city.members(group.id)
            barred = {
                person
                for person in one.inside
                if person in self.closed
                or not moodle.enrolled(course, person)
                or not moodle.enrolments[course][person].active(moodle.now())
            }
            assert one.inside - barred <= members
            assert not one.outside & members
            strangers = {person for group_id, person in self.moodle.strangers if group_id == group.id}
            assert strangers - one.outside <= members, "thrown out"
            assert group.name == one.name
            for uuid, event in one.events.items():
                [found] = [
                    row
                    for row in moodle.events.values()
                    if row.userid == service and f'mmo-event-{uuid}"' in row.description
                ]
                assert (found.timestart, found.name, found.groupid, found.location) == (
                    event.starts,
                    event.name,
                    group.id,
                    event.location,
                )
        called = {uuid for one in self.ours for uuid in one.events}
        for row in moodle.events.values():
            if row.userid == service:
                assert any(f'mmo-event-{uuid}"' in row.description for uuid in called), "an event too many"
