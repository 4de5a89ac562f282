from datetime import date, timedelta

import pytest

from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.services.achievement import Achieved, add_achievement, own_achievements, remove_achievement
from mmo_lti.services.actor import clock_actor
from tests.factories.person import actor_of
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)
CONTEST = Achieved(
    AchievementKind.CONTEST, "Учитель года", date(2026, 9, 20), Level.MUNICIPAL, result="призёр"
)


def test_a_member_keeps_an_achievement_and_its_day_decides_the_year(session, association, member, now):
    added = add_achievement(session, member, association, CONTEST, now)
    assert (added.person_id, added.year, added.level) == (member.person_id, 2026, "municipal")
    earlier = Achieved(AchievementKind.TALK, "Урок-исследование", date(2026, 8, 30))
    assert add_achievement(session, member, association, earlier, now).year == 2025
    assert own_achievements(session, member)[0] is added


@pytest.mark.parametrize(
    ("achieved", "fault"),
    [
        (Achieved(AchievementKind.CONTEST, "Учитель года", TODAY), "achievement.level"),
        (
            Achieved(AchievementKind.OPEN_EVENT, "Открытый урок", TODAY, Level.MUNICIPAL),
            "achievement.part",
        ),
        (Achieved(AchievementKind.PUBLICATION, "Статья", TODAY), "achievement.publisher"),
        (Achieved(AchievementKind.TALK, "Доклад", TODAY + timedelta(days=1)), "achievement.future"),
    ],
)
def test_what_the_report_needs_is_asked_at_once(session, association, member, achieved, fault, now):
    with refused("achievement") as caught:
        add_achievement(session, member, association, achieved, now)
    assert [one.code for one in caught.value.faults] == [fault]


@pytest.mark.parametrize(
    "achieved",
    [
        Achieved(AchievementKind.OPEN_EVENT, "Урок", TODAY, Level.REGIONAL, part=OpenEventPart.CONDUCT),
        Achieved(AchievementKind.PUBLICATION, "Статья", TODAY, publisher=Publisher.CENTRE),
        Achieved(AchievementKind.MENTORING, "Наставничество", TODAY),
    ],
)
def test_each_kind_with_what_it_needs_is_kept(session, association, member, achieved, now):
    assert add_achievement(session, member, association, achieved, now).kind == achieved.kind.value


def test_a_title_is_needed(session, association, member, now):
    with refused("text.missing", field="title"):
        add_achievement(session, member, association, Achieved(AchievementKind.TALK, " ", TODAY), now)


@pytest.mark.parametrize("role", ["outsider", "coordinator", "director", "site_administrator"])
def test_achievements_of_an_association_are_its_members(session, association, request, role, now):
    with refused("achievement.not_member"):
        add_achievement(session, request.getfixturevalue(role), association, CONTEST, now)


@pytest.mark.parametrize("role", ["outsider", "leader", "coordinator", "director", "site_administrator"])
def test_nobody_else_removes_an_achievement(session, association, member, request, role, now):
    added = add_achievement(session, member, association, CONTEST, now)
    with denied():
        remove_achievement(session, request.getfixturevalue(role), added, now)
    remove_achievement(session, member, added, now)
    session.flush()
    assert own_achievements(session, member) == []


def test_the_clock_achieves_nothing(session, association, now):
    with denied():
        add_achievement(session, clock_actor(association.centre_id), association, CONTEST, now)


def test_two_members_keep_their_own(session, association, member, teachers, now):
    add_achievement(session, member, association, CONTEST, now)
    assert own_achievements(session, actor_of(teachers[1])) == []
