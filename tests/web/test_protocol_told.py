"""What a protocol says to those who do not write it: the paper, its scan, a missed quorum."""

import pytest
from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Attendance, AttendanceMark
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import ProtocolState
from tests.factories.stored_file import make_stored_file
from tests.web.conftest import City
from tests.web.page import follow, press, see
from tests.web.protocol_writing import NOTED, PAGE, begin_protocol, filled, lay, now, question_of
from tests.web.visitor import Visitor


@pytest.fixture
def protocol(database: Database, city: City) -> Protocol:
    with database.write() as session:
        return begin_protocol(session, city)


@pytest.fixture
def question(database: Database, protocol: Protocol) -> int:
    return question_of(database)


def test_a_lodged_one_shows_what_was_heard_said_decided_and_who_was_there(
    leader: Visitor, coordinator: Visitor, database: Database, city: City, question: int
) -> None:
    said = {f"discussed-{question}": "Воронова А. И. – о ГИА\nГромова А. И. – об экзамене"}
    follow(leader, press(leader, PAGE, "Сохранить", filled(city, question, **said)))
    lay(leader)
    follow(leader, press(leader, PAGE, "Сдать протокол"))
    for visitor in (leader, coordinator):
        page = see(visitor, PAGE)
        assert "Слушали: Средний балл вырос." in page
        assert "Выступили: Воронова А. И. – о ГИА Громова А. И. – об экзамене" in page
        assert f"Постановили: {NOTED}" in page
        assert "Голосовали: единогласно" in page
        assert "Присутствовали 11 человек" in page
        assert "Абрамова Елена Сергеевна, учитель, МБОУ" in page
        scan_id = now(database).scan_id
        assert f"/files/{scan_id}" in page.links()


def test_the_centres_quorum_warns_and_refuses_nothing(
    leader: Visitor, coordinator: Visitor, database: Database, protocol: Protocol
) -> None:
    assert "Кворума нет" not in see(leader, PAGE), "the centre asks for none"
    coordinator.post("/city/settings", {"group": "meetings", "quorum": "50", "this_year": "1"})
    assert "Кворума нет" not in see(leader, PAGE), "all eleven came"
    with database.write() as session:
        for row in session.scalars(select(Attendance)).all()[:6]:
            row.mark = AttendanceMark.ABSENT
    told = "Кворума нет: присутствовали 5 из 11 членов ММО, а центр ждёт не менее 50 %."
    assert told in see(leader, PAGE)


def test_one_from_before_the_tool_leads_to_its_scan_and_claims_nothing(
    member: Visitor, database: Database, city: City, protocol: Protocol
) -> None:
    with database.write() as session:
        file = make_stored_file(session, city.association, "protocol_scan", "protokol-1-2026-27-skan.pdf")
        row = session.get_one(Protocol, protocol.id)
        row.state, row.registered, row.scan_id = ProtocolState.ACCEPTED, True, file.id
    page = see(member, PAGE)
    assert "Протокол внесён с бумаги: что слушали и решили, смотрите на скане." in page
    assert f"/files/{file.id}" in page.links()
    assert f"{PAGE}/draft.pdf" not in page.links(), "we did not write it"
