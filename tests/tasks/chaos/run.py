"""One seeded run of everything at once, over the whole tool.

People use it, others change Moodle by hand, the network fails, workers die with what they held, the queue
forgets, the clock jumps; any of that may happen while a worker waits for Moodle's answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from math import exp, log
from random import Random

import requests

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.sync_run import CourseRoster, DriftAnswer, SyncRun
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import sync_health
from moodle_sync.sandbox import FaultKind
from tasks.connections import Connections
from tasks.jobs import JOBS
from tests.moodle_sync.chaos_moodle import MoodleChaos
from tests.tasks.chaos.broker import Broker
from tests.tasks.chaos.deeds import Deeds
from tests.tasks.chaos.mortal import Killed, Life, MortalAdapter, MortalDatabase
from tests.tasks.chaos.notebook import Notebook, Ours, Shown
from tests.tasks.chaos.people import People
from tests.tasks.chaos.watch import Watch
from tests.tasks.city import URL, City, Clock, Worker

FAILURES = {
    *FaultKind.__members__,
    "RIGHT_TAKEN_AWAY",
    "KILLED_AT_A_REQUEST",
    "KILLED_AT_A_LINE",
    "CLOCK_JUMP",
    "QUEUE_WIPED",
    "TWO_WORKERS",
}
REFUSALS = {"roster_shrank", "roster_empty", "members_shrank", "events_shrank", "moodle_resting"}
"""How a sync may end though nothing broke: a person has to look first, or the site has a rest."""

LINES = 20_000
"""More than a worker goes through in one task here."""

JUMPS = (-3 * 86400, -86400, -3600, -5, 30, 3600, 86400, 3 * 86400)


@dataclass
class Hand:
    """A worker with its life."""

    worker: Worker
    life: Life


class Run:
    """The tool with two associations in one course, two workers and their queue.

    `step` does one thing, `settle` lets everything come to rest. `city.clock` is the machine's; Moodle has its
    own, which goes right. `barred` are all who could not enter the course at some moment.
    """

    def __init__(self, city: City, broker: Broker, moodle_clock: Clock, seed: int) -> None:
        self.city, self.broker, self.random = city, broker, Random(seed)
        self.log: list[str] = []
        self.watch, self.notebook = Watch(), Notebook()
        city.worker.database.queue = broker
        self.people = People(city, self.random, self.notebook, self.watch, self.log)
        self.moodle = MoodleChaos(city.site, self.random, list(self.people.uids.values()), self.log)
        self.barred: set[int] = set()
        self._moodle_clock = moodle_clock
        self._app = city.worker.moodles.sessions[URL].get_adapter(URL)._app  # type: ignore[attr-defined]
        self._interlude: tuple[int, bool, Callable[[], None]] | None = None
        self._believable = False
        self._names = self._told = 0
        self._jobs = self.watch.jobs(JOBS)
        self._hands = [self._new_hand() for _ in range(2)]
        self._at_work: Hand | None = None
        if self.random.random() < 0.5:
            self.log.append("put back")
            with city.worker.database.write() as session:
                centre = session.get_one(Centre, city.centre_id)
                centre.settings = {**centre.settings, "drift": "put_back"}

    @property
    def struck(self) -> Counter[str]:
        """How often each failure struck."""
        return self.moodle.struck

    def step(self) -> None:
        """One thing happens."""
        acts = [self.people.use] * 4 + [self.meddle] * 4 + [self.work] * 6 + [self.moodle.fail] * 2
        self.random.choice([*acts, self.answer, self.answer, self.clock, self.wipe_queue])()
        self.look()

    def look(self) -> None:
        """What must hold at every moment."""
        with self.city.worker.database.read() as session:
            self.watch.look(session)
        assert not self.watch.violations, self.watch.violations

    # Around the workers.

    def meddle(self) -> None:
        """Somebody changes something by hand."""
        with self.city.worker.database.read() as session:
            roster = session.get(CourseRoster, self.city.course_id)
            kept = roster.remembered if roster is not None else {}
            ours = Ours.by_rows(session)
            before = self._shown(ours)
            groups = {one["group_id"] for one in kept.get("groups", {}).values()}
            self.moodle.meddle(groups, {row[0] for row in kept.get("events", {}).values()})
            self.notebook.changed(
                session,
                ours,
                before,
                self._shown(ours),
                barred=self._barred_now(),
                cancelled={uid for uid, called in self.people.called.items() if called.cancelled},
            )
        self.barred |= self._barred_now()

    def _barred_now(self) -> set[int]:
        """Those of all teachers who cannot enter the course."""
        return {sub for sub in self.city.site.teacher_ids if not self.enters(sub)}

    def enters(self, sub: int) -> bool:
        """Whether somebody can enter the course now."""
        moodle = self.city.moodle
        return moodle.enrolled(self.city.site.course_id, sub) and not moodle.users[sub].suspended

    def wipe_queue(self) -> None:
        """What Redis or the folder held is gone."""
        self.log.append("queue wiped")
        self.struck["QUEUE_WIPED"] += 1
        self.broker.wipe()

    def clock(self) -> None:
        """Most often time just passes; now and then the machine's clock is suddenly off."""
        if self.random.random() < 0.6:
            self.forward(self.random.randrange(30))
        else:
            self.jump(self.random.choice(JUMPS))

    def jump(self, seconds: int) -> None:
        """The machine's clock, Moodle's goes right."""
        self.struck["CLOCK_JUMP"] += 1
        self.log.append(f"clock {seconds:+}")
        self.city.clock.at += timedelta(seconds=seconds)
        self.watch.jumped()

    def forward(self, minutes: int) -> None:
        """Time passes for all."""
        self.city.clock.forward(minutes=minutes)
        self._moodle_clock.forward(minutes=minutes)
        self.barred |= self._barred_now()
        if minutes:
            self.watch.jumped()

    # The workers.

    def _new_hand(self) -> Hand:
        """A process of its own; nothing is left of the one before but what stands in the database."""
        life, session, moodles = Life(), requests.Session(), Connections()
        self._names += 1
        name = f"worker-{self._names}"
        session.mount(URL, MortalAdapter(self._app, life, self.random, lambda *at: self._around(name, *at)))
        moodles.sessions[URL] = session
        database = MortalDatabase(self.city.worker.database, life)
        return Hand(replace(self.city.worker, worker=name, moodles=moodles, database=database), life)

    def work(self) -> None:
        """Beat ticks, or not; a worker takes a message and does what it asks. In between it may be killed."""
        if self.random.random() < 0.5:
            self.log.append("tick")
            self.broker.tick()
        requests_left = lines_left = None
        fate = self.random.random()
        if fate < 0.25:
            requests_left = self.random.randrange(6)
        elif fate < 0.4:
            lines_left = int(exp(self.random.uniform(0, log(LINES))))
        if self.random.random() < 0.3:
            left = self.random.choice([0, 0, 0, 1, 1, 2, 3, 5])
            self._interlude = (left, self.random.random() < 0.5, self._meanwhile)
        self.take(self.random.choice(self._hands), requests_left, lines_left)
        self._interlude = None

    def take(self, hand: Hand, requests_left: int | None = None, lines_left: int | None = None) -> bool:
        """Whether there was a message; a worker that is killed over it is started anew."""
        name = self.broker.take()
        if name is None:
            return False
        began, before = self.notebook.moment(), len(self.city.runs())
        allowed, struck = self._has_rights(), sum(self.struck.values())
        alone = self._interlude is None and self._at_work is None
        with self.city.worker.database.read() as session:
            ours, standing = Ours.by_rows(session), self.notebook.held(session)
        shown = self._shown(ours)
        self.log.append(f"{hand.worker.worker} {name}, killed after {requests_left} or {lines_left} lines")
        tasks = self.broker.tasks
        outer, self._at_work = self._at_work, hand
        tasks.runtime, tasks.JOBS = lambda: hand.worker, self._jobs
        try:
            with hand.life.ending(requests_left, lines_left):
                self.broker.run(name)
        except Killed:
            self.struck["KILLED_AT_A_REQUEST" if lines_left is None else "KILLED_AT_A_LINE"] += 1
            self.log.append("killed")
            hand.worker.moodles.close()
            self._hands[self._hands.index(hand)] = self._new_hand()
            if self.random.random() < 0.1:
                self.jump(-86400)
        finally:
            self._at_work = outer
            tasks.runtime = lambda: outer.worker if outer else None
        self._believable = allowed and self._has_rights()
        runs = self.city.runs()[before:]
        self._read(runs, began)
        if alone:
            done = self._shown(ours)
            assert Deeds(self.people, self.city.moodle, standing, ours, shown, done).wrong() == []
        if alone and self._believable and sum(self.struck.values()) == struck:
            assert [run.failure for run in runs if not run.ok and run.failure not in REFUSALS] == []
        return True

    def _shown(self, ours: Ours) -> Shown:
        return ours.shown(self.city.moodle, self.city.site.course_id)

    def _read(self, runs: list[SyncRun], began: int) -> None:
        for run in runs:
            self.log.append(f"  run {run.failure or 'ok'} {run.operations} {run.params}")
        for found in self.city.findings()[self._told :]:
            self._told += 1
            self.notebook.found(found.id)
            self.log.append(f"  found {found.key} {found.params} answer {found.answer}")
        if runs and runs[-1].ok:
            with self.city.worker.database.read() as session:
                ours = Ours.by_rows(session)
            self.notebook.saw(ours, self.city.moodle, self.city.site.course_id, began)

    def _has_rights(self) -> bool:
        return self.moodle.rights_are_whole()

    def _around(self, name: str, body: bytes, done: bool) -> None:
        """A worker waits for Moodle: meanwhile something may happen."""
        if not done:
            self.watch.request(name, body)
        if self._interlude is None:
            return
        left, late, act = self._interlude
        if done is not late:
            return
        self._interlude = (left - 1, late, act) if left else None
        if not left:
            self.log.append("  meanwhile")
            act()

    def _meanwhile(self) -> None:
        acts = [self.people.use, self.meddle, self.clock, self.wipe_queue, self.answer]
        self.random.choice([*acts, *[self._other_works] * 3])()

    def _other_works(self) -> None:
        """The other worker is woken while this one waits."""
        self.struck["TWO_WORKERS"] += 1
        if self.random.random() < 0.5:
            self.jump(self.random.choice([-86400, -3600, 180, 3600]))
        self.broker.tick()
        others = [hand for hand in self._hands if hand is not self._at_work]
        self.take(self.random.choice(others))

    def close(self) -> None:
        """End the workers' connections."""
        for hand in self._hands:
            hand.worker.moodles.close()

    # The coordinator.

    def answer(self) -> None:
        """The coordinator decides about one change, one lost group, or a refused answer."""
        self.people.answer(DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK, DriftAnswer.IGNORE)
        self._confirm()

    def _confirm(self) -> None:
        """A number is confirmed by whoever knows that it is true."""
        runs = self.city.runs()
        if not runs or "scope" not in runs[-1].params or not self._believable:
            return
        number = int(runs[-1].params["now"])
        enrolled = len(self.city.moodle.enrolments[self.city.site.course_id]) - 1
        if runs[-1].params["scope"] == "roster" and number < enrolled:
            return
        with suppress(RuleError), self.city.worker.database.write() as session:
            course = session.get_one(Course, self.city.course_id)
            sync_health.confirm_roster(session, self.city.coordinator, course, number, self.city.clock())
            self.log.append(f"confirmed {number}")
            self.watch.wished(session)

    # At rest.

    def settle(self) -> None:
        """The failures end and all questions are answered; beat ticks, and nobody is poked any more.

        Twice with a night between: only by night it shows who was enrolled again.
        """
        self.moodle.recover()
        self._interlude = None
        self.log.append("settle")
        self._come_to_rest()
        self.forward(24 * 60)
        self._come_to_rest()

    def _come_to_rest(self) -> None:
        for _ in range(20):
            answered = self.people.answer(DriftAnswer.PUT_BACK)
            self._confirm()
            self.forward(16)
            before = len(self.city.runs())
            self.broker.wipe()
            self.broker.tick()
            while self.take(self._hands[0]):
                self.look()
            runs = self.city.runs()[before:]
            if not answered and runs and all(run.ok and not run.operations for run in runs):
                return
        raise AssertionError("does not come to rest")
