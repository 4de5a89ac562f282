"""A protocol is reviewed: accepted, returned, void, corrected (R13)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import protocol as protocols
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.stored_file import make_stored_file
from tests.services.noticed import notices
from tests.services.protocol.held_day import NEXT_DAY, YEAR, counted


def test_r11_5_lodged_returned_lodged_again_the_first_day_stands(
    session: Session, association: Association, leader: Actor, coordinator: Actor, lodged: Protocol
) -> None:
    protocols.return_protocol(session, coordinator, lodged, "Нет подписи секретаря", moment(2026, 10, 14))
    assert counted(session, association, date(2026, 10, 14)) == 0
    assert lodged.fix_due_on == date(2026, 10, 21)
    protocols.lodge(session, leader, lodged, moment(2026, 10, 15))
    assert counted(session, association, date(2026, 10, 15)) == 1
    assert (lodged.first_lodged_at, lodged.lodged_at) == (NEXT_DAY, moment(2026, 10, 15))
    assert lodged.fix_due_on is None


def test_the_coordinator_accepts_once_and_the_leader_reads_the_count(
    session: Session, leader: Actor, coordinator: Actor, lodged: Protocol
) -> None:
    protocols.accept(session, coordinator, lodged, moment(2026, 10, 14))
    assert (lodged.state, lodged.decided_at) == (ProtocolState.ACCEPTED, moment(2026, 10, 14))
    [notice] = notices(session, "protocol_accepted")
    assert (notice.person_id, notice.params["counted"], notice.params["required"]) == (
        leader.person_id,
        1,
        3,
    )
    with pytest.raises(RuleError) as refused:
        protocols.accept(session, coordinator, lodged, moment(2026, 10, 15))
    assert (refused.value.code, refused.value.params["at"]) == ("protocol.accepted", moment(2026, 10, 14))
    for late in (protocols.return_protocol, protocols.void):
        with pytest.raises(RuleError) as again:
            late(session, coordinator, lodged, "Поздно", moment(2026, 10, 15))
        assert again.value.code == "protocol.accepted"


def test_a_second_return_finds_the_first_ones_stamp(
    session: Session, coordinator: Actor, lodged: Protocol
) -> None:
    protocols.return_protocol(session, coordinator, lodged, "Нет подписи", moment(2026, 10, 14))
    with pytest.raises(RuleError) as again:
        protocols.return_protocol(session, coordinator, lodged, "Нет подписи", moment(2026, 10, 15))
    assert (again.value.code, again.value.params["at"]) == ("protocol.returned", moment(2026, 10, 14))
    with pytest.raises(RuleError) as late:
        protocols.accept(session, coordinator, lodged, moment(2026, 10, 15))
    assert late.value.code == "protocol.returned"
    assert len(notices(session, "protocol_returned")) == 1


def test_voiding_twice_gives_one_draft(session: Session, coordinator: Actor, lodged: Protocol) -> None:
    fresh = protocols.void(session, coordinator, lodged, "Не тот день", moment(2026, 10, 14))
    assert protocols.void(session, coordinator, lodged, "Не тот день", moment(2026, 10, 14)) is fresh
    with pytest.raises(RuleError) as none:
        protocols.accept(session, coordinator, fresh, moment(2026, 10, 15))
    assert none.value.code == "protocol.not_waiting"


def test_returning_needs_words_and_tells_the_leader_at_once(
    session: Session, leader: Actor, coordinator: Actor, lodged: Protocol
) -> None:
    with pytest.raises(RuleError) as refused:
        protocols.return_protocol(session, coordinator, lodged, " ", moment(2026, 10, 14))
    assert refused.value.code == "R13.words"
    protocols.return_protocol(session, coordinator, lodged, "Нет подписи", moment(2026, 10, 14))
    [notice] = notices(session, "protocol_returned")
    assert (notice.person_id, notice.urgent, notice.params["due"]) == (leader.person_id, True, "2026-10-21")


def test_what_a_coordinator_lodged_another_one_or_the_director_accepts(
    session: Session,
    centre: Centre,
    coordinator: Actor,
    director: Actor,
    written: Protocol,
    scan: StoredFile,
) -> None:
    with pytest.raises(Denied):
        protocols.lodge(session, coordinator, written, NEXT_DAY, scan=scan)
    protocols.lodge(session, coordinator, written, NEXT_DAY, scan=scan, reason="Руководитель болен")
    assert written.lodged_for_leader == "Руководитель болен"
    with pytest.raises(Denied):
        protocols.accept(session, coordinator, written, NEXT_DAY)
    assert protocols.accept(session, director, written, NEXT_DAY).state is ProtocolState.ACCEPTED


def test_the_director_does_not_accept_what_the_leader_lodged(
    session: Session, director: Actor, lodged: Protocol
) -> None:
    with pytest.raises(Denied):
        protocols.accept(session, director, lodged, NEXT_DAY)


def test_a_void_protocol_keeps_its_number_and_the_term_stands(
    session: Session, leader: Actor, coordinator: Actor, lodged: Protocol
) -> None:
    with pytest.raises(Denied):
        protocols.void(session, leader, lodged, "Ошибка", NEXT_DAY)
    fresh = protocols.void(session, coordinator, lodged, "Не то заседание", moment(2026, 10, 30))
    assert (lodged.number, lodged.state, lodged.void_reason) == (1, ProtocolState.VOID, "Не то заседание")
    assert (fresh.number, fresh.state, fresh.due_on) == (2, ProtocolState.DRAFT, date(2026, 10, 22))


def test_withdrawing_the_scan_returns_a_lodged_protocol(
    session: Session, leader: Actor, coordinator: Actor, lodged: Protocol
) -> None:
    with pytest.raises(Denied):
        protocols.withdraw_scan(session, leader, lodged, "Чужие данные", moment(2026, 10, 14))
    protocols.withdraw_scan(session, coordinator, lodged, "Чужие данные", moment(2026, 10, 14))
    assert (lodged.state, lodged.remarks) == (ProtocolState.RETURNED, "Чужие данные")
    with pytest.raises(RuleError) as refused:
        protocols.lodge(session, leader, lodged, moment(2026, 10, 15))
    assert [fault.code for fault in refused.value.faults] == ["R13.1.scan"]


def test_an_accepted_one_stays_accepted_and_owes_a_new_version_beside_it(
    session: Session,
    association: Association,
    leader: Actor,
    coordinator: Actor,
    lodged: Protocol,
) -> None:
    day = moment(2026, 10, 14)
    protocols.accept(session, coordinator, lodged, day)
    protocols.withdraw_scan(session, coordinator, lodged, "Чужие данные", day)
    assert (lodged.state, lodged.fix_due_on) == (ProtocolState.ACCEPTED, date(2026, 10, 21))
    assert counted(session, association, date(2026, 10, 14)) == 1
    second = protocols.correct(session, leader, lodged, day)
    assert protocols.correct(session, leader, lodged, day) is second
    assert (second.number, second.version, second.due_on) == (1, 2, date(2026, 10, 21))
    scan = make_stored_file(session, association, "protocol_scan", "protokol-1-2026-27-skan-2.pdf")
    protocols.lodge(session, leader, second, day, scan=scan)
    protocols.accept(session, coordinator, second, day)
    assert lodged.fix_due_on is None
    assert protocols.numbered(session, association, YEAR, 1) is second


def test_a_protocol_of_another_centre_is_not_told_apart_from_none(
    session: Session, other_centre: Centre, lodged: Protocol
) -> None:
    stranger = make_person(session, other_centre, "Чужая", employed=False)
    make_office(session, stranger, OfficeKind.COORDINATOR)
    with pytest.raises(NotFound):
        protocols.accept(session, actor_of(stranger), lodged, NEXT_DAY)
