"""The sync of a city beside the usual way of mirroring it in Moodle.

    python benchmarks/sync.py                 # against a sandbox with the measured costs of a real Moodle
    MOODLE_URL=… MOODLE_TOKEN=… MOODLE_COURSE=… [MOODLE_CA=file] python benchmarks/sync.py   # and a real one

The usual way: one `core_enrol_get_enrolled_users` with all fields per group, one call per member change, all
events deleted and made anew; «in lists» by two calls per group instead of two per event. A round
has a city of its own; rows are medians of `ROUNDS` rounds (3). A real course must be one for trials: the
events and members of its groups with idnumbers `bench-…` are removed, and the groups too where the service
holds `core_group_delete_groups`. The last line is JSON.
"""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import median

from sync_parts import places
from sync_parts.usual_way import UsualWay
from sync_parts.wishes import changed, part, wish

from moodle_sync.memory import Remembered
from moodle_sync.sandbox.city import City
from moodle_sync.state import DesiredCourse
from moodle_sync.sync import sync_course

ROUNDS = int(os.environ.get("ROUNDS", "3"))
CHANGES = (10, 100, 400)
SIZES = (10, 20)
GOAL_MS, GOAL_REQUESTS = 50, 100
SAME, USUAL, IN_LISTS = "ours: nothing changed", "usual way", "usual way, events in lists"
Open = Callable[[int], AbstractContextManager[tuple[places.Place, City]]]
Costs = dict[str, places.Cost]
Rows = dict[str, dict[str, float]]


class Ours:
    """Our sync with its memory; every sync must reach what was wanted, or the figures mean nothing."""

    def __init__(self, place: places.Place, memory: Remembered | None = None) -> None:
        self._place = place
        self.memory = memory or Remembered()

    def sync(self, desired: DesiredCourse, *, whole_roster: bool = False) -> None:
        """Sync and remember."""
        result = sync_course(
            self._place.client, desired, self.memory, now=datetime.now(UTC), whole_roster=whole_roster
        )
        if not result.done or result.refusals:
            raise SystemExit(f"sync not done: {result.refusal} {result.refusals[:3]} {result.failures[:3]}")
        self.memory = result.remembered


def one_round(opened: Open, seed: int) -> Costs:
    """All rows of one round."""
    rng = Random(seed)
    with opened(seed) as (place, city):
        people = place.people()
        rng.shuffle(people)
        desired = wish(city, people, place.course_id, f"round{seed}")
        costs, desired = _ours(place, desired, people, rng)
        for kind, lists in ((IN_LISTS, True), (USUAL, False)):
            usual = UsualWay(place.client, place.course_id, place.groups(), lists=lists)
            costs |= _usual(usual, kind, place, desired, people)
    return costs


def _ours(
    place: places.Place, desired: DesiredCourse, people: list[int], rng: Random
) -> tuple[Costs, DesiredCourse]:
    ours, costs = Ours(place), {}
    costs["ours: first sync"] = place.measure(lambda: ours.sync(desired, whole_roster=True))
    for size in SIZES:
        small = part(desired, size)
        costs[f"{SAME}, {size} associations"] = place.measure(partial(Ours(place, ours.memory).sync, small))
    costs[SAME] = place.measure(lambda: ours.sync(desired))
    costs[f"{SAME}, whole roster read"] = place.measure(lambda: ours.sync(desired, whole_roster=True))
    for number in CHANGES:
        desired = changed(desired, people, number, rng)
        costs[f"ours: {number} changes"] = place.measure(partial(ours.sync, desired))
    return costs, desired


def _usual(
    usual: UsualWay, kind: str, place: places.Place, desired: DesiredCourse, people: list[int]
) -> Costs:
    """The usual way over the groups that ours made; its events stand beside ours."""
    usual.sync(desired)
    costs = {f"{kind}: nothing changed": place.measure(lambda: usual.sync(desired))}
    later = changed(desired, people, CHANGES[0], Random(CHANGES[0]))
    costs[f"{kind}: {CHANGES[0]} changes"] = place.measure(lambda: usual.sync(later))
    usual.sync(desired)
    return costs


def table(title: str, opened: Open) -> Rows:
    """Run the rounds, print the medians, return them."""
    rounds = [one_round(opened, seed) for seed in range(1, ROUNDS + 1)]
    rows = {
        name: {
            "requests": median(costs[name].requests for costs in rounds),
            "ms": round(median(costs[name].ms for costs in rounds), 1),
        }
        for name in rounds[0]
    }
    print(f"\n{title}, median of {ROUNDS} rounds\n{'':45}{'requests':>10}{'Moodle ms':>11}")
    for name, row in rows.items():
        print(f"{name:45}{row['requests']:>10.0f}{row['ms']:>11.0f}")
    return rows


def ratios(rows: Rows) -> dict[str, float]:
    """How many times cheaper ours is, and how its cost grows; printed and returned."""
    result = {}
    for kind in (IN_LISTS, USUAL):
        for what in ("nothing changed", f"{CHANGES[0]} changes"):
            for unit in ("ms", "requests"):
                ratio = rows[f"{kind}: {what}"][unit] / rows[f"ours: {what}"][unit]
                result[f"{kind} / ours, {what}, {unit}"] = round(ratio, 1)
    few, some, many = (rows[f"ours: {number} changes"]["ms"] for number in CHANGES)
    result["ms a change, 10 to 100"] = round((some - few) / (CHANGES[1] - CHANGES[0]), 2)
    result["ms a change, 100 to 400"] = round((many - some) / (CHANGES[2] - CHANGES[1]), 2)
    result["requests, 40 associations / 10"] = round(
        rows[SAME]["requests"] / rows[f"{SAME}, {SIZES[0]} associations"]["requests"], 2
    )
    for name, value in result.items():
        print(f"{name:60}{value:>11}")
    return result


def main() -> None:
    """Run where it can be run, and say whether the goal is met."""
    opened: dict[str, Open] = {"sandbox": places.sandbox}
    if os.environ.get("MOODLE_URL") and os.environ.get("MOODLE_TOKEN"):
        opened["moodle"] = places.real
    told: dict[str, object] = {"benchmark": "sync", "rounds": ROUNDS}
    for name, place in opened.items():
        rows = table(f"A city of 40 associations, 4,800 people, 600 events: {name}", place)
        grown = ratios(rows)
        met = (
            grown[f"{IN_LISTS} / ours, nothing changed, ms"] >= GOAL_MS
            and grown[f"{IN_LISTS} / ours, nothing changed, requests"] >= GOAL_REQUESTS
        )
        told[name] = {"rows": rows, "ratios": grown, "goal_met": met}
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
