"""The path of a new association: ten people, order, leader, plan, first meeting; and the step it is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.states import AssociationState, MeetingState, PlanState
from mmo_lti.services.association_list import Card
from mmo_lti.services.scope import running_settings
from mmo_lti.services.year_rows import YearRows


class Step(StrEnum):
    """Steps of a young association, in order."""

    PEOPLE = "people"
    ORDER = "order"
    LEADER = "leader"
    PLAN = "plan"
    MEETING = "meeting"


@dataclass(frozen=True)
class SetupPath:
    """Which steps are done, and how many people the first one asks for."""

    done: dict[Step, bool]
    people: int


def path_of(
    session: Session, association: Association, card: Card, rows: YearRows | None, today: date
) -> SetupPath | None:
    """The path while it is walked; none once a meeting was ever held, or where the actor sees too little.

    An adopted association has walked it before; an ended one walks it no more.
    """
    draft = association.state is AssociationState.DRAFT
    if not draft and (rows is None or association.state is not AssociationState.ACTIVE):
        return None
    if association.started_using is not None or _has_met(session, association):
        return None
    minimum = running_settings(session, association.centre_id, today).min_members
    done = {
        Step.PEOPLE: not draft or card.count.counted >= minimum,
        Step.ORDER: not draft,
        Step.LEADER: card.leader is not None,
        Step.PLAN: rows is not None and any(plan.state is PlanState.AGREED for plan in rows.plans),
        Step.MEETING: False,
    }
    return SetupPath(done, minimum)


def _has_met(session: Session, association: Association) -> bool:
    held = session.scalar(
        select(Meeting.id)
        .where(
            Meeting.centre_id == association.centre_id,
            Meeting.association_id == association.id,
            Meeting.state == MeetingState.HELD,
        )
        .limit(1)
    )
    return held is not None
