"""Whose clock the hour on a form is: the account's, the server's, or the one that the site forces."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from moodle_sync.sandbox.model import User
from moodle_sync.sandbox.state import Moodle


def zone_of(moodle: Moodle, user: User, asked: str = "") -> ZoneInfo:
    """Return the time zone in which Moodle reads and shows times to somebody.

    A call may ask for another than the account's; the zone that a site forces wins.
    """
    site = moodle.site
    own = site.timezone if user.timezone == "99" else user.timezone
    return ZoneInfo(site.forced_timezone or asked or own)
