"""One running installation: what pages and the LTI side find on the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import requests
from flask import current_app
from sqlalchemy.orm import Session

from mmo_lti.config import Config
from mmo_lti.files.scan_hook import CommandScan, VirusScan, no_scan
from mmo_lti.files.store import Store
from mmo_lti.models.database import Database
from mmo_lti.services import clock
from mmo_lti.services.admission import Admission

Landing = Callable[[Session, Admission, datetime], str | None]
"""Asked after a launch about whom it admitted: a path of ours to land on, or none."""


@dataclass
class Installation:
    """Settings, database, archive, clock and the pool for outgoing requests of one process."""

    config: Config
    database: Database
    store: Store
    http: requests.Session = field(default_factory=requests.Session)
    wall: Callable[[], datetime] = clock.wall_clock
    """The machine's time, for caches and leases."""
    landings: list[Landing] = field(default_factory=list)

    @property
    def virus_scan(self) -> VirusScan:
        """Who looks through uploads: the operator's command, else nobody."""
        command = self.config.scan_command
        return CommandScan(command) if command else no_scan

    def moment(self) -> datetime:
        """The machine's time, asked anew at each call."""
        return self.wall()

    def now(self, session: Session) -> datetime:
        """The time the product lives in; only a demo's is shifted."""
        if not self.config.demo:
            return self.wall()
        return self.wall() + (clock.now(session) - clock.wall_clock())


def installation() -> Installation:
    """The installation of the current application."""
    found = current_app.extensions["mmo"]
    assert isinstance(found, Installation)  # noqa: S101 - app.py put it there
    return found
