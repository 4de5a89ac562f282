"""`mmo journal`: whether the record of who did what is whole."""

from __future__ import annotations

import sys

import click

from mmo_lti.services import journal_seal
from tasks.cli_ground import centres_named, opened


@click.group()
def journal() -> None:
    """Check the journal."""


@journal.command()
@click.argument("centre", required=False)
def verify(centre: str | None) -> None:
    """Walk the seals of CENTRE (issuer or number), or of all; exits with 1 where a link is broken."""
    whole = True
    with opened() as ground, ground.database.read() as session:
        for one in centres_named(session, centre):
            found = journal_seal.verify(session, one.id)
            whole = whole and found.whole
            state = "whole" if found.whole else "broken"
            if found.broken_at is not None:
                state = f"broken at {found.broken_at}"
            elif found.missing:
                state = f"{found.missing} rows are missing from the end"
            click.echo(f"{one.iss}\t{state}\t{found.sealed} sealed\t{found.unsealed} not sealed yet")
    sys.exit(0 if whole else 1)
