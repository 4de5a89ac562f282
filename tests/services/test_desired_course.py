from datetime import date, timedelta

import pytest
from sqlalchemy import event

from mmo_lti.models.course import LinkState
from mmo_lti.models.meeting import AgendaItem
from mmo_lti.models.meeting_event import MeetingEvent
from mmo_lti.models.sync_run import CourseRoster, Drift, DriftAnswer
from mmo_lti.rules.states import AssociationState, MeetingState, MembershipState
from mmo_lti.services.centre import change_settings
from mmo_lti.services.desired_course import desired_course
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import NOW
from tests.factories.person import make_account, make_person

S = MembershipState


@pytest.fixture
def course(session, centre):
    return make_course(session, centre)


@pytest.fixture
def physics(session, centre, course):
    association = make_association(session, centre, "учителей физики")
    make_group_link(session, association, course, 31)
    return association


def join(session, centre, association, state, sub, **fields):
    person = make_person(session, centre, sub=sub)
    return make_membership(session, association, person, state, **fields)


def only_group(session, course, now=NOW):
    (group,) = desired_course(session, course, now).groups
    return group


def test_members_are_in_those_who_left_were_refused_or_rejected_are_out(
    session, centre, course, physics, now
):
    for number, state in enumerate(S):
        join(session, centre, physics, state, f"9{number}-{state.value}")
    group = only_group(session, course)
    assert {sub.split("-")[1] for sub in group.inside} == {"member", "suspended"}
    assert {sub.split("-")[1] for sub in group.outside} == {"left", "refused", "rejected"}
    assert (group.uid, group.name, group.group_id) == (physics.uid, "ММО учителей физики", 31)


def test_all_accounts_of_a_person_are_meant_but_disabled_ones(session, centre, course, physics):
    membership = join(session, centre, physics, S.MEMBER, "501")
    make_account(session, membership.person, "502")
    make_account(session, membership.person, "503").disabled = True
    assert only_group(session, course).inside == {"501", "502"}


def test_a_declined_person_whom_a_coordinator_put_out_is_out(session, centre, course, physics):
    join(session, centre, physics, S.DECLINED, "501", ground="rejected_in_moodle")
    join(session, centre, physics, S.DECLINED, "502")
    assert only_group(session, course).outside == {"501"}


def test_adopting_a_group_and_syncing_it_changes_nothing(session, centre, course):
    association = make_association(session, centre)
    link = make_group_link(session, association, course, adopted=True)
    join(session, centre, association, S.PROPOSED, "501")
    group = only_group(session, course)
    assert (group.inside, group.outside, group.adopt_people) == (frozenset(), frozenset(), True)
    link.people_read_at = NOW
    assert not only_group(session, course).adopt_people


@pytest.mark.parametrize("state", [AssociationState.CLOSED, AssociationState.MERGED])
def test_nobody_is_touched_in_the_group_of_an_ended_association(session, centre, course, physics, state):
    physics.state = state
    join(session, centre, physics, S.LEFT, "501")
    group = only_group(session, course)
    assert (group.inside, group.outside) == (frozenset(), frozenset())


@pytest.mark.parametrize("state", [LinkState.LOST, LinkState.ENDED])
def test_lost_and_ended_groups_are_not_wished_for(session, centre, course, state):
    make_group_link(session, make_association(session, centre), course, state=state)
    assert desired_course(session, course, NOW).groups == ()


def test_a_course_that_is_not_connected_has_no_groups(session, course, physics):
    course.connected_at = None
    assert desired_course(session, course, NOW).groups == ()


def test_a_called_meeting_is_an_event_with_its_agenda_and_the_way_back(session, course, physics, now):
    meeting = make_meeting(
        session,
        physics,
        now + timedelta(days=7, seconds=5),
        called_at=now,
        form="семинар-практикум",
        topic="Урок <физики>",
        place="Лицей № 6",
    )
    session.add(
        AgendaItem(
            centre_id=meeting.centre_id,
            meeting_id=meeting.id,
            position=1,
            wording="О результатах",
            speaker="Орлова А. Ф.",
        )
    )
    session.add(
        MeetingEvent(centre_id=meeting.centre_id, meeting_id=meeting.id, course_id=course.id, event_id=77)
    )
    (event,) = only_group(session, course).events
    assert event.title == "Семинар-практикум ММО учителей физики: Урок <физики>"
    assert (event.uid, event.place, event.minutes, event.event_id) == (meeting.uid, "Лицей № 6", 90, 77)
    assert event.starts_at == now + timedelta(days=7)
    assert "Урок &lt;физики&gt;" in event.description
    assert "<li>О результатах</li>" in event.description
    assert "Орлова" not in event.description
    assert 'href="https://moodle.example/mod/lti/view.php?l=7"' in event.description
    assert not event.cancelled


def test_the_event_of_another_course_is_not_mistaken_for_this_ones(session, centre, course, physics, now):
    meeting = make_meeting(session, physics, called_at=now)
    other = make_course(session, centre, "3")
    session.add(MeetingEvent(centre_id=centre.id, meeting_id=meeting.id, course_id=other.id, event_id=77))
    assert only_group(session, course).events[0].event_id is None


def test_what_nobody_was_invited_to_is_no_event(session, course, physics, now):
    make_meeting(session, physics)
    make_meeting(session, physics, now - timedelta(days=40), called_at=now - timedelta(days=50))
    assert only_group(session, course).events == ()


def test_a_cancelled_meeting_stays_until_its_day(session, course, physics, now):
    meeting = make_meeting(
        session, physics, now, called_at=now, state=MeetingState.CANCELLED, cancel_reason="карантин"
    )
    (event,) = only_group(session, course).events
    assert event.cancelled
    assert event.title.startswith("Отменено: Заседание ММО учителей физики")
    assert "карантин" in event.description
    tomorrow = desired_course(session, course, now + timedelta(days=1))
    assert (tomorrow.groups[0].events, tomorrow.removed_events) == ((), (meeting.uid,))


def test_the_wish_carries_what_the_sync_needs_beside_it(session, centre, course, coordinator, now):
    change_settings(session, coordinator, {"drift": "put_back"}, now, this_year=True)
    roster = CourseRoster(
        course_id=course.id,
        centre_id=centre.id,
        remembered={"roster": 30},
        confirmed_size=12,
        confirmed_scope="roster",
    )
    session.add(roster)
    wish = desired_course(session, course, now)
    assert (wish.put_back, wish.shrink_max, wish.confirmed) == (True, 0.2, {"roster": 12})
    assert (wish.remembered, wish.context_id) == ({"roster": 30}, "2")
    assert wish.grouping_name == "Муниципальные методические объединения"


def drift(course, association, key, *, kind="event_changed", subject="", found_at=NOW, **answered):
    return Drift(
        centre_id=course.centre_id,
        course_id=course.id,
        association_id=association.id,
        kind=kind,
        key=key,
        subject=subject,
        found_at=found_at,
        **answered,
    )


def test_open_and_ignored_questions_are_held(session, course, physics, now):
    session.add_all(
        [
            drift(course, physics, "open"),
            drift(course, physics, "ignored", answer=DriftAnswer.IGNORE, answered_at=now),
            drift(course, physics, "put back", answer=DriftAnswer.PUT_BACK, answered_at=now),
        ]
    )
    assert desired_course(session, course, now).held == {"open", "ignored"}


def test_each_centre_syncs_its_own(session, centre, other_centre, course, physics):
    foreign = make_course(session, other_centre)
    make_group_link(session, make_association(session, other_centre), foreign, 31)
    assert only_group(session, course).uid == physics.uid


@pytest.fixture
def statements(database):
    """Counts the statements that a function sends."""

    def count(work):
        seen = []

        def listener(*_arguments):
            seen.append(1)

        event.listen(database.engine, "before_cursor_execute", listener)
        try:
            work()
        finally:
            event.remove(database.engine, "before_cursor_execute", listener)
        return len(seen)

    return count


def test_more_members_meetings_and_groups_cost_no_more_reads(session, centre, course, physics, statements):
    join(session, centre, physics, S.MEMBER, "501")
    session.expire_all()
    few = statements(lambda: desired_course(session, course, NOW))
    for number in range(20):
        join(session, centre, physics, S.MEMBER, f"60{number}")
        make_meeting(session, physics, called_at=NOW)
        make_group_link(session, make_association(session, centre), course, 100 + number)
    session.flush()
    session.expire_all()
    assert 0 < few < 20
    assert statements(lambda: desired_course(session, course, NOW)) <= few + 2


def test_the_day_of_a_cancelled_meeting_is_the_centres_day(session, course, physics, now):
    late = now.replace(hour=21, minute=30)  # already tomorrow in Moscow
    meeting = make_meeting(session, physics, late, called_at=now, state=MeetingState.CANCELLED)
    assert desired_course(session, course, late - timedelta(hours=2)).removed_events == ()
    assert date(2026, 10, 6) == meeting.day
    assert desired_course(session, course, late + timedelta(days=1)).removed_events == (meeting.uid,)
