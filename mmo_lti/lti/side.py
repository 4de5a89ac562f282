"""What the LTI side of one process shares between requests: stores, caches, the way out."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from mmo_lti.installation import Installation
from mmo_lti.lti import log
from mmo_lti.lti.admissions import Admissions, DatabaseAdmissions
from mmo_lti.lti.cookies import Cookies
from mmo_lti.lti.known_platforms import KnownPlatforms
from mmo_lti.lti.outgoing import Outgoing
from mmo_lti.lti.platform_keys import PlatformKeys
from mmo_lti.lti.rate import RateLimit
from mmo_lti.lti.state_store import StateStore, open_states

_NAME = "mmo.lti"


@dataclass
class LtiSide:
    """Stores and caches of the LTI side, made once for an application."""

    installation: Installation
    platforms: KnownPlatforms
    states: StateStore
    admissions: Admissions
    keys: PlatformKeys
    outgoing: Outgoing
    cookies: Cookies
    logins: RateLimit
    refusal_pages: dict[tuple[str, str, str], tuple[bytes, bytes]] = field(default_factory=dict)
    """By event, message and language: rendered once; the code that tells two of them apart goes between."""

    @property
    def public_url(self) -> str:
        """The tool's own address, from the settings alone."""
        return self.installation.config.public_url

    def now(self) -> datetime:
        """The product's time; only a demo asks the database for it."""
        installation = self.installation
        if not installation.config.demo:
            return installation.moment()
        with installation.database.read() as session:
            return installation.now(session)


def attach(app: Flask) -> None:
    """Make the LTI side of an application whose installation is in place."""
    installation: Installation = app.extensions["mmo"]
    config = installation.config
    outgoing = Outgoing(installation.http, config.loopback_hosts)
    app.extensions[_NAME] = LtiSide(
        installation=installation,
        platforms=KnownPlatforms(installation.database),
        states=open_states(config, installation.database),
        admissions=DatabaseAdmissions(installation),
        keys=PlatformKeys(installation.database, outgoing, installation.moment, _stale_use),
        outgoing=outgoing,
        cookies=Cookies(config.secure),
        logins=RateLimit(installation.moment),
    )


def lti_side() -> LtiSide:
    """The LTI side of the current application."""
    return side_of(current_app)


def side_of(app: Flask) -> LtiSide:
    """The LTI side of an application."""
    side = app.extensions[_NAME]
    assert isinstance(side, LtiSide)  # noqa: S101 - `attach` put it there
    return side


def _stale_use(registration_id: int, reason: str) -> None:
    log.write(logging.ERROR, "jwks", "platform.jwks_stale", registration=registration_id, cause=reason)
