"""Taking and giving back a lease: one holder at a time, across workers and databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.lease import Lease
from mmo_lti.services.clock import farthest, wall_clock


def take(session: Session, name: str, holder: str, seconds: int) -> bool:
    """Take or prolong the lease for `seconds` of real time; false while somebody else holds it.

    All who take it ask for as many seconds: one that ends later was taken before the clock was set back.
    """
    now, life = wall_clock(), timedelta(seconds=seconds)
    until = now + life
    taken = session.execute(
        update(Lease)
        .where(
            Lease.name == name,
            or_(Lease.holder == holder, Lease.until < now, Lease.until > farthest(now, life)),
        )
        .values(holder=holder, until=until)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 1:  # type: ignore[attr-defined]
        return True
    if session.get(Lease, name, populate_existing=True) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Lease(name=name, holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back if it is still this holder's."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
