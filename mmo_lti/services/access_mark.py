"""*Without access*: a mark on members who could enter the association's course and cannot now («States»).

It is no state: such a member counts for `no_access_days` and is never enrolled by us. Whoever was never in a
course of the association has no mark and keeps counting.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.course import Course, GroupLink
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.services import journal
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.group_link import ALIVE
from mmo_lti.services.membership_move import STANDING


def mark_access(
    session: Session,
    course: Course,
    roster: CourseRoster,
    inside: Mapping[str, frozenset[str]],
    without_access: Mapping[str, frozenset[str]],
    now: datetime,
) -> list[Membership]:
    """Keep who can enter the course, and set or lift the marks; returns the memberships that changed.

    `inside` are the accounts that the sync asked about, `without_access` those of them that cannot enter,
    both by the association's uid.
    """
    asked = frozenset[str]().union(*inside.values())
    barred = frozenset[str]().union(*without_access.values()) & asked
    once = frozenset(roster.enrolled) | frozenset(roster.suspended)
    roster.enrolled = sorted(asked - barred)
    roster.suspended = sorted(barred & once)
    session.flush()
    return _mark(session, course, now)


def _mark(session: Session, course: Course, now: datetime) -> list[Membership]:
    """An account that enters one of the association's courses is access enough, unless Moodle closed it."""
    entering, barred = _standings(session, course)
    rows = session.execute(
        select(Membership, Account.sub, Account.standing)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.centre_id == course.centre_id,
            Membership.association_id.in_(list(entering)),
            Membership.state.in_(list(STANDING)),
        )
    ).all()
    subs: dict[int, set[str]] = {}
    closed: dict[int, set[str]] = {}
    members: dict[int, Membership] = {}
    for membership, sub, standing in rows:
        members[membership.id] = membership
        kept = subs if standing is AccountStanding.OPEN else closed
        kept.setdefault(membership.id, set()).add(sub)
    changed = []
    for key, membership in members.items():
        own = subs.get(key, set())
        enters = bool(own & entering[membership.association_id])
        lost = not enters and (key in closed or bool(own & barred[membership.association_id]))
        if enters and membership.no_access_since is not None:
            changed.append(_set(session, membership, None, now))
        elif lost and membership.no_access_since is None:
            changed.append(_set(session, membership, now, now))
    return changed


def _standings(session: Session, course: Course) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Of each association with a group here: accounts that enter any of its courses, and barred ones."""
    here = select(GroupLink.association_id).where(
        GroupLink.course_id == course.id, GroupLink.state.in_(ALIVE)
    )
    rows = session.execute(
        select(GroupLink.association_id, CourseRoster)
        .join(CourseRoster, CourseRoster.course_id == GroupLink.course_id)
        .where(GroupLink.association_id.in_(here), GroupLink.state.in_(ALIVE))
    ).all()
    entering: dict[int, set[str]] = {}
    barred: dict[int, set[str]] = {}
    for association_id, roster in rows:
        entering.setdefault(association_id, set()).update(roster.enrolled)
        barred.setdefault(association_id, set()).update(roster.suspended)
    return entering, barred


def _set(session: Session, membership: Membership, since: datetime | None, now: datetime) -> Membership:
    membership.no_access_since = since
    journal.record(
        session,
        clock_actor(membership.centre_id),
        "lose_access" if since else "regain_access",
        membership,
        now,
        association_id=membership.association_id,
    )
    return membership
