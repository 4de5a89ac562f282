"""Which kinds of notices a person wants; legal terms of one's own role cannot be switched off (R20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.membership import Helper
from mmo_lti.models.notice import NoticeMute
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.permission import Circumstance
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor
from mmo_lti.services.clock import today
from mmo_lti.services.leader import leader_ids
from mmo_lti.services.notice_kind import KINDS, kind_named
from mmo_lti.services.permission import NotFound, offices_of, require
from mmo_lti.services.scope import hold


class Audience(StrEnum):
    """Whom a group of kinds is for: everybody, or who has the office."""

    MEETINGS = "meetings"
    PLAN = "plan"
    MEMBERSHIP = "membership"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"


GROUPS: dict[Audience, tuple[str, ...]] = {
    Audience.MEETINGS: ("meeting_called", "meeting_reminder", "meeting_moved", "meeting_cancelled"),
    Audience.PLAN: ("plan_proposals", "proposal_taken", "proposal_declined"),
    Audience.MEMBERSHIP: (
        "membership_invited",
        "membership_proposed",
        "membership_accepted",
        "membership_refused",
        "membership_ended",
        "association_created",
        "association_closed",
        "leader_appointed",
        "acting_appointed",
    ),
    Audience.LEADER: (
        "meeting_unconfirmed",
        "plan_agreed",
        "protocol_accepted",
        "protocol_voided",
        "report_assembled",
        "report_accepted",
        "requests_waiting",
        "member_suspended",
    ),
    Audience.COORDINATOR: (
        "protocol_lodged",
        "requests_overdue",
        "below_minimum",
        "disposal_due",
        "drift_found",
        "course_lost",
        "roster_refused",
        "office_coordinator",
    ),
    Audience.DIRECTOR: ("plan_submitted", "report_submitted", "office_director"),
}
"""Every kind that may be switched off, by whom it is for, in the order in which it is offered."""


@dataclass(frozen=True)
class Preference:
    """One kind that the actor may be told of; `on`: they are."""

    kind: str
    on: bool


@dataclass(frozen=True)
class Preferences:
    """The kinds to choose from, by group. `legal`: terms of the actor's own role are told in any case."""

    groups: dict[Audience, list[Preference]]
    legal: bool

    @property
    def off(self) -> int:
        """How many kinds are switched off."""
        return sum(not one.on for group in self.groups.values() for one in group)


def preferences(session: Session, actor: Actor, now: datetime) -> Preferences:
    """What the actor may switch off: kinds for everybody, kinds of their roles, and what is off already."""
    day = today(session.get_one(Centre, actor.centre_id), now)
    muted = muted_kinds(session, actor)
    roles = _audiences(session, actor, day)
    groups = {
        audience: [Preference(kind, kind not in muted) for kind in kinds]
        for audience, kinds in GROUPS.items()
        if audience in roles or muted.intersection(kinds)
    }
    return Preferences(groups, bool(roles & {Audience.LEADER, Audience.COORDINATOR, Audience.DIRECTOR}))


def choose(
    session: Session, actor: Actor, offered: Collection[str], wanted: Collection[str], now: datetime
) -> None:
    """Of the kinds that were `offered` keep the `wanted` ones on and switch the others off.

    Refused as a whole: `RuleError("R20.1")` for a legal term; `NotFound` for a kind that is none.
    """
    if actor.person_id is None or not set(offered) <= set(KINDS):
        raise NotFound
    hold(session, session.get_one(Person, actor.person_id))
    for kind in dict.fromkeys(offered):
        if kind in wanted:
            switch_on(session, actor, kind, now)
        else:
            switch_off(session, actor, kind, now)


def muted_kinds(session: Session, actor: Actor) -> frozenset[str]:
    """The kinds that the actor switched off."""
    return frozenset(
        session.scalars(
            select(NoticeMute.kind).where(
                NoticeMute.centre_id == actor.centre_id, NoticeMute.person_id == actor.person_id
            )
        )
    )


def switch_off(session: Session, actor: Actor, kind: str, now: datetime) -> None:
    """Tell the actor nothing of a kind any more; `RuleError("R20.1")` for a legal term."""
    _require_own(session, actor, now)
    if kind_named(kind).legal:
        raise RuleError("R20.1", kind=kind)
    if kind in muted_kinds(session, actor):
        return
    mute = NoticeMute(centre_id=actor.centre_id, person_id=actor.person_id, kind=kind, since=now)
    session.add(mute)
    journal.record(session, actor, "mute_notices", mute, now, new=kind)


def switch_on(session: Session, actor: Actor, kind: str, now: datetime) -> None:
    """Tell the actor of a kind again."""
    _require_own(session, actor, now)
    mute = session.scalar(
        select(NoticeMute).where(
            NoticeMute.centre_id == actor.centre_id,
            NoticeMute.person_id == actor.person_id,
            NoticeMute.kind == kind,
        )
    )
    if mute is not None:
        journal.record(session, actor, "unmute_notices", mute, now, old=kind)
        session.delete(mute)


def _require_own(session: Session, actor: Actor, now: datetime) -> None:
    day = today(session.get_one(Centre, actor.centre_id), now)
    require(session, actor, Action.NOTICES_CHOOSE, day, circumstances=[Circumstance.SELF])


def _audiences(session: Session, actor: Actor, day: date) -> set[Audience]:
    found = {Audience.MEETINGS, Audience.PLAN, Audience.MEMBERSHIP}
    if actor.person_id is None:
        return found
    offices = offices_of(session, actor.centre_id, actor.person_id, day)
    if actor.person_id in leader_ids(session, actor.centre_id, day).values() or _helps(session, actor, day):
        found.add(Audience.LEADER)
    if OfficeKind.COORDINATOR in offices:  # the leader's notices come to the coordinators where there is none
        found |= {Audience.LEADER, Audience.COORDINATOR}
    if offices & {OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR}:
        found.add(Audience.DIRECTOR)
    return found


def _helps(session: Session, actor: Actor, day: date) -> bool:
    helper = select(Helper.id).where(
        Helper.centre_id == actor.centre_id,
        Helper.person_id == actor.person_id,
        Helper.since <= day,
        or_(Helper.until.is_(None), Helper.until >= day),
    )
    return session.scalar(helper.limit(1)) is not None
