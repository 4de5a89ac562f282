"""Whatever happens in whatever order: once it is quiet, Moodle shows what is wanted."""

from collections import Counter
from collections.abc import Callable

import pytest

from moodle_sync.sandbox import FaultKind
from tests.moodle_sync.chaos import Chaos
from tests.moodle_sync.conftest import City

FAILURES = {*FaultKind.__members__, "RIGHT_TAKEN_AWAY", "WORKER_KILLED", "CLOCK_JUMP", "MEMORY_LOST"}
"""Timeouts and errors 500 before and after the effect, pages of HTML, JSON cut short, a wrong token, …"""


def run(city: City, seed: int) -> Counter[str]:
    """Sixty things happen; returns how often each failure struck."""
    chaos = Chaos(city, seed)
    try:
        for _ in range(60):
            chaos.step()
        chaos.settle()
        chaos.check()
    except BaseException:
        print(f"seed {seed}", *chaos.log, sep="\n")  # noqa: T201 - shown when the test fails
        raise
    return chaos.struck


@pytest.mark.parametrize("seed", range(20))
def test_it_comes_to_rest(city: City, seed: int) -> None:
    run(city, seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_it_comes_to_rest_a_thousand_times(new_city: Callable[[], City], block: int) -> None:
    struck: Counter[str] = Counter()
    for seed in range(1000 + block * 50, 1050 + block * 50):
        struck += run(new_city(), seed)
    assert struck.keys() == FAILURES
