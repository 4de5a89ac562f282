"""Helpers whom the leader names: they prepare documents and never submit («Who may»)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.scope import check_centre, local_today


def name_helper(
    session: Session, actor: Actor, association: Association, person: Person, now: datetime
) -> Helper:
    """The leader names a member as helper from today on; `helper.not_member` for anybody else."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.HELPER_NAME, day, association)
    check_centre(actor, person)
    membership = membership_of(session, association, person.id)
    if membership is None or membership.state is not MembershipState.MEMBER:
        raise RuleError("helper.not_member")
    helper = _helper(session, association, person)
    if helper is None:
        helper = Helper(
            centre_id=association.centre_id, association_id=association.id, person_id=person.id, since=day
        )
        session.add(helper)
    elif helper.until is None:
        return helper
    elif helper.until < day:
        helper.since = day
    helper.until = None
    journal.record(session, actor, "name_helper", helper, now, association_id=association.id)
    return helper


def end_helper(
    session: Session, actor: Actor, association: Association, person: Person, now: datetime
) -> Helper:
    """The leader takes the help back: the rights end at once."""
    day = local_today(session, actor.centre_id, now)
    require(session, actor, Action.HELPER_NAME, day, association)
    helper = _helper(session, association, person)
    if helper is None:
        raise NotFound
    helper.until = day - timedelta(days=1)
    journal.record(session, actor, "end_helper", helper, now, association_id=association.id)
    return helper


def _helper(session: Session, association: Association, person: Person) -> Helper | None:
    return session.scalar(
        select(Helper).where(
            Helper.centre_id == association.centre_id,
            Helper.association_id == association.id,
            Helper.person_id == person.id,
        )
    )
