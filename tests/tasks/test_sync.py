"""The sync: what our rows say becomes the course's groups, members and events (R3, R11)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course, LinkState
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Person
from mmo_lti.models.sync_run import CourseRoster
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import course, group_link, meeting, meeting_change, membership, membership_decision
from moodle_sync.sandbox import add_service_account, by_hand
from moodle_sync.sandbox.roles import SERVICE
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW
from tests.factories.person import actor_of
from tests.tasks.city import ANNA, ELENA, LEADER, MARIA, City

STARTS = NOW + timedelta(days=7)


def called_meeting(city: City, association_id: int) -> int:
    """A meeting in a week to which everybody is invited."""
    with city.worker.database.write() as session:
        row = make_meeting(session, session.get_one(Association, association_id), STARTS)
        meeting.call(session, city.leader, row, starts_at=STARTS, place="каб. 5", now=NOW)
        return row.id


def membership_of(session: Session, city: City, sub: int) -> Membership:
    person = city.person(session, sub)
    return session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


# Groups and members.


def test_an_association_gets_a_group_with_its_own_number(city: City) -> None:
    association_id = city.association(ANNA, MARIA)
    run = city.sync()
    link = city.link(association_id)
    group = city.moodle.groups[link.group_id or 0]
    assert (group.name, group.idnumber) == ("ММО учителей химии", city.get(association_id).uid)
    assert link.state is LinkState.LINKED
    assert city.members(association_id) == {ANNA, MARIA}
    assert (run.ok, run.failure) == (True, "")
    assert run.operations > 0
    assert run.requests > 0


def test_a_second_sync_changes_nothing(city: City) -> None:
    city.association(ANNA, MARIA)
    city.sync()
    before = (dict(city.moodle.groups), {key: set(found) for key, found in city.moodle.members.items()})
    run = city.sync()
    assert (run.ok, run.operations) == (True, 0)
    assert (city.moodle.groups, city.moodle.members) == before


def test_other_groups_of_the_course_are_left_alone(city: City) -> None:
    before = {group_id: set(city.moodle.members[group_id]) for group_id in city.site.group_ids}
    city.association(ANNA, MARIA)
    city.sync()
    assert {group_id: set(city.moodle.members[group_id]) for group_id in city.site.group_ids} == before


def test_r3_an_accepted_request_brings_the_teacher_into_the_group(city: City) -> None:
    association_id = city.association(ANNA)
    city.sync()
    with city.worker.database.write() as session:
        teacher = actor_of(city.person(session, MARIA))
        association = session.get_one(Association, association_id)
        asked = membership.request_to_join(session, teacher, association, NOW)
        membership_decision.accept_request(session, city.leader, asked, NOW)
    city.work()
    assert city.members(association_id) == {ANNA, MARIA}


def test_r3_who_leaves_goes_out_of_the_group(city: City) -> None:
    association_id = city.association(ANNA, MARIA)
    city.sync()
    with city.worker.database.write() as session:
        teacher = actor_of(city.person(session, MARIA))
        membership.leave(session, teacher, session.get_one(Association, association_id), NOW)
    city.work()
    assert city.members(association_id) == {ANNA}


def test_a_member_who_is_not_enrolled_is_noted_and_comes_in_once_enrolled(city: City) -> None:
    association_id = city.association(ANNA, MARIA)
    city.moodle.unenrol(city.site.course_id, MARIA)
    assert city.sync().ok
    assert city.members(association_id) == {ANNA}
    with city.worker.database.read() as session:
        assert session.scalars(select(CourseRoster)).one().enrolled == [str(ANNA)]
    city.moodle.enrol(city.site.course_id, MARIA)
    city.sync()
    assert city.members(association_id) == {ANNA, MARIA}


def test_two_associations_of_a_course_keep_to_themselves(city: City) -> None:
    chemistry = city.association(ANNA, MARIA)
    physics = city.association(MARIA, ELENA, genitive="учителей физики")
    city.sync()
    assert (city.members(chemistry), city.members(physics)) == ({ANNA, MARIA}, {MARIA, ELENA})


def test_a_course_that_is_not_connected_any_more_is_left_alone(city: City) -> None:
    city.association(ANNA)
    with city.worker.database.write() as session:
        session.get_one(Course, city.course_id).connected_at = None
    city.want_sync()
    city.work()
    assert city.runs() == []
    assert city.moodle.meter.requests == 0


def test_the_first_sync_tells_which_groups_there_are_to_adopt(city: City) -> None:
    city.sync()
    with city.worker.database.read() as session:
        row = session.get_one(Course, city.course_id)
        found = course.groups_of_course(session, city.coordinator, row, NOW)
    assert {(group["id"], group["people"], group["taken"]) for group in found} == {
        (group_id, 10, False) for group_id in city.site.group_ids
    }


# Adopted groups.


def test_r2_5_people_of_an_adopted_group_are_proposed_and_stay_where_they_are(city: City) -> None:
    group_id = city.site.group_ids[0]
    there = set(city.moodle.members[group_id])
    association_id = city.association(group_id=group_id, adopted=True)
    city.sync()
    assert city.moodle.members[group_id] == there
    assert {city.standing(association_id, sub) for sub in there} == {MembershipState.PROPOSED}
    with city.worker.database.read() as session:
        names = {(one.last, one.first, one.patronymic) for one in session.scalars(select(Person))}
        told = session.scalars(select(Notice).where(Notice.kind == "membership_proposed")).all()
    assert ("Иванова", "Анна", "Ивановна") in names
    assert len(told) == len(there)
    assert city.moodle.groups[group_id].idnumber == city.get(association_id).uid


def test_r2_5_who_comes_later_is_a_question_and_not_proposed(city: City) -> None:
    group_id = city.site.group_ids[0]
    association_id = city.association(group_id=group_id, adopted=True)
    city.sync()
    by_hand.add_member(city.moodle, group_id, ANNA)
    city.sync()
    assert city.standing(association_id, ANNA) is None
    assert [question.kind for question in city.questions()] == ["member_added"]


def test_r3_3_a_proposed_teacher_who_confirms_is_a_member_of_the_same_group(city: City) -> None:
    group_id = city.site.group_ids[0]
    association_id = city.association(group_id=group_id, adopted=True)
    city.sync()
    before = set(city.moodle.members[group_id])
    with city.worker.database.write() as session:
        proposed = membership_of(session, city, LEADER)
        membership.accept(session, city.leader, proposed, NOW)
    city.work()
    assert city.standing(association_id, LEADER) is MembershipState.MEMBER
    assert city.moodle.members[group_id] == before


def test_people_whose_names_we_may_not_read_are_asked_for_again(city: City) -> None:
    """The group is taken over all the same; nobody is taken for read."""
    group_id = city.site.group_ids[0]
    association_id = city.association(group_id=group_id, adopted=True)
    city.moodle.roles[SERVICE].capabilities -= {"moodle/user:viewdetails", "moodle/user:viewalldetails"}
    run = city.sync()
    link = city.link(association_id)
    assert (run.ok, link.people_read_at) == (False, None)
    city.moodle.roles[SERVICE].capabilities |= {"moodle/user:viewdetails", "moodle/user:viewalldetails"}
    assert city.sync().ok
    assert city.standing(association_id, LEADER) is MembershipState.PROPOSED


# Events.


def test_r11_a_called_meeting_is_an_event_of_the_group(city: City) -> None:
    association_id = city.association(ANNA)
    city.sync()
    called_meeting(city, association_id)
    city.work()
    [event] = city.events()
    assert event.groupid == city.link(association_id).group_id
    assert (event.timestart, event.timeduration) == (int(STARTS.timestamp()), 90 * 60)
    assert event.name.startswith("Заседание ММО учителей химии: ")
    assert event.location == "каб. 5"


def test_a_planned_meeting_that_nobody_called_is_no_event(city: City) -> None:
    association_id = city.association(ANNA)
    with city.worker.database.write() as session:
        make_meeting(session, session.get_one(Association, association_id), STARTS)
    city.sync()
    assert city.events() == []


def test_r11_a_moved_meeting_moves_its_event(city: City) -> None:
    association_id = city.association(ANNA)
    meeting_id = called_meeting(city, association_id)
    city.work()
    [before] = city.events()
    later = STARTS + timedelta(days=1)
    with city.worker.database.write() as session:
        row = session.get_one(Meeting, meeting_id)
        meeting_change.move(session, city.leader, row, starts_at=later, now=NOW, reason="карантин")
    city.work()
    [event] = city.events()
    assert (event.id, event.timestart) == (before.id, int(later.timestamp()))


def test_r11_a_cancelled_meeting_says_so_until_its_day_and_then_goes(city: City) -> None:
    association_id = city.association(ANNA)
    meeting_id = called_meeting(city, association_id)
    city.work()
    with city.worker.database.write() as session:
        meeting_change.cancel(
            session, city.leader, session.get_one(Meeting, meeting_id), "Болезнь докладчика", NOW
        )
    city.work()
    [event] = city.events()
    assert event.name.startswith("Отменено: ")
    city.clock.forward(days=8)
    city.sync()
    assert city.events() == []


def test_a_group_and_its_meeting_are_made_in_one_sync(city: City) -> None:
    association_id = city.association(ANNA)
    called_meeting(city, association_id)
    city.sync()
    assert [event.groupid for event in city.events()] == [city.link(association_id).group_id]


def test_a_service_that_may_do_nothing_in_the_course_is_told_by_name(city: City) -> None:
    city.association(ANNA)
    add_service_account(city.moodle, "narrow", "narrowtoken", {"moodle/course:view"})
    city.use_token("narrowtoken")
    run = city.sync()
    assert not run.ok
    assert run.failure
    assert run.params["capabilities"]


def test_an_ended_link_leaves_the_group_in_moodle_as_it_is(city: City) -> None:
    association_id = city.association(ANNA, MARIA)
    city.sync()
    group_id = city.link(association_id).group_id or 0
    with city.worker.database.write() as session:
        [link] = group_link.links_of(session, session.get_one(Association, association_id))
        group_link.end_link(session, city.coordinator, link, NOW)
    by_hand.remove_member(city.moodle, group_id, ANNA)
    city.sync()
    assert city.moodle.members[group_id] == {MARIA}
