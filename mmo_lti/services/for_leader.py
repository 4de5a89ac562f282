"""Acts of the leader that a coordinator does for an absent or vacant one, with a reason («Who may»)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.rules.action import Action
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services.actor import Actor
from mmo_lti.services.leader import leader_id
from mmo_lti.services.permission import may, require
from mmo_lti.services.typed_text import paragraphs


def require_leader(
    session: Session, actor: Actor, action: Action, today: date, association: Association, reason: str
) -> str:
    """Require a leader's act; return the reason to stamp it with, empty where the leader acts in person.

    A coordinator says with the reason that the leader is absent; without one the act is `Denied`.
    """
    told = paragraphs(reason, "reason", 1000)
    given = {Circumstance.LEADER_ABSENT, Circumstance.REASON_GIVEN} if told else set()
    require(session, actor, action, today, association, given)
    leader = leader_id(session, association.centre_id, association.id, today)
    return "" if actor.person_id is not None and actor.person_id == leader else told


def with_reason(
    session: Session, actor: Actor, actions: Iterable[Action], today: date, association: Association
) -> frozenset[Action]:
    """Those of the leader's acts that the actor may do only with a reason: what a page asks for one."""
    given = {Circumstance.LEADER_ABSENT, Circumstance.REASON_GIVEN}
    return frozenset(
        one
        for one in actions
        if may(session, actor, one, today, association, given)
        and not may(session, actor, one, today, association)
    )


def own_act(
    session: Session, actor: Actor, submitted_by: int | None, association: Association, today: date
) -> frozenset[Circumstance]:
    """Whether the actor would accept what they submitted, or what they lead: nobody does (R7.3, R7.5)."""
    leader = leader_id(session, association.centre_id, association.id, today)
    if actor.person_id is not None and actor.person_id in {submitted_by, leader}:
        return frozenset({Circumstance.SUBMITTED_BY_SELF})
    return frozenset()
