"""The duties of somebody, as short as a test compares them."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.services.actor import Actor
from mmo_lti.services.duty import duties_of

TODAY = date(2026, 10, 5)


def codes(session: Session, actor: Actor, today: date = TODAY) -> list[tuple[str, int | None]]:
    """Code and days left of each duty, without their common beginning."""
    return [(duty.code.removeprefix("duty."), duty.days_left) for duty in duties_of(session, actor, today)]
