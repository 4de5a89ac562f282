"""Which page a launch lands on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.installation import Installation
from mmo_lti.lti.own_address import own_path
from mmo_lti.services.admission import Admission
from mmo_lti.services.launch import Launch

HOME = "/"
DEEP_LINK = "/lti/deep-link"


def landing_path(
    installation: Installation, session: Session, launch: Launch, admission: Admission, now: datetime
) -> str:
    """A path of ours: what a link prepared for this person, else what the activity names, else home.

    It is a wish: the page checks the rights again.
    """
    if launch.deep_link is not None:
        return DEEP_LINK
    for landing in installation.landings:
        path = landing(session, admission, now)
        if path:
            return path
    target = launch.page or own_path(launch.target_link_uri, installation.config.public_url)
    return HOME if target.startswith(("/lti/", "/s/")) else target
