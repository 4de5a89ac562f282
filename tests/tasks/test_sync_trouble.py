"""The sync when Moodle, the course or the worker is in trouble: nothing lost, nothing twice, the reason told."""

import pytest
from sqlalchemy import select

from mmo_lti.models.course import Course, LinkState
from mmo_lti.models.notice import Notice
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import sync_health
from mmo_lti.services.drift_book import DriftKind
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.roles import SERVICE, STUDENT
from tests.factories.moment import NOW
from tests.tasks.city import ANNA, ELENA, MARIA, City
from tests.tasks.test_sync import called_meeting

WRITES = (
    "core_group_create_groups",
    "core_group_add_group_members",
    "core_calendar_create_calendar_events",
    "core_calendar_submit_create_update_form",
    "core_group_assign_grouping",
)


def told(city: City, kind: str) -> list[dict[str, object]]:
    with city.worker.database.read() as session:
        return list(session.scalars(select(Notice.params).where(Notice.kind == kind)))


# Moodle.


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.REFUSED, "moodle_unreachable"),
        (FaultKind.TIMEOUT_BEFORE, "moodle_timeout"),
        (FaultKind.ERROR_BEFORE, "moodle_server_fault"),
        (FaultKind.MAINTENANCE, "moodle_site_maintenance"),
        (FaultKind.HTML_PAGE, "moodle_page_instead"),
    ],
)
def test_moodle_down_is_written_down_and_tried_again(
    city: City, kind: FaultKind, code: str, no_pauses: None
) -> None:
    association_id = city.association(ANNA, MARIA)
    city.fail(kind, times=0)
    run = city.sync()
    assert (run.ok, run.failure) == (False, code)
    assert city.link(association_id).group_id is None
    city.moodle.faults.clear()
    city.next_attempt() if not city.row().dead else city.sync()
    assert city.runs()[-1].ok
    assert city.members(association_id) == {ANNA, MARIA}


def test_what_passes_by_itself_is_tried_again_without_anybodys_doing(city: City, no_pauses: None) -> None:
    city.fail(FaultKind.MAINTENANCE, times=0)
    city.sync()
    row = city.row()
    assert (row.dead, row.failure, row.attempts) == (False, "moodle_site_maintenance", 1)
    assert row.not_before is not None


def test_a_refused_token_waits_for_somebody_and_for_the_next_quarter_of_an_hour(city: City) -> None:
    city.use_token("withdrawn")
    run = city.sync()
    assert (run.failure, city.row().dead) == ("moodle_token_invalid", True)
    assert city.sync().failure == "moodle_token_invalid"
    with city.worker.database.read() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 1


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_AFTER, FaultKind.TRUNCATED])
@pytest.mark.parametrize("function", WRITES)
def test_a_write_whose_answer_was_lost_is_not_done_twice(
    city: City, kind: FaultKind, function: str, no_pauses: None
) -> None:
    association_id = city.association(ANNA, MARIA)
    called_meeting(city, association_id)
    city.fail(kind, function)
    city.sync()
    assert city.runs()[-1].failure
    city.next_attempt()
    assert city.runs()[-1].ok
    uid = city.get(association_id).uid
    assert [group.idnumber for group in city.moodle.groups.values()].count(uid) == 1
    assert city.members(association_id) == {ANNA, MARIA}
    assert len(city.events()) == 1
    assert city.questions() == []


# The course.


def test_a_hidden_course_is_told_with_the_right_that_is_missing_and_nothing_is_touched(city: City) -> None:
    association_id = city.association(ANNA)
    city.sync()
    city.moodle.roles[SERVICE].capabilities -= {"moodle/course:viewhiddencourses"}
    by_hand.show_course(city.moodle, city.site.course_id, visible=False)
    run = city.sync()
    assert (run.ok, run.failure) == (False, "course_hidden")
    assert "moodle/course:viewhiddencourses" in run.params["capabilities"]
    assert city.link(association_id).state is LinkState.LINKED
    by_hand.show_course(city.moodle, city.site.course_id, visible=True)
    assert city.sync().ok


def test_a_deleted_course_loses_its_links_and_the_coordinators_hear_of_it_once(city: City) -> None:
    association_id = city.association(ANNA)
    city.sync()
    by_hand.delete_course(city.moodle, city.site.course_id)
    assert city.sync().failure == "course_missing"
    city.sync()
    assert city.link(association_id).state is LinkState.LOST
    assert told(city, "course_lost") == [{"course": "Методические объединения"}]


def test_a_course_of_another_platform_has_no_groups_of_ours(city: City) -> None:
    with city.worker.database.write() as session:
        session.get_one(Course, city.course_id).context_id = "course-v1:edX"
    city.want_sync()
    city.work()
    assert (city.runs(), city.row().dead) == ([], False)


# A roster that shrank.


def test_a_roster_that_shrank_is_refused_until_the_coordinator_confirms_the_number(city: City) -> None:
    """A missing right looks exactly like a course that everybody has left."""
    association_id = city.association(ANNA, MARIA, ELENA)
    city.sync()
    by_hand.reset_course(city.moodle, city.site.course_id, unenrol_roles=frozenset({STUDENT}))
    refused = city.sync()
    assert (refused.ok, refused.failure) == (False, "roster_shrank")
    assert refused.params["before"] > refused.params["now"]
    city.sync()
    shown = {key: refused.params[key] for key in ("before", "now")}
    assert told(city, "roster_refused") == [
        {"course": "Методические объединения", "was": shown["before"], "now": shown["now"]}
    ]
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        sync_health.confirm_roster(session, city.coordinator, course, int(shown["now"]), NOW)
    city.work()
    assert city.runs()[-1].ok
    assert city.members(association_id) == set()
    by_hand.reset_course(city.moodle, city.site.course_id, unenrol_roles=frozenset(range(20)))
    assert city.sync().failure == "roster_empty"  # what was confirmed was confirmed once


def test_a_course_without_any_of_its_groups_loses_no_link_before_the_number_is_confirmed(city: City) -> None:
    for number in range(5):
        city.association(ANNA, genitive=f"учителей {number}")
    city.sync()
    by_hand.reset_course(city.moodle, city.site.course_id, groups=True)
    refused = city.sync()
    assert (refused.ok, refused.failure) == (False, "groups_shrank")
    assert (refused.params["before"], refused.params["now"]) == (5, 0)
    assert city.findings() == []
    with city.worker.database.write() as session:
        course = session.get_one(Course, city.course_id)
        sync_health.confirm_roster(session, city.coordinator, course, 0, NOW)
    city.work()
    assert {one.kind for one in city.findings()} == {DriftKind.GROUP_DELETED}


def test_a_right_that_was_taken_away_empties_no_group(city: City) -> None:
    association_id = city.association(ANNA, MARIA, ELENA)
    city.sync()
    before = city.members(association_id)
    city.moodle.roles[SERVICE].capabilities -= {
        "moodle/course:view",
        "moodle/course:enrolreview",
        "moodle/user:viewdetails",
        "moodle/user:viewalldetails",
    }
    run = city.sync()
    assert not run.ok
    assert city.members(association_id) == before
    assert city.questions() == []
