"""An association where all is fine in 2026/2027, and what it is told when one thing is changed."""

from dataclasses import replace
from datetime import date

from mmo_lti.rules.deadlines import NoticeDue, YearFacts, due_notices
from mmo_lti.rules.duties import duties
from mmo_lti.rules.pace import Pace, PaceResult
from mmo_lti.rules.permission import Role
from mmo_lti.rules.states import PlanState, ReportState
from mmo_lti.rules.terms import PlanFact, ProtocolFact, ReportFact
from tests.rules.ground import SETTINGS, YEAR

L, C, D, M, H = Role.LEADER, Role.COORDINATOR, Role.DIRECTOR, Role.MEMBER, Role.HELPER
OWED = duties(YEAR, SETTINGS)
REPORT_DUE = date(2027, 6, 20)
FINE = YearFacts(
    duties=OWED,
    settings=SETTINGS,
    pace=PaceResult(Pace.ON_TRACK, 0, 0, 3, 0, 3),
    plan=PlanFact(PlanState.AGREED, OWED.plan_due, has_agreed=True),
    report=ReportFact(ReportState.ACCEPTED, REPORT_DUE, date(2027, 6, 1)),
)


def told(today: date, **facts) -> list[tuple]:
    """(kind, stage, roles) of what is due, in order."""
    found = due_notices(today, replace(FINE, **facts))
    return [(notice.kind.value, notice.stage, set(notice.roles)) for notice in found]


def one(today: date, **facts) -> NoticeDue:
    found = due_notices(today, replace(FINE, **facts))
    assert len(found) == 1
    return found[0]


OPEN_REPORT = ReportFact(ReportState.DRAFT, REPORT_DUE)
NO_PLAN = PlanFact(None, date(2026, 10, 1))
PROTOCOL = ProtocolFact("7", date(2027, 4, 12), date(2027, 4, 22), number=2)
