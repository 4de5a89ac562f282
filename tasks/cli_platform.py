"""`mmo platform`: what the operator does about Moodle platforms."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.lti.own_address import ToolAddresses
from mmo_lti.lti.vocabulary import CUSTOM_PARAMETERS, SCOPES
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.services import clock
from mmo_lti.services.invitation import invite_coordinator
from mmo_lti.services.platform_move import move_platform
from mmo_lti.services.registration import (
    PlatformFacts,
    PlatformRefused,
    add_deployment,
    check_typed_platform,
    find_deployment,
    invite_platform,
    is_known,
    register_platform,
    switch,
)
from tasks.cli_ground import opened, registration_named


@click.group()
def platform() -> None:
    """Connect Moodle platforms."""


@platform.command()
@click.option("--by-hand", is_flag=True, help="A page for whoever types the values, not for Moodle itself.")
def invite(*, by_hand: bool) -> None:
    """Print a one-time registration address: good once, for 24 hours; handing it out approves a platform."""
    with opened() as ground, ground.database.write() as session:
        secret = invite_platform(session, clock.now(session))
    click.echo(f"{ground.config.public_url}/lti/register/{secret}" + ("/by-hand" if by_hand else ""))


@platform.command("list")
def list_platforms() -> None:
    """List the registered platforms with their client ids and deployments."""
    with opened() as ground, ground.database.read() as session:
        for one in session.scalars(select(Registration).order_by(Registration.id)):
            click.echo("\t".join((one.centre.iss, one.client_id, _state(one), *_deployments(one))))


def _state(thing: Registration | Deployment) -> str:
    return "enabled" if thing.enabled else "disabled"


def _deployments(one: Registration) -> list[str]:
    found = sorted(one.deployments, key=lambda each: each.id)
    return [each.deployment_id if each.enabled else f"{each.deployment_id} (disabled)" for each in found]


@platform.command()
def values() -> None:
    """Print what an administrator types into Moodle where registration is done by hand."""
    with opened() as ground:
        own = ToolAddresses.of(ground.config.public_url)
    custom = [f"Custom parameters\t{name}={value}" for name, value in CUSTOM_PARAMETERS.items()]
    lines = [
        f"Tool URL\t{own.tool}",
        "LTI version\tLTI 1.3",
        "Public key type\tKeyset URL",
        f"Public keyset\t{own.keys}",
        f"Initiate login URL\t{own.login}",
        f"Redirection URI(s)\t{own.launch}",
        *custom,
        "Default launch container\tEmbed, without blocks",
        "Supports Deep Linking (Content-Item Message)\tyes",
        f"Content Selection URL\t{own.tool}",
        "IMS LTI Assignment and Grade Services\tUse this service for grade sync and column management",
        "IMS LTI Names and Role Provisioning\tUse this service to retrieve members' information",
        "Share launcher's name and email\tAlways",
    ]
    click.echo("\n".join(lines))


@platform.command()
@click.argument("iss")
@click.argument("client_id")
@click.option("--deployment", default="", help="Deployment ID; may be told later.")
@click.option("--auth", help="Authentication request URL.  [default: ISS/mod/lti/auth.php]")
@click.option("--token", help="Access token URL.  [default: ISS/mod/lti/token.php]")
@click.option("--jwks", help="Public keyset URL.  [default: ISS/mod/lti/certs.php]")
@click.option("--audience", default="", help="Audience of our assertions, if it is not --token.")
@click.option("--name", default="", help="Name of a new centre.")
def add(
    iss: str,
    client_id: str,
    deployment: str,
    auth: str | None,
    token: str | None,
    jwks: str | None,
    audience: str,
    name: str,
) -> None:
    """Register a platform by hand: ISS and CLIENT_ID are its «Platform ID» and «Client ID».

    A known pair is updated in place. Prints the code that makes the first coordinator, while there is none.
    """
    base = iss.rstrip("/")
    facts = PlatformFacts(
        iss=iss,
        client_id=client_id,
        authorization_endpoint=auth or f"{base}/mod/lti/auth.php",
        token_endpoint=token or f"{base}/mod/lti/token.php",
        jwks_uri=jwks or f"{base}/mod/lti/certs.php",
        deployment_id=deployment,
        token_audience=audience,
        scopes=SCOPES,
        centre_name=name,
    )
    with opened() as ground, ground.database.write() as session:
        now = clock.now(session)
        try:
            if not is_known(session, iss):
                check_typed_platform(facts, ground.config.loopback_hosts)
            registration = register_platform(session, facts, ground.config.loopback_hosts, now)
        except PlatformRefused as refused:
            raise _refused(refused) from None
        code = invite_coordinator(session, registration.centre, now)
    click.echo(f"registered {iss} {client_id}")
    if not deployment:
        click.echo("launches wait for the deployment: mmo platform deployment ISS CLIENT_ID DEPLOYMENT")
    if code:
        click.echo(f"code of the first coordinator: {code}")


@platform.command("deployment")
@click.argument("iss")
@click.argument("client_id")
@click.argument("deployment_id")
def allow_deployment(iss: str, client_id: str, deployment_id: str) -> None:
    """Let launches of a deployment in; one that was switched off is switched on again."""
    with opened() as ground, ground.database.write() as session:
        registration = registration_named(session, iss, client_id)
        try:
            add_deployment(session, registration, deployment_id, clock.now(session))
        except PlatformRefused as refused:
            raise _refused(refused) from None
    click.echo(f"launches of deployment {deployment_id} are let in")


@platform.command()
@click.argument("iss")
@click.argument("client_id")
@click.option("--deployment", help="Only this deployment.")
def disable(iss: str, client_id: str, deployment: str | None) -> None:
    """Let no launch in; sessions end at their next request."""
    _switch(iss, client_id, deployment, enabled=False)


@platform.command()
@click.argument("iss")
@click.argument("client_id")
@click.option("--deployment", help="Only this deployment.")
def enable(iss: str, client_id: str, deployment: str | None) -> None:
    """Let launches in again."""
    _switch(iss, client_id, deployment, enabled=True)


def _switch(iss: str, client_id: str, deployment: str | None, *, enabled: bool) -> None:
    with opened() as ground, ground.database.write() as session:
        thing = _thing(session, iss, client_id, deployment)
        switch(session, thing, enabled, clock.now(session))
        click.echo(f"{_state(thing)}: {' '.join(filter(None, (iss, client_id, deployment)))}")


def _thing(session: Session, iss: str, client_id: str, deployment: str | None) -> Registration | Deployment:
    registration = registration_named(session, iss, client_id)
    if deployment is None:
        return registration
    found = find_deployment(session, registration.id, deployment)
    if found is None:
        raise click.UsageError(f"no deployment {deployment} of {client_id}: `mmo platform list` names them")
    return found


@platform.command()
@click.argument("old")
@click.argument("new")
def move(old: str, new: str) -> None:
    """Follow a Moodle that changed its host: the issuer OLD is NEW from now on, accounts are kept."""
    with opened() as ground, ground.database.write() as session:
        try:
            move_platform(session, old, new, ground.config.loopback_hosts, clock.now(session))
        except PlatformRefused as refused:
            raise _refused(refused) from None
    click.echo(f"{old} is {new} now; tell Moodle nothing, but check: mmo doctor {new}")


def _refused(refused: PlatformRefused) -> click.ClickException:
    normal = f": write {refused.params['normal']}" if "normal" in refused.params else ""
    return click.UsageError(f"this {refused.params['field']} cannot be used{normal}")
