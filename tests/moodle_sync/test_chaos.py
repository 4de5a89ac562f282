"""Whatever happens in whatever order: once it is quiet, Moodle shows what is wanted."""

from collections.abc import Callable

import pytest

from tests.moodle_sync.chaos import Chaos
from tests.moodle_sync.conftest import City


def run(city: City, seed: int) -> None:
    chaos = Chaos(city, seed)
    try:
        for _ in range(60):
            chaos.step()
        chaos.settle()
        chaos.check()
    except BaseException:
        print(f"seed {seed}", *chaos.log, sep="\n")  # noqa: T201 - shown when the test fails
        raise


@pytest.mark.parametrize("seed", range(20))
def test_it_comes_to_rest(city: City, seed: int) -> None:
    run(city, seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_it_comes_to_rest_a_thousand_times(new_city: Callable[[], City], block: int) -> None:
    for seed in range(1000 + block * 50, 1050 + block * 50):
        run(new_city(), seed)
