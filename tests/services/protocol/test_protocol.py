"""The protocol of a meeting by the cases of R13."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents import protocol as paper
from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import protocol as protocols
from mmo_lti.services.actor import Actor
from mmo_lti.services.attendance import mark
from mmo_lti.services.permission import NotFound
from mmo_lti.services.protocol import Block
from mmo_lti.services.protocol_document import build
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.factories.person import actor_of
from tests.factories.stored_file import make_stored_file
from tests.services.protocol.held_day import DAY, NEXT_DAY, counted


def test_r13_1_every_missing_thing_is_named_at_once(session: Session, leader: Actor, draft: Protocol) -> None:
    draft.chair_id = None
    with pytest.raises(RuleError) as refused:
        protocols.lodge(session, leader, draft, NEXT_DAY)
    assert refused.value.code == "R13.1"
    assert [(fault.code, fault.params.get("question")) for fault in refused.value.faults] == [
        ("R13.1.chair", None),
        ("R13.1.secretary", None),
        ("R13.1.decision", 1),
        ("R13.1.decision", 2),
        ("R13.1.scan", None),
    ]
    assert draft.state is ProtocolState.DRAFT


def test_r13_1_before_it_is_signed_the_scan_is_not_asked_for(session: Session, written: Protocol) -> None:
    assert protocols.faults(session, written, with_scan=False) == ()
    assert [fault.code for fault in protocols.faults(session, written)] == ["R13.1.scan"]


def test_r13_2_more_votes_than_members_present_are_refused(
    session: Session, leader: Actor, draft: Protocol, held: Meeting
) -> None:
    block = Block(held.agenda[0].id, votes_for=10, votes_against=0, votes_abstained=2)
    with pytest.raises(RuleError) as refused:
        protocols.edit(session, leader, draft, chair_id=None, secretary_id=None, blocks=[block], now=DAY)
    assert refused.value.code == "R13.2"
    assert refused.value.params == {
        "question": 1,
        "in_favour": 10,
        "against": 0,
        "abstained": 2,
        "present": 11,
    }
    assert held.agenda[0].votes_for is None


def test_r13_2_unanimous_stores_those_who_voted(
    session: Session, leader: Actor, draft: Protocol, held: Meeting
) -> None:
    first, second = held.agenda
    blocks = [Block(first.id, unanimous=True), Block(second.id, unanimous=True, votes_for=9)]
    protocols.edit(session, leader, draft, chair_id=None, secretary_id=None, blocks=blocks, now=DAY)
    assert (first.votes_for, first.votes_against, first.votes_abstained) == (11, 0, 0)
    assert second.votes_for == 9


def test_r13_2_attendance_corrected_after_the_vote_is_checked_again_at_lodging(
    session: Session, leader: Actor, written: Protocol, held: Meeting, scan: StoredFile
) -> None:
    mark(session, leader, held, {leader.person_id or 0}, DAY)
    with pytest.raises(RuleError) as refused:
        protocols.lodge(session, leader, written, NEXT_DAY, scan=scan)
    assert refused.value.code == "R13.2"


def test_r13_3_chair_and_secretary_are_two_people(session: Session, leader: Actor, draft: Protocol) -> None:
    with pytest.raises(RuleError) as refused:
        protocols.edit(
            session,
            leader,
            draft,
            chair_id=leader.person_id,
            secretary_id=leader.person_id,
            blocks=[],
            now=DAY,
        )
    assert refused.value.code == "R13.3"


def test_somebody_who_was_not_there_keeps_no_minutes(
    session: Session, leader: Actor, draft: Protocol, outsider: Actor
) -> None:
    with pytest.raises(RuleError) as refused:
        protocols.edit(
            session, leader, draft, chair_id=None, secretary_id=outsider.person_id, blocks=[], now=DAY
        )
    assert refused.value.code == "protocol.person_unknown"


def test_r11_1_the_meeting_counts_from_the_day_the_signed_protocol_is_lodged(
    session: Session, association: Association, leader: Actor, written: Protocol, scan: StoredFile
) -> None:
    assert counted(session, association, date(2026, 10, 13)) == 0
    protocols.lodge(session, leader, written, NEXT_DAY, scan=scan)
    assert (written.first_lodged_at, written.lodged_by) == (NEXT_DAY, leader.person_id)
    assert counted(session, association, date(2026, 10, 13)) == 1
    [wanted] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "file_document"))
    assert (wanted.subject_id, wanted.payload) == (written.id, {"document": "protocol"})


def test_lodging_twice_lodges_once(session: Session, leader: Actor, lodged: Protocol) -> None:
    protocols.lodge(session, leader, lodged, moment(2026, 10, 14))
    assert lodged.lodged_at == NEXT_DAY


def test_a_helper_writes_but_does_not_lodge(
    session: Session, association: Association, teachers: list[Person], written: Protocol, scan: StoredFile
) -> None:
    make_helper(session, association, teachers[2])
    helper = actor_of(teachers[2])
    protocols.put_scan(session, helper, written, scan, DAY)
    with pytest.raises(Denied):
        protocols.lodge(session, helper, written, NEXT_DAY)


def test_a_lodged_protocol_is_not_edited(session: Session, leader: Actor, lodged: Protocol) -> None:
    with pytest.raises(RuleError) as refused:
        protocols.edit(session, leader, lodged, chair_id=None, secretary_id=None, blocks=[], now=NEXT_DAY)
    assert refused.value.code == "protocol.lodged"


def test_names_are_frozen_when_it_is_lodged(
    session: Session, lodged: Protocol, teachers: list[Person]
) -> None:
    teachers[0].last = "Переименованная"
    session.flush()
    document = build(session, lodged, moment(2027, 1, 1))
    assert document.secretary is not None
    assert document.secretary.last == "Белова"
    assert document.as_of == NEXT_DAY
    assert len(document.present) == 11
    assert [decision.text for decision in document.agenda[0].decisions] == [
        "Утвердить план.",
        "Разослать план.",
    ]
    assert b"%PDF" in paper.render_pdf(document)[:10]


def test_a_draft_is_printed_with_the_names_of_today(
    session: Session, written: Protocol, teachers: list[Person]
) -> None:
    teachers[0].last = "Переименованная"
    session.flush()
    document = build(session, written, DAY)
    assert document.secretary is not None
    assert document.secretary.last == "Переименованная"


def test_a_file_that_is_no_scan_of_this_association_is_not_laid(
    session: Session, leader: Actor, written: Protocol, association: Association
) -> None:
    order = make_stored_file(session, association, "order_scan", "prikaz.pdf")
    with pytest.raises(NotFound):
        protocols.lodge(session, leader, written, NEXT_DAY, scan=order)
