"""Proposed members: people of an adopted group, of a merger, or found in a group by hand (R3.3).

They are nobody's members until they confirm: «Подтверждаю участие в ММО».
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import GroupLink
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Person
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import journal
from mmo_lti.services.actor import Actor, clock_actor
from mmo_lti.services.link import association_path
from mmo_lti.services.membership_move import begin, membership_of, refresh_flag
from mmo_lti.services.notice import notify
from mmo_lti.services.roster_person import RosterPerson, persons_of


def propose_people(
    session: Session, link: GroupLink, people: Iterable[RosterPerson], now: datetime
) -> list[Membership]:
    """Propose the people found in an adopted group; the sync calls it, and only its first call counts.

    Whoever has any standing in the association already keeps it.
    """
    if not link.adopted or link.people_read_at is not None:
        return []
    association = link.association
    actor = clock_actor(link.centre_id)
    link.people_read_at = now
    found = persons_of(session, link.centre_id, people, now)
    proposed = [
        propose(session, actor, association, person, now)
        for person in found
        if membership_of(session, association, person.id) is None
    ]
    journal.record(session, actor, "propose_people", link, now, association_id=association.id)
    refresh_flag(session, association, now)
    return proposed


def propose(
    session: Session, actor: Actor, association: Association, person: Person, now: datetime
) -> Membership:
    """Propose one person who has no open standing; one whose standing has ended is invited anew.

    A proposal has no way back from an end («States»), an invitation asks for the same own act.
    """
    ended = membership_of(session, association, person.id)
    state = MembershipState.PROPOSED if ended is None else MembershipState.INVITED
    membership = begin(session, actor, association, person, state, "propose", now)
    notify(
        session,
        association.centre_id,
        person.id,
        "membership_proposed" if state is MembershipState.PROPOSED else "membership_invited",
        membership,
        now.isoformat(),
        {"association": association.genitive},
        association_path(association),
        now,
        association_id=association.id,
    )
    return membership
