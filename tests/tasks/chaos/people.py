"""People who use the tool, and what they have achieved by it: nobody but they may change that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.sync_run import Drift, DriftAnswer
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import association as associations
from mmo_lti.services import drift, group_link, meeting, meeting_change, membership
from mmo_lti.services.desired_course import OUT
from mmo_lti.services.drift_book import REJECTED_IN_MOODLE, DriftKind, is_question
from mmo_lti.services.group_link import ALIVE
from mmo_lti.services.membership_decision import accept_request
from mmo_lti.services.membership_move import STANDING, membership_of
from mmo_lti.services.order_paper import Grounds, OrderPaper
from mmo_lti.services.permission import NotFound
from tests.factories.meeting import make_meeting
from tests.factories.person import actor_of
from tests.moodle_sync.chaos_moodle import PEOPLE
from tests.tasks.chaos.notebook import Notebook
from tests.tasks.chaos.watch import Watch
from tests.tasks.city import LEADER, City

TEACHERS = tuple(sub for sub in PEOPLE if sub != LEADER)
GENITIVES = ("учителей химии", "учителей физики")
REASON = "Так решил методический совет"
REFUSED = (RuleError, NotFound)
Done = Callable[[], None]


@dataclass(frozen=True)
class Called:
    """A meeting as its people know it."""

    starts_at: datetime
    place: str
    cancelled: bool = False


class People:
    """Two associations' members and leader, and the coordinator.

    `inside`: by association and account, True for who joined, False for who left or was rejected. `called` by
    the meeting's uid. `ignored`: keys of changes that the coordinator lets be.
    """

    def __init__(self, city: City, random: Random, notebook: Notebook, watch: Watch, log: list[str]) -> None:
        self.city, self._random, self._notebook, self._watch, self._log = city, random, notebook, watch, log
        self.associations = [city.association(*TEACHERS[:3], genitive=one) for one in GENITIVES]
        self.uids = {key: city.get(key).uid for key in self.associations}
        self.names = dict(zip(self.associations, GENITIVES, strict=True))
        self.inside = {(key, sub): True for key in self.associations for sub in TEACHERS[:3]}
        self.called: dict[str, Called] = {}
        self.ignored: set[str] = set()
        self._renamed = 0

    # What they do.

    def use(self) -> None:
        """Somebody does one thing; what the rules refuse changes nothing."""
        acts = [self._join, self._join, self._leave, self._call, self._move, self._cancel, self._rename]
        self.commit(self._random.choice(acts), self._random.choice(self.associations))

    def commit(
        self,
        act: Callable[[Session, Association], Done | None],
        association_id: int,
        *,
        syncs: bool = False,
    ) -> None:
        """One act in one transaction, written down once it is committed.

        `syncs`: it wants a sync whatever it changes.
        """
        with suppress(*REFUSED):
            with self.city.worker.database.write() as session:
                association = session.get_one(Association, association_id)
                alive = any(link.state in ALIVE for link in group_link.links_of(session, association))
                done = act(session, association)
            self._log.append(f"use {act.__name__} {association_id}")
            before = self._known_to_all()
            if done is not None:
                done()
            if syncs or (alive and before != self._known_to_all()):
                self._watch.wished()

    def _known_to_all(self) -> tuple[object, ...]:
        return dict(self.inside), dict(self.called), dict(self.names)

    def _join(self, session: Session, association: Association) -> Done:
        sub = self._random.choice(TEACHERS)
        teacher = actor_of(self.city.person(session, sub))
        asked = membership.request_to_join(session, teacher, association, self.city.clock())
        accept_request(session, self.city.leader, asked, self.city.clock())
        return lambda: self._stands(association.id, sub, inside=True)

    def _leave(self, session: Session, association: Association) -> Done:
        sub = self._random.choice(TEACHERS)
        membership.leave(session, actor_of(self.city.person(session, sub)), association, self.city.clock())
        return lambda: self._stands(association.id, sub, inside=False)

    def _stands(self, association_id: int, sub: int, *, inside: bool) -> None:
        uid = self.uids[association_id]
        self._log.append(f"  {sub} inside: {inside}")
        self.inside[association_id, sub] = inside
        self.ignored.discard(f"{DriftKind.MEMBER_REMOVED}:{uid}:{sub}")
        self._notebook.touch(("member", uid, sub))

    def _call(self, session: Session, association: Association) -> Done:
        now = self.city.clock()
        starts = now.replace(second=0, microsecond=0) + timedelta(days=self._random.randrange(3, 20))
        row = make_meeting(session, association, starts)
        place = self._random.choice(["каб. 5", "онлайн"])
        meeting.call(session, self.city.leader, row, starts_at=starts, place=place, now=now)
        return lambda: self._is_called(row, Called(starts, place))

    def _move(self, session: Session, association: Association) -> Done | None:
        row = self._meeting(session, association)
        if row is None or row.starts_at is None:
            return None
        later = row.starts_at + timedelta(days=self._random.randrange(2))
        place = self._random.choice(["каб. 5", "актовый зал"])
        given = {"starts_at": later, "place": place, "reason": REASON, "now": self.city.clock()}
        meeting_change.move(session, self.city.leader, row, **given)  # type: ignore[arg-type]
        return lambda: self._is_called(row, Called(later, place))

    def _cancel(self, session: Session, association: Association) -> Done | None:
        row = self._meeting(session, association)
        if row is None:
            return None
        meeting_change.cancel(session, self.city.leader, row, REASON, self.city.clock())
        return lambda: self._is_called(row, replace(self.called[row.uid], cancelled=True))

    def _meeting(self, session: Session, association: Association) -> Meeting | None:
        called = select(Meeting).where(
            Meeting.association_id == association.id, Meeting.called_at.is_not(None)
        )
        found = session.scalars(called.order_by(Meeting.id)).all()
        return self._random.choice(found) if found else None

    def _is_called(self, row: Meeting, called: Called) -> None:
        self._log.append(f"  {row.uid} {called}")
        before = self.called.get(row.uid)
        self.called[row.uid] = called
        if before != called:
            self.ignored -= {key for key in self.ignored if key.endswith(row.uid)}
            self._notebook.touch(("event", row.uid))

    def _rename(self, session: Session, association: Association) -> Done:
        self._renamed += 1
        genitive, now = f"учителей предмета {self._renamed}", self.city.clock()
        paper = OrderPaper(str(self._renamed), now.date() - timedelta(days=1))
        grounds = Grounds("МБУ МЦ", REASON)
        associations.rename(
            session, self.city.coordinator, association, genitive, "Химия", paper, grounds, now
        )
        return lambda: self._is_named(association.id, genitive)

    def _is_named(self, association_id: int, genitive: str) -> None:
        """The events carry the name too."""
        uid = self.uids[association_id]
        self.names[association_id] = genitive
        self.ignored = {key for key in self.ignored if uid not in key or "member" in key}
        self._notebook.touch(("name", uid), ("events", uid))

    # What the coordinator answers.

    def answer(self, *given: DriftAnswer) -> bool:
        """One open question or one lost group, if there is any."""
        with self.city.worker.database.read() as session:
            asked = list(session.scalars(select(Drift.id).where(is_question()).order_by(Drift.id)))
            lost = list(session.scalars(select(GroupLink.id).where(GroupLink.state == LinkState.LOST)))
        acts: list[Callable[[Session, Association], Done | None]] = [
            *(
                lambda session, _, one=one: self._decide(session, one, self._random.choice(given))
                for one in asked
            ),
            *(lambda session, _, one=one: self._make_anew(session, one) for one in lost),
        ]
        if acts:
            self.commit(self._random.choice(acts), self.associations[0], syncs=True)
        return bool(acts)

    def _decide(self, session: Session, drift_id: int, given: DriftAnswer) -> Done:
        row = session.get_one(Drift, drift_id)
        now = self.city.clock()
        drift.answer(session, self.city.coordinator, row, given, now, reason=REASON)
        self._log.append(f"answer {row.key} {given} {row.params}")
        return lambda: self._answered(row, given)

    def _answered(self, row: Drift, given: DriftAnswer) -> None:
        """What follows for what people know."""
        kind = DriftKind(row.kind)
        if given is DriftAnswer.IGNORE:
            self.ignored.add(row.key)
        elif (given, kind) == (DriftAnswer.TAKE_OVER, DriftKind.EVENT_CHANGED):
            starts = datetime.fromtimestamp(int(row.params["starts"]), tz=self.city.clock().tzinfo)
            self._known(row.subject, lambda called: replace(called, starts_at=starts))
        elif (given, kind) == (DriftAnswer.TAKE_OVER, DriftKind.EVENT_DELETED):
            self._known(row.subject, lambda called: replace(called, cancelled=True))
        elif kind in {DriftKind.MEMBER_ADDED, DriftKind.MEMBER_REMOVED}:
            self._settled(int(row.association_id or 0), int(row.subject))

    def _known(self, uid: str, change: Callable[[Called], Called]) -> None:
        self.called[uid] = change(self.called[uid])
        self._notebook.touch(("event", uid))

    def _settled(self, association_id: int, sub: int) -> None:
        """The answer decides about the person: in, out by the coordinator's name, or neither."""
        with self.city.worker.database.read() as session:
            person = self.city.person(session, sub)
            found = membership_of(session, session.get_one(Association, association_id), person.id)
        self.inside.pop((association_id, sub), None)
        if found is not None and found.state in STANDING:
            self.inside[association_id, sub] = True
        elif found is not None and (found.state in OUT or found.ground == REJECTED_IN_MOODLE):
            self.inside[association_id, sub] = False
        self._notebook.touch(("member", self.uids[association_id], sub))

    def _make_anew(self, session: Session, link_id: int) -> Done:
        """A lost group is made anew, or the link ends and another one begins."""
        link, now = session.get_one(GroupLink, link_id), self.city.clock()
        uid = link.association.uid
        if self._random.random() < 0.7:
            group_link.create_anew(session, self.city.coordinator, link, now)
        else:
            group_link.end_link(session, self.city.coordinator, link, now)
            course = session.get_one(Course, self.city.course_id)
            group_link.link_group(session, self.city.coordinator, link.association, course, None, now)
        return lambda: self._notebook.touch(("link", uid))
