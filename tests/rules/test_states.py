"""State machines: only the moves of the rules exist («States»)."""

from datetime import date

import pytest

from mmo_lti.rules.errors import MoveRefused
from mmo_lti.rules.states import (
    MOVES,
    STARTS,
    AssociationState,
    DisposalState,
    MeetingState,
    MembershipState,
    PlanState,
    ProtocolState,
    ReportState,
    Thing,
    check_move,
    check_start,
    is_unconfirmed,
    may_move,
)

STATES = {
    Thing.ASSOCIATION: AssociationState,
    Thing.MEMBERSHIP: MembershipState,
    Thing.PLAN: PlanState,
    Thing.MEETING: MeetingState,
    Thing.PROTOCOL: ProtocolState,
    Thing.REPORT: ReportState,
    Thing.DISPOSAL_ACT: DisposalState,
}

# The table «States», copied: thing, from → to.
TABLE = {
    Thing.ASSOCIATION: """
        draft > active dropped
        active > closed merged""",
    Thing.MEMBERSHIP: """
        requested > member refused withdrawn
        invited > member declined withdrawn
        proposed > member declined rejected
        member > suspended left
        suspended > member left
        refused > requested invited
        declined > requested invited
        withdrawn > requested invited
        rejected > requested invited
        left > requested invited""",
    Thing.PLAN: """
        draft > submitted
        submitted > agreed returned draft
        returned > draft""",
    Thing.MEETING: """
        planned > planned held cancelled
        held > planned""",
    Thing.PROTOCOL: """
        draft > lodged void
        lodged > accepted returned void
        returned > lodged void""",
    Thing.REPORT: """
        none > assembling
        assembling > draft none
        draft > assembling submitted
        submitted > accepted returned
        returned > draft""",
    Thing.DISPOSAL_ACT: """
        draft > agreed stopped
        agreed > approved stopped
        approved > carried_out stopped""",
}
BEGIN = {
    Thing.ASSOCIATION: "draft active",
    Thing.MEMBERSHIP: "requested invited proposed",
    Thing.PLAN: "draft agreed",
    Thing.MEETING: "planned",
    Thing.PROTOCOL: "draft accepted",
    Thing.REPORT: "none",
    Thing.DISPOSAL_ACT: "draft",
}
FINAL = {
    Thing.ASSOCIATION: "dropped closed merged",
    Thing.MEMBERSHIP: "",
    Thing.PLAN: "agreed",
    Thing.MEETING: "cancelled",
    Thing.PROTOCOL: "accepted void",
    Thing.REPORT: "accepted",
    Thing.DISPOSAL_ACT: "carried_out stopped",
}


def listed(thing: Thing) -> set[tuple[str, str]]:
    moves = set()
    for line in TABLE[thing].strip().splitlines():
        was, becomes = line.split(" > ")
        moves |= {(was.strip(), one) for one in becomes.split()}
    return moves


@pytest.mark.parametrize("thing", Thing)
def test_only_the_listed_moves_exist(thing):
    states = list(STATES[thing])
    found = {
        (was.value, becomes.value) for was in states for becomes in states if may_move(thing, was, becomes)
    }
    assert found == listed(thing)


@pytest.mark.parametrize("thing", Thing)
def test_a_move_is_checked_and_refused_by_name(thing):
    for was in STATES[thing]:
        for becomes in STATES[thing]:
            if (was.value, becomes.value) in listed(thing):
                assert check_move(thing, was, becomes) is becomes
            else:
                with pytest.raises(MoveRefused) as refused:
                    check_move(thing, was, becomes)
                assert refused.value.params == {
                    "thing": thing.value,
                    "was": was.value,
                    "becomes": becomes.value,
                }


@pytest.mark.parametrize("thing", Thing)
def test_a_thing_begins_and_ends_as_listed(thing):
    states = list(STATES[thing])
    assert {state for state in states if state in STARTS[thing]} == set(BEGIN[thing].split())
    ends = {state for state in states if not any(may_move(thing, state, other) for other in states)}
    assert ends == set(FINAL[thing].split())
    for state in states:
        if state.value in BEGIN[thing].split():
            assert check_start(thing, state) is state
        else:
            with pytest.raises(MoveRefused):
                check_start(thing, state)


@pytest.mark.parametrize("thing", Thing)
def test_every_state_can_be_reached(thing):
    reached = set(STARTS[thing])
    while True:
        further = reached | {to for state in reached for to in MOVES[thing].get(state, ())}
        if further == reached:
            break
        reached = further
    assert reached == set(STATES[thing])


def test_r3_nobody_becomes_a_member_but_from_a_wish_or_a_proposal():
    before = [s for s in MembershipState if may_move(Thing.MEMBERSHIP, s, MembershipState.MEMBER)]
    assert before == [
        MembershipState.REQUESTED,
        MembershipState.INVITED,
        MembershipState.PROPOSED,
        MembershipState.SUSPENDED,
    ]


def test_r3_leaving_is_possible_for_every_kind_of_member():
    for state in (MembershipState.MEMBER, MembershipState.SUSPENDED):
        assert may_move(Thing.MEMBERSHIP, state, MembershipState.LEFT)


def test_r13_an_accepted_protocol_is_final():
    assert not any(may_move(Thing.PROTOCOL, ProtocolState.ACCEPTED, state) for state in ProtocolState)


@pytest.mark.parametrize(
    ("state", "day", "expected"),
    [
        (MeetingState.PLANNED, date(2026, 10, 11), True),
        (MeetingState.PLANNED, date(2026, 10, 12), False),
        (MeetingState.HELD, date(2026, 10, 11), False),
        (MeetingState.CANCELLED, date(2026, 10, 11), False),
    ],
)
def test_unconfirmed_is_derived_from_the_day(state, day, expected):
    assert is_unconfirmed(state, day, date(2026, 10, 12)) is expected
