"""A sandbox Moodle without a network, and a client of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import requests

from moodle_sync.breaker import Breakers
from moodle_sync.client import MoodleClient
from moodle_sync.memory import Remembered
from moodle_sync.plan import Drift, DriftPolicy
from moodle_sync.sandbox import FaultKind, Moodle, SandboxConfig, WsgiAdapter, create_sandbox, empty_moodle
from moodle_sync.sandbox.small import TOKEN, SmallSite, build_small
from moodle_sync.state import DesiredCourse, DesiredEvent, DesiredGroup
from moodle_sync.sync import SyncResult, sync_course

URL = "https://moodle.example"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
A, B, C = 3, 4, 5
STARTS = datetime(2026, 12, 5, 5, 30, tzinfo=UTC)


class Killed(BaseException):
    """The worker is gone: nothing of ours runs any more."""


@dataclass
class City:
    """The small site, its client, and what the tool would keep between two syncs."""

    site: SmallSite
    session: requests.Session
    memory: Remembered = field(default_factory=Remembered)
    now: datetime = NOW
    client: MoodleClient = field(init=False)
    breakers: Breakers = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def moodle(self) -> Moodle:
        return self.site.moodle

    def restart(self) -> None:
        """Another worker: nothing but the memory is left."""
        self.breakers = Breakers(lambda: self.now)
        self.next_job()

    def next_job(self, kill_after: int | None = None) -> None:
        """Another job of the same worker, which is killed when it sends a request after so many."""
        left = [kill_after]

        def before() -> None:
            if left[0] is not None:
                left[0] -= 1
                if left[0] < 0:
                    raise Killed

        self.client = MoodleClient(
            URL,
            TOKEN,
            session=self.session,
            now=lambda: self.now,
            sleep=lambda _: None,
            chance=lambda: 0.5,
            breaker=self.breakers.of(URL),
            before=before,
        )

    def sync(
        self,
        *groups: DesiredGroup,
        held: frozenset[str] = frozenset(),
        policy: DriftPolicy = DriftPolicy.ASK,
        confirmed: dict[str, int] | None = None,
        removed_events: tuple[int | str, ...] = (),
        barred: frozenset[int] = frozenset(),
        whole_roster: bool = True,
    ) -> SyncResult:
        desired = DesiredCourse(self.site.course_id, groups, "mmo-all", "ММО города", removed_events, barred)
        result = sync_course(
            self.client,
            desired,
            self.memory,
            now=self.now,
            held=held,
            policy=policy,
            confirmed=confirmed,
            whole_roster=whole_roster,
        )
        # As a database would keep it.
        self.memory = Remembered.from_plain(result.remembered.to_plain())
        return result

    def fail(self, kind: FaultKind, function: str = "", skip: int = 0, times: int = 1) -> None:
        self.moodle.faults.add(kind, function, skip, times)

    def members(self, group_id: int) -> set[int]:
        return set(self.moodle.members[group_id])

    def group_id(self, idnumber: str) -> int:
        return next(group.id for group in self.moodle.groups.values() if group.idnumber == idnumber)


def association(
    *inside: int, outside: tuple[int, ...] = (), name: str = "ММО учителей химии", **more: object
) -> DesiredGroup:
    fields = {
        "idnumber": "mmo-chem",
        "name": name,
        "inside": frozenset(inside),
        "outside": frozenset(outside),
    }
    return DesiredGroup(**(fields | more))  # type: ignore[arg-type]


def keys(drift: Iterable[Drift]) -> frozenset[str]:
    """What the tool would hold: the questions that were asked."""
    return frozenset(finding.key for finding in drift if not finding.restored)


def meeting(uuid: str = "m-1", days: int = 0, **changes: object) -> DesiredEvent:
    fields: dict[str, object] = {
        "uuid": uuid,
        "name": f"Заседание {uuid}",
        "description_html": "<p>Повестка</p><p>Анализ результатов ЕГЭ</p>",
        "location": "каб. 5",
        "starts_at": STARTS + timedelta(days=days),
        "duration_minutes": 90,
    }
    return DesiredEvent(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def new_city() -> Iterator[Callable[[], City]]:
    sessions: list[requests.Session] = []

    def build() -> City:
        def wall_clock() -> float:
            return city.now.timestamp()

        config = SandboxConfig(base_url=URL, wall_clock=wall_clock)
        session = requests.Session()
        sessions.append(session)
        city = City(build_small(empty_moodle(config)), session)
        session.mount(URL, WsgiAdapter(create_sandbox(config, city.moodle)))
        return city

    yield build
    for session in sessions:
        session.close()


@pytest.fixture
def city(new_city: Callable[[], City]) -> City:
    return new_city()
