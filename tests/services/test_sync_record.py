from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.course import LinkState
from mmo_lti.models.meeting_event import MeetingEvent
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.models.sync_run import CourseRoster, Drift, SyncRun
from mmo_lti.rules.states import MembershipState
from mmo_lti.services.desired_course import desired_course
from mmo_lti.services.drift_book import DriftFound, DriftKind
from mmo_lti.services.membership_move import membership_of
from mmo_lti.services.roster_person import RosterPerson
from mmo_lti.services.sync_record import CourseOutcome, GroupSeen, RosterRefused, record_sync
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.person import make_account, make_person

TODAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _coordinator(coordinator):
    """Somebody must be there to be told."""


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def physics(session, centre, course):
    return make_association(session, centre, "учителей физики")


@pytest.fixture
def link(session, physics, course):
    return make_group_link(session, physics, course, 31)


def sync(session, course, now=NOW, *, believed=True, **outcome):
    wish = desired_course(session, course, now)
    return record_sync(session, course, wish, CourseOutcome(now, believed, **outcome), now)


def told(session):
    return session.scalars(select(Notice.kind).order_by(Notice.id)).all()


def member(session, centre, association, sub, **fields):
    return make_membership(session, association, make_person(session, centre, sub=sub), **fields)


def test_the_run_its_ids_and_its_memory_are_written(session, course, physics, now):
    link = make_group_link(session, physics, course, None, state=LinkState.WANTED)
    meeting = make_meeting(session, physics, called_at=now)
    run = sync(
        session,
        course,
        requests=3,
        milliseconds=120,
        operations=2,
        remembered={"roster": 30},
        group_ids={physics.uid: 41},
        event_ids={meeting.uid: 77},
        groups=[GroupSeen(41, "ММО учителей физики", physics.uid, 12)],
    )
    assert (run.ok, run.requests, run.milliseconds, run.operations) == (True, 3, 120, 2)
    assert (link.group_id, link.state) == (41, LinkState.LINKED)
    assert session.scalars(select(MeetingEvent.event_id)).all() == [77]
    roster = session.get(CourseRoster, course.id)
    assert (roster.remembered, roster.read_at) == ({"roster": 30}, now)
    assert roster.groups == [{"id": 41, "name": "ММО учителей физики", "idnumber": physics.uid, "people": 12}]
    again = desired_course(session, course, now)
    assert (again.groups[0].group_id, again.groups[0].events[0].event_id) == (41, 77)


def test_an_event_made_anew_takes_the_place_of_the_old_id(session, course, physics, link, now):
    meeting = make_meeting(session, physics, called_at=now)
    sync(session, course, event_ids={meeting.uid: 77})
    sync(session, course, event_ids={meeting.uid: 78})
    assert session.scalars(select(MeetingEvent.event_id)).all() == [78]


def test_a_refused_answer_leaves_everything_and_is_told_once(session, centre, course, physics, link, now):
    sync(session, course, remembered={"roster": 30})
    for minutes in (1, 2):
        run = sync(
            session,
            course,
            now + timedelta(minutes=minutes),
            believed=False,
            failure="roster_shrank",
            params={"scope": "roster", "before": 30, "now": 12},
            refused=RosterRefused("roster", 30, 12),
            remembered={"roster": 12},
            group_ids={physics.uid: 99},
        )
        assert (run.ok, run.failure) == (False, "roster_shrank")
    assert link.group_id == 31
    assert session.get(CourseRoster, course.id).remembered == {"roster": 30}
    (notice,) = session.scalars(select(Notice)).all()
    assert (notice.kind, notice.params["was"], notice.params["now"]) == ("roster_refused", 30, 12)


def test_a_partial_failure_is_no_success_but_believed(session, course, link, now):
    run = sync(session, course, failure="moodle_refused", remembered={"roster": 30})
    assert not run.ok
    assert session.get(CourseRoster, course.id).remembered == {"roster": 30}


def test_a_missing_course_loses_its_groups_until_somebody_chooses(session, course, physics, link, now):
    sync(session, course, believed=False, failure="course_missing", course_missing=True)
    sync(session, course, believed=False, failure="course_missing", course_missing=True)
    assert link.state is LinkState.LOST
    assert told(session) == ["course_lost"]
    assert desired_course(session, course, now).groups == ()


def test_a_group_deleted_by_hand_is_lost_and_asked_about(session, course, physics, link, now):
    found = DriftFound(DriftKind.GROUP_DELETED, physics.uid, "31", f"group_deleted:{physics.uid}")
    sync(session, course, drift=[found])
    assert link.state is LinkState.LOST
    assert told(session) == ["drift_found"]


def test_a_group_that_the_sync_made_anew_is_not_lost(session, course, physics, link, now):
    key = f"group_deleted:{physics.uid}"
    found = DriftFound(DriftKind.GROUP_DELETED, physics.uid, "31", key, restored=True)
    sync(session, course, drift=[found], group_ids={physics.uid: 41})
    assert (link.state, link.group_id) == (LinkState.LINKED, 41)
    drift = session.scalars(select(Drift)).one()
    assert (drift.answer.value, drift.answered_by, drift.answered_at) == ("put_back", None, now)
    assert told(session) == []


def test_a_question_is_asked_once(session, course, physics, link, now):
    found = DriftFound(DriftKind.IDNUMBER_TAKEN, physics.uid, "31", f"idnumber_taken:{physics.uid}")
    sync(session, course, drift=[found])
    sync(session, course, now + timedelta(hours=1), drift=[found])
    assert len(session.scalars(select(Drift)).all()) == 1


def test_people_of_an_adopted_group_are_proposed(session, centre, course, physics, now):
    link = make_group_link(session, physics, course, 31, adopted=True)
    people = [RosterPerson("501", "Анна", "Орлова"), RosterPerson("502", "Вера", "Белова")]
    sync(session, course, adopted={physics.uid: people})
    sync(session, course, adopted={physics.uid: [RosterPerson("503")]})
    assert link.people_read_at == now
    states = session.scalars(select(Account.sub)).all()
    assert {"501", "502"} <= set(states)
    assert "503" not in states


def test_names_of_accounts_that_findings_are_about_are_kept(session, course, physics, link, now):
    sync(session, course, people=[RosterPerson("501", "Анна Ивановна", "Орлова")])
    account = session.scalars(select(Account).where(Account.sub == "501")).one()
    assert (account.name, account.person.last) == ("Анна Ивановна Орлова", "Орлова")


# Without access


def test_who_could_enter_and_cannot_now_is_marked_and_stays_a_member(
    session, centre, course, physics, link, now
):
    membership = member(session, centre, physics, "501")
    sync(session, course)
    sync(session, course, now + timedelta(days=1), without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since == now + timedelta(days=1)
    assert membership.state is MembershipState.MEMBER
    sync(session, course, now + timedelta(days=3), without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since == now + timedelta(days=1)
    sync(session, course, now + timedelta(days=4))
    assert membership.no_access_since is None


def test_who_was_never_in_the_course_has_no_mark(session, centre, course, physics, link, now):
    membership = member(session, centre, physics, "501")
    for days in range(3):
        sync(session, course, now + timedelta(days=days), without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since is None


def test_one_account_that_enters_is_enough(session, centre, course, physics, link, now):
    membership = member(session, centre, physics, "501")
    make_account(session, membership.person, "502")
    sync(session, course)
    sync(session, course, without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since is None


def test_one_course_that_lets_in_is_enough(session, centre, course, physics, link, now):
    membership = member(session, centre, physics, "501")
    other = make_course(session, centre, "3")
    make_group_link(session, physics, other, 32)
    sync(session, course)
    sync(session, other)
    sync(session, course, without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since is None
    sync(session, other, without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since == now


def test_a_member_accepted_while_the_sync_ran_is_not_taken_for_one_with_access(
    session, centre, course, physics, link, now
):
    wish = desired_course(session, course, now)
    membership = member(session, centre, physics, "501")
    record_sync(session, course, wish, CourseOutcome(now, believed=True), now)
    sync(session, course, without_access={physics.uid: frozenset({"501"})})
    assert membership.no_access_since is None


def test_a_link_made_anew_while_the_sync_ran_waits_for_the_next(session, course, physics, link, now):
    wish = desired_course(session, course, now)
    link.group_id = None
    link.state = LinkState.WANTED
    record_sync(session, course, wish, CourseOutcome(now, believed=True, group_ids={physics.uid: 31}), now)
    assert link.state is LinkState.WANTED


def test_another_centres_rows_are_left_alone(session, centre, other_centre, course, physics, link, now):
    foreign = make_association(session, other_centre)
    elsewhere = member(session, other_centre, foreign, "501")
    meeting = make_meeting(session, foreign, called_at=now)
    sync(session, course, event_ids={meeting.uid: 5}, without_access={foreign.uid: frozenset({"501"})})
    assert elsewhere.no_access_since is None
    assert session.scalars(select(MeetingEvent)).all() == []
    assert membership_of(session, foreign, elsewhere.person_id) is elsewhere
    assert session.scalars(select(SyncRun)).one().centre_id == centre.id
