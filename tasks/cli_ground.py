"""What the operator's commands stand on: settings, database, and things found by what the operator types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.config import Config, load_config
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from mmo_lti.queue import CeleryQueue
from mmo_lti.services import clock


@dataclass(frozen=True)
class Ground:
    """One command's settings and database."""

    config: Config
    database: Database


@contextmanager
def opened() -> Iterator[Ground]:
    """Settings and their database, closed afterwards; work that is wanted wakes a worker."""
    config = load_config()
    queue = CeleryQueue(config)
    database = Database(config.database_url, queue)
    try:
        with database.read() as session:
            clock.refuse_shift(session, config.demo)
        yield Ground(config, database)
    finally:
        database.close()
        queue.close()


def centres_named(session: Session, name: str | None) -> list[Centre]:
    """The centre of an issuer or a number, or all of them; an unknown one is a usage error."""
    query = select(Centre).order_by(Centre.id)
    if name is not None:
        query = query.where(Centre.id == int(name)) if name.isdecimal() else query.where(Centre.iss == name)
    found = list(session.scalars(query))
    if name is not None and not found:
        raise click.UsageError(f"no centre {name}: `mmo platform list` names them")
    return found


def registration_named(session: Session, iss: str, client_id: str) -> Registration:
    """The registration of an issuer and a client id; an unknown one is a usage error."""
    query = select(Registration).join(Centre, Centre.id == Registration.centre_id)
    found = session.scalar(query.where(Centre.iss == iss, Registration.client_id == client_id))
    if found is None:
        raise click.UsageError(f"no registration {client_id} of {iss}: `mmo platform list` names them")
    return found
