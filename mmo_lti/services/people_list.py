"""The directory of people as the coordinator reads it: name, post, where they belong, what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.association import LIVING
from mmo_lti.services.leader import leader_ids
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.person import people_search
from mmo_lti.services.scope import local_today

PAGE = 50
SHOWN = (*STANDING, MembershipState.PROPOSED, MembershipState.REQUESTED, MembershipState.INVITED)


@dataclass
class Entry:
    """One person: associations with the standing there, those that they lead, offices of the centre."""

    person: Person
    belongs: list[tuple[Association, MembershipState]] = field(default_factory=list)
    leads: list[Association] = field(default_factory=list)
    offices: list[OfficeKind] = field(default_factory=list)


def people_page(
    session: Session, actor: Actor, text: str, now: datetime, *, offset: int = 0
) -> tuple[list[Entry], bool]:
    """A page of people whose names hold all words of `text`, and whether more follow; for the coordinator."""
    found = people_search(session, actor, text, now, offset=offset, limit=PAGE + 1)
    entries = {one.id: Entry(one) for one in found[:PAGE]}
    _add_associations(session, actor, entries, now)
    _add_offices(session, actor, entries, now)
    return list(entries.values()), len(found) > PAGE


def _add_associations(session: Session, actor: Actor, entries: dict[int, Entry], now: datetime) -> None:
    rows = session.execute(
        select(Membership.person_id, Membership.state, Association)
        .join(Association, Association.id == Membership.association_id)
        .where(
            Membership.centre_id == actor.centre_id,
            Membership.person_id.in_(entries),
            Membership.state.in_(SHOWN),
            Association.state.in_(LIVING),
        )
        .order_by(Association.search_key)
    )
    for row in rows:
        entries[row.person_id].belongs.append((row.Association, row.state))
    leaders = leader_ids(session, actor.centre_id, local_today(session, actor.centre_id, now))
    led = {key: person for key, person in leaders.items() if person in entries}
    for association in session.scalars(select(Association).where(Association.id.in_(led))):
        entries[led[association.id]].leads.append(association)


def _add_offices(session: Session, actor: Actor, entries: dict[int, Entry], now: datetime) -> None:
    day = local_today(session, actor.centre_id, now)
    rows = session.scalars(
        select(Office).where(
            Office.centre_id == actor.centre_id,
            Office.person_id.in_(entries),
            Office.since <= day,
            or_(Office.until.is_(None), Office.until >= day),
        )
    )
    for office in rows:
        entries[office.person_id].offices.append(office.kind)
