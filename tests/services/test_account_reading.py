"""The slow sweep: who is read next, and what a reading changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mmo_lti.models.course import LinkState
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import account_reading
from mmo_lti.services.account_reading import AccountRead, due_accounts, record_reading, reopen
from mmo_lti.services.desired_course import desired_course
from mmo_lti.services.roster_person import RosterPerson
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.course import make_course, make_group_link
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.person import make_account, make_person

WEEK = timedelta(days=7)
OPEN, SUSPENDED, DELETED = AccountStanding.OPEN, AccountStanding.SUSPENDED, AccountStanding.DELETED


@pytest.fixture
def physics(session, centre):
    return make_association(session, centre, "учителей физики")


def member(session, centre, physics, sub, state=MembershipState.MEMBER, **fields):
    person = make_person(session, centre, sub=sub, **fields)
    make_membership(session, physics, person, state)
    return session.scalars(select(Account).where(Account.sub == sub)).one()


def read(sub, standing=OPEN, given="Анна Ивановна", family="Иванова", email=""):
    return {sub: AccountRead(RosterPerson(sub, given, family, email), standing)}


def actions(session):
    return session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()


# Whose turn it is


def test_whoever_was_never_read_comes_first_then_the_oldest_reading(session, centre, physics):
    for sub, days in (("1", 8), ("2", None), ("3", 30), ("4", 6)):
        account = member(session, centre, physics, sub)
        account.read_at = None if days is None else NOW - timedelta(days=days)
    assert due_accounts(session, centre.id, NOW) == ["2", "3", "1"]


def test_a_launch_of_this_week_told_everything_already(session, centre, physics):
    account = member(session, centre, physics, "1")
    account.read_at, account.last_launch_at = NOW - WEEK, NOW - timedelta(days=1)
    assert due_accounts(session, centre.id, NOW) == []
    account.last_launch_at = NOW - timedelta(days=9)
    assert due_accounts(session, centre.id, NOW) == ["1"]


def test_whoever_was_suspended_is_read_each_night(session, centre, physics):
    for sub, standing in (("1", SUSPENDED), ("2", DELETED), ("3", OPEN)):
        account = member(session, centre, physics, sub)
        account.standing, account.read_at = standing, NOW - timedelta(days=1)
    assert due_accounts(session, centre.id, NOW) == ["1"]


@pytest.mark.parametrize(
    ("state", "read_"),
    [
        (MembershipState.PROPOSED, True),
        (MembershipState.REQUESTED, True),
        (MembershipState.SUSPENDED, True),
        (MembershipState.LEFT, False),
        (MembershipState.REFUSED, False),
    ],
)
def test_r1_only_of_people_who_belong_or_are_about_to(session, centre, physics, state, read_):
    make_person(session, centre, sub="900")  # launched once from some course, a pupil perhaps
    member(session, centre, physics, "1", state)
    assert due_accounts(session, centre.id, NOW) == (["1"] if read_ else [])


def test_coordinators_are_read_too(session, centre, coordinator):
    assert len(due_accounts(session, centre.id, NOW)) == 1


def test_a_night_reads_a_seventh_and_a_week_everybody(session, centre, physics, monkeypatch):
    monkeypatch.setattr(account_reading, "FEWEST", 2)
    for number in range(30):
        member(session, centre, physics, str(1000 + number))
    seen = []
    for night in range(7):
        at = NOW + timedelta(days=night)
        portion = due_accounts(session, centre.id, at)
        assert len(portion) <= 5
        record_reading(session, centre.id, portion, {}, at)
        seen += portion
    assert len(seen) == len(set(seen)) == 30
    assert due_accounts(session, centre.id, NOW + WEEK) == seen[:5]


def test_a_centre_reads_its_own_people(session, centre, physics):
    member(session, centre, physics, "1")
    other = make_centre(session, iss="https://other.example")
    assert due_accounts(session, other.id, NOW) == []
    record_reading(session, other.id, ["1"], read("1", DELETED), NOW)
    assert session.scalars(select(Account.standing)).all() == [OPEN]


# What it changes


def test_a_new_name_and_address_are_kept_and_a_confirmed_name_stays_ours(session, centre, physics):
    account = member(session, centre, physics, "1", last="Петрова", first="Вера", patronymic="Львовна")
    record_reading(session, centre.id, ["1"], read("1", family="Смирнова", email="new@school.example"), NOW)
    assert (account.name, account.email) == ("Анна Ивановна Смирнова", "new@school.example")
    assert account.person.last == "Петрова"
    assert actions(session) == ["refresh_account"]


def test_a_name_nobody_confirmed_follows_moodle(session, centre, physics):
    account = member(session, centre, physics, "1", confirmed_at=None)
    record_reading(session, centre.id, ["1"], read("1", family="Смирнова"), NOW)
    assert account.person.last == "Смирнова"


@pytest.mark.parametrize("standing", [SUSPENDED, DELETED])
def test_whoever_was_closed_in_moodle_is_wished_for_without_access(session, centre, physics, standing):
    course = make_course(session, centre)
    make_group_link(session, physics, course, 31)
    account = member(session, centre, physics, "1")
    changed = record_reading(session, centre.id, ["1"], read("1", standing), NOW)
    assert changed == [account]
    wish = desired_course(session, course, NOW)
    assert (wish.groups[0].inside, wish.barred) == ({"1"}, {"1"})
    assert session.scalars(select(OutboxRow.subject_id)).all() == [course.id]


def test_the_same_reading_twice_changes_and_writes_nothing_more(session, centre, physics):
    member(session, centre, physics, "1")
    for days in (0, 7):
        record_reading(session, centre.id, ["1"], read("1", SUSPENDED), NOW + timedelta(days=days))
    assert sorted(actions(session)) == ["account_standing", "refresh_account"]


def test_whoever_we_may_not_see_is_not_taken_for_deleted(session, centre, physics):
    account = member(session, centre, physics, "1")
    record_reading(session, centre.id, ["1"], {}, NOW)
    assert (account.standing, account.read_at) == (OPEN, NOW)
    assert actions(session) == []


def test_a_site_that_hides_the_field_changes_no_standing(session, centre, physics):
    account = member(session, centre, physics, "1")
    account.standing = SUSPENDED
    record_reading(session, centre.id, ["1"], read("1", None), NOW)
    assert account.standing is SUSPENDED


def test_a_suspension_that_was_lifted_wants_a_sync(session, centre, physics):
    course = make_course(session, centre)
    make_group_link(session, physics, course, 31, state=LinkState.LINKED)
    account = member(session, centre, physics, "1")
    account.standing = SUSPENDED
    record_reading(session, centre.id, ["1"], read("1"), NOW)
    assert desired_course(session, course, NOW).barred == frozenset()
    assert session.scalars(select(OutboxRow.subject_id)).all() == [course.id]


def test_a_launch_opens_the_account_again(session, centre, physics):
    account = member(session, centre, physics, "1")
    account.standing = SUSPENDED
    reopen(session, account.id, NOW)
    reopen(session, account.id, NOW)
    assert account.standing is OPEN
    assert actions(session) == ["account_standing"]


def test_of_two_accounts_of_a_person_the_open_one_counts(session, centre, physics):
    course = make_course(session, centre)
    make_group_link(session, physics, course, 31)
    account = member(session, centre, physics, "1")
    make_account(session, account.person, "2")
    record_reading(session, centre.id, ["1", "2"], read("1", DELETED) | read("2"), NOW)
    wish = desired_course(session, course, NOW)
    assert (wish.groups[0].inside, wish.barred) == ({"1", "2"}, {"1"})
