"""`mmo platform`: what the operator does about Moodle platforms."""

from __future__ import annotations

import click
from sqlalchemy import select

from mmo_lti.config import load_config
from mmo_lti.models.database import Database
from mmo_lti.models.registration import Registration
from mmo_lti.services import clock
from mmo_lti.services.registration import invite_platform


@click.group()
def platform() -> None:
    """Connect Moodle platforms."""


@platform.command()
def invite() -> None:
    """Print a one-time registration address: good once, for 24 hours; handing it out approves a platform."""
    config = load_config()
    database = Database(config.database_url)
    with database.write() as session:
        secret = invite_platform(session, clock.now(session))
    database.close()
    click.echo(f"{config.public_url}/lti/register/{secret}")


@platform.command("list")
def list_platforms() -> None:
    """List the registered platforms with their client ids."""
    database = Database(load_config().database_url)
    with database.read() as session:
        for one in session.scalars(select(Registration).order_by(Registration.id)):
            state = "enabled" if one.enabled else "disabled"
            click.echo(f"{one.centre.iss}\t{one.client_id}\t{state}")
    database.close()
