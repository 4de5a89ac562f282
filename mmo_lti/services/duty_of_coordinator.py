"""What a coordinator owes: reviews, leaders, answers to drift, the director's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.membership import Membership
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.sync_run import Drift
from mmo_lti.rules.clocktime import local_day
from mmo_lti.rules.states import AssociationState, MembershipState, ProtocolState
from mmo_lti.rules.terms import protocol_review_due, request_overdue
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.centre_people import Leading, leading_of
from mmo_lti.services.drift_book import is_question
from mmo_lti.services.duty_item import Duty
from mmo_lti.services.link import association_path
from mmo_lti.services.member_count import Count, count_all
from mmo_lti.services.recipient import directors
from mmo_lti.services.working_day import transfers_of
from mmo_lti.services.year_settings import settings_for

INBOX = "/city/inbox"
ORDERS = "/city/orders"
SYNC = "/city/sync"
SUCCESSOR_DAYS = 7
"""So long before an acting leader's last day the next order is asked for."""


def coordinator_duties(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    """The centre's own duties; those of associations without a leader are among the leader's."""
    yield from _reviews(session, centre, person_id, today)
    yield from _leaders(session, centre, today)
    yield from _orders(session, centre, today)
    yield from _old_requests(session, centre, today)
    yield from _moodle(session, centre, today)
    if not directors(session, centre.id, today):
        yield Duty("duty.director_name", "/city/settings", today)


def _reviews(session: Session, centre: Centre, person_id: int, today: date) -> Iterator[Duty]:
    """Lodged protocols; one that this coordinator lodged is another's or the director's to accept."""
    lodged = session.execute(
        select(Protocol.year, Protocol.lodged_at).where(
            Protocol.centre_id == centre.id,
            Protocol.state == ProtocolState.LODGED,
            Protocol.lodged_at.is_not(None),
            or_(Protocol.lodged_for_leader == "", Protocol.lodged_by != person_id),
        )
    ).all()
    if not lodged:
        return
    transfers = transfers_of(session, centre.id)
    settings = {year: settings_for(session, centre, year) for year in {row.year for row in lodged}}
    due = min(
        protocol_review_due(local_day(row.lodged_at, centre.timezone), settings[row.year], transfers)
        for row in lodged
    )
    yield Duty("duty.protocols_review", INBOX, today, due, {"count": len(lodged)})


def _leaders(session: Session, centre: Centre, today: date) -> Iterator[Duty]:
    leading = leading_of(session, centre, today)
    for association in _in_state(session, centre, AssociationState.ACTIVE):
        who = leading.get(association.id, Leading())
        words = {"association": association.genitive}
        if who.leader is None:
            yield Duty("duty.leader_appoint", ORDERS, today, None, words, association.id)
        elif who.acting_until is not None and who.acting_until <= today + timedelta(days=SUCCESSOR_DAYS):
            yield Duty("duty.leader_successor", ORDERS, today, who.acting_until, words, association.id)


def _orders(session: Session, centre: Centre, today: date) -> Iterator[Duty]:
    """Drafts that have gathered their members wait for the order of creation."""
    drafts = _in_state(session, centre, AssociationState.DRAFT)
    if not drafts:
        return
    minimum = settings_for(session, centre, AcademicYear.of(today).start).min_members
    counts = count_all(session, centre.id, today, [draft.id for draft in drafts])
    for draft in drafts:
        counted = counts.get(draft.id, Count()).counted
        if counted >= minimum:
            words = {"association": draft.genitive, "count": counted}
            yield Duty("duty.creation_order", ORDERS, today, None, words, draft.id)


def _old_requests(session: Session, centre: Centre, today: date) -> Iterator[Duty]:
    """Requests that a leader left longer than `request_days`: the coordinator may decide them now."""
    settings = settings_for(session, centre, AcademicYear.of(today).start)
    leading = leading_of(session, centre, today)
    late: dict[Association, list[date]] = defaultdict(list)
    waiting = session.execute(
        select(Association, Membership.asked_at)
        .join(Membership, Membership.association_id == Association.id)
        .where(
            Association.centre_id == centre.id,
            Association.state == AssociationState.ACTIVE,
            Membership.state == MembershipState.REQUESTED,
        )
        .order_by(Association.id)
    )
    for association, asked_at in waiting:
        day = local_day(asked_at, centre.timezone)
        led = leading.get(association.id, Leading()).leader is not None
        if led and request_overdue(day, today, settings):
            late[association].append(day)
    for association, days in late.items():
        words = {"association": association.genitive, "count": len(days)}
        due = min(days) + timedelta(days=settings.request_days)
        path = f"{association_path(association)}/members"
        yield Duty("duty.requests_overdue", path, today, due, words, association.id)


def _moodle(session: Session, centre: Centre, today: date) -> Iterator[Duty]:
    drifts = session.scalar(
        select(func.count()).select_from(Drift).where(Drift.centre_id == centre.id, is_question())
    )
    if drifts:
        yield Duty("duty.drift_answer", SYNC, today, None, {"count": drifts})
    lost = session.scalar(
        select(func.count())
        .select_from(GroupLink)
        .where(GroupLink.centre_id == centre.id, GroupLink.state == LinkState.LOST)
    )
    if lost:
        yield Duty("duty.course_choose", SYNC, today, None, {"count": lost})


def _in_state(session: Session, centre: Centre, state: AssociationState) -> list[Association]:
    return list(
        session.scalars(
            select(Association)
            .where(Association.centre_id == centre.id, Association.state == state)
            .order_by(Association.id)
        )
    )
