"""When a course is synced: by a change of ours, every quarter of an hour, after a launch, by night, on demand.

Only by night and on demand is the list of all enrolled read, by far the dearest answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import sync_health
from mmo_lti.services.admission import admit
from mmo_lti.services.launch import CourseContext, Launch
from mmo_lti.services.web_session import open_session
from moodle_sync.needs import ENROLLED
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.roles import STUDENT
from tasks.schedule import SCHEDULE, Entry, tick
from tests.factories.moment import NOW, moment
from tests.tasks.city import ANNA, ELENA, MARIA, URL, City
from tests.tasks.test_sync import membership_of


@pytest.fixture
def association_id(city: City) -> int:
    """An association of two, synced a minute ago; what runs by night and every quarter of an hour has run."""
    found = city.association(ANNA, MARIA)
    pass_time(city)
    pass_time(city, minutes=1)
    return found


def pass_time(city: City, **duration: float) -> list[SyncRun]:
    """What was synced meanwhile, when the clock ticks at the end of it."""
    before = len(city.runs())
    city.clock.forward(**duration)
    tick(city.worker)
    city.work()
    return city.runs()[before:]


def launch(city: City, sub: int, groups: list[int] | None = None) -> None:
    """A teacher opens the activity; Moodle tells their groups, or those given."""
    told = [group.id for group in city.moodle.groups_of_user(city.site.course_id, sub)]
    with city.worker.database.write() as session:
        deployment = session.scalars(select(Deployment)).first()
        if deployment is None:
            registration = Registration(
                centre_id=city.centre_id,
                client_id="tool",
                authorization_endpoint=f"{URL}/mod/lti/auth.php",
                token_endpoint=f"{URL}/mod/lti/token.php",
                jwks_uri=f"{URL}/mod/lti/certs.php",
                created_at=NOW,
            )
            deployment = Deployment(registration=registration, deployment_id="1", created_at=NOW)
            session.add(deployment)
            session.flush()
        said = Launch(
            iss=URL,
            client_id="tool",
            deployment_id="1",
            sub=str(sub),
            target_link_uri="https://mmo.example/",
            course=CourseContext(str(city.site.course_id)),
            group_ids=tuple(told if groups is None else groups),
        )
        city.clock.forward(seconds=1)
        admission = admit(session, said, deployment.id, city.clock())
        open_session(session, admission, said, city.clock())


def group_of(city: City, association_id: int) -> int:
    return city.link(association_id).group_id or 0


# Every quarter of an hour.


def test_the_sync_of_a_quarter_of_an_hour_is_one_request_without_the_roster(
    city: City, association_id: int
) -> None:
    city.moodle.meter.reset()
    [run] = pass_time(city, minutes=15)
    assert (run.ok, run.requests) == (True, 1)
    # The suspended are asked for, by the same function.
    assert city.moodle.meter.functions[ENROLLED] == 1


def test_who_is_missing_from_a_group_is_found_out_all_the_same(city: City, association_id: int) -> None:
    city.moodle.unenrol(city.site.course_id, MARIA)
    pass_time(city, minutes=15)
    assert city.questions() == []
    with city.worker.database.read() as session:
        assert membership_of(session, city, MARIA).no_access_since == city.clock()


# By night and on demand.


def test_who_was_enrolled_again_comes_in_at_night(city: City, association_id: int) -> None:
    city.moodle.unenrol(city.site.course_id, MARIA)
    pass_time(city, minutes=15)
    city.moodle.enrol(city.site.course_id, MARIA)
    pass_time(city, minutes=15)
    assert city.members(association_id) == {ANNA}
    # Five past three in Moscow.
    pass_time(city, hours=(moment(2026, 10, 6, 0, 5) - city.clock()) / timedelta(hours=1))
    assert city.members(association_id) == {ANNA, MARIA}


def test_who_was_enrolled_again_comes_in_on_demand(city: City, association_id: int) -> None:
    city.moodle.unenrol(city.site.course_id, MARIA)
    pass_time(city, minutes=15)
    city.moodle.enrol(city.site.course_id, MARIA)
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        sync_health.sync_now(session, city.coordinator, course, city.clock())
    city.work()
    assert city.members(association_id) == {ANNA, MARIA}


def test_a_roster_that_shrank_stays_refused_until_somebody_acts(city: City, association_id: int) -> None:
    """The cheap sync would see nothing wrong, and the question on the page would be gone by morning."""
    by_hand.reset_course(city.moodle, city.site.course_id, unenrol_roles=frozenset({STUDENT}))
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        sync_health.sync_now(session, city.coordinator, course, city.clock())
    city.work()
    for _ in range(2):
        [run] = pass_time(city, minutes=15)
        assert run.failure == "roster_shrank"
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        shown = int(run.params["now"])
        sync_health.confirm_roster(session, city.coordinator, course, shown, city.clock())
    city.work()
    [run] = pass_time(city, minutes=15)
    assert run.ok
    with city.worker.database.read() as session:
        assert session.scalars(select(CourseRoster)).one().whole_wanted_at is None


def test_what_is_wanted_while_a_sync_runs_is_read_by_the_next(city: City, association_id: int) -> None:
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        later = city.clock() + timedelta(seconds=5)
        sync_health.sync_now(session, city.coordinator, course, later)
    city.work()
    with city.worker.database.read() as session:
        assert session.scalars(select(CourseRoster)).one().whole_wanted_at == later


@pytest.mark.parametrize(
    ("now", "ran", "due"),
    [
        ("2026-10-05T23:59+00:00", "2026-10-05T00:00+00:00", False),
        ("2026-10-06T00:00+00:00", "2026-10-05T00:00+00:00", True),
        ("2026-10-06T20:00+00:00", "2026-10-06T00:00+00:00", False),
        ("2027-03-01T20:00+00:00", "2026-10-06T00:00+00:00", True),
    ],
)
def test_an_entry_with_an_hour_is_due_once_after_it(city: City, now: str, ran: str, due: bool) -> None:
    """03:00 in Moscow is midnight in UTC."""
    entry = Entry("nightly", timedelta(days=1), lambda *_: None, at=time(3))
    with city.worker.database.read() as session:
        before = entry.due_before(session.get_one(Centre, city.centre_id), datetime.fromisoformat(now))
    assert before.tzinfo is UTC
    assert (datetime.fromisoformat(ran) <= before) is due


# After a launch.


def test_a_member_who_comes_without_their_group_is_looked_after_at_once(
    city: City, association_id: int
) -> None:
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    launch(city, ANNA)
    launch(city, MARIA)
    [run] = pass_time(city, seconds=30)
    assert run.ok
    assert [one.key.split(":")[0] for one in city.questions()] == ["member_removed"]


def test_who_left_and_was_brought_back_by_hand_goes_out_when_they_come(
    city: City, association_id: int
) -> None:
    with city.worker.database.write() as session:
        membership_of(session, city, MARIA).state = MembershipState.LEFT
    by_hand.add_member(city.moodle, group_of(city, association_id), MARIA)
    launch(city, MARIA)
    pass_time(city, seconds=30)
    assert city.members(association_id) == {ANNA}


def test_a_member_enrolled_again_is_in_the_group_once_they_come(city: City, association_id: int) -> None:
    city.moodle.unenrol(city.site.course_id, MARIA)
    pass_time(city, minutes=15)
    city.moodle.enrol(city.site.course_id, MARIA)
    launch(city, ANNA)
    launch(city, MARIA)
    pass_time(city, seconds=30)
    assert city.members(association_id) == {ANNA, MARIA}


def test_launches_that_agree_want_nothing(city: City, association_id: int) -> None:
    for teacher in (ANNA, MARIA, ELENA):
        launch(city, teacher)
    assert pass_time(city, seconds=30) == []


def test_an_open_question_is_not_asked_again_by_each_launch(city: City, association_id: int) -> None:
    by_hand.remove_member(city.moodle, group_of(city, association_id), MARIA)
    pass_time(city, minutes=15)
    launch(city, ANNA)
    launch(city, MARIA)
    assert pass_time(city, seconds=30) == []


def test_a_launch_is_looked_at_once(city: City, association_id: int) -> None:
    launch(city, ANNA)
    launch(city, MARIA, [])
    assert len(pass_time(city, seconds=30)) == 1
    assert pass_time(city, seconds=30) == []


def test_a_platform_that_tells_no_groups_wants_no_syncs(city: City, association_id: int) -> None:
    for teacher in (ANNA, MARIA):
        launch(city, teacher, [])
    assert pass_time(city, seconds=30) == []


def test_after_a_failed_sync_launches_hurry_nothing(city: City, association_id: int) -> None:
    city.fail(FaultKind.INVALID_TOKEN)
    pass_time(city, minutes=15)
    launch(city, ANNA)
    launch(city, MARIA, [])
    assert pass_time(city, seconds=30) == []


def test_the_schedule_has_all_of_them() -> None:
    assert {"sync_launched", "sync_courses", "sync_whole"} <= {entry.name for entry in SCHEDULE}
