"""The slow sweep over known people: whose account is read in Moodle next, and what the reading changes.

Nobody tells us that somebody was renamed, suspended or deleted in Moodle, and no list of a course shows a
suspension at site level. A launch brings all of it for whoever comes; the sweep finds the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from mmo_lti.models.association import Association
from mmo_lti.models.membership import Membership
from mmo_lti.models.office import Office
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import journal
from mmo_lti.services.actor import clock_actor
from mmo_lti.services.group_link import want_sync
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.roster_person import RosterPerson, take_facts
from mmo_lti.services.scope import local_today

KIND = "read_people"
"""Kind of the outbox row; its subject is the centre."""

NIGHTS = 7
"""In so many nights everybody comes by."""

FRESH = timedelta(days=NIGHTS, hours=-12)
"""How long a reading is good; half a day less than the nights, which are no longer than others in spring."""

FEWEST = 200
"""So many are read at once in any case: one call of Moodle."""

_COMING = STANDING | {MembershipState.REQUESTED, MembershipState.INVITED, MembershipState.PROPOSED}


@dataclass(frozen=True)
class AccountRead:
    """An account as Moodle tells it; `standing` is none where Moodle hides it."""

    person: RosterPerson
    standing: AccountStanding | None


def due_accounts(session: Session, centre_id: int, now: datetime) -> list[str]:
    """A night's portion of accounts (`sub`) to read, the one known longest ago first.

    Of people who belong to an association, are about to, or hold an office: whoever else launched the tool is
    none of its business, and may be a pupil (R1). Who launched of late told everything already. Whoever was
    suspended is read each night: they wait to be let in again.
    """
    session.flush()
    day = local_today(session, centre_id, now)
    belongs = or_(
        exists().where(Membership.person_id == Account.person_id, Membership.state.in_(list(_COMING))),
        exists().where(
            Office.person_id == Account.person_id, or_(Office.until.is_(None), Office.until >= day)
        ),
    )
    ours = (Account.centre_id == centre_id, Account.disabled.is_(False), belongs)
    many = session.scalar(select(func.count()).select_from(Account).where(*ours)) or 0
    known = _known_since()
    oldest = (
        select(Account.sub)
        .where(*ours, or_(known.is_(None), known <= now - FRESH))
        .order_by(known.asc().nulls_first(), Account.id)
        .limit(max(FEWEST, -(-many // NIGHTS)))
    )
    suspended = select(Account.sub).where(*ours, Account.standing == AccountStanding.SUSPENDED)
    return list(dict.fromkeys([*session.scalars(oldest), *session.scalars(suspended.order_by(Account.id))]))


def seen_in_a_course(session: Session, centre_id: int, subs: Collection[str]) -> bool:
    """Whether any of these accounts could enter a connected course at its last sync."""
    rosters = session.scalars(select(CourseRoster.enrolled).where(CourseRoster.centre_id == centre_id))
    wanted = frozenset(subs)
    return any(wanted.intersection(enrolled) for enrolled in rosters)


def record_reading(
    session: Session, centre_id: int, asked: Sequence[str], read: Mapping[str, AccountRead], now: datetime
) -> list[Account]:
    """Write down what Moodle told of the accounts asked for; returns those whose standing changed.

    Whoever is not in `read` stays as they are: an account that we may not see is no deleted one. Where a
    standing changed, the courses of the person's associations are synced, which sets or lifts the marks of
    who is without access.
    """
    changed = []
    accounts = session.scalars(
        select(Account)
        .where(Account.centre_id == centre_id, Account.sub.in_(asked))
        .options(joinedload(Account.person))
        .order_by(Account.id)
    ).all()
    for account in accounts:
        account.read_at = now
        found = read.get(account.sub)
        if found is None:
            continue
        if take_facts(account, found.person):
            journal.record(session, clock_actor(centre_id), "refresh_account", account, now)
        if found.standing is not None and found.standing is not account.standing:
            _stand(session, account, found.standing, now)
            changed.append(account)
    _want_syncs(session, centre_id, {account.person_id for account in changed}, now)
    return changed


def reopen(session: Session, account_id: int, now: datetime) -> None:
    """A launch proves that the account is open again."""
    account = session.get_one(Account, account_id, populate_existing=True)
    if account.standing is not AccountStanding.OPEN:
        _stand(session, account, AccountStanding.OPEN, now)
        _want_syncs(session, account.centre_id, {account.person_id}, now)


def _known_since() -> ColumnElement[datetime | None]:
    """The later of the last reading and the last launch; none before the first reading."""
    later = (Account.last_launch_at > Account.read_at, Account.last_launch_at)
    return case(later, else_=Account.read_at)


def _stand(session: Session, account: Account, standing: AccountStanding, now: datetime) -> None:
    was, account.standing = account.standing, standing
    journal.record(
        session,
        clock_actor(account.centre_id),
        "account_standing",
        account,
        now,
        old=was.value,
        new=standing.value,
    )


def _want_syncs(session: Session, centre_id: int, people: Collection[int], now: datetime) -> None:
    theirs = select(Membership.association_id).where(
        Membership.centre_id == centre_id,
        Membership.person_id.in_(people),
        Membership.state.in_(list(STANDING)),
    )
    for association in session.scalars(
        select(Association).where(Association.id.in_(theirs)).order_by(Association.id)
    ):
        want_sync(session, association, now)
