"""`mmo keys`: the tool's own signing keys (security framework 6.4)."""

from __future__ import annotations

import click

from mmo_lti.lti import tool_keys
from mmo_lti.services import clock
from tasks.cli_ground import opened


@click.group()
def keys() -> None:
    """Turn the keys by which platforms know the tool."""


@keys.command()
def rotate() -> None:
    """Publish the next key: it signs a day later, and the one before stays published for a day after that."""
    with opened() as ground, ground.database.write() as session:
        now = clock.now(session)
        kid = tool_keys.rotate(session, ground.config.secret, now)
        turn = next(each for each in tool_keys.timetable(session, now) if each.kid == kid)
    click.echo(f"{kid} signs from {turn.signs_from:%Y-%m-%d %H:%M} UTC")


@keys.command("list")
def list_keys() -> None:
    """List the published keys, newest first."""
    with opened() as ground, ground.database.read() as session:
        for each in tool_keys.timetable(session, clock.now(session)):
            until = f"published until {each.until:%Y-%m-%d %H:%M}" if each.until else ""
            signs = f"signs from {each.signs_from:%Y-%m-%d %H:%M}"
            click.echo("\t".join(part for part in (each.kid, each.state, signs, until) if part))
