"""The plan on paper: «План деятельности», Приложение 1 (R8)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmo_lti.documents.plan import Agreed, Month, PlanDocument, Proposals
from mmo_lti.documents.plan import PlanItem as Line
from mmo_lti.models.centre import Centre
from mmo_lti.models.plan import Plan, Proposal
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.states import PlanState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.document_party import institution_of, printed_leader
from mmo_lti.services.plan_faults import cancelled_items, proposals_taken
from mmo_lti.services.scope import local_today
from mmo_lti.services.term import term_of


def build(session: Session, plan: Plan, as_of: datetime) -> PlanDocument:
    """What the plan says. A draft's lines without a term are left out: they cannot be sent either (R7.1)."""
    centre = session.get_one(Centre, plan.centre_id)
    moment = plan.decided_at if plan.state is PlanState.AGREED and plan.decided_at else as_of
    day = local_today(session, plan.centre_id, moment)
    year = AcademicYear(plan.year)
    return PlanDocument(
        institution=institution_of(session, centre, day),
        regulation=regulation(centre.regulation),
        association=plan.association.genitive,
        year=year,
        leader=printed_leader(session, plan.association, day),
        priorities=tuple(plan.priorities),
        items=_lines(session, plan, year),
        theme=plan.theme,
        proposals=_proposals(session, plan),
        agreed=_agreed(plan, centre),
        as_of=moment,
    )


def _lines(session: Session, plan: Plan, year: AcademicYear) -> tuple[Line, ...]:
    """Meetings are numbered through the year by their terms: «заседание № 1»."""
    cancelled = cancelled_items(session, plan)
    dated = [(counts_as, item) for item in plan.items if (counts_as := term_of(item, year)) is not None]
    dated.sort(key=lambda each: (each[0], each[1].position))
    lines, number = [], 0
    for counts_as, item in dated:
        number += item.is_meeting
        lines.append(
            Line(
                form=item.form,
                topic=item.topic,
                term=item.day or Month(counts_as.year, counts_as.month),
                place=item.place,
                responsible=item.responsible,
                result=item.result,
                meeting=number if item.is_meeting else None,
                cancelled=item.uid in cancelled,
            )
        )
    return tuple(lines)


def _proposals(session: Session, plan: Plan) -> Proposals | None:
    made = session.scalar(
        select(func.count())
        .select_from(Proposal)
        .where(
            Proposal.centre_id == plan.centre_id,
            Proposal.association_id == plan.association_id,
            Proposal.year == plan.year,
        )
    )
    return Proposals(proposals_taken(session, plan), made) if made else None


def _agreed(plan: Plan, centre: Centre) -> Agreed | None:
    if plan.state is not PlanState.AGREED or plan.decided_at is None:
        return None
    return Agreed(plan.decided_at.astimezone(ZoneInfo(centre.timezone)), plan.version)
