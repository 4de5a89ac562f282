"""Who counts to ten (R2, R4)."""

from datetime import date, timedelta

import pytest

from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.headcount import MemberFact, check_creation, counts, headcount, is_below_minimum
from mmo_lti.rules.states import MembershipState
from mmo_lti.rules.terms import request_overdue
from tests.rules.ground import SETTINGS

TODAY = date(2026, 10, 1)
MEMBER = MembershipState.MEMBER


def test_r2_1_nine_are_too_few():
    with pytest.raises(RuleError) as refused:
        check_creation(9, SETTINGS)
    assert refused.value.code == "R2.1"
    assert refused.value.params == {"needed": 10, "count": 9, "missing": 1}


def test_r2_2_ten_are_enough():
    check_creation(10, SETTINGS)


def test_r2_3_a_person_with_two_joined_accounts_counts_once():
    members = [MemberFact("Соловьёва", MEMBER), MemberFact("Соловьёва", MEMBER), MemberFact("Ким", MEMBER)]
    assert headcount(members, TODAY, SETTINGS) == 2


@pytest.mark.parametrize("state", [state for state in MembershipState if state is not MEMBER])
def test_r2_3_only_members_count(state):
    assert not counts(MemberFact(1, state), TODAY, SETTINGS)


def test_r2_3_staff_of_the_centre_without_a_teaching_position_do_not_count():
    assert not counts(MemberFact(1, MEMBER, teaches=False), TODAY, SETTINGS)


def test_r2_4_a_smaller_one_is_flagged_and_the_flag_falls_at_ten():
    assert is_below_minimum(9, SETTINGS)
    assert not is_below_minimum(10, SETTINGS)


def test_without_access_counts_for_sixty_days():
    def gone(days: int) -> MemberFact:
        return MemberFact(1, MEMBER, without_access_since=TODAY - timedelta(days=days))

    assert counts(gone(0), TODAY, SETTINGS)
    assert counts(gone(60), TODAY, SETTINGS)
    assert not counts(gone(61), TODAY, SETTINGS)


def test_who_was_never_in_the_course_keeps_counting():
    assert counts(MemberFact(1, MEMBER, without_access_since=None), TODAY, SETTINGS)


def test_a_request_falls_to_the_coordinator_after_ten_days():
    assert not request_overdue(TODAY - timedelta(days=10), TODAY, SETTINGS)
    assert request_overdue(TODAY - timedelta(days=11), TODAY, SETTINGS)
