"""One seeded run of everything at once: users change things here, people meddle in Moodle, the network fails,
workers die. At rest, with every question answered, Moodle must show exactly what is wanted."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from moodle_sync.errors import MoodleError
from moodle_sync.memory import Remembered
from moodle_sync.plan import Drift, DriftKind, DriftPolicy, RefusalCode
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.state import DesiredEvent, DesiredGroup
from moodle_sync.sync import SyncResult
from tests.moodle_sync.conftest import City, meeting

IDNUMBERS = ("mmo-a", "mmo-b", "mmo-c")
PEOPLE = tuple(range(3, 15))


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
        self.next_event = 0
        self.next_name = 0
        # In a group by hand, neither wanted nor unwanted by us: whom nobody may throw out.
        self.strangers: set[tuple[int, int]] = set()
        self.log: list[str] = []

    def step(self) -> None:
        acts = [self.change_here] * 4 + [self.meddle] * 4 + [self.sync] * 4 + [self.fail, self.fail]
        self.random.choice([*acts, self.answer, self.answer, self.forget])()

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
            one.events[uuid] = replace(event, starts_at=event.starts_at + timedelta(days=1))
        elif act == "cancel" and uuid is not None:
            self._remove(one, uuid)
        elif act == "rename":
            self.next_name += 1
            one.name = f"ММО {one.idnumber} {self.next_name}"

    def _remove(self, one: Association, uuid: str) -> None:
        event_id = one.events.pop(uuid).event_id
        self.removed += [uuid] if event_id is None else [uuid, event_id]

    # In Moodle.

    def meddle(self) -> None:  # noqa: C901 - one line an act
        moodle, random = self.city.moodle, self.random
        groups = [group for group in moodle.groups.values() if group.idnumber in IDNUMBERS]
        events = [event for event in moodle.events.values() if event.userid == self.city.site.service_id]
        acts = ["unenrol", "enrol", "suspend"]
        acts += ["add", "remove", "rename", "unnumber", "drop"] if groups else []
        acts += ["drag", "edit", "retype", "paste", "delete"] if events else []
        act = random.choice(acts)
        self.log.append(f"moodle {act}")
        person, course = random.choice(PEOPLE), self.city.site.course_id
        enrolled = moodle.enrolled(course, person)
        group = random.choice(groups) if groups else None
        event = random.choice(events) if events else None
        # What cannot be healed: marker or idnumber destroyed in the moment between a crash and the next sync,
        # when nothing else tells whose event or group it is.
        remembered = {one.group_id for one in (*self.city.memory.groups.values(), *self.ours)}
        known = event is not None and event.id in self._known_events()
        if act == "unenrol" and enrolled:
            moodle.unenrol(course, person)
            self.strangers = {pair for pair in self.strangers if pair[1] != person}
        elif act == "enrol" and not enrolled:
            moodle.enrol(course, person)
        elif act == "suspend" and enrolled:
            by_hand.suspend_enrolment(moodle, course, person, random.random() < 0.5)
        elif act == "add" and enrolled and group:
            by_hand.add_member(moodle, group.id, person)
            self.strangers.add((group.id, person))
        elif act == "remove" and group:
            by_hand.remove_member(moodle, group.id, person)
            self.strangers.discard((group.id, person))
        elif act == "rename" and group:
            self.next_name += 1
            by_hand.change_group(moodle, group.id, name=f"Переименована {self.next_name}")
        elif act == "unnumber" and group and group.id in remembered:
            by_hand.change_group(moodle, group.id, idnumber=random.choice(["", f"sis-{group.id}"]))
        elif act == "drop" and group and random.random() < 0.3:
            moodle.delete_group(group.id)
        elif act == "drag" and event:
            by_hand.drag_event(moodle, event.id, event.timestart + 7200)
        elif act == "edit" and event and known:
            by_hand.edit_event(
                moodle, event.id, random.choice([event.name, "Правка"]), random.choice([None, "<p>x</p>"])
            )
        elif act == "retype" and event and known:
            by_hand.retype_event(moodle, event.id, event.name, "<p>Для всех</p>")
        elif act == "paste" and event:
            by_hand.paste_event(moodle, event.id, self.city.site.coordinator_id, event.timestart)
        elif act == "delete" and event:
            by_hand.delete_event(moodle, event.id)

    def _known_events(self) -> set[int | None]:
        known = {one.event_id for one in self.city.memory.events.values()}
        return known | {event.event_id for one in self.ours for event in one.events.values()}

    def fail(self) -> None:
        kind = self.random.choice(list(FaultKind))
        skip = self.random.randrange(5)
        self.log.append(f"fail {kind.name} after {skip}")
        self.city.fail(kind, skip=skip, times=self.random.choice([1, 1, 2, 4]))

    def forget(self) -> None:
        """An old backup of the database was brought back: ids are known, what was written last is not."""
        if self.random.random() < 0.2:
            self.log.append("forget")
            self.city.memory = Remembered()

    # Between.

    def sync(self, policy: DriftPolicy = DriftPolicy.ASK) -> SyncResult | None:
        if self.random.random() < 0.3:
            self.city.restart()
        before = self.city.memory
        self.log.append("sync")
        result: SyncResult | None = None
        with suppress(MoodleError):
            result = self.city.sync(
                *[one.desired() for one in self.ours],
                held=frozenset(self.questions),
                policy=policy,
                confirmed=self.confirmed,
                removed_events=tuple(self.removed),
                whole_roster=self.random.random() < 0.5,
            )
        if result is None:
            return None
        if self.random.random() < 0.15:
            # Killed before anything was stored.
            self.log.append("killed before storing")
            self.city.memory = before
            self.city.restart()
            return None
        self._store(result)
        return result

    def _store(self, result: SyncResult) -> None:
        self.log.append(
            f"  {[type(one).__name__ for one in result.operations]} drift {[one.key for one in result.drift]}"
            f" refusal {result.refusal} {result.refusals} failures {[str(one.error) for one in result.failures]}"
        )
        self.confirmed = {}
        if result.refusal is not None:
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
        self.city.moodle.faults.clear()
        self.log.append("settle")
        for _ in range(8):
            self.questions.clear()
            self.city.restart()
            result = self.city.sync(
                *[one.desired() for one in self.ours],
                confirmed=self.confirmed,
                removed_events=tuple(self.removed),
            )
            self._store(result)
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
                if not moodle.enrolled(course, person)
                or not moodle.enrolments[course][person].active(moodle.now())
            }
            assert one.inside - barred <= members
            assert not one.outside & members
            strangers = {person for group_id, person in self.strangers if group_id == group.id}
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
