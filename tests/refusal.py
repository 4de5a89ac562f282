"""What a test says of something that must be refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mmo_lti.rules.errors import Denied, RuleError


@contextmanager
def refused(code: str, /, **params: object) -> Iterator[pytest.ExceptionInfo[RuleError]]:
    """The block is refused with exactly this code, and with these of its parameters."""
    with pytest.raises(RuleError) as caught:
        yield caught
    assert caught.value.code == code
    assert {name: caught.value.params.get(name) for name in params} == params


@contextmanager
def denied(code: str = "denied") -> Iterator[pytest.ExceptionInfo[Denied]]:
    """The permission table does not give the action to this actor."""
    with pytest.raises(Denied) as caught:
        yield caught
    assert caught.value.code == code
