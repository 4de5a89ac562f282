"""What must hold when everything is quiet and each question was answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mmo_lti.models.course import GroupLink, LinkState
from mmo_lti.models.lease import Lease
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account
from mmo_lti.models.sync_run import Drift
from mmo_lti.rules.states import MeetingState
from mmo_lti.services.desired_course import KEPT_DAYS
from mmo_lti.services.drift_book import DriftKind, is_question
from mmo_lti.services.membership_move import STANDING
from moodle_sync.sandbox.model import Event
from tests.tasks.chaos.run import Run


def check(run: Run) -> None:
    """Zero drift, zero doubled events, zero lost changes, nobody thrown out."""
    check_queue(run)
    check_findings(run)
    for association_id in run.people.associations:
        check_people(run, association_id)
        check_events(run, association_id)
    check_own_events(run)
    check_access(run)


def check_queue(run: Run) -> None:
    """Nothing waits, nothing was given up, nobody holds the course."""
    with run.city.worker.database.read() as session:
        left = select(OutboxRow.kind, OutboxRow.failure).where(OutboxRow.done_at.is_(None))
        assert session.execute(left).all() == []
        assert session.scalars(select(Lease.name)).all() == []


def check_findings(run: Run) -> None:
    """Each change by hand was shown or overruled, and nobody was accused of what the tool did itself."""
    with run.city.worker.database.read() as session:
        assert session.scalars(select(Drift.key).where(is_question())).all() == []
        assert run.notebook.missing(session) == []
        keys = set(session.scalars(select(Drift.key)))
    # After a crash an addition of our own looks like one by hand: who had left meanwhile is taken out.
    accused = {key for key in keys if not key.startswith(DriftKind.OUTSIDER_ADDED)}
    assert accused <= run.notebook.explained


def check_people(run: Run, association_id: int) -> None:
    """Members who can enter are in the group, who left is not, and whoever else came stays."""
    city, moodle = run.city, run.city.moodle
    uid, genitive = run.people.uids[association_id], run.people.names[association_id]
    with city.worker.database.read() as session:
        link = session.scalars(
            select(GroupLink).where(
                GroupLink.association_id == association_id, GroupLink.state == LinkState.LINKED
            )
        ).one()
        rows = session.execute(
            select(Account.sub, Membership.state)
            .join(Membership, Membership.person_id == Account.person_id)
            .where(Membership.association_id == association_id)
        ).all()
    wished = {sub: inside for (key, sub), inside in run.people.inside.items() if key == association_id}
    inside = {sub for sub, belongs in wished.items() if belongs}
    outside = wished.keys() - inside
    assert {int(row.sub) for row in rows if row.state in STANDING} == inside
    [group] = [group for group in moodle.groups.values() if group.id == link.group_id]
    if not {f"{DriftKind.GROUP_RENAMED}:{uid}", f"{DriftKind.IDNUMBER_CHANGED}:{uid}"} & run.people.ignored:
        assert (group.name, group.idnumber) == (f"ММО {genitive}", uid)
    members = moodle.members[group.id]
    entering = {sub for sub in inside if run.enters(sub)}
    let_be = {sub for sub in entering if f"{DriftKind.MEMBER_REMOVED}:{uid}:{sub}" in run.people.ignored}
    assert entering - let_be <= members
    assert not outside & members
    strangers = {sub for group_id, sub in run.moodle.strangers if group_id == group.id}
    assert strangers - outside <= members, "thrown out"


def check_events(run: Run, association_id: int) -> None:
    """Each called meeting has one event where it should be; a cancelled one one at most."""
    with run.city.worker.database.read() as session:
        meetings = session.scalars(
            select(Meeting).where(Meeting.association_id == association_id, Meeting.called_at.is_not(None))
        ).all()
        link = session.scalars(
            select(GroupLink).where(
                GroupLink.association_id == association_id, GroupLink.state == LinkState.LINKED
            )
        ).one()
    oldest = run.city.clock() - timedelta(days=KEPT_DAYS)
    for one in meetings:
        called = run.people.called[one.uid]
        cancelled = one.state is MeetingState.CANCELLED
        assert (one.starts_at, one.place, cancelled) == (called.starts_at, called.place, called.cancelled)
        found = events_of(run, one.uid)
        uid = run.people.uids[association_id]
        if called.starts_at < oldest:
            continue
        if cancelled or f"{DriftKind.EVENT_DELETED}:{uid}:{one.uid}" in run.people.ignored:
            assert len(found) <= 1
            continue
        if f"{DriftKind.EVENT_CHANGED}:{uid}:{one.uid}" in run.people.ignored:
            assert len(found) <= 1
            continue
        assert [(event.timestart, event.location, event.groupid) for event in found] == [
            (int(called.starts_at.timestamp()), called.place, link.group_id)
        ]


def events_of(run: Run, uid: str) -> list[Event]:
    """Our events that carry a meeting's marker."""
    own = own_events(run)
    return [one for one in own if f'mmo-event-{uid}"' in one.description]


def own_events(run: Run) -> list[Event]:
    """One whose group was deleted just before it was made is shown to nobody."""
    moodle, service = run.city.moodle, run.city.site.service_id
    own = [one for one in moodle.events.values() if one.userid == service]
    return [one for one in own if one.eventtype != "group" or one.groupid in moodle.groups]


def check_own_events(run: Run) -> None:
    """No event of ours belongs to no meeting, or to one that has another event."""
    assert max([len(events_of(run, uid)) for uid in run.people.called], default=0) <= 1
    assert len(own_events(run)) <= len(run.people.called)


def check_access(run: Run) -> None:
    """Nobody counts as without access who could always enter."""
    with run.city.worker.database.read() as session:
        marked = session.scalars(
            select(Account.sub)
            .join(Membership, Membership.person_id == Account.person_id)
            .where(Membership.no_access_since.is_not(None))
        )
        assert {int(sub) for sub in marked} <= run.barred
