from datetime import timedelta

import pytest

from mmo_lti.models.course import LinkState
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.services.desired_course import desired_course
from mmo_lti.services.drift_book import DriftFound, DriftKind, record_findings
from mmo_lti.services.permission import NotFound
from mmo_lti.services.sync_health import confirm_roster, sync_health, sync_now
from mmo_lti.services.sync_record import CourseOutcome, record_sync
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.refusal import denied, refused


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


def run(session, course, at, *, ok=True, **params):
    row = SyncRun(
        centre_id=course.centre_id,
        course_id=course.id,
        started_at=at,
        finished_at=at,
        ok=ok,
        failure="" if ok else "roster_shrank",
        params=params,
    )
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize("role", ["coordinator", "site_administrator"])
def test_coordinator_and_administrator_see_counts(session, centre, course, association, request, role, now):
    make_group_link(session, association, course)
    make_group_link(session, make_association(session, centre), course, state=LinkState.LOST)
    make_course(session, centre, "9", connected=False)
    run(session, course, now)
    last = run(session, course, now + timedelta(hours=1), ok=False)
    found = DriftFound(DriftKind.GROUP_RENAMED, association.uid, "31", "key")
    gone = DriftFound(DriftKind.GROUP_DELETED, association.uid, "31", "gone")
    record_findings(session, course, [found, gone], now)
    (health,) = sync_health(session, request.getfixturevalue(role), now)
    assert (health.course, health.last, health.succeeded_at) == (course, last, now)
    assert (health.groups, health.lost, health.open_drift, health.waiting) == (1, 1, 1, False)


@pytest.mark.parametrize("role", ["coordinator", "site_administrator"])
def test_a_sync_is_wanted_once(session, course, request, role, now):
    actor = request.getfixturevalue(role)
    assert sync_now(session, actor, course, now) is sync_now(session, actor, course, now)
    assert sync_health(session, actor, now)[0].waiting


def test_a_confirmed_number_lets_the_next_sync_shrink_to_it_once(session, course, coordinator, now):
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    confirm_roster(session, coordinator, course, 12, now)
    wish = desired_course(session, course, now)
    assert wish.confirmed == {"roster": 12}
    record_sync(session, course, wish, CourseOutcome(now, believed=True), now)
    assert desired_course(session, course, now).confirmed == {}


def test_only_the_number_that_was_shown_is_confirmed(session, course, coordinator, now):
    with refused("roster.not_refused"):
        confirm_roster(session, coordinator, course, 12, now)
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    with refused("roster.other_number", now=12):
        confirm_roster(session, coordinator, course, 5, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director"])
def test_nobody_else_sees_or_runs_the_sync(session, association, course, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        sync_health(session, actor, now)
    with denied():
        sync_now(session, actor, course, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_only_the_coordinator_confirms_a_roster(session, association, course, request, role, now):
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    with denied():
        confirm_roster(session, request.getfixturevalue(role), course, 12, now)


def test_a_course_of_another_centre_is_not_there(session, other_centre, coordinator, now):
    foreign = make_course(session, other_centre)
    with pytest.raises(NotFound):
        sync_now(session, coordinator, foreign, now)
    with pytest.raises(NotFound):
        confirm_roster(session, coordinator, foreign, 1, now)


def test_each_kind_of_refusal_is_confirmed_by_itself_until_an_answer_is_believed(
    session, course, coordinator, now
):
    """Otherwise two refusals of one course take turns for ever."""
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    confirm_roster(session, coordinator, course, 12, now)
    run(session, course, now, ok=False, scope="events", before=6, now=0)
    confirm_roster(session, coordinator, course, 0, now)
    assert desired_course(session, course, now).confirmed == {"roster": 12, "events": 0}


def test_a_refusal_can_be_confirmed_though_a_later_run_broke_off(session, course, coordinator, now):
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    run(session, course, now, ok=False)
    (health,) = sync_health(session, coordinator, now)
    assert health.refused.params["now"] == 12
    confirm_roster(session, coordinator, course, 12, now)
    run(session, course, now)
    with refused("roster.not_refused"):
        confirm_roster(session, coordinator, course, 12, now)


def test_an_answer_refused_in_the_moment_of_the_last_believed_one_can_be_confirmed(
    session, course, coordinator, now
):
    wish = desired_course(session, course, now)
    record_sync(session, course, wish, CourseOutcome(now, believed=True), now)
    run(session, course, now, ok=False, scope="roster", before=30, now=12)
    confirm_roster(session, coordinator, course, 12, now)
    assert desired_course(session, course, now).confirmed == {"roster": 12}
