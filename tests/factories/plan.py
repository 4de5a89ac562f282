from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan, PlanItem
from mmo_lti.rules.states import PlanState


def make_plan(
    session: Session,
    association: Association,
    months: tuple[int, ...] = (10, 1, 4),
    *,
    year: int = 2026,
    state: PlanState = PlanState.DRAFT,
    **fields: Any,
) -> Plan:
    """A plan with one priority and one meeting in each of the months, complete enough to submit."""
    plan = Plan(
        centre_id=association.centre_id,
        association_id=association.id,
        year=year,
        state=state,
        **({"priorities": ["Функциональная грамотность"]} | fields),
    )
    session.add(plan)
    session.flush()
    for position, month in enumerate(months, start=1):
        session.add(
            PlanItem(
                centre_id=plan.centre_id,
                plan_id=plan.id,
                uid=str(uuid4()),
                position=position,
                form="заседание",
                is_meeting=True,
                topic=f"Тема {position}",
                month=month,
                place="МБУ МЦ",
                responsible="руководитель ММО",
                result="протокол",
            )
        )
    session.flush()
    session.refresh(plan)
    return plan
