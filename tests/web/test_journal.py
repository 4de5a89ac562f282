"""The journal's page: every action in words, one association at a time, and the chain's state."""

import ast
from pathlib import Path

from sqlalchemy import update

import mmo_lti
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services import journal, journal_seal
from mmo_lti.services.actor import Actor
from mmo_lti.web import journal_words
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW
from tests.factories.protocol import make_protocol
from tests.web.conftest import City
from tests.web.visitor import Visitor

WRITERS = {"record", "change_state", "note", "begin", "move", "_change", "begin_association"}


def written() -> set[str]:
    """Every action that services write into the journal by name."""
    found = set()
    for path in (Path(mmo_lti.__file__).parent / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in WRITERS:
                    found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_every_action_has_words(coordinator: Visitor, app: object) -> None:
    with coordinator.client.application.test_request_context():
        known = set(journal_words.action_words())
    assert sorted(written() - known) == []
    assert len(known) > 80


def lines(database: Database, city: City) -> None:
    coordinator = Actor(city.centre.id, city.coordinator.id)
    with database.write() as session:
        other = make_association(session, city.centre, "учителей физики", code="MMO-03")
        protocol = make_protocol(session, make_meeting(session, city.association), ProtocolState.LODGED)
        journal.record(session, coordinator, "protocol.accept", protocol, NOW, old="lodged", new="accepted",
                       association_id=city.association.id)  # fmt: skip
        journal.record(
            session, Actor(city.centre.id, None), "close_year", other, NOW, association_id=other.id
        )
        journal.record(session, coordinator, "change_setting.plan_due", city.centre, NOW)


def test_it_says_who_did_what_in_words(coordinator: Visitor, database: Database, city: City) -> None:
    lines(database, city)
    page = coordinator.page("/city/journal")
    assert "Королёва В. П." in page
    assert "протокол принят" in page
    assert "на проверке → принят" in page
    assert "система" in page
    assert "изменена настройка «План работы – не позднее»" in page


def test_one_association_alone(coordinator: Visitor, database: Database, city: City) -> None:
    lines(database, city)
    page = coordinator.page("/city/journal?association=MMO-03")
    assert "закрыт учебный год" in page
    assert "протокол принят" not in page


def test_older_entries_follow(coordinator: Visitor, database: Database, city: City) -> None:
    actor = Actor(city.centre.id, city.coordinator.id)
    with database.write() as session:
        for _ in range(101):
            journal.record(session, actor, "add_organisation", city.centre, NOW)
    assert "/city/journal?before=3" in coordinator.page("/city/journal")
    assert coordinator.page("/city/journal?before=3").count("добавлена организация") == 1


class TestChain:
    def test_whole(self, coordinator: Visitor, database: Database, city: City) -> None:
        lines(database, city)
        with database.write() as session:
            journal_seal.seal(session, city.centre.id)
        assert "Цепочка цела" in coordinator.page("/city/journal?check=1")

    def test_broken(self, coordinator: Visitor, database: Database, city: City) -> None:
        lines(database, city)
        with database.write() as session:
            journal_seal.seal(session, city.centre.id)
            session.execute(update(JournalEntry).where(JournalEntry.seal_number == 2).values(actor=99))
        assert "Цепочка нарушена на записи 2" in coordinator.page("/city/journal?check=1")


def test_it_is_the_coordinators(director: Visitor, leader: Visitor) -> None:
    director.page("/city/journal", 403)
    leader.page("/city/journal", 403)
