"""Two workers and their queue, beside people and a Moodle; what they do is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import requests

from mmo_lti.models.sync_run import SyncRun
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

REFUSALS = {"roster_shrank", "roster_empty", "members_shrank", "events_shrank", "moodle_resting"}
"""How a sync may end though nothing broke: a person has to look first, or the site has a rest."""


@dataclass
class Hand:
    """A worker with its life."""

    worker: Worker
    life: Life


class Workers:
    """`city.clock` is the machine's; Moodle has its own, which goes right.

    `barred` are all who could not enter the course at some moment. `interlude`: what happens while a worker waits
    for Moodle, after so many requests, before or after the effect.
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
        self.interlude: tuple[int, bool, Callable[[], None]] | None = None
        self.believable = False
        self._names = self._told = 0
        self._jobs = self.watch.jobs(JOBS)
        self.hands = [self._new_hand() for _ in range(2)]
        self.at_work: Hand | None = None

    @property
    def struck(self) -> Counter[str]:
        """How often each failure struck."""
        return self.moodle.struck

    def look(self) -> None:
        """What must hold at every moment."""
        with self.city.worker.database.read() as session:
            self.watch.look(session)
        assert not self.watch.violations, self.watch.violations

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
        self.barred |= self.barred_now()
        if minutes:
            self.watch.jumped()

    def barred_now(self) -> set[int]:
        """Those of all teachers who cannot enter the course."""
        return {sub for sub in self.city.site.teacher_ids if not self.enters(sub)}

    def enters(self, sub: int) -> bool:
        """Whether somebody can enter the course now."""
        moodle = self.city.moodle
        return moodle.enrolled(self.city.site.course_id, sub) and not moodle.users[sub].suspended

    def _new_hand(self) -> Hand:
        """A process of its own; nothing is left of the one before but what stands in the database."""
        life, session, moodles = Life(), requests.Session(), Connections()
        self._names += 1
        name = f"worker-{self._names}"
        session.mount(URL, MortalAdapter(self._app, life, self.random, lambda *at: self._around(name, *at)))
        moodles.sessions[URL] = session
        database = MortalDatabase(self.city.worker.database, life)
        return Hand(replace(self.city.worker, worker=name, moodles=moodles, database=database), life)

    def take(self, hand: Hand, requests_left: int | None = None, lines_left: int | None = None) -> bool:
        """Whether there was a message; a worker that is killed over it is started anew."""
        name = self.broker.take()
        if name is None:
            return False
        began, before = self.notebook.moment(), len(self.city.runs())
        allowed, struck = self._has_rights(), sum(self.struck.values())
        alone = self.interlude is None and self.at_work is None
        with self.city.worker.database.read() as session:
            ours, standing = Ours.found(session, self.city.moodle), self.notebook.held(session)
        shown = self.shown(ours)
        self.log.append(f"{hand.worker.worker} {name}, killed after {requests_left} or {lines_left} lines")
        tasks = self.broker.tasks
        outer, self.at_work = self.at_work, hand
        tasks.runtime, tasks.JOBS = lambda: hand.worker, self._jobs
        try:
            with hand.life.ending(requests_left, lines_left):
                self.broker.run(name)
        except Killed:
            self.struck["KILLED_AT_A_REQUEST" if lines_left is None else "KILLED_AT_A_LINE"] += 1
            self.log.append("killed")
            hand.worker.moodles.close()
            self.hands[self.hands.index(hand)] = self._new_hand()
            if self.random.random() < 0.1:
                self.jump(-86400)
        finally:
            self.at_work = outer
            tasks.runtime = lambda: outer.worker if outer else None
        self.believable = allowed and self._has_rights()
        runs = self.city.runs()[before:]
        self._read(runs, began)
        if alone:
            done = self.shown(ours)
            assert Deeds(self.people, self.city.moodle, standing, ours, shown, done).wrong() == []
        if alone and self.believable and sum(self.struck.values()) == struck:
            assert [run.failure for run in runs if not run.ok and run.failure not in REFUSALS] == []
        return True

    def shown(self, ours: Ours) -> Shown:
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
                ours = Ours.found(session, self.city.moodle)
            self.notebook.saw(ours, self.city.moodle, self.city.site.course_id, began)

    def _has_rights(self) -> bool:
        return self.moodle.rights_are_whole()

    def _around(self, name: str, body: bytes, done: bool) -> None:
        """A worker waits for Moodle: meanwhile something may happen."""
        if not done:
            self.watch.request(name, body)
        if self.interlude is None:
            return
        left, late, act = self.interlude
        if done is not late:
            return
        self.interlude = (left - 1, late, act) if left else None
        if not left:
            self.log.append("  meanwhile")
            act()

    def close(self) -> None:
        """End the workers' connections."""
        for hand in self.hands:
            hand.worker.moodles.close()
