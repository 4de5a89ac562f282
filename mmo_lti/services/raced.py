"""Adding a row that another transaction of the same moment may add, too."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.base import Base

T = TypeVar("T", bound=Base)


def insert_once(session: Session, thing: T) -> T | None:
    """Add a row, or return none when another transaction was faster; only the one row is rolled back."""
    try:
        with session.begin_nested():
            session.add(thing)
    except IntegrityError:
        return None
    return thing
