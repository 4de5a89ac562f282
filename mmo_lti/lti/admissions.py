"""What becomes of a verified launch: a signed-in session, and the page it lands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mmo_lti.installation import Installation
from mmo_lti.lti.landing import landing_path
from mmo_lti.lti.refusal import denied, unknown
from mmo_lti.services.admission import NotAdmitted, admit
from mmo_lti.services.launch import Launch
from mmo_lti.services.web_session import open_session


@dataclass(frozen=True)
class Admitted:
    """A fresh session's name and its cookie's secret, and a path of ours."""

    handle: str
    token: str
    path: str


class Admissions(Protocol):
    """Lets people in whom the platform vouches for."""

    def admit(self, launch: Launch, deployment_id: int, *, own_tab: bool) -> Admitted:
        """Sign the person of a launch in; raises `Refused`."""


class DatabaseAdmissions:
    """Keeps accounts, courses and sessions in the installation's database, one transaction a launch."""

    def __init__(self, installation: Installation) -> None:
        """Admit to `installation`."""
        self._installation = installation

    def admit(self, launch: Launch, deployment_id: int, *, own_tab: bool) -> Admitted:
        """See `Admissions`."""
        if launch.deep_link is not None and not launch.roles.course_staff:
            raise denied("deep_link", iss=launch.iss)
        installation = self._installation
        with installation.database.write() as session:
            now = installation.now(session)
            try:
                admission = admit(session, launch, deployment_id, now)
            except NotAdmitted as refused:
                outcome = denied if refused.reason == "account" else unknown
                raise outcome(refused.reason, iss=launch.iss, client_id=launch.client_id) from None
            opened = open_session(session, admission, launch, now, own_tab=own_tab)
            path = landing_path(installation, session, launch, admission, now)
            return Admitted(opened.handle, opened.token, path)
