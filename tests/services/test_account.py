"""Accounts of a first launch."""

from __future__ import annotations

from sqlalchemy import func, select

from mmo_lti.models.person import Account, Person
from mmo_lti.services.account import make_account
from mmo_lti.services.launch import Launch, LaunchName, ResourceLink
from tests.factories.course import make_course
from tests.factories.moment import NOW

LAUNCH = Launch(
    "https://moodle.example",
    "CLIENT",
    "1",
    "7",
    "https://tool.example/",
    name=LaunchName("Анна Ивановна", "Белова"),
    email="belova@school.example",
    resource_link=ResourceLink("11"),
)


def people(session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_first_launch_of_a_connected_course_proposes_the_name(session, centre):
    course = make_course(session, centre, "2")
    make_account(session, centre.id, LAUNCH, NOW, course.id)
    account = session.scalars(select(Account).where(Account.sub == "7")).one()
    assert (account.email, account.came_by, account.came_from_id) == (
        "belova@school.example",
        "11",
        course.id,
    )
    person = account.person
    assert (person.last, person.first, person.patronymic) == ("Белова", "Анна", "Ивановна")
    assert (person.confirmed_at, account.disabled, account.last_launch_at) == (None, False, NOW)


def test_a_first_launch_of_another_course_reads_no_name(session, centre):
    make_account(session, centre.id, LAUNCH, NOW, None)
    account = session.scalars(select(Account).where(Account.sub == "7")).one()
    assert (account.name, account.email, account.person.last) == ("", "", "")


def test_of_two_first_launches_at_once_one_makes_the_account(session, centre):
    """The other one takes only its own two rows back."""
    before = people(session)
    make_account(session, centre.id, LAUNCH, NOW, None)
    make_account(session, centre.id, LAUNCH, NOW, None)
    assert session.scalar(select(func.count()).select_from(Account).where(Account.sub == "7")) == 1
    assert people(session) == before + 1
