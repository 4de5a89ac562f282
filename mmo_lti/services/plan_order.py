"""The numbers of a plan's lines: as the leader put them while it is drafted, by date once it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mmo_lti.models.plan import Plan
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.term import term_of


def number(session: Session, plan: Plan, uids: Sequence[str]) -> None:
    """Give the lines the order of `uids`, which names each line once."""
    places = {uid: place for place, uid in enumerate(uids, start=1)}
    for item in plan.items:
        item.position = -places[item.uid]
    session.flush()
    for item in plan.items:
        item.position = places[item.uid]
    session.flush()
    session.refresh(plan, ["items"])


def number_by_date(session: Session, plan: Plan) -> None:
    """Number the lines of a complete plan by date, as its paper does; those of one day stay as they stood."""
    year = AcademicYear(plan.year)
    dated = [(term_of(item, year) or year.last_day, item.position, item.uid) for item in plan.items]
    number(session, plan, [uid for _, _, uid in sorted(dated)])
