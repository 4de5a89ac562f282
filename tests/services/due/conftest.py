"""An association that owes nothing of the year before, and one that owes nothing in autumn."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.person import Person
from mmo_lti.rules.states import PlanState, ReportState
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.report import make_report


@pytest.fixture
def association(session: Session, association: Association) -> Association:
    """Its report of the year before was accepted."""
    sent = moment(2026, 6, 18)
    make_report(session, association, 2025, ReportState.ACCEPTED, submitted_at=sent, first_submitted_at=sent)
    return association


@pytest.fixture
def settled(session: Session, association: Association, director_person: Person) -> Association:
    """Its plan is agreed as well."""
    make_plan(session, association, state=PlanState.AGREED, agreed_on=date(2026, 9, 20))
    return association
