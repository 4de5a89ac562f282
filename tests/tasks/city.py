"""A city beside a sandbox Moodle, without a network between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mmo_lti.config import load_config
from mmo_lti.files.store import Store
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink
from mmo_lti.models.database import Database
from mmo_lti.models.membership import Membership
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account, Person
from mmo_lti.models.sync_run import Drift, SyncRun
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import group_link, outbox, sync_wish
from mmo_lti.services.actor import Actor
from mmo_lti.services.sealed import seal
from moodle_sync.breaker import Breakers
from moodle_sync.sandbox import FaultKind, Moodle, SandboxConfig, WsgiAdapter, create_sandbox, empty_moodle
from moodle_sync.sandbox.model import Event
from moodle_sync.sandbox.small import TOKEN, SmallSite, build_small
from tasks.connections import Connections
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tasks.runtime import Runtime
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.course import make_course
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.office import make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person

URL = "https://moodle.example"
KIND = "sync_course"
LEADER, ANNA, MARIA, ELENA = 3, 4, 5, 6
"""Moodle ids of four teachers."""


@dataclass
class Clock:
    """The product's time in a test; moved by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@dataclass(frozen=True)
class Worker(Runtime):
    """A process of the clock whose product time stands still until it is moved."""

    clock: Clock = field(default_factory=Clock)

    @classmethod
    def beside(cls, database: Database, clock: Clock, folder: Path) -> Worker:
        """The only worker of an installation that keeps its files in `folder`."""
        config = load_config(
            {
                "MMO_DATA": str(folder),
                "MMO_SECRET": "secret of the tests",
                "MMO_PUBLIC_URL": "https://mmo.example",
            }
        )
        connections = Connections(breakers=Breakers(clock))
        return cls(config, database, Store(config.archive), "worker-1", connections, clock=clock)

    def now(self) -> datetime:
        return self.clock()

    def named(self, name: str) -> Worker:
        """Another worker beside this one."""
        return replace(self, worker=name)


@dataclass
class City:
    """The site, the worker, and who may act."""

    worker: Worker
    site: SmallSite
    clock: Clock
    centre_id: int
    course_id: int
    coordinator: Actor
    leader: Actor

    @classmethod
    def build(cls, worker: Worker, clock: Clock, moodle_clock: Clock | None = None) -> City:
        """Moodle goes by the same clock unless it has one of its own."""
        shown = moodle_clock or clock
        config = SandboxConfig(base_url=URL, wall_clock=lambda: shown().timestamp())
        site = build_small(empty_moodle(config))
        session = requests.Session()
        session.mount(URL, WsgiAdapter(create_sandbox(config, site.moodle)))
        worker.moodles.sessions[URL] = session
        with worker.database.write() as rows:
            centre = make_centre(rows, iss=URL)
            course = make_course(rows, centre, str(site.course_id))
            person = make_person(rows, centre, "Методистова", employed=False, sub=str(site.coordinator_id))
            make_office(rows, person, OfficeKind.COORDINATOR)
            rows.add(
                MoodleAccess(
                    centre_id=centre.id,
                    url=URL,
                    sealed_token=seal(worker.config.secret, TOKEN),
                    changed_at=NOW,
                )
            )
            city = cls(worker, site, clock, centre.id, course.id, actor_of(person), actor_of(person))
            city.leader = actor_of(city.person(rows, LEADER))
            return city

    @property
    def moodle(self) -> Moodle:
        return self.site.moodle

    def fail(self, kind: FaultKind, function: str = "", skip: int = 0, times: int = 1) -> None:
        self.moodle.faults.add(kind, function, skip, times)

    def association(
        self, *members: int, genitive: str = "учителей химии", group_id: int | None = None, **fields: bool
    ) -> int:
        """An active association led by LEADER; `members` are Moodle accounts. It has a group in the course."""
        with self.worker.database.write() as rows:
            course = rows.get_one(Course, self.course_id)
            association = make_association(rows, rows.get_one(Centre, self.centre_id), genitive)
            leader = self.person(rows, LEADER)
            make_order(rows, association, OrderKind.APPOINTMENT, leader, leader)
            for sub in members:
                make_membership(rows, association, self.person(rows, sub))
            group_link.attach(rows, self.coordinator, association, course, group_id, NOW, **fields)
            return association.id

    def person(self, rows: Session, sub: int) -> Person:
        """The teacher of a Moodle account, made at the first call."""
        account = rows.scalar(
            select(Account).where(Account.centre_id == self.centre_id, Account.sub == str(sub))
        )
        if account is not None:
            return account.person
        centre = rows.get_one(Centre, self.centre_id)
        user = self.moodle.users[sub]
        first, patronymic = user.firstname.split()
        return make_person(rows, centre, user.lastname, first, patronymic, sub=str(sub))

    def use_token(self, token: str) -> None:
        """Let the centre come to Moodle by another account."""
        with self.worker.database.write() as rows:
            access = rows.scalars(select(MoodleAccess)).one()
            access.sealed_token = seal(self.worker.config.secret, token)

    def use_mail(self, url: str) -> None:
        """Give the installation a mail server."""
        self.worker = replace(self.worker, config=replace(self.worker.config, smtp_url=url))

    def want(self, kind: str, subject_id: int) -> None:
        """As a page or the clock wants work."""
        with self.worker.database.write() as rows:
            outbox.want(rows, self.centre_id, kind, subject_id, self.clock())

    def want_sync(self, **payload: object) -> None:
        """«Синхронизировать сейчас», or work with something to say."""
        with self.worker.database.write() as rows:
            if payload:
                outbox.want(rows, self.centre_id, "sync_course", self.course_id, self.clock(), payload)
            else:
                sync_wish.want_whole(rows, rows.get_one(Course, self.course_id), self.clock())

    def sync(self) -> SyncRun:
        """Have the course synced; what was written down of it."""
        self.want_sync()
        self.work()
        return self.runs()[-1]

    def work(self) -> int:
        return work_off(self.worker, JOBS)

    def next_attempt(self) -> None:
        """As if the pause after a failure were over."""
        with self.worker.database.write() as rows:
            rows.execute(update(OutboxRow).values(not_before=None))
        self.work()

    def runs(self) -> list[SyncRun]:
        with self.worker.database.read() as rows:
            return list(rows.scalars(select(SyncRun).order_by(SyncRun.id)))

    def row(self, kind: str = "sync_course") -> OutboxRow:
        """The newest row of the outbox of a kind."""
        with self.worker.database.read() as rows:
            newest = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id.desc()).limit(1)
            return rows.scalars(newest).one()

    def link(self, association_id: int) -> GroupLink:
        with self.worker.database.read() as rows:
            return rows.scalars(select(GroupLink).where(GroupLink.association_id == association_id)).one()

    def members(self, association_id: int) -> set[int]:
        """Who is in the association's group, by Moodle."""
        group_id = self.link(association_id).group_id
        assert group_id is not None
        return set(self.moodle.members[group_id])

    def events(self) -> list[Event]:
        return sorted(self.moodle.events.values(), key=lambda event: event.id)

    def findings(self) -> list[Drift]:
        """All changes made by hand that were ever found."""
        with self.worker.database.read() as rows:
            return list(rows.scalars(select(Drift).order_by(Drift.id)))

    def questions(self) -> list[Drift]:
        """Open findings of changes made by hand."""
        with self.worker.database.read() as rows:
            return list(rows.scalars(select(Drift).where(Drift.answered_at.is_(None)).order_by(Drift.id)))

    def standing(self, association_id: int, sub: int) -> MembershipState | None:
        """How a teacher stands in the association, by our rows."""
        with self.worker.database.read() as rows:
            return rows.scalar(
                select(Membership.state)
                .join(Account, Account.person_id == Membership.person_id)
                .where(Membership.association_id == association_id, Account.sub == str(sub))
            )

    def get(self, association_id: int) -> Association:
        with self.worker.database.read() as rows:
            return rows.get_one(Association, association_id)
