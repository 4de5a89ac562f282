"""Who may: the table of the rules, copied by hand, tried role by role."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.action import Action
from mmo_lti.rules.permission import GRANTS, NEVER_OWN, Circumstance, Role, allowed

ROLES = {
    "t": Role.TEACHER,
    "m": Role.MEMBER,
    "h": Role.HELPER,
    "l": Role.LEADER,
    "c": Role.COORDINATOR,
    "d": Role.DIRECTOR,
    "a": Role.SITE_ADMINISTRATOR,
    "s": Role.CLOCK,
}
NEEDS = {
    "self": {Circumstance.SELF},
    "own": {Circumstance.OWN_ASSOCIATION},
    "open": {Circumstance.OPEN_TO_PERSON},
    "submitted": {Circumstance.SUBMITTED},
    "draft": {Circumstance.ASSOCIATION_DRAFT},
    "vacant": {Circumstance.NO_LEADER},
    "vacant+reason": {Circumstance.NO_LEADER, Circumstance.REASON_GIVEN},
    "absent+reason": {Circumstance.LEADER_ABSENT, Circumstance.REASON_GIVEN},
    "late": {Circumstance.REQUEST_OVERDUE},
    "consultant": {Circumstance.NAMED_CONSULTANT},
    "hands_over": {Circumstance.HANDS_OVER},
    "staff": {Circumstance.COURSE_STAFF},
    "lodged_by_c": {Circumstance.LODGED_BY_COORDINATOR},
}

# One line a row of «Who may»; a role after a slash needs what stands there. Where a row names l, c has it too
# while there is no leader.
ROWS = """
associations_list association_card_see regulation_see acts_see information_see contests_see: t m h l c d
request_to_join invitation_answer membership_confirm leave consent_give: t/self m/self h/self l/self c/self d/self
achievement_edit device_end own_export own_certificate: t/self m/self h/self l/self c/self d/self
profile_edit notices_choose: t/self m/self h/self l/self c/self d/self
event_sign_up: t/open m/open h/open l/open m/own h/own l/own
check_in: t m h l
members_see plan_see meetings_see protocol_see report_see materials_see: m/own h/own l/own c d
drafts_see: h/own l/own c d/submitted
plan_propose vote survey_answer theses_add material_add consultation_ask: m/own h/own l/own
member_invite: l/own c
request_decide: l/own c/draft c/vacant c/late
plan_draft agenda_draft attendance_draft protocol_draft report_draft meeting_call: h/own l/own c/vacant
report_assemble: h/own l/own c/vacant s
meeting_mark: h/own l/own c
plan_submit plan_withdraw protocol_lodge report_submit: l/own c/absent+reason c/vacant+reason
helper_name members_write needs_see needs_answer support_ask grades_switch: l/own c/vacant
proposal_answer: l/own c/vacant
information_post: l/own c
information_post_city: c
consultation_answer: l/own c/vacant t/consultant m/consultant h/consultant
handover: t/hands_over m/hands_over h/hands_over l/hands_over c
plan_agree report_review disposal_approve: d
protocol_review protocol_void: c d/lodged_by_c
association_create association_adopt association_drop order_register organisation_edit people_edit: c
accounts_join membership_end settings_change office_appoint template_change import course_connect: c
drift_answer roster_confirm hold_set file_withdraw disposal_draft disposal_carry_out original_accept: c
extract_issue certificate_revoke act_edit contest_edit support_answer journal_see remind: c
city_see calendar_see summary_report city_export: c d
platform_manage token_check doctor_run sync_health_see: a c
sync_run: a c s
deep_link_pick: t/staff m/staff h/staff l/staff c/staff d/staff a/staff
date_move journal_seal notice_send: s
"""
SUBMITTER_NEVER = {"plan_agree", "report_review", "disposal_approve", "protocol_review", "protocol_void"}


def copied() -> dict[str, list[tuple[Role, set[Circumstance]]]]:
    table = {}
    for line in ROWS.strip().splitlines():
        actions, who = line.split(": ")
        grants = []
        for mark in who.split():
            role, _, need = mark.partition("/")
            grants.append((ROLES[role], NEEDS[need] if need else set()))
        table |= dict.fromkeys(actions.split(), grants)
    return table


COPY = copied()
OTHERS = frozenset(Circumstance) - {Circumstance.SUBMITTED_BY_SELF}
# Nothing, each circumstance, each pair, everything, everything but one.
TRIED = [
    frozenset(),
    *(frozenset(few) for size in (1, 2) for few in combinations(sorted(OTHERS), size)),
    OTHERS,
    *(OTHERS - {one} for one in sorted(OTHERS)),
]


def test_every_action_stands_in_both_tables():
    assert set(COPY) == {action.value for action in Action} == {action.value for action in GRANTS}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_lists_and_nothing_else(action, role):
    for circumstances in TRIED:
        listed = any(role is who and need <= circumstances for who, need in COPY[action.value])
        assert allowed(action, {role}, circumstances) is listed, sorted(circumstances)


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_role_may_anything(action):
    assert not allowed(action, (), Circumstance)


@pytest.mark.parametrize("action", sorted(NEVER_OWN))
def test_r7_3_nobody_accepts_or_agrees_what_they_submitted(action):
    assert not allowed(action, Role, Circumstance)
    assert allowed(action, Role, OTHERS)


def test_exactly_what_is_accepted_or_agreed_is_kept_from_its_submitter():
    assert {action.value for action in NEVER_OWN} == SUBMITTER_NEVER


def test_r5_1_a_leader_does_not_create_associations():
    assert not allowed(Action.ASSOCIATION_CREATE, {Role.LEADER, Role.MEMBER}, Circumstance)
    assert allowed(Action.ASSOCIATION_CREATE, {Role.COORDINATOR})


def test_r14_4_a_helper_prepares_and_never_submits():
    helper = {Role.MEMBER, Role.HELPER}
    own = {Circumstance.OWN_ASSOCIATION}
    assert allowed(Action.REPORT_DRAFT, helper, own)
    for action in (Action.PLAN_SUBMIT, Action.PROTOCOL_LODGE, Action.REPORT_SUBMIT):
        assert not allowed(action, helper, own)


def test_a_coordinator_submits_for_an_absent_leader_only_with_a_reason():
    absent = {Circumstance.LEADER_ABSENT}
    assert not allowed(Action.REPORT_SUBMIT, {Role.COORDINATOR}, absent)
    assert allowed(Action.REPORT_SUBMIT, {Role.COORDINATOR}, absent | {Circumstance.REASON_GIVEN})


def test_a_site_administrator_sees_no_documents_and_no_people():
    personal = (
        Action.MEMBERS_SEE,
        Action.PROTOCOL_SEE,
        Action.REPORT_SEE,
        Action.JOURNAL_SEE,
        Action.CITY_SEE,
    )
    for action in personal:
        assert not allowed(action, {Role.SITE_ADMINISTRATOR}, OTHERS)


@given(
    st.sampled_from(Action),
    st.sets(st.sampled_from(Role)),
    st.sets(st.sampled_from(sorted(OTHERS))),
    st.sampled_from(Role),
    st.sampled_from(sorted(OTHERS)),
)
def test_one_more_role_or_circumstance_never_takes_a_right_away(action, roles, circumstances, role, one):
    if allowed(action, roles, circumstances):
        assert allowed(action, roles | {role}, circumstances | {one})


@given(st.sampled_from(Action), st.sets(st.sampled_from(Role)), st.sets(st.sampled_from(sorted(OTHERS))))
def test_several_roles_give_what_each_of_them_gives(action, roles, circumstances):
    each = any(allowed(action, {role}, circumstances) for role in roles)
    assert allowed(action, roles, circumstances) is each
