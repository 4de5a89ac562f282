"""Rights: the roles an actor has today, held against the permission table of `rules.permission`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Helper, Membership
from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.rules.action import Action
from mmo_lti.rules.permission import Circumstance, Role, allowed
from mmo_lti.rules.states import AssociationState, MembershipState
from mmo_lti.services.actor import Actor
from mmo_lti.services.denial import denial
from mmo_lti.services.leader import leader_id


class NotFound(LookupError):
    """No such thing in the actor's centre; another centre's thing is not told apart."""


def offices_of(session: Session, centre_id: int, person_id: int, today: date) -> frozenset[OfficeKind]:
    """The person's offices in the centre today."""
    kinds = session.scalars(
        select(Office.kind).where(
            Office.centre_id == centre_id,
            Office.person_id == person_id,
            Office.since <= today,
            or_(Office.until.is_(None), Office.until >= today),
        )
    )
    return frozenset(kinds)


def roles_of(
    session: Session, actor: Actor, today: date, association: Association | None = None
) -> frozenset[Role]:
    """All roles of the actor today; those of an association only when one is given."""
    if actor.person_id is None:
        return frozenset({Role.CLOCK})
    roles = {Role.TEACHER}
    if actor.site_administrator:
        roles.add(Role.SITE_ADMINISTRATOR)
    offices = offices_of(session, actor.centre_id, actor.person_id, today)
    if OfficeKind.COORDINATOR in offices:
        roles.add(Role.COORDINATOR)
    if offices & {OfficeKind.DIRECTOR, OfficeKind.ACTING_DIRECTOR}:
        roles.add(Role.DIRECTOR)
    if association is not None and association.centre_id == actor.centre_id:
        roles |= _roles_in(session, actor.centre_id, actor.person_id, association, today)
    return frozenset(roles)


def _roles_in(
    session: Session, centre_id: int, person_id: int, association: Association, today: date
) -> frozenset[Role]:
    roles = set()
    state = session.scalar(
        select(Membership.state).where(
            Membership.centre_id == centre_id,
            Membership.association_id == association.id,
            Membership.person_id == person_id,
        )
    )
    if state in {MembershipState.MEMBER, MembershipState.SUSPENDED}:
        roles.add(Role.MEMBER)
        helping = session.scalar(
            select(Helper.id).where(
                Helper.association_id == association.id,
                Helper.person_id == person_id,
                Helper.since <= today,
                or_(Helper.until.is_(None), Helper.until >= today),
            )
        )
        if helping is not None:
            roles.add(Role.HELPER)
    if leader_id(session, centre_id, association.id, today) == person_id:
        roles.add(Role.LEADER)
    return frozenset(roles)


def circumstances_of(
    session: Session, association: Association | None, today: date
) -> frozenset[Circumstance]:
    """What holds about the association: the roles are held in it, it is a draft, it has no leader."""
    if association is None:
        return frozenset()
    found = {Circumstance.OWN_ASSOCIATION}
    if association.state is AssociationState.DRAFT:
        found.add(Circumstance.ASSOCIATION_DRAFT)
    if leader_id(session, association.centre_id, association.id, today) is None:
        found.add(Circumstance.NO_LEADER)
    return frozenset(found)


def may(
    session: Session,
    actor: Actor,
    action: Action,
    today: date,
    association: Association | None = None,
    circumstances: Iterable[Circumstance] = (),
) -> bool:
    """Whether the table gives the action to the actor: what a page asks before it shows a button."""
    if association is not None and association.centre_id != actor.centre_id:
        return False
    given = circumstances_of(session, association, today) | frozenset(circumstances)
    return allowed(action, roles_of(session, actor, today, association), given)


def require(
    session: Session,
    actor: Actor,
    action: Action,
    today: date,
    association: Association | None = None,
    circumstances: Iterable[Circumstance] = (),
) -> None:
    """Raise `Denied` unless `may`; an association of another centre is `NotFound`."""
    if association is not None and association.centre_id != actor.centre_id:
        raise NotFound
    given = circumstances_of(session, association, today) | frozenset(circumstances)
    if not allowed(action, roles_of(session, actor, today, association), given):
        raise denial(session, actor, action, today, association, given)
