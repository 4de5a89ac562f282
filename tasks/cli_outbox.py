"""`mmo outbox`: background work that waits, failed, or was given up."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import clock, dead_work
from mmo_lti.services.actor import Actor, clock_actor
from tasks.cli_ground import opened


@click.group("outbox")
def outbox_commands() -> None:
    """See and answer for background work."""


@outbox_commands.command("list")
@click.option("--dead", is_flag=True, help="Only what was given up.")
def list_work(dead: bool) -> None:
    """List work that is not done: number, centre, kind, subject, state, attempts, reason."""
    query = select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)
    if dead:
        query = query.where(OutboxRow.dead.is_(True))
    with opened() as ground, ground.database.read() as session:
        for row in session.scalars(query):
            fields = (row.id, row.centre_id, row.kind, row.subject_id, _state(row), row.attempts, row.failure)
            click.echo("\t".join(map(str, fields)).rstrip())


def _state(row: OutboxRow) -> str:
    if row.dead:
        return "dead"
    if row.claimed_by:
        return "running"
    return "failed" if row.failure else "waiting"


@outbox_commands.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Want given-up work anew, with all its attempts."""
    with opened() as ground, ground.database.write() as session:
        row = dead_work.retry(session, _operator(session, number), number, clock.now(session))
        session.flush()
        click.echo(f"wanted again as {row.id}")


@outbox_commands.command()
@click.argument("number", type=int)
def drop(number: int) -> None:
    """Give work up for good."""
    with opened() as ground, ground.database.write() as session:
        dead_work.drop(session, _operator(session, number), number, clock.now(session))
        click.echo(f"dropped {number}")


def _operator(session: Session, number: int) -> Actor:
    """Who acts for the centre of a given-up row; anything else is a usage error."""
    row = session.get(OutboxRow, number)
    if row is None or not row.dead or row.done_at is not None:
        raise click.UsageError(f"no given-up work {number}: `mmo outbox list --dead` names it")
    return clock_actor(row.centre_id)
