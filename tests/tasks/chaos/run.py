"""One seeded run of everything at once, over the whole tool.

People use it, others change Moodle by hand, the network fails, workers die with what they held, the queue
forgets, the clock jumps; any of that may happen while a worker waits for Moodle's answer.
"""

from __future__ import annotations

from contextlib import suppress
from math import exp, log

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.sync_run import CourseRoster, DriftAnswer
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import sync_health
from moodle_sync.sandbox import FaultKind
from tests.tasks.chaos.broker import Broker
from tests.tasks.chaos.notebook import Known, Ours
from tests.tasks.chaos.workers import Workers
from tests.tasks.city import City, Clock

FAILURES = {
    *FaultKind.__members__,
    "RIGHT_TAKEN_AWAY",
    "KILLED_AT_A_REQUEST",
    "KILLED_AT_A_LINE",
    "CLOCK_JUMP",
    "QUEUE_WIPED",
    "TWO_WORKERS",
}
LINES = 20_000
"""More than a worker goes through in one task here."""

JUMPS = (-3 * 86400, -86400, -3600, -5, 30, 3600, 86400, 3 * 86400)


class Run(Workers):
    """The tool with two associations in one course: `step` does one thing, `settle` lets all come to rest."""

    def __init__(self, city: City, broker: Broker, moodle_clock: Clock, seed: int) -> None:
        super().__init__(city, broker, moodle_clock, seed)
        if self.random.random() < 0.5:
            self.log.append("put back")
            with city.worker.database.write() as session:
                centre = session.get_one(Centre, city.centre_id)
                centre.settings = {**centre.settings, "drift": "put_back"}

    def step(self) -> None:
        """One thing happens."""
        acts = [self.people.use] * 4 + [self.meddle] * 4 + [self.work] * 6 + [self.moodle.fail] * 2
        self.random.choice([*acts, self.answer, self.answer, self.clock, self.wipe_queue])()
        self.look()

    # Around the workers.

    def meddle(self) -> None:
        """Somebody changes something by hand."""
        with self.city.worker.database.read() as session:
            roster = session.get(CourseRoster, self.city.course_id)
            kept, uids = roster.remembered if roster is not None else {}, self.people.uids
            ours = Ours.found(session, self.city.moodle)
            before = self.shown(ours)
            groups = {one["group_id"] for one in kept.get("groups", {}).values()}
            self.moodle.meddle(groups, {row[0] for row in kept.get("events", {}).values()})
            self.notebook.changed(
                session,
                ours,
                before,
                self.shown(ours),
                Known(
                    inside={(uids[key], sub) for (key, sub), there in self.people.inside.items() if there},
                    barred=self.barred_now(),
                    may_do_without=self._may_do_without(ours),
                    told=set(kept.get("told", ())),
                ),
            )
        self.barred |= self.barred_now()

    def _may_do_without(self, ours: Ours) -> set[str]:
        """Meetings that are cancelled, or have another event by a worker that was held up too long."""
        service = self.city.site.service_id
        own = {key: one for key, one in self.city.moodle.events.items() if one.userid == service}
        return {
            uid
            for uid, called in self.people.called.items()
            if called.cancelled
            or any(
                f'mmo-event-{uid}"' in event.description
                for key, event in own.items()
                if key != ours.events.get(uid, (0,))[0]
            )
        }

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

    # The workers.

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
            self.interlude = (left, self.random.random() < 0.5, self._meanwhile)
        self.take(self.random.choice(self.hands), requests_left, lines_left)
        self.interlude = None

    def _meanwhile(self) -> None:
        acts = [self.people.use, self.meddle, self.clock, self.wipe_queue, self.answer]
        self.random.choice([*acts, *[self._other_works] * 3])()

    def _other_works(self) -> None:
        """The other worker is woken while this one waits."""
        self.struck["TWO_WORKERS"] += 1
        if self.random.random() < 0.5:
            self.jump(self.random.choice([-86400, -3600, 180, 3600]))
        self.broker.tick()
        others = [hand for hand in self.hands if hand is not self.at_work]
        self.take(self.random.choice(others))

    # The coordinator.

    def answer(self) -> None:
        """The coordinator decides about one change, one lost group, or a refused answer."""
        self.people.answer(DriftAnswer.TAKE_OVER, DriftAnswer.PUT_BACK, DriftAnswer.IGNORE)
        self._confirm()

    def _confirm(self) -> None:
        """A number is confirmed by whoever knows that it is true."""
        runs = self.city.runs()
        if not runs or "scope" not in runs[-1].params or not self.believable:
            return
        number = int(runs[-1].params["now"])
        enrolled = len(self.city.moodle.enrolments[self.city.site.course_id]) - 1
        if runs[-1].params["scope"] == "roster" and number < enrolled:
            return
        with suppress(RuleError), self.city.worker.database.write() as session:
            course = session.get_one(Course, self.city.course_id)
            sync_health.confirm_roster(session, self.city.coordinator, course, number, self.city.clock())
            self.log.append(f"confirmed {number}")
            self.watch.wished()

    # At rest.

    def settle(self) -> None:
        """The failures end and all questions are answered; beat ticks, and nobody is poked any more.

        Twice with a night between: only by night it shows who was enrolled again.
        """
        self.moodle.recover()
        self.interlude = None
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
            while self.take(self.hands[0]):
                self.look()
            runs = self.city.runs()[before:]
            if not answered and runs and all(run.ok and not run.operations for run in runs):
                return
        raise AssertionError("does not come to rest")
