"""Which page a launch lands on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.lti.own_address import own_path
from mmo_lti.lti.side import LtiSide
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.launch import Launch

HOME = "/"
DEEP_LINK = "/lti/deep-link"


def landing_path(
    side: LtiSide, session: Session, launch: Launch, web_session: WebSession, now: datetime
) -> str:
    """A path of ours: what a link prepared for this person, else what the activity names, else home.

    It is a wish: the page checks the rights again.
    """
    if launch.deep_link is not None:
        return DEEP_LINK
    for landing in side.installation.landings:
        path = landing(session, web_session.id, now)
        if path:
            return path
    target = launch.page or own_path(launch.target_link_uri, side.public_url)
    return HOME if target.startswith(("/lti/", "/s/")) else target
