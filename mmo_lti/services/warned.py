"""What was done, and what the person should know although it was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from mmo_lti.rules.errors import Fault

T = TypeVar("T")


@dataclass(frozen=True)
class Warned(Generic[T]):
    """A changed thing with warnings (codes with parameters); an empty tuple means there is nothing to say."""

    thing: T
    warnings: tuple[Fault, ...] = ()
