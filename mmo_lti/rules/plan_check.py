"""What keeps a plan from being sent to the director: all faults at once (R7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.year import AcademicYear, years_for

LONGEST_TOPIC = 300
MOST_PRIORITIES = 7


@dataclass(frozen=True)
class PlanItemDraft:
    """One line of a plan. `day`: its date, or the last day of its month; None while it has no term."""

    number: int
    is_meeting: bool
    topic: str
    day: date | None
    responsible: str
    cancelled: bool = False


@dataclass(frozen=True)
class PlanDraft:
    """A plan as it would be sent."""

    year: AcademicYear
    items: Sequence[PlanItemDraft]
    priorities: Sequence[str]
    proposals_taken: int = 0


def plan_faults(plan: PlanDraft, needed: int) -> tuple[Fault, ...]:
    """Everything that R7.1 denies; `needed` is the year's number of meetings (`duties.needed`).

    Codes: `R7.1.meetings` (count, needed), `R7.1.priorities` (count, at_most), and with the numbers of
    `items`: `R7.1.topic`, `R7.1.topic_long`, `R7.1.term`, `R7.1.outside_year`, `R7.1.responsible`.
    """
    live = [item for item in plan.items if not item.cancelled]
    faults = []
    meetings = sum(item.is_meeting for item in live)
    if meetings < needed:
        faults.append(Fault("R7.1.meetings", {"count": meetings, "needed": needed}))
    lines = sum(bool(line.strip()) for line in plan.priorities)
    if not 1 <= lines <= MOST_PRIORITIES:
        faults.append(Fault("R7.1.priorities", {"count": lines, "at_most": MOST_PRIORITIES}))
    of_items = {
        "R7.1.topic": (item for item in live if not item.topic.strip()),
        "R7.1.topic_long": (item for item in live if len(item.topic.strip()) > LONGEST_TOPIC),
        "R7.1.term": (item for item in live if item.day is None),
        "R7.1.outside_year": (item for item in live if not _fits(item, plan.year)),
        "R7.1.responsible": (item for item in live if not item.responsible.strip()),
    }
    for code, items in of_items.items():
        numbers = tuple(item.number for item in items)
        if numbers:
            faults.append(Fault(code, {"items": numbers}))
    return tuple(faults)


def check_plan(plan: PlanDraft, needed: int) -> None:
    """Raise `RuleError` R7.1 with all `faults` of a plan that cannot be sent yet."""
    faults = plan_faults(plan, needed)
    if faults:
        raise RuleError("R7.1", faults=faults)


def plan_warnings(plan: PlanDraft) -> tuple[Fault, ...]:
    """What leader and director are told although the plan may be sent: `R7.2`, no proposals of members."""
    return () if plan.proposals_taken else (Fault("R7.2"),)


def _fits(item: PlanItemDraft, year: AcademicYear) -> bool:
    """Within the year; a meeting may stand at the end of the August before it."""
    if item.day is None or item.day in year:
        return True
    return item.is_meeting and year in years_for(item.day)
