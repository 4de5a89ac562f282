"""Several people, or several workers, at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from sqlalchemy.orm import Session

from mmo_lti.models.database import Database

T = TypeVar("T")


def at_once(database: Database, acts: Sequence[Callable[[Session], T]]) -> list[T | Exception]:
    """Do each act in a transaction of its own, all begun together; what each returned or raised, in order."""
    start = Barrier(len(acts))

    def run(act: Callable[[Session], T]) -> T | Exception:
        start.wait()
        try:
            with database.write() as session:
                return act(session)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
