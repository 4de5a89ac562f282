"""A protocol is reviewed: accepted, returned, void, corrected (R13)."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.notice import Notice
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied, MoveRefused, RuleError
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import meeting as meetings
from mmo_lti.services import protocol as protocols
from mmo_lti.services.actor import Actor
from mmo_lti.services.agenda import Question, set_agenda
from mmo_lti.services.meeting_protocol import protocol_of
from mmo_lti.services.pace import pace_of
from mmo_lti.services.permission import NotFound
from mmo_lti.services.protocol import Block
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.stored_file import make_stored_file

YEAR = AcademicYear(2026)
DAY = moment(2026, 10, 12, 15)
NEXT_DAY = moment(2026, 10, 13)


@pytest.fixture
def held(session: Session, leader: Actor, association: Association, teachers: list[Person]) -> Meeting:
    """Held on 12 October 2026; ten teachers were there, the leader among the eleven members was not marked."""
    meeting = make_meeting(session, association, moment(2026, 10, 12, 11, 30), number=1)
    set_agenda(
        session, leader, meeting, [Question("О плане работы", "Е. С. Абрамова"), Question("О разном")], DAY
    )
    present = {person.id for person in teachers} | {leader.person_id or 0}
    return meetings.mark_held(session, leader, meeting, DAY, present=present)


@pytest.fixture
def draft(session: Session, held: Meeting) -> Protocol:
    protocol = protocol_of(session, held)
    assert protocol is not None
    return protocol


@pytest.fixture
def scan(session: Session, association: Association) -> StoredFile:
    return make_stored_file(session, association, "protocol_scan", "protokol-1-2026-27-skan.pdf", pages=2)


@pytest.fixture
def written(
    session: Session, leader: Actor, draft: Protocol, held: Meeting, teachers: list[Person]
) -> Protocol:
    blocks = [
        Block(
            item.id,
            heard="доложила",
            decision="Утвердить план.\nРазослать план.",
            responsible="Белова",
            due=date(2026, 12, 20),
            unanimous=True,
        )
        for item in held.agenda
    ]
    return protocols.edit(
        session,
        leader,
        draft,
        chair_id=leader.person_id,
        secretary_id=teachers[0].id,
        blocks=blocks,
        now=DAY,
    )


@pytest.fixture
def lodged(session: Session, leader: Actor, written: Protocol, scan: StoredFile) -> Protocol:
    return protocols.lodge(session, leader, written, NEXT_DAY, scan=scan)


def notices(session: Session, kind: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def counted(session: Session, association: Association, day: date) -> int:
    return pace_of(session, association, 2026, day).counted


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
    with pytest.raises(MoveRefused):
        protocols.return_protocol(session, coordinator, lodged, "Поздно", moment(2026, 10, 15))


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
