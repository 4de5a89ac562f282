"""How many launches a second: ours, the usual Python library's, and the bounds below and above.

Every application is called directly by WSGI in one process, with tokens of about 5 KB made from the recorded
launch of a real Moodle 4.5; each token is used once, all keys are known beforehand. The figure is the median
of five rounds; in each round everybody is measured in turn, so that a busy machine is busy for all.

«Our LTI side, state in memory» does what the usual library does: a login begun, a launch verified and kept.
«Our launch» is the product's whole one: it also finds or makes the person's account and course, brings
Moodle's facts up to date and writes the session. Our figures include the line in the log, formatted as the
tool's server formats it. Figures are of processor time, so of one core that has nothing else to do; with
PostgreSQL and Redis, which work elsewhere, they are of time on the clock.

The bound above is `openssl speed rsa2048` of the same minute, where there is the command; without it, and for
comparison, the same check called from Python.

Prints a table, and one line of JSON last. All of it, the library and both servers included:

    pip install -e '.[bench]' && .ci/services python benchmarks/launch.py
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from launching import openssl, ours, usual
from launching.contender import Contender
from launching.moodle import Moodle
from launching.wsgi import Request, call

from mmo_lti.lti import log

ROUNDS = 5
LTI, WHOLE = ours.IN_MEMORY, ours.WHOLE
EMPTY, BARE, OPENSSL = "empty Flask view", "bare RSA verification", "openssl speed rsa2048"
GOALS = {
    "131 launch: LTI side / PyLTI1p3, cookie session": "at least 2.5, aim 3",
    "131 launch: LTI side / PyLTI1p3, in memory": "at least 2.5, aim 3",
    "131 launch: LTI side / openssl speed": "at least 0.05",
    "131 launch: LTI side / bare RSA verification": "for comparison",
    "131 launch: whole / PyLTI1p3, cookie session": "for comparison",
    "132 login / PyLTI1p3, cookie session": "at least 1.5, aim 2",
    "132 login / PyLTI1p3, in memory": "at least 1.5, aim 2",
    "132 time of a bad token / of a launch": "at most 1.0",
    "132 time of garbage / of a whole launch": "at most 0.2",
    "132 time of garbage / of an LTI-side launch": "for comparison",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--launches", type=int, default=500, help="launches a round")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(arguments)
    _log_to_nowhere()
    moodle = Moodle()
    contenders = _contenders(moodle)
    try:
        figures = _measure(contenders, moodle, chosen.launches, chosen.rounds)
    finally:
        for contender in contenders:
            contender.close()
    _report(figures, moodle)


def _log_to_nowhere() -> None:
    """As the tool's server logs, but for the file."""
    handler = logging.FileHandler(os.devnull)
    handler.setFormatter(logging.Formatter(log.FORM))
    log.PACKAGE.addHandler(handler)
    log.PACKAGE.setLevel(logging.INFO)


def _contenders(moodle: Moodle) -> list[Contender]:
    found = [
        ours.in_memory(moodle),
        ours.whole_in_memory(moodle),
        ours.on_disk(moodle),
        ours.on_servers(moodle),
    ]
    if usual.library_is_there():
        found += [usual.with_cookie_session(moodle), usual.with_memory(moodle)]
    else:
        print(usual.WHAT_TO_INSTALL, file=sys.stderr)
    return [each for each in found if each is not None]


Figures = dict[str, dict[str, float]]


def _measure(contenders: list[Contender], moodle: Moodle, count: int, rounds: int) -> Figures:
    """Requests a second, by contender and kind of request."""
    seen: dict[str, dict[str, list[float]]] = {}
    empty, check = usual.empty_view(), usual.bare_verification(moodle)
    for number in range(rounds + 1):
        for contender in contenders:
            _round(
                contender,
                moodle,
                count,
                lambda kind, rate, name=contender.name: _note(seen, name, kind, rate),
            )
        bodies = contenders[0].launches(moodle, count)
        _note(seen, EMPTY, "launch", _rate(empty, bodies, 200))
        _note(seen, BARE, "launch", _checks(check, moodle, count))
        verified = openssl.verifications_a_second()
        if verified is not None:
            _note(seen, OPENSSL, "launch", verified)
        if number == 0:
            seen.clear()  # the first round warms caches and compiles statements
    return {
        name: {kind: statistics.median(rates) for kind, rates in kinds.items()}
        for name, kinds in seen.items()
    }


def _round(contender: Contender, moodle: Moodle, count: int, note: Callable[[str, float], None]) -> None:
    app, clock = contender.app, contender.clock
    note("launch", _rate(app, contender.launches(moodle, count), 303, clock))
    note("login", _rate(app, contender.logins(moodle, count), 302, clock))
    if contender.name.startswith("our"):
        note("bad token", _rate(app, contender.bad_launches(moodle, count), 401, clock))
        note("garbage", _rate(app, contender.garbage(moodle, count), 401, clock))


def _note(seen: dict[str, dict[str, list[float]]], name: str, kind: str, rate: float) -> None:
    seen.setdefault(name, {}).setdefault(kind, []).append(rate)


def _rate(
    app: Any, requests: list[Request], wanted: int, clock: Callable[[], float] = time.process_time
) -> float:
    """Requests a second; an answer of another status is an error of the benchmark."""
    environments = [request.environ() for request in requests]
    gc.collect()
    started = clock()
    statuses = {call(app, environ).status for environ in environments}
    taken = clock() - started
    if statuses != {wanted}:
        raise RuntimeError(f"answered with {statuses} instead of {wanted}")
    return len(requests) / taken


def _checks(check: Any, moodle: Moodle, count: int) -> float:
    parts = []
    for _ in range(count):
        signed, _, signature = moodle.token("x").rpartition(".")
        parts.append((signed.encode(), base64.urlsafe_b64decode(signature + "==")))
    started = time.process_time()
    for part in parts:
        check(part)
    return count / (time.process_time() - started)


def _report(figures: Figures, moodle: Moodle) -> None:
    kinds = ("launch", "login", "bad token", "garbage")
    print(f"requests a second, one core, tokens of {len(moodle.token('n' * 32))} bytes")
    print(f"{'':36}" + "".join(f"{kind:>12}" for kind in kinds))
    for name, rates in figures.items():
        columns = (f"{rates[kind]:12,.0f}" if kind in rates else f"{'–':>12}" for kind in kinds)
        print(f"{name:36}" + "".join(columns))
    print()
    ratios = {goal: round(value, 3) for goal, value in _ratios(figures).items()}
    for goal, value in ratios.items():
        print(f"{goal:50}{value:7.3f}   {GOALS[goal]}")
    if OPENSSL not in figures:
        print("there is no openssl command: what a launch could be at best is not known")
    rates_shown = {
        name: {kind: round(rate) for kind, rate in kinds.items()} for name, kinds in figures.items()
    }
    print(json.dumps({"benchmark": "launch", "rates": rates_shown, "ratios": ratios}))


def _ratios(figures: Figures) -> dict[str, float]:
    mine, whole = figures[LTI], figures[WHOLE]
    found = {
        "131 launch: LTI side / bare RSA verification": mine["launch"] / figures[BARE]["launch"],
        "132 time of a bad token / of a launch": mine["launch"] / mine["bad token"],
        "132 time of garbage / of a whole launch": whole["launch"] / whole["garbage"],
        "132 time of garbage / of an LTI-side launch": mine["launch"] / mine["garbage"],
    }
    if OPENSSL in figures:
        found["131 launch: LTI side / openssl speed"] = mine["launch"] / figures[OPENSSL]["launch"]
    for name, shown in ((usual.COOKIE_SESSION, "cookie session"), (usual.IN_MEMORY, "in memory")):
        library = figures.get(name)
        if library:
            found[f"131 launch: LTI side / PyLTI1p3, {shown}"] = mine["launch"] / library["launch"]
            found[f"132 login / PyLTI1p3, {shown}"] = mine["login"] / library["login"]
    if usual.COOKIE_SESSION in figures:
        usually = figures[usual.COOKIE_SESSION]["launch"]
        found["131 launch: whole / PyLTI1p3, cookie session"] = whole["launch"] / usually
    return dict(sorted(found.items()))


if __name__ == "__main__":
    main()
