"""The slow sweep beside a Moodle: renamed, suspended and deleted people are found, and nobody is lost by it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.membership import Membership
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.sync_run import CourseRoster, SyncRun
from mmo_lti.services.account_reading import NIGHTS
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.roles import SERVICE
from tasks import people
from tasks.runtime import LostLease
from tasks.schedule import tick
from tests.databases import SqliteTemplate
from tests.tasks.city import ANNA, LEADER, MARIA, City, Clock, Worker

OPEN, SUSPENDED, DELETED = AccountStanding.OPEN, AccountStanding.SUSPENDED, AccountStanding.DELETED
MEMBERS = {LEADER, ANNA, MARIA}


@pytest.fixture
def association_id(city: City) -> int:
    association_id = city.association(LEADER, ANNA, MARIA)
    city.sync()
    return association_id


def sweep(city: City) -> None:
    """A night, a week after the last one."""
    city.clock.forward(days=NIGHTS)
    city.want("read_people", city.centre_id)
    city.work()


def account(city: City, sub: int) -> Account:
    with city.worker.database.read() as rows:
        return rows.scalars(select(Account).where(Account.sub == str(sub))).one()


def without_access(city: City) -> set[int]:
    with city.worker.database.read() as rows:
        subs = rows.scalars(
            select(Account.sub)
            .join(Membership, Membership.person_id == Account.person_id)
            .where(Membership.no_access_since.is_not(None))
        )
        return {int(sub) for sub in subs}


def failures(city: City) -> list[str]:
    with city.worker.database.read() as rows:
        return list(rows.scalars(select(SyncRun.failure).where(SyncRun.failure != "")))


def group(city: City, association_id: int) -> int:
    return city.link(association_id).group_id or 0


def test_users_suspended_at_site_level_are_without_access_and_stay_in_their_group(
    city: City, association_id: int
) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    assert city.sync().ok
    assert without_access(city) == set()  # no list of the course shows it
    sweep(city)
    assert account(city, MARIA).standing is SUSPENDED
    assert without_access(city) == {MARIA}
    assert city.members(association_id) == MEMBERS
    for _ in range(2):
        assert city.sync().ok
    assert (failures(city), city.questions()) == ([], [])


def test_a_suspended_user_taken_out_by_hand_is_no_question_and_comes_back_when_the_suspension_is_lifted(
    city: City, association_id: int
) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    sweep(city)
    by_hand.remove_member(city.moodle, group(city, association_id), MARIA)
    assert city.sync().ok
    assert city.questions() == []
    by_hand.suspend_account(city.moodle, MARIA, suspended=False)
    sweep(city)
    assert account(city, MARIA).standing is OPEN
    assert without_access(city) == set()
    assert city.members(association_id) == MEMBERS


def test_a_suspended_user_who_is_unenrolled_is_never_enrolled_by_us(city: City, association_id: int) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    sweep(city)
    city.moodle.unenrol(city.site.course_id, MARIA)
    city.clock.forward(minutes=15)
    city.want("sync_course", city.course_id)
    city.work()
    assert city.sync().ok
    assert MARIA not in city.moodle.enrolments[city.site.course_id]
    assert (failures(city), city.questions()) == ([], [])


def test_deleted_users_are_known_as_such_and_give_no_error_again_and_again(
    city: City, association_id: int
) -> None:
    by_hand.delete_account(city.moodle, MARIA)
    sweep(city)
    kept = account(city, MARIA)
    assert (kept.standing, kept.email) == (DELETED, f"user{MARIA}@example.org")
    for _ in range(2):
        assert city.sync().ok
    assert without_access(city) == {MARIA}
    assert (failures(city), city.questions()) == ([], [])


def test_a_new_name_and_address_arrive_without_a_launch(city: City, association_id: int) -> None:
    city.moodle.users[MARIA].lastname = "Новофамильная"
    city.moodle.users[MARIA].email = "new@school.example"
    sweep(city)
    kept = account(city, MARIA)
    assert kept.name.endswith("Новофамильная")
    assert kept.email == "new@school.example"


def test_the_clock_reads_people_by_night(city: City, association_id: int) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    city.clock.forward(days=NIGHTS)
    tick(city.worker)
    city.work()
    assert account(city, MARIA).standing is SUSPENDED
    read_at = account(city, ANNA).read_at
    by_hand.suspend_account(city.moodle, MARIA, suspended=False)
    city.clock.forward(days=1)
    tick(city.worker)
    city.work()
    assert account(city, ANNA).read_at == read_at
    assert account(city, MARIA).standing is OPEN


def test_people_whom_the_account_may_not_see_are_left_as_they_are_and_the_right_is_named(
    city: City, association_id: int
) -> None:
    city.moodle.roles[SERVICE].capabilities.discard("moodle/user:viewdetails")
    sweep(city)
    assert city.row("read_people").failure == "moodle_permission_missing"
    assert account(city, MARIA).standing is OPEN
    assert account(city, MARIA).read_at is None


def test_people_who_left_every_course_are_no_missing_right(city: City, association_id: int) -> None:
    """A role in the category shows the people of its courses alone; whoever is in none is not asked again."""
    role = city.moodle.roles[SERVICE].capabilities
    role.discard("moodle/user:viewdetails")
    for sub in (LEADER, ANNA, MARIA):
        city.moodle.unenrol(city.site.course_id, sub)
    with city.worker.database.write() as rows:
        for roster in rows.scalars(select(CourseRoster)):
            roster.enrolled = []
    sweep(city)
    assert city.row("read_people").failure == ""
    assert account(city, MARIA).read_at == city.clock()


def test_where_the_site_hides_who_is_suspended_nobody_is_taken_for_active(
    city: City, association_id: int
) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    sweep(city)
    city.moodle.site.hidden_user_fields.append("suspended")
    sweep(city)
    assert account(city, MARIA).standing is SUSPENDED


def test_moodle_down_is_tried_again(city: City, association_id: int) -> None:
    by_hand.suspend_account(city.moodle, MARIA)
    city.fail(FaultKind.MAINTENANCE, times=3)
    sweep(city)
    assert account(city, MARIA).standing is OPEN
    city.next_attempt()
    assert account(city, MARIA).standing is SUSPENDED


def test_a_worker_killed_between_two_portions_keeps_the_first(
    city: City, association_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PORTION", 1)
    by_hand.suspend_account(city.moodle, ANNA)
    by_hand.suspend_account(city.moodle, MARIA)
    written = people.record_reading
    left = [3]

    def killed(*args: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise LostLease
        return written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(people, "record_reading", killed)
    sweep(city)
    standings = {sub: account(city, sub).standing for sub in (ANNA, MARIA)}
    assert OPEN in standings.values()
    left[0] = 100
    city.want("read_people", city.centre_id)
    city.clock.forward(hours=1)
    city.work()
    assert {account(city, sub).standing for sub in (ANNA, MARIA)} == {SUSPENDED}
    with city.worker.database.read() as rows:
        marked = rows.scalars(select(JournalEntry).where(JournalEntry.action == "account_standing")).all()
    assert len(marked) == 2


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["suspend", "lift", "unenrol", "enrol", "take out", "delete", "sync", "sweep"]),
        st.sampled_from([ANNA, MARIA]),
    ),
    max_size=8,
)


def change(city: City, association_id: int, what: str, user: int) -> None:
    if what in ("suspend", "lift"):
        by_hand.suspend_account(city.moodle, user, suspended=what == "suspend")
    elif what == "unenrol":
        city.moodle.unenrol(city.site.course_id, user)
    elif what == "enrol" and not city.moodle.users[user].deleted:
        city.moodle.enrol(city.site.course_id, user)
    elif what == "take out" and city.moodle.users[user].suspended:
        by_hand.remove_member(city.moodle, group(city, association_id), user)
    elif what == "delete" and not city.moodle.users[user].deleted:
        by_hand.delete_account(city.moodle, user)
    elif what == "sync":
        city.sync()
    elif what == "sweep":
        sweep(city)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_whatever_is_done_to_people_a_sweep_and_a_sync_know_it_and_the_next_ones_change_nothing(
    changes: list[tuple[str, int]], sqlite_template: SqliteTemplate
) -> None:
    clock = Clock()
    with TemporaryDirectory() as folder, sqlite_template.opened(Path(folder)) as database:
        worker = Worker.beside(database, clock, Path(folder))
        city = City.build(worker, clock)
        association_id = city.association(LEADER, ANNA, MARIA)
        city.sync()
        for what, user in changes:
            change(city, association_id, what, user)
        enrolled = set(city.moodle.enrolments[city.site.course_id])
        sweep(city)
        city.sync()
        users = city.moodle.users
        inside = {user for user in (LEADER, ANNA, MARIA) if user in enrolled and not users[user].suspended}
        held = {int(one.subject) for one in city.questions()}
        for user in (LEADER, ANNA, MARIA):
            closed = DELETED if users[user].deleted else SUSPENDED if users[user].suspended else OPEN
            assert account(city, user).standing is closed
        assert inside - held <= city.members(association_id)
        assert set(city.moodle.enrolments[city.site.course_id]) == enrolled
        assert without_access(city) == {LEADER, ANNA, MARIA} - inside
        told = journalled(city)
        sweep(city)
        assert city.sync().operations == 0
        assert journalled(city) == told
        worker.moodles.close()


def journalled(city: City) -> int:
    with city.worker.database.read() as rows:
        return rows.scalar(select(func.count()).select_from(JournalEntry)) or 0
