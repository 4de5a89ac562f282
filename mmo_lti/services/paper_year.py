"""What the coordinator sees while registering the papers of an adopted association's first year (R2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Plan
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import plan_in_force
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import require
from mmo_lti.services.scope import centre_of, local_today
from mmo_lti.services.year_settings import settings_for

_LISTED = (MembershipState.MEMBER, MembershipState.SUSPENDED, MembershipState.PROPOSED)


@dataclass(frozen=True)
class PaperYear:
    """The year and the day of adoption: protocols up to that day are registered, later ones are written here.

    `planned` are meetings that a paper may be about; `people` may have been there, by name.
    """

    year: AcademicYear
    adopted_on: date
    plan: Plan | None
    protocols: Sequence[Protocol]
    planned: Sequence[Meeting]
    people: Sequence[Person]
    forms: tuple[str, ...]


def paper_year(session: Session, actor: Actor, association: Association, now: datetime) -> PaperYear:
    """Gather the page; `Denied` for all but the coordinator, `registered.not_adopted`."""
    today = local_today(session, actor.centre_id, now)
    require(session, actor, Action.ASSOCIATION_ADOPT, today, association)
    adopted = association.started_using
    if adopted is None:
        raise RuleError("registered.not_adopted")
    year = AcademicYear.of(adopted)
    of_year = (Meeting.association_id == association.id, Meeting.year == year.start)
    return PaperYear(
        year=year,
        adopted_on=adopted,
        plan=plan_in_force.newest(session, association, year),
        protocols=session.scalars(
            select(Protocol)
            .where(
                Protocol.centre_id == association.centre_id,
                Protocol.association_id == association.id,
                Protocol.year == year.start,
                Protocol.registered.is_(True),
            )
            .order_by(Protocol.number)
        ).all(),
        planned=session.scalars(
            select(Meeting)
            .where(
                Meeting.centre_id == association.centre_id,
                *of_year,
                Meeting.is_meeting.is_(True),
                Meeting.state == MeetingState.PLANNED,
            )
            .order_by(Meeting.number)
        ).all(),
        people=session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.centre_id == association.centre_id,
                Membership.association_id == association.id,
                Membership.state.in_(_LISTED),
            )
            .order_by(Person.sort_key, Person.id)
        ).all(),
        forms=tuple(settings_for(session, centre_of(session, actor), year.start).forms),
    )


def takes_papers(association: Association, today: date) -> bool:
    """Whether papers from before the tool are still to be registered: the year of adoption runs."""
    adopted = association.started_using
    return (
        adopted is not None
        and association.state is AssociationState.ACTIVE
        and today in AcademicYear.of(adopted)
    )
