"""The path of a new association: ten people, order, leader, plan, first meeting; and the step it is on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
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


def path_of(
    session: Session, association: Association, card: Card, rows: YearRows | None, today: date
) -> dict[Step, bool]:
    """Which steps are done; empty once the first meeting was held, or where the actor sees no more."""
    active = association.state is AssociationState.ACTIVE
    minimum = running_settings(session, association.centre_id, today).min_members
    done = {
        Step.PEOPLE: active or card.count.counted >= minimum,
        Step.ORDER: active,
        Step.LEADER: card.leader is not None,
        Step.PLAN: rows is not None and any(plan.state is PlanState.AGREED for plan in rows.plans),
        Step.MEETING: rows is not None and any(one.state is MeetingState.HELD for one in rows.meetings),
    }
    return {} if all(done.values()) else done
