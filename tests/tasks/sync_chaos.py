"""One seeded run of everything at once, over the whole tool: people use it, others change Moodle by hand, the
network fails, workers die with what they held, the queue forgets, the clock jumps.

At rest, with every question answered, Moodle must show what our rows say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.sync_run import CourseRoster, Drift, DriftAnswer, SyncRun
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import drift, group_link, meeting, meeting_change, membership, sync_health
from mmo_lti.services.drift_book import DriftKind, is_question
from mmo_lti.services.membership_decision import accept_request
from mmo_lti.services.permission import NotFound
from tasks.connections import Connections
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tasks.schedule import tick
from tests.factories.meeting import make_meeting
from tests.factories.person import actor_of
from tests.moodle_sync.chaos_moodle import PEOPLE, MoodleChaos
from tests.tasks.city import LEADER, URL, City
from tests.tasks.mortal import ForgetfulQueue, Killed, Life, MortalAdapter, MortalDatabase

TEACHERS = tuple(sub for sub in PEOPLE if sub != LEADER)
GENITIVES = ("учителей химии", "учителей физики")
REFUSED = (RuleError, NotFound)
REASON = "Так решил методический совет"


class SyncChaos:
    """The tool with two associations in one course; `step` does one thing, `settle` comes to rest."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.random = city, Random(seed)
        self.queue = ForgetfulQueue()
        city.worker.database.queue = self.queue
        self.log: list[str] = []
        self.associations = [city.association(*TEACHERS[:3], genitive=one) for one in GENITIVES]
        uids = [city.get(one).uid for one in self.associations]
        self.moodle = MoodleChaos(city.site, self.random, uids, self.log)
        self.app = city.worker.moodles.sessions[URL].get_adapter(URL)._app  # type: ignore[attr-defined]
        if self.random.random() < 0.5:
            self.log.append("put back")
            with city.worker.database.write() as session:
                centre = session.get_one(Centre, city.centre_id)
                centre.settings = {**centre.settings, "drift": "put_back"}
        self.worker = city.worker
        self.new_worker()

    @property
    def struck(self) -> Counter[str]:
        return self.moodle.struck

    def step(self) -> None:
        acts = [self.use] * 4 + [self.meddle] * 4 + [self.work] * 4 + [self.moodle.fail] * 2
        self.random.choice([*acts, self.answer, self.answer, self.clock, self.wipe_queue])()

    # People who use the tool.

    def use(self) -> None:
        act = self.random.choice([self._join, self._join, self._leave, self._call, self._move, self._cancel])
        self.log.append(f"use {act.__name__}")
        with suppress(*REFUSED), self.city.worker.database.write() as session:
            act(session, session.get_one(Association, self.random.choice(self.associations)))

    def _join(self, session: Session, association: Association) -> None:
        teacher = actor_of(self.city.person(session, self.random.choice(TEACHERS)))
        asked = membership.request_to_join(session, teacher, association, self.city.clock())
        accept_request(session, self.city.leader, asked, self.city.clock())

    def _leave(self, session: Session, association: Association) -> None:
        teacher = actor_of(self.city.person(session, self.random.choice(TEACHERS)))
        membership.leave(session, teacher, association, self.city.clock())

    def _call(self, session: Session, association: Association) -> None:
        now = self.city.clock()
        starts = now.replace(second=0, microsecond=0) + timedelta(days=self.random.randrange(3, 20))
        row = make_meeting(session, association, starts)
        place = self.random.choice(["каб. 5", "онлайн"])
        meeting.call(session, self.city.leader, row, starts_at=starts, place=place, now=now)

    def _meeting(self, session: Session, association: Association) -> Meeting | None:
        called = select(Meeting).where(
            Meeting.association_id == association.id, Meeting.called_at.is_not(None)
        )
        found = session.scalars(called.order_by(Meeting.id)).all()
        return self.random.choice(found) if found else None

    def _move(self, session: Session, association: Association) -> None:
        row = self._meeting(session, association)
        if row is not None and row.starts_at is not None:
            later = row.starts_at + timedelta(days=self.random.randrange(2))
            place = self.random.choice(["каб. 5", "актовый зал"])
            meeting_change.move(
                session,
                self.city.leader,
                row,
                starts_at=later,
                place=place,
                reason=REASON,
                now=self.city.clock(),
            )

    def _cancel(self, session: Session, association: Association) -> None:
        row = self._meeting(session, association)
        if row is not None:
            meeting_change.cancel(session, self.city.leader, row, REASON, self.city.clock())

    def answer(self) -> None:
        """The coordinator decides about one change, one lost group, or a refused answer."""
        self._answer(self.random.choice([DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK]))

    def _answer(self, given: DriftAnswer) -> bool:
        with self.city.worker.database.write() as session:
            found = list(session.scalars(select(Drift.id).where(is_question()).order_by(Drift.id)))
            lost = list(session.scalars(select(GroupLink.id).where(GroupLink.state == LinkState.LOST)))
        acts: list[Callable[[Session], object]] = [
            *(lambda session, one=one: self._decide(session, one, given) for one in found),
            *(lambda session, one=one: self._make_anew(session, one) for one in lost),
        ]
        if acts:
            with suppress(*REFUSED), self.city.worker.database.write() as session:
                self.random.choice(acts)(session)
        self._confirm()
        return bool(acts)

    def _decide(self, session: Session, drift_id: int, given: DriftAnswer) -> None:
        row = session.get_one(Drift, drift_id)
        if row.kind == DriftKind.MEMBER_ADDED and given is DriftAnswer.PUT_BACK:
            given = (
                DriftAnswer.IGNORE
            )  # nobody is thrown out here, so whoever is missing was thrown out by us
        self.log.append(f"answer {row.key} {given}")
        drift.answer(session, self.city.coordinator, row, given, self.city.clock(), reason=REASON)

    def _make_anew(self, session: Session, link_id: int) -> None:
        self.log.append("anew")
        link = session.get_one(GroupLink, link_id)
        group_link.create_anew(session, self.city.coordinator, link, self.city.clock())

    def _confirm(self) -> None:
        last = self.last_run()
        if last is not None and "scope" in last.params:
            with suppress(*REFUSED), self.city.worker.database.write() as session:
                course = session.get_one(Course, self.city.course_id)
                number = int(last.params["now"])
                sync_health.confirm_roster(session, self.city.coordinator, course, number, self.city.clock())

    # Around it.

    def meddle(self) -> None:
        with self.city.worker.database.read() as session:
            roster = session.get(CourseRoster, self.city.course_id)
            kept = roster.remembered if roster is not None else {}
        groups = {one["group_id"] for one in kept.get("groups", {}).values()}
        self.moodle.meddle(groups, {row[0] for row in kept.get("events", {}).values()})

    def wipe_queue(self) -> None:
        self.log.append("queue wiped")
        self.struck["QUEUE_WIPED"] += 1
        self.queue.poked = False

    def clock(self) -> None:
        """Most often time just passes."""
        if self.random.random() < 0.6:
            self.city.clock.forward(minutes=self.random.randrange(30))
        else:
            self.city.clock.at += self.moodle.jump()

    def new_worker(self) -> None:
        """A process of its own; nothing is left of the one before but what stands in the database."""
        self.life = Life()
        session = requests.Session()
        session.mount(URL, MortalAdapter(self.app, self.life, self.random))
        moodles = Connections()
        moodles.sessions[URL] = session
        self.worker.moodles.close()
        database = MortalDatabase(self.city.worker.database, self.life)
        name = f"worker-{self.struck['WORKER_KILLED']}"
        self.worker = replace(self.city.worker, worker=name, moodles=moodles, database=database)

    def work(self) -> None:
        """The worker is poked, or the clock ticks; in between it may be killed."""
        self.life.left = self.random.choice([*[None] * 6, *range(6)])
        ticks = self.random.random() < 0.5
        self.log.append(f"{'tick' if ticks else 'poke'}, killed after {self.life.left}")
        try:
            if ticks:
                tick(self.worker)
            if ticks or self.queue.poked:
                self.queue.poked = False
                work_off(self.worker, JOBS)
        except Killed:
            self.struck["WORKER_KILLED"] += 1
            self.log.append("killed")
            self.new_worker()
        self.life.left = None
        last = self.last_run()
        self.log.append(f"  last run {last.failure or 'ok'} {last.operations}" if last else "  no run")

    def last_run(self) -> SyncRun | None:
        runs = self.city.runs()
        return runs[-1] if runs else None

    # At rest.

    def settle(self) -> None:
        """The failures end and all questions are answered; the clock ticks, and nobody is poked any more.

        Twice with a night between: only by night it shows who was enrolled again.
        """
        self.moodle.recover()
        self.log.append("settle")
        self._come_to_rest()
        self.city.clock.forward(days=1)
        self._come_to_rest()

    def _come_to_rest(self) -> None:
        for _ in range(20):
            answered = self._answer(DriftAnswer.PUT_BACK)
            self.city.clock.forward(minutes=16)
            before = len(self.city.runs())
            self.queue.poked = False
            tick(self.worker)
            work_off(self.worker, JOBS)
            runs = self.city.runs()[before:]
            self.log.append(f"  {[(run.failure, run.operations) for run in runs]}")
            if not answered and runs and all(run.ok and not run.operations for run in runs):
                return
        raise AssertionError("does not come to rest")
