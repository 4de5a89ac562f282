"""The start of a meeting: 500 people come within ten seconds, while the platform's key set cannot be fetched.

Two web processes (gunicorn) on this machine, real requests over the loopback interface, logins and launches
as browsers send them; everybody comes for the first time. The database is PostgreSQL with Redis where
`TEST_DATABASE_URL` and `TEST_REDIS_URL` name them, else SQLite in a file. With `--rate` people come evenly,
without it eight at a time and without a pause.

Prints how long a launch took, how much processor time one person cost which process (login and launch; of
what runs on this machine, without browsers and Moodle), and one line of JSON last. Times on the clock tell
something where the machine does nothing else: its load before the start is printed, too. Row 133 of the
conformance list:

    .ci/services python benchmarks/meeting.py --launches 1000 --rate 50
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from launching.crowd import Crowd, Served
from launching.moodle import Moodle
from launching.server import running_server

GOALS = {"let in": "all", "p95 ms": "25, PostgreSQL and Redis, 50 a second", "p99 ms": "1000"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the processes, send the people, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--launches", type=int, default=500)
    parser.add_argument(
        "--rate", type=float, default=0, help="people a second; 0: as fast as they are let in"
    )
    chosen = parser.parse_args(arguments)
    moodle = Moodle(people=chosen.launches)
    load = os.getloadavg()[0]
    with running_server(moodle) as server:
        crowd = Crowd(server.base_url, moodle)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: crowd.come(), range(16)))  # connections and caches are warm
            before, started = server.spent(), time.perf_counter()
            pause = 1 / chosen.rate if chosen.rate else 0
            come_at = (started + number * pause for number in range(chosen.launches))
            served = list(pool.map(crowd.come, come_at))
            taken, after = time.perf_counter() - started, server.spent()
    cost = {name: (after[name] - before[name]) / len(served) for name in before}
    _report(served, taken, cost, {"store": server.store, "rate": chosen.rate, "load before": round(load, 1)})


def _report(
    served: list[Served], taken: float, cost: dict[str, float], setting: dict[str, str | float]
) -> None:
    times = sorted(one.launch_ms for one in served)
    let_in = sum(one.status == 303 for one in served)
    cuts = statistics.quantiles(times, n=100)
    figures = {
        "people": len(served),
        "let in": let_in,
        "seconds": round(taken, 1),
        "p50 ms": round(cuts[49], 1),
        "p95 ms": round(cuts[94], 1),
        "p99 ms": round(cuts[98], 1),
        "login p95 ms": round(statistics.quantiles([one.login_ms for one in served], n=20)[18], 1),
        **{f"{name}, ms a person": round(seconds * 1000, 2) for name, seconds in cost.items()},
    }
    pace = f"{setting['rate']:g} a second" if setting["rate"] else "8 at a time"
    print(f"{setting['store']}, 2 processes, {pace}, key set down, load before {setting['load before']}")
    for name, value in figures.items():
        print(f"{name:28}{value:>10}   {'goal ' + GOALS[name] if name in GOALS else ''}")
    print(json.dumps({"benchmark": "meeting", **setting, **figures}))


if __name__ == "__main__":
    sys.exit(main())
