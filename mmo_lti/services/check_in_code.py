"""The two codes of a meeting by which people check in: of the link in its QR code, and six digits to type.

They are made when the meeting's moment is fixed and told while it runs; whoever is in the room sees them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.check_in import CODE_DIGITS

LINK_BYTES = 12
DRAWS = 20
"""A centre has a few thousand meetings and a million codes: a second draw is rare already."""


def draw_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def give_codes(session: Session, meeting: Meeting, draw: Callable[[], str] = draw_code) -> None:
    """Give a meeting digits that no other meeting of its centre has or had, and its link, once.

    At a move the digits are new: who learnt the old ones need not be at the new place. The link stays.
    """
    meeting.go_code = meeting.go_code or secrets.token_urlsafe(LINK_BYTES)
    session.flush()
    for left in reversed(range(DRAWS)):
        try:
            with session.begin_nested():
                meeting.check_in_code = draw()
        except IntegrityError:
            if not left:
                raise
        else:
            return
