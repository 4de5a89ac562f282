"""The plan of a year: written, sent, agreed."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.plan import Plan
from mmo_lti.services import plan as plans
from mmo_lti.services.actor import Actor
from tests.factories.plan import make_plan


@pytest.fixture
def draft(session: Session, association: Association) -> Plan:
    return make_plan(session, association)


@pytest.fixture
def submitted(session: Session, leader: Actor, draft: Plan, director: Actor, now: datetime) -> Plan:
    return plans.submit(session, leader, draft, now).thing


@pytest.fixture
def agreed(session: Session, director: Actor, submitted: Plan, now: datetime) -> Plan:
    return plans.agree(session, director, submitted, now)
