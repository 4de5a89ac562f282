"""The examination of a centre's Moodle: asked for by a page, done by the clock, shown with what is missing."""

from sqlalchemy import select

from mmo_lti.models.course import Course
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.services import moodle_check
from mmo_lti.services.moodle_check import LastCheck
from moodle_sync.sandbox import FaultKind
from moodle_sync.sandbox.roles import SERVICE
from tests.factories.moment import NOW
from tests.tasks.city import City


def checked(city: City) -> LastCheck:
    """Ask as the coordinator's page does, and look at what it shows."""
    with city.worker.database.write() as session:
        moodle_check.want_check(session, city.coordinator, NOW)
    city.work()
    with city.worker.database.read() as session:
        return moodle_check.last_check(session, city.coordinator, NOW)


def codes(found: LastCheck, *levels: str) -> dict[str, str]:
    return {one.code: one.level for one in found.findings if not levels or one.level in levels}


def test_a_moodle_set_up_right_is_all_well(city: City) -> None:
    found = checked(city)
    assert codes(found, "failure", "warning").keys() <= {"clock_differs"}  # the tests' clock stands still
    assert codes(found)["connection_ok"] == "ok"
    assert (found.checked_at, found.waiting, found.failure) == (NOW, False, "")


def test_what_is_missing_is_named_by_its_capability_and_its_function(city: City) -> None:
    city.moodle.roles[SERVICE].capabilities -= {"moodle/course:managegroups"}
    failures = [one for one in checked(city).findings if one.level == "failure"]
    assert any("moodle/course:managegroups" in one.params["capabilities"] for one in failures)


def test_an_examination_replaces_the_one_before(city: City) -> None:
    city.use_token("withdrawn")
    assert codes(checked(city)) == {"moodle_token_invalid": "failure"}
    city.use_token("sandbox-token")
    found = checked(city)
    assert "moodle_token_invalid" not in codes(found)
    with city.worker.database.read() as session:
        assert len(session.scalars(select(MoodleCheck)).all()) == len(found.findings)


def test_a_moodle_that_is_down_is_a_finding_and_not_a_failure_of_the_job(city: City, no_pauses: None) -> None:
    city.fail(FaultKind.REFUSED, times=0)
    assert codes(checked(city)) == {"moodle_unreachable": "failure"}
    assert city.row("moodle_check").done_at is not None


def test_without_a_connected_course_its_rights_stay_unexamined(city: City) -> None:
    with city.worker.database.write() as session:
        session.get_one(Course, city.course_id).connected_at = None
    assert codes(checked(city))["course_not_chosen"] == "note"


def test_access_that_went_away_meanwhile_is_told_with_its_reason(city: City) -> None:
    with city.worker.database.write() as session:
        moodle_check.want_check(session, city.coordinator, NOW)
        session.delete(session.scalars(select(MoodleAccess)).one())
    city.work()
    with city.worker.database.read() as session:
        found = moodle_check.last_check(session, city.coordinator, NOW)
    assert (found.findings, found.waiting, found.failure) == ([], False, "moodle.no_access")


def test_a_private_address_that_the_operator_did_not_list_is_never_reached(
    city: City, no_pauses: None
) -> None:
    """A name may lead anywhere: the check is on the connection itself."""
    with city.worker.database.write() as session:
        session.scalars(select(MoodleAccess)).one().url = "https://localhost"
    found = checked(city)
    assert codes(found) == {"moodle_unreachable": "failure"}
