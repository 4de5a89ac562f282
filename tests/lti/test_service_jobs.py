"""The product on LTI alone: people read by names and roles, participation sent to the gradebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.membership import Membership
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Account, Person
from mmo_lti.rules.states import MeetingState
from mmo_lti.services import outbox, participation
from mmo_lti.services.actor import Actor
from mmo_lti.services.denial import Denied
from tasks.connections import Connections
from tasks.jobs import JOBS
from tasks.outbox import work_off
from tasks.schedule import tick
from tasks.services import POOL
from tests.factories.association import make_association
from tests.factories.course import make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.order import make_order
from tests.lti.conftest import Clock
from tests.lti.platform import ISS
from tests.lti.world import World, connect, place
from tests.tasks.city import Worker


@dataclass
class LtiCity:
    """A centre without web services: its course was launched and connected, an association has a group there."""

    world: World
    worker: Worker
    centre_id: int
    course_id: int
    association_id: int
    leader: Actor

    def work(self) -> None:
        work_off(self.worker, JOBS)

    def want(self, kind: str, subject: int) -> OutboxRow:
        with self.worker.database.write() as session:
            outbox.want(session, self.centre_id, kind, subject, self.worker.now())
        self.work()
        return self.row(kind)

    def row(self, kind: str) -> OutboxRow:
        with self.worker.database.read() as session:
            newest = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id.desc()).limit(1)
            return session.scalars(newest).one()

    def member(self, sub: str) -> Membership:
        """The membership of an account, made where there is none."""
        with self.worker.database.write() as session:
            account = session.scalars(
                select(Account).where(Account.sub == sub, Account.centre_id == self.centre_id)
            ).one()
            known = session.scalar(select(Membership).where(Membership.person_id == account.person_id))
            association = session.get_one(Association, self.association_id)
            return known or make_membership(session, association, account.person)


@pytest.fixture
def city(world: World, clock: Clock) -> LtiCity:
    connect(world)
    _, address = place(world)
    world.browser("teacher01").get(address)
    database = world.installation.database
    with database.write() as session:
        centre = session.scalars(select(Centre).where(Centre.iss != ISS)).one()
        course = session.scalars(select(Course).where(Course.centre_id == centre.id)).one()
        course.connected_at = clock()
        leader = session.scalars(select(Person).where(Person.centre_id == centre.id)).one()
        association = make_association(session, centre)
        make_order(session, association, OrderKind.APPOINTMENT, leader, leader)
        make_group_link(session, association, course)
        made = (centre.id, course.id, association.id, Actor(centre.id, leader.id))
    connections = Connections(sessions={POOL: world.installation.http})
    worker = Worker(world.installation.config, database, world.installation.store, "w", connections, clock)
    return LtiCity(world, worker, *made)


def people(city: LtiCity) -> int:
    with city.worker.database.read() as session:
        count = select(func.count()).select_from(Account).where(Account.centre_id == city.centre_id)
        return session.scalar(count) or 0


def test_lti_088_the_roster_of_a_centre_without_web_services(city: LtiCity):
    assert people(city) == 1
    assert city.want("read_members", city.course_id).done_at is not None
    assert people(city) >= 30
    with city.worker.database.read() as session:
        account = session.scalars(select(Account).where(Account.sub == "4")).one()
        assert (account.person.last, account.person.first) == ("Петрова", "Мария")
        assert account.last_launch_at is None
    before = people(city)
    city.want("read_members", city.course_id)
    assert people(city) == before


def test_lti_090_who_left_the_course_is_without_access(city: LtiCity):
    city.want("read_members", city.course_id)
    for sub in map(str, range(4, 12)):
        city.member(sub)
    city.want("read_members", city.course_id)
    city.world.site.moodle.unenrol(city.world.site.course_id, 5)
    city.want("read_members", city.course_id)
    assert city.member("5").no_access_since is not None
    assert city.member("4").no_access_since is None


def test_lti_092_a_list_that_shrank_too_much_changes_nobody(city: LtiCity):
    city.want("read_members", city.course_id)
    for sub in map(str, range(4, 12)):
        city.member(sub)
    city.want("read_members", city.course_id)
    for user in range(4, 9):
        city.world.site.moodle.unenrol(city.world.site.course_id, user)
    city.want("read_members", city.course_id)
    assert [city.member(str(user)).no_access_since for user in range(4, 12)] == [None] * 8


def test_lti_093_a_service_that_is_not_offered_says_so(city: LtiCity):
    with city.worker.database.write() as session:
        session.get_one(CourseService, city.course_id).memberships_url = ""
    row = city.want("read_members", city.course_id)
    assert (row.dead, row.failure) == (True, "lti.members_not_offered")


def test_lti_099_a_failure_that_passes_is_tried_again(city: LtiCity):
    tool = next(iter(city.world.site.moodle.tools.values()))
    tool.state = "pending"
    row = city.want("read_members", city.course_id)
    assert (row.failure, people(city)) == ("lti.members_failed", 1)
    tool.state = "active"
    city.want("read_members", city.course_id)
    assert people(city) >= 30


def test_the_clock_reads_members_and_sends_grades_by_night(city: LtiCity):
    with city.worker.database.write() as session:
        session.get_one(Association, city.association_id).grades_on = True
    assert {f"{city.centre_id}:read_members", f"{city.centre_id}:send_grades"} <= set(tick(city.worker))
    city.work()
    assert people(city) >= 30
    assert city.row("send_grades").done_at is not None


def meeting(city: LtiCity, **marks: AttendanceMark) -> None:
    """A meeting that was held, by account (`t4`) who came."""
    with city.worker.database.write() as session:
        association = session.get_one(Association, city.association_id)
        held = make_meeting(
            session, association, city.worker.now() - timedelta(days=1), state=MeetingState.HELD
        )
        for name, mark in marks.items():
            account = session.scalars(select(Account).where(Account.sub == name[1:])).one()
            session.add(
                Attendance(
                    centre_id=city.centre_id, meeting_id=held.id, person_id=account.person_id, mark=mark
                )
            )


def switch(city: LtiCity, on: bool) -> None:
    with city.worker.database.write() as session:
        association = session.get_one(Association, city.association_id)
        participation.switch_grades(session, city.leader, association, on, city.worker.now())
    city.work()


def scores(city: LtiCity) -> dict[int, float]:
    (item,) = [each for each in city.world.site.moodle.line_items.values() if each.resource_id]
    return {user: score.given for user, score in item.scores.items()}


def test_lti_098_participation_arrives_in_the_gradebook(city: LtiCity):
    came, missed = AttendanceMark.PRESENT, AttendanceMark.ABSENT
    city.want("read_members", city.course_id)
    for sub in ("4", "5"):
        city.member(sub)
    meeting(city, t4=came, t5=missed)
    meeting(city, t4=came, t5=came)
    meeting(city, t4=came, t5=came)
    switch(city, True)
    assert scores(city) == {4: 100.0, 5: 66.7}
    meeting(city, t4=missed, t5=AttendanceMark.INVITED)
    city.worker.clock.forward(hours=1)
    for _ in range(2):
        city.want("send_grades", city.association_id)
    assert scores(city) == {4: 75.0, 5: 66.7}


def test_grades_stop_when_the_leader_switches_them_off(city: LtiCity):
    city.want("read_members", city.course_id)
    city.member("4")
    meeting(city, t4=AttendanceMark.PRESENT)
    switch(city, True)
    switch(city, False)
    meeting(city, t4=AttendanceMark.ABSENT)
    city.want("send_grades", city.association_id)
    assert scores(city) == {4: 100.0}


def test_only_the_leader_switches_grades(city: LtiCity):
    city.want("read_members", city.course_id)
    membership = city.member("4")
    with city.worker.database.write() as session:
        association = session.get_one(Association, city.association_id)
        with pytest.raises(Denied):
            participation.switch_grades(
                session, Actor(city.centre_id, membership.person_id), association, True, city.worker.now()
            )
        assert not association.grades_on
