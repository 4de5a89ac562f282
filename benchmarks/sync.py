"""The sync of a city beside the usual way of mirroring it in Moodle.

    python benchmarks/sync.py                 # against a sandbox with the measured costs of a real Moodle
    MOODLE_URL=… MOODLE_TOKEN=… MOODLE_COURSE=… [MOODLE_CA=file] python benchmarks/sync.py   # and a real one

The usual way: one `core_enrol_get_enrolled_users` with all fields per group, one call per member change, all
events deleted and made anew; «in lists» by two calls per group instead of two per event. A round has a city
of its own; rows are medians of `ROUNDS` rounds (3), without changes the mean of `REPEATS` syncs in each.
Lines through the rows (least squares) tell what an association and a change add, and what remains without
them. A real course must be one for trials: the events and members of its groups with idnumbers `bench-…` are
removed, and the groups too where the service holds `core_group_delete_groups`. The last line is JSON.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import linear_regression, median

from sync_parts import places
from sync_parts.usual_way import UsualWay
from sync_parts.wishes import aged, changed, part, wish

from moodle_sync.memory import Remembered
from moodle_sync.sandbox.city import City
from moodle_sync.state import DesiredCourse
from moodle_sync.sync import sync_course

ROUNDS = int(os.environ.get("ROUNDS", "3"))
ALL = 40
CHANGES = (10, 100, 400)
SIZES = (10, 20)
YEARS = 4
REPEATS = 7
GOAL_MS, GOAL_REQUESTS = 50, 100
SAME, USUAL, IN_LISTS = "ours: nothing changed", "usual way", "usual way, events in lists"
OLD = f"{SAME}, after {YEARS} more years"
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
        work = partial(Ours(place, ours.memory).sync, small)
        costs[f"{SAME}, {size} associations"] = place.measure(work, REPEATS)
    costs[SAME] = place.measure(lambda: ours.sync(desired), REPEATS)
    costs[f"{SAME}, whole roster read"] = place.measure(lambda: ours.sync(desired, whole_roster=True))
    ours.sync(aged(desired, YEARS))
    ours.sync(desired)
    costs[OLD] = place.measure(lambda: ours.sync(desired), REPEATS)
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
            "seconds": round(median(costs[name].seconds for costs in rounds), 2),
        }
        for name in rounds[0]
    }
    print(f"\n{title}, median of {ROUNDS} rounds\n{'':45}{'requests':>10}{'Moodle ms':>11}{'seconds':>9}")
    for name, row in rows.items():
        print(f"{name:45}{row['requests']:>10.0f}{row['ms']:>11.0f}{row['seconds']:>9.2f}")
    return rows


def line(points: Mapping[int, Mapping[str, float]], of: str, besides: str) -> dict[str, float]:
    """What one more costs, what remains without, and how far the worst row is off that line."""
    result: dict[str, float] = {}
    for unit in ("ms", "requests"):
        measured = {float(number): row[unit] for number, row in points.items()}
        fit = linear_regression(list(measured), list(measured.values()))
        result |= {f"{unit} {of}": round(fit.slope, 3), f"{unit} {besides}": round(fit.intercept, 1)}
        if unit == "ms":
            off = [abs(fit.intercept + fit.slope * number - cost) / cost for number, cost in measured.items()]
            result[f"worst row off the line of {of}, %"] = round(100 * max(off), 1)
    return result


def ratios(rows: Rows) -> dict[str, float]:
    """How many times cheaper ours is, and how its cost grows; printed and returned."""
    result = {}
    for kind in (IN_LISTS, USUAL):
        for what in ("nothing changed", f"{CHANGES[0]} changes"):
            for unit in ("ms", "requests"):
                ratio = rows[f"{kind}: {what}"][unit] / rows[f"ours: {what}"][unit]
                result[f"{kind} / ours, {what}, {unit}"] = round(ratio, 1)
    sizes = {size: rows[f"{SAME}, {size} associations"] for size in SIZES} | {ALL: rows[SAME]}
    changes = {number: rows[f"ours: {number} changes"] for number in CHANGES}
    result |= line(sizes, "an association", "without any association")
    result |= line(changes, "a change", "of changes as such")
    result[f"ms after {YEARS} more years / before"] = round(rows[OLD]["ms"] / rows[SAME]["ms"], 2)
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
