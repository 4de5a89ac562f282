"""Properties that the slow suite tries with many more examples, each time the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis.strategies import SearchStrategy

MANY = settings(max_examples=300)
MORE = settings(max_examples=1000, derandomize=False, database=None)
"""With a seed of one's own instead."""

SEEDS = range(1, 6)


def further(*strategies: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property of any values; a failure in the slow suite names its seed: `-k "NAME and 3"`."""

    def decorate(holds: Callable[..., None]) -> Callable[..., None]:
        numbers = [pytest.param(number, marks=pytest.mark.slow) for number in SEEDS]

        @pytest.mark.parametrize("number", [0, *numbers])
        def test(number: int) -> None:
            tried = given(*strategies)(holds)
            (seed(number)(MORE(tried)) if number else MANY(tried))()

        test.__name__, test.__doc__, test.__module__ = holds.__name__, holds.__doc__, holds.__module__
        return test

    return decorate
