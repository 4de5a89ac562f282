from datetime import date, timedelta

import pytest

from mmo_lti.rules.permission import Role
from mmo_lti.services.helper import end_helper, name_helper
from mmo_lti.services.permission import NotFound, roles_of
from tests.factories.person import actor_of, make_person
from tests.refusal import denied, refused

TODAY = date(2026, 10, 5)


def test_the_leader_names_a_member_as_helper(session, association, leader, teachers, now):
    name_helper(session, leader, association, teachers[0], now)
    assert Role.HELPER in roles_of(session, actor_of(teachers[0]), TODAY, association)


def test_a_helper_is_a_member(session, centre, association, leader, now):
    with refused("helper.not_member"):
        name_helper(session, leader, association, make_person(session, centre), now)


def test_help_ends_at_once_and_may_begin_anew(session, association, leader, teachers, now):
    helper = name_helper(session, leader, association, teachers[0], now)
    end_helper(session, leader, association, teachers[0], now)
    assert Role.HELPER not in roles_of(session, actor_of(teachers[0]), TODAY, association)
    later = now + timedelta(days=5)
    assert name_helper(session, leader, association, teachers[0], later) is helper
    assert helper.since == TODAY + timedelta(days=5)


def test_who_never_helped_cannot_stop(session, association, leader, teachers, now):
    with pytest.raises(NotFound):
        end_helper(session, leader, association, teachers[0], now)


@pytest.mark.parametrize("role", ["outsider", "member", "coordinator", "director", "site_administrator"])
def test_nobody_else_names_helpers(session, association, teachers, request, role, now):
    actor = request.getfixturevalue(role)
    with denied():
        name_helper(session, actor, association, teachers[1], now)
    with denied():
        end_helper(session, actor, association, teachers[1], now)
