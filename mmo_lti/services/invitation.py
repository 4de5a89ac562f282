"""The first coordinator: a one-time code from the registration, redeemed after a launch (R1)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.office import CoordinatorInvitation, Office, OfficeKind
from mmo_lti.rules.errors import RuleError
from mmo_lti.services import clock
from mmo_lti.services.actor import Actor
from mmo_lti.services.office import make_first_coordinator
from mmo_lti.services.sealed import digest_of

LIFE = timedelta(days=14)
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 16
"""80 bits: typed once by hand, never guessed."""


def has_coordinator(session: Session, centre: Centre, now: datetime) -> bool:
    """Whether somebody is the centre's coordinator today."""
    today = clock.today(centre, now)
    found = session.scalar(
        select(Office.id).where(
            Office.centre_id == centre.id,
            Office.kind == OfficeKind.COORDINATOR,
            Office.since <= today,
            or_(Office.until.is_(None), Office.until >= today),
        )
    )
    return found is not None


def invite_coordinator(session: Session, centre: Centre, now: datetime) -> str | None:
    """A fresh one-time code (`ABCD-EFGH-JKLM-NPQR`) while the centre has no coordinator, else none.

    Codes given out before stop working.
    """
    if has_coordinator(session, centre, now):
        return None
    session.execute(
        update(CoordinatorInvitation)
        .where(CoordinatorInvitation.centre_id == centre.id, CoordinatorInvitation.redeemed_at.is_(None))
        .values(expires_at=now)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.add(
        CoordinatorInvitation(
            centre_id=centre.id,
            code_digest=digest_of(code),
            expires_at=now + LIFE,
            redeemed_by=None,
            redeemed_at=None,
        )
    )
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def redeem(session: Session, actor: Actor, code: str, now: datetime) -> Office:
    """Make the actor the centre's first coordinator.

    Open to whoever launched from the centre's platform and holds the code: the code is the permission. Raises
    `RuleError` `R1.coordinator_exists` or `R1.invitation` (wrong, used, expired, or another centre's code).
    """
    centre = session.get_one(Centre, actor.centre_id)
    if actor.person_id is None:
        raise RuleError("R1.invitation")
    if has_coordinator(session, centre, now):
        raise RuleError("R1.coordinator_exists")
    taken = session.execute(
        update(CoordinatorInvitation)
        .where(
            CoordinatorInvitation.centre_id == centre.id,
            CoordinatorInvitation.code_digest == digest_of(_plain(code)),
            CoordinatorInvitation.redeemed_at.is_(None),
            CoordinatorInvitation.expires_at > now,
        )
        .values(redeemed_by=actor.person_id, redeemed_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise RuleError("R1.invitation")
    return make_first_coordinator(session, actor, now)


def _plain(code: str) -> str:
    """The code as it was made, whatever spaces, hyphens and small letters it was typed with."""
    return "".join(letter for letter in code[:100].upper() if letter.isalnum())
