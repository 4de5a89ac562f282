"""Where the benchmark runs: a sandbox Moodle in this process, or a real one named by the environment."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from moodle_sync import needs
from moodle_sync.client import MoodleClient
from moodle_sync.sandbox import CallCost, Moodle, SandboxConfig, WsgiAdapter, create_sandbox, empty_moodle
from moodle_sync.sandbox.city import SERVICE_TOKEN, City, build_city
from moodle_sync.transport import new_session
from sync_parts.processor import processor_ms
from sync_parts.wishes import PREFIX

SANDBOX = "https://moodle.example"
DELETE_GROUPS = "core_group_delete_groups"


@dataclass(frozen=True, slots=True)
class Cost:
    """HTTP requests, milliseconds that Moodle was at work, seconds that all of it took.

    Of a real one: its processor time where its processes are named, else how long we waited for it.
    """

    requests: int
    ms: float
    seconds: float = 0.0


class Place:
    """A course full of people without groups of the city, and a client of it."""

    def __init__(
        self,
        client: MoodleClient,
        course_id: int,
        moodle: Moodle | None = None,
        processes: Collection[str] = (),
    ) -> None:
        self.client = client
        self.course_id = course_id
        self._moodle = moodle
        self._processes = processes

    def people(self) -> list[int]:
        """User ids of the enrolled but for the service account."""
        options = [{"name": "userfields", "value": "id"}]
        rows = self.client.call(needs.ENROLLED, courseid=self.course_id, options=options)
        return sorted({int(row["id"]) for row in rows} - {int(self.client.site_info()["userid"])})

    def groups(self) -> dict[str, int]:
        """Group ids of the city by idnumber."""
        rows = self.client.call(needs.COURSE_GROUPS, courseid=self.course_id)
        return {row["idnumber"]: row["id"] for row in rows if (row["idnumber"] or "").startswith(PREFIX)}

    def measure(self, work: Callable[[], None], times: int = 1) -> Cost:
        """What a piece of work cost; the mean of `times`, for work that takes milliseconds."""
        before = self._spent()
        for _ in range(times):
            work()
        after = self._spent()
        return Cost(
            (after.requests - before.requests) // times,
            (after.ms - before.ms) / times,
            (after.seconds - before.seconds) / times,
        )

    def wipe(self) -> None:
        """Undo what the benchmark did: events, members, and groups where the service may delete them."""
        ids = sorted(self.groups().values())
        if not ids:
            return
        found = self.client.call(
            needs.EVENTS, events={"groupids": ids}, options={"userevents": False, "siteevents": False}
        )
        events = [{"eventid": event["id"], "repeat": 0} for event in found["events"]]
        for start in range(0, len(events), 100):
            self.client.call(needs.DELETE_EVENTS, events=events[start : start + 100])
        for group in self.client.call(needs.GROUP_MEMBERS, groupids=ids):
            rows = [{"groupid": group["groupid"], "userid": user} for user in group["userids"]]
            for start in range(0, len(rows), 200):
                self.client.call(needs.REMOVE_MEMBERS, members=rows[start : start + 200])
        if DELETE_GROUPS in {item["name"] for item in self.client.site_info()["functions"]}:
            self.client.call(DELETE_GROUPS, groupids=ids)

    def _spent(self) -> Cost:
        if self._moodle is None:
            ms = processor_ms(self._processes) if self._processes else self.client.ms
            return Cost(self.client.requests, ms, time.perf_counter())
        meter = self._moodle.meter
        return Cost(meter.requests, meter.modelled_ms, time.perf_counter())


@contextmanager
def sandbox(seed: int) -> Iterator[tuple[Place, City]]:
    """A sandbox city as it was before any association had a group."""
    config = SandboxConfig(base_url=SANDBOX, cost=CallCost(waits=False))
    city = build_city(seed, empty_moodle(config))
    for association in city.associations:
        city.moodle.delete_group(association.group_id)
    with requests.Session() as session:
        session.mount(SANDBOX, WsgiAdapter(create_sandbox(config, city.moodle)))
        client = MoodleClient(SANDBOX, SERVICE_TOKEN, session=session, now=lambda: datetime.now(UTC))
        client.site_info()
        yield Place(client, city.course_id, city.moodle), city


@contextmanager
def real(seed: int) -> Iterator[tuple[Place, City]]:
    """The course `MOODLE_COURSE` of the Moodle at `MOODLE_URL`, wiped before and after.

    `MOODLE_CA` names a file of certificates to trust instead of the system's. `MOODLE_PROCESSES` names the
    commands of a Moodle on this machine (`php-fpm8.2,mariadbd`), to count its processor time. The city gives
    names and sizes only.
    """
    with new_session() as session:
        if os.environ.get("MOODLE_CA"):
            session.verify = os.environ["MOODLE_CA"]
            session.trust_env = False  # else a certificate file of the environment would win
        client = MoodleClient(
            os.environ["MOODLE_URL"],
            os.environ["MOODLE_TOKEN"],
            session=session,
            now=lambda: datetime.now(UTC),
        )
        client.site_info()
        processes = os.environ.get("MOODLE_PROCESSES", "").split(",")
        place = Place(client, int(os.environ["MOODLE_COURSE"]), processes=frozenset(processes) - {""})
        place.wipe()
        try:
            yield place, build_city(seed)
        finally:
            place.wipe()
