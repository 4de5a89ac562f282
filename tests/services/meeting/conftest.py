"""A meeting that stands in the plan, and one to which people are called."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.states import PlanState
from mmo_lti.services import meeting as meetings
from mmo_lti.services.actor import Actor
from mmo_lti.services.plan_in_force import put_in_force
from tests.factories.plan import make_plan
from tests.services.meeting.call import PLACE, WHEN


@pytest.fixture
def planned(session: Session, leader: Actor, association: Association, now: datetime) -> Meeting:
    """A meeting of the agreed plan, in October, nobody invited yet."""
    plan = make_plan(session, association, state=PlanState.AGREED)
    put_in_force(session, leader, plan, now)
    return session.scalars(select(Meeting).order_by(Meeting.number)).first()  # type: ignore[return-value]


@pytest.fixture
def called(session: Session, leader: Actor, planned: Meeting, now: datetime) -> Meeting:
    return meetings.call(session, leader, planned, starts_at=WHEN, place=PLACE, now=now).thing
